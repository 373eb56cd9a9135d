//! The colours of results.

use anstyle::{AnsiColor, Style as Ansi};

/// What a part of a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// It works.
    Good,
    /// It should be fixed.
    Warning,
    /// It fails.
    Bad,
    /// Beside the point.
    Faint,
    /// A heading, or the name of something.
    Strong,
}

impl Style {
    /// `text` in this style, if there are colours.
    pub fn apply(self, text: &str, has_color: bool) -> String {
        if !has_color || text.is_empty() {
            return text.to_owned();
        }
        let style = match self {
            Style::Good => AnsiColor::Green.on_default(),
            Style::Warning => AnsiColor::Yellow.on_default(),
            Style::Bad => AnsiColor::Red.on_default().bold(),
            Style::Faint => Ansi::new().dimmed(),
            Style::Strong => Ansi::new().bold(),
        };
        format!("{style}{text}{style:#}")
    }
}
