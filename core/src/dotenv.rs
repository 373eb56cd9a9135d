//! The grammar of `.env` files: text in, values out. Pure.
//!
//! It is exactly that of python-dotenv, which the service's page recommends: the same file must
//! give the same key in both. The crates that read such files differ from it in quoting, comments,
//! export and expansion, so this parser is the project's own.

mod values;

use std::borrow::Cow;

pub(crate) use values::{LARGEST, TooLarge, Values};

/// One assignment as written in the file.
struct Assignment<'t> {
    name: &'t str,
    /// `None` for a name without `=`.
    raw: Option<Cow<'t, str>>,
}

/// The text with `\n` for each line end, without a byte order mark: python-dotenv opens
/// files with universal newlines, quoted values included.
fn one_line_end(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}

/// Every assignment in order.
fn assignments(text: &str) -> Vec<Assignment<'_>> {
    let mut reader = Reader(text);
    let mut found = Vec::new();
    while !reader.0.is_empty() {
        match reader.binding() {
            Some(Some(binding)) => found.push(binding),
            Some(None) => {}
            None => reader.skip_line(),
        }
    }
    found
}

/// The rest of the text. A method that returns `None` found something unexpected; it has consumed
/// the text before that.
struct Reader<'t>(&'t str);

impl<'t> Reader<'t> {
    /// A line, or several if a quoted value holds line breaks: an assignment, or nothing if it is
    /// blank or a comment. `None` for a malformed line.
    #[allow(
        clippy::option_option,
        reason = "a bad line, no assignment, an assignment"
    )]
    fn binding(&mut self) -> Option<Option<Assignment<'t>>> {
        self.take_while(is_space);
        if self.0.is_empty() {
            return Some(None);
        }
        self.export();
        let name = self.name()?;
        self.take_while(is_blank);
        let raw = match self.0.strip_prefix('=') {
            Some(rest) => {
                self.0 = rest;
                Some(self.value()?)
            }
            None => None,
        };
        self.comment();
        self.end_of_line()?;
        Some(name.map(|name| Assignment { name, raw }))
    }

    fn export(&mut self) {
        if let Some(rest) = self.0.strip_prefix("export")
            && rest.starts_with(is_blank)
        {
            self.0 = rest.trim_start_matches(is_blank);
        }
    }

    #[allow(
        clippy::option_option,
        reason = "no name at all, a comment's missing name, a name"
    )]
    fn name(&mut self) -> Option<Option<&'t str>> {
        if self.0.starts_with('#') {
            return Some(None);
        }
        let name = match self.0.strip_prefix('\'') {
            Some(rest) => {
                let end = rest.find('\'').filter(|end| *end > 0)?;
                self.0 = &rest[end + 1..];
                &rest[..end]
            }
            None => {
                let name = self.take_while(|c| !matches!(c, '=' | '#') && !is_space(c));
                (!name.is_empty()).then_some(name)?
            }
        };
        Some(Some(name))
    }

    fn value(&mut self) -> Option<Cow<'t, str>> {
        let blanks = self.take_while(is_blank);
        match self.0.chars().next() {
            // `KEY= # comment` is empty, `KEY=#text` is not.
            Some('#') if !blanks.is_empty() => Some("".into()),
            Some('\'') => self.quoted('\'', "\\'").map(Cow::Owned),
            Some('"') => self.quoted('"', "\\'\"abfnrtv").map(Cow::Owned),
            None | Some('\n') => Some("".into()),
            Some(_) => Some(self.unquoted().into()),
        }
    }

    fn quoted(&mut self, quote: char, escapes: &str) -> Option<String> {
        let inside = &self.0[1..];
        let mut text = String::new();
        let mut chars = inside.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next()?.1 {
                    escaped if escapes.contains(escaped) => text.push(unescape(escaped)),
                    other => text.extend(['\\', other]),
                },
                c if c == quote => {
                    self.0 = &inside[at + 1..];
                    return Some(text);
                }
                c => text.push(c),
            }
        }
        None
    }

    /// To the end of the line, or to a `#` after white space.
    fn unquoted(&mut self) -> &'t str {
        let line = self.take_while(|c| c != '\n');
        let comment = line
            .match_indices('#')
            .find(|(at, _)| line[..*at].ends_with(is_space))
            .map_or(line.len(), |(at, _)| at);
        line[..comment].trim_end_matches(is_space)
    }

    fn comment(&mut self) {
        let rest = self.0.trim_start_matches(is_blank);
        if rest.starts_with('#') {
            self.0 = rest;
            self.take_while(|c| c != '\n');
        }
    }

    fn end_of_line(&mut self) -> Option<()> {
        let rest = self.0.trim_start_matches(is_blank);
        self.0 = match rest.strip_prefix('\n') {
            None if rest.is_empty() => rest,
            after => after?,
        };
        Some(())
    }

    fn skip_line(&mut self) {
        self.take_while(|c| c != '\n');
        self.0 = self.0.strip_prefix('\n').unwrap_or(self.0);
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }
}

/// White space as in Python's regular expressions: Unicode's, and four ASCII separators that
/// Unicode does not include.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn is_blank(c: char) -> bool {
    is_space(c) && c != '\n'
}

fn unescape(c: char) -> char {
    match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        other => other,
    }
}
