//! Reads what is nearly JSON: what a strict parser refuses may still say what went wrong.
//!
//! Lone surrogates become U+FFFD, and what is neither text nor number becomes null. Texts may
//! hold line breaks and plain quotation marks, or stand in single ones; commas may be too many.
//! Several values are a list. What the end cuts is left out. Nesting costs no stack.

use memchr::memchr2;
use serde_json::{Map, Value, json};

use super::words::{holds_error, is_for_people, is_for_programs, is_quoted, name_in_list};

/// What is deeper becomes one list: a value is read level by level, on a worker's small stack.
const MOST_LEVELS: usize = 32;
/// So many members of what is deeper are kept.
const MOST_SUNK: usize = 1_000;

/// The value that a text nearly is, a list of several; `None` where it is not meant as JSON.
///
/// A text that its end cuts counts from `shown` characters on: more of it would not be shown.
pub(super) fn read(text: &str, shown: usize) -> Option<Value> {
    let text = text.trim_start();
    if !is_meant_as_json(text) {
        return None;
    }
    if let Some(text) = text.strip_prefix('"') {
        let mut reader = Reader { text, shown };
        let value = reader.quoted('"', |_| true).map(Value::String);
        // `"model" is required` are words that begin with a quotation mark.
        return reader.text.is_empty().then(|| value.unwrap_or_default());
    }
    Some(values(text, shown))
}

/// The object or list with which a text begins; a list of all that stand one behind the other.
pub(super) fn values(text: &str, shown: usize) -> Value {
    let mut reader = Reader { text, shown };
    let mut values = Vec::new();
    while reader.text.starts_with(['{', '[']) {
        values.extend(reader.value());
        reader.skip_blanks();
    }
    match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}

/// Whether a text begins as JSON does: `[ERROR] no memory` and `{name} is missing` do not.
fn is_meant_as_json(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    let second = chars.find(|c| !c.is_whitespace());
    match first {
        Some('"') => true,
        Some('{') => matches!(second, None | Some('"' | '\'' | '}' | ',')),
        Some('[') => matches!(second, None | Some('"' | '\'' | ']' | '{' | '[' | ',')),
        _ => false,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// An object or list that has begun.
enum Begun {
    Object(Map<String, Value>, Option<String>),
    List(Vec<Value>),
}

impl Begun {
    fn with(bracket: char) -> Self {
        match bracket {
            '{' => Begun::Object(Map::new(), None),
            _ => Begun::List(Vec::new()),
        }
    }

    /// A name or a value: in an object they alternate.
    fn add(&mut self, value: Value) {
        match self {
            Begun::List(list) => list.push(value),
            Begun::Object(object, name) => match (name.take(), value) {
                // Of a name that stands twice the last value counts that says something.
                (Some(name), value) if !is_nothing(&value) || !object.contains_key(&name) => {
                    object.insert(name, value);
                }
                (Some(_), _) => {}
                (None, Value::String(text)) => *name = Some(text),
                (None, _) => {}
            },
        }
    }

    /// A name that has no value is none.
    fn forget_name(&mut self) {
        if let Begun::Object(_, name) = self {
            *name = None;
        }
    }

    fn end(self) -> Value {
        match self {
            Begun::Object(object, _) => Value::Object(object),
            Begun::List(list) => Value::Array(list),
        }
    }
}

/// What is too deep: of it words, and what stands beside them, are kept.
#[derive(Default)]
struct Sunk {
    levels: usize,
    /// The name that came last.
    name: String,
    /// The level of what a service quotes of the request.
    quoted: Option<usize>,
    /// What speaks of an error has begun.
    is_error: bool,
    found: Vec<Value>,
}

impl Sunk {
    fn name(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.is_error |= holds_error(name);
        if self.quoted.is_none_or(|level| level >= self.levels) {
            self.quoted = is_quoted(name).then_some(self.levels);
        }
    }

    fn add(&mut self, value: Value) {
        let is_kept = is_for_people(&self.name) || is_for_programs(&self.name);
        if !is_kept || self.quoted.is_some() || self.found.len() == MOST_SUNK {
            return;
        }
        let member = json!({ self.name.as_str(): value });
        self.found.push(match self.is_error {
            true => json!({ "error": member }),
            false => member,
        });
    }

    fn end_level(&mut self) {
        self.levels -= 1;
        if self.quoted.is_some_and(|level| level > self.levels) {
            self.quoted = None;
        }
    }
}

struct Reader<'t> {
    /// What was not read yet.
    text: &'t str,
    shown: usize,
}

impl Reader<'_> {
    /// The object or list that begins here, as far as it goes.
    fn value(&mut self) -> Option<Value> {
        let mut open: Vec<Begun> = Vec::new();
        let mut sunk = Sunk::default();
        while let Some(first) = self.skip_blanks() {
            match first {
                '{' | '[' if open.len() < MOST_LEVELS => {
                    self.skip();
                    open.push(Begun::with(first));
                }
                '{' | '[' => {
                    self.skip();
                    if sunk.levels == 0 {
                        sunk.name(name_at(&open));
                    }
                    sunk.levels += 1;
                }
                '}' | ']' => {
                    self.skip();
                    if sunk.levels > 1 {
                        sunk.end_level();
                    } else if let Some(value) = end_of(&mut open, &mut sunk) {
                        return Some(value);
                    }
                }
                ',' | ':' => {
                    self.skip();
                    if let (',', 0, Some(begun)) = (first, sunk.levels, open.last_mut()) {
                        begun.forget_name();
                    }
                }
                _ => {
                    let value = self.scalar(first);
                    let is_name = self.skip_blanks() == Some(':');
                    match (value, sunk.levels, open.last_mut()) {
                        (Some(value), 0, Some(begun)) => begun.add(value),
                        (Some(Value::String(name)), _, _) if is_name => sunk.name(&name),
                        (Some(value), _, _) => sunk.add(value),
                        (None, _, _) => {}
                    }
                }
            }
        }
        // The end cut it.
        sunk.levels = sunk.levels.min(1);
        loop {
            let value = end_of(&mut open, &mut sunk);
            if value.is_some() || open.is_empty() {
                return value;
            }
        }
    }

    /// What stands next; what means nothing between values is passed over.
    fn skip_blanks(&mut self) -> Option<char> {
        let is_blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
        self.text = self.text.trim_start_matches(is_blank);
        self.text.chars().next()
    }

    /// Passes over one character.
    fn skip(&mut self) -> Option<char> {
        let mut chars = self.text.chars();
        let first = chars.next();
        self.text = chars.as_str();
        first
    }

    /// A text, a number, or a name without quotation marks; null for all else. `None` of a
    /// text that the end cuts.
    fn scalar(&mut self, first: char) -> Option<Value> {
        if matches!(first, '"' | '\'') {
            self.skip();
            // A mark inside a text may lack its backslash.
            let ends = |rest: &str| {
                let next = rest.trim_start().chars().next();
                next.is_none_or(|next| matches!(next, ',' | ':' | '}' | ']'))
            };
            return self.quoted(first, ends).map(Value::String);
        }
        let delimiter = |c: char| c.is_whitespace() || "{}[],:\"".contains(c);
        let end = self.text.find(delimiter).unwrap_or(self.text.len());
        let (bare, rest) = self.text.split_at(end);
        self.text = rest;
        if self.skip_blanks() == Some(':') {
            return Some(bare.into());
        }
        let number = bare.parse().map(Value::Number);
        Some(number.unwrap_or_default())
    }

    /// The text to its closing mark: the first with which it `ends` before what follows.
    fn quoted(&mut self, mark: char, ends: impl Fn(&str) -> bool) -> Option<String> {
        let mut text = String::new();
        loop {
            let Some(end) = memchr2(mark as u8, b'\\', self.text.as_bytes()) else {
                text.push_str(std::mem::take(&mut self.text));
                return (text.chars().count() >= self.shown).then_some(text);
            };
            text.push_str(&self.text[..end]);
            self.text = &self.text[end..];
            let is_mark = self.skip() == Some(mark);
            if is_mark && ends(self.text) {
                return Some(text);
            }
            text.extend(if is_mark { Some(mark) } else { self.escaped() });
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.skip()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => self.unit().map_or(char::REPLACEMENT_CHARACTER, |unit| {
                self.character(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
            }),
            other => other,
        })
    }

    /// The character of a UTF-16 unit, to which a second one may belong.
    fn character(&mut self, unit: u16) -> Option<char> {
        let before = self.text;
        if let (0xd800..=0xdbff, Some(rest)) = (unit, before.strip_prefix("\\u")) {
            self.text = rest;
            let pair = self
                .unit()
                .map(|low| char::decode_utf16([unit, low]).next());
            if let Some(Some(Ok(character))) = pair {
                return Some(character);
            }
            self.text = before;
        }
        char::from_u32(unit.into())
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.text.get(..4)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        self.text = &self.text[4..];
        Some(unit)
    }
}

/// Ends the innermost; the value where it was the outermost.
fn end_of(open: &mut Vec<Begun>, sunk: &mut Sunk) -> Option<Value> {
    let value = match std::mem::take(sunk) {
        Sunk { levels: 0, .. } => open.pop()?.end(),
        Sunk { found, .. } => Value::Array(found),
    };
    match open.last_mut() {
        Some(outer) => {
            outer.add(value);
            None
        }
        None => Some(value),
    }
}

/// The name under which the next value stands: of a list the one of its elements.
fn name_at(open: &[Begun]) -> &str {
    let is_listed = matches!(open.last(), Some(Begun::List(_)));
    let names = open.iter().rev().find_map(|begun| match begun {
        Begun::Object(_, name) => Some(name.as_deref().unwrap_or_default()),
        Begun::List(_) => None,
    });
    match is_listed {
        true => name_in_list(names.unwrap_or_default()),
        false => names.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
