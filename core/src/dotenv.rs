//! The grammar of `.env` files, pure: text in, values out.
//!
//! It is python-dotenv's, which the service's page recommends, to the letter: the same
//! file must give the same key in either. The crates that read such files differ from it
//! in quoting, comments, export and expansion, so this is a parser of its own.

use std::collections::HashMap;

/// A file's values after expansion, by name.
pub(crate) struct Values(HashMap<String, Value>);

/// One value after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// `None` for a name without `=`.
    pub text: Option<String>,
    /// Something of it was taken from the process environment by `${...}`.
    pub from_environment: bool,
}

impl Values {
    /// Reads a file's text. `outside` is asked for the names in `${...}` that the file does
    /// not set before.
    pub fn read(text: &str, outside: impl Fn(&str) -> Option<String>) -> Self {
        let mut values = Values(HashMap::new());
        for (name, raw) in assignments(text) {
            let value = match raw {
                None => Value {
                    text: None,
                    from_environment: false,
                },
                Some(raw) => values.expand(&raw, &outside),
            };
            values.0.insert(name, value);
        }
        values
    }

    /// The last value of `name`; `None` where the file does not name it or gives no text.
    pub fn get(&self, name: &str) -> Option<(&str, bool)> {
        let value = self.0.get(name)?;
        Some((value.text.as_deref()?, value.from_environment))
    }

    /// Every name with its text.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.text.as_deref()))
    }

    /// Puts in the values of `${NAME}` and `${NAME:-default}`. What the file set before
    /// goes before what stands outside.
    fn expand(&self, raw: &str, outside: &impl Fn(&str) -> Option<String>) -> Value {
        let mut text = String::with_capacity(raw.len());
        let mut from_environment = false;
        let mut rest = raw;
        while let Some(start) = rest.find("${") {
            let Some(variable) = Variable::at(&rest[start..]) else {
                text.push_str(&rest[..=start]);
                rest = &rest[start + 1..];
                continue;
            };
            text.push_str(&rest[..start]);
            rest = &rest[start + variable.length..];
            if let Some(value) = self.0.get(variable.name) {
                text.push_str(value.text.as_deref().unwrap_or_default());
                from_environment |= value.from_environment;
            } else if let Some(value) = outside(variable.name) {
                text.push_str(&value);
                from_environment = true;
            } else {
                text.push_str(variable.default);
            }
        }
        text.push_str(rest);
        Value {
            text: Some(text),
            from_environment,
        }
    }
}

struct Variable<'t> {
    name: &'t str,
    default: &'t str,
    length: usize,
}

impl<'t> Variable<'t> {
    /// The `${...}` at the start of `text`, if it is one.
    fn at(text: &'t str) -> Option<Self> {
        let inside = &text[2..];
        let end = inside.find(['}', ':'])?;
        let (name, tail) = inside.split_at(end);
        let (default, used) = match tail.strip_prefix(":-") {
            None if tail.starts_with(':') => return None,
            None => ("", 1),
            Some(tail) => {
                let end = tail.find('}')?;
                (&tail[..end], 2 + end + 1)
            }
        };
        Some(Variable {
            name,
            default,
            length: 2 + name.len() + used,
        })
    }
}

/// Every assignment in order; a name without `=` has no value.
fn assignments(text: &str) -> Vec<(String, Option<String>)> {
    // python-dotenv opens files with universal newlines, quoted values included.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader(text.strip_prefix('\u{feff}').unwrap_or(&text));
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

/// What is left of the text. A method that returns `None` found something else than it
/// wanted, and has taken what came before it.
struct Reader<'t>(&'t str);

impl<'t> Reader<'t> {
    /// A line, or several where a quoted value holds line breaks: an assignment, or
    /// nothing where it is blank or a comment. `None` where it is neither.
    #[allow(
        clippy::option_option,
        reason = "a bad line, no assignment, an assignment"
    )]
    fn binding(&mut self) -> Option<Option<(String, Option<String>)>> {
        self.take_while(is_space);
        if self.0.is_empty() {
            return Some(None);
        }
        self.export();
        let name = self.name()?;
        self.take_while(is_blank);
        let value = match self.0.strip_prefix('=') {
            Some(rest) => {
                self.0 = rest;
                Some(self.value()?)
            }
            None => None,
        };
        self.comment();
        self.end_of_line()?;
        Some(name.map(|name| (name, value)))
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
    fn name(&mut self) -> Option<Option<String>> {
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
        Some(Some(name.to_owned()))
    }

    fn value(&mut self) -> Option<String> {
        let blanks = self.take_while(is_blank);
        match self.0.chars().next() {
            // `KEY= # comment` is empty, `KEY=#text` is not.
            Some('#') if !blanks.is_empty() => Some(String::new()),
            Some('\'') => self.quoted('\'', "\\'"),
            Some('"') => self.quoted('"', "\\'\"abfnrtv"),
            None | Some('\n') => Some(String::new()),
            Some(_) => Some(self.unquoted().to_owned()),
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

    /// To the end of the line, or to a `#` behind white space.
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

/// White space as Python's regular expressions know it: Unicode's, and four separators of
/// ASCII that Unicode does not count.
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
