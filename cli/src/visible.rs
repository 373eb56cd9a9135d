//! Text of a server on a terminal.

use std::borrow::Cow;

/// `text` as it may be shown on a terminal: control characters, with which a text could change the
/// title, the colours or lines that were printed before, become visible signs. Line ends and tabs
/// stay, and a carriage return, which would go back to the start of a line, is left out. Elsewhere
/// than on a terminal the text stays as it is.
pub fn visible(text: &str, is_terminal: bool) -> Cow<'_, str> {
    if !is_terminal || !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| *c != '\r');
    let shown = kept.map(|c| match u32::from(c) {
        code @ 0..0x20 if is_control(c) => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_control(c) => '\u{fffd}',
        _ => c,
    });
    Cow::Owned(shown.collect())
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_control_the_terminal() {
        let text = "a\u{1b}[31mred\u{7}\r\n\u{9b}2J\tb\nc\u{7f}é🌍";
        let wanted = "a\u{241b}[31mred\u{2407}\n\u{fffd}2J\tb\nc\u{2421}é🌍";
        assert_eq!(visible(text, true), wanted);
        assert_eq!(visible(text, false), text);
    }
}
