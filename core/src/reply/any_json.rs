//! Reads any JSON text of RFC 8259.
//!
//! `serde_json::Value` refuses some texts: lone surrogates, which become U+FFFD here, and numbers
//! that are too large, which become null. It also recurses as deep as the text nests; here nesting
//! needs no stack.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::{Map, Value, json};

use super::words::{holds_error, is_for_people, is_for_programs, is_quoted, name_in_list};
use crate::json;

/// Deeper levels become one list, because later code recurses, on a worker's small stack.
const MOST_LEVELS: usize = 32;
/// How many members of the deeper levels are kept.
const MOST_TOO_DEEP: usize = 1_000;

/// The value of a text; `None` if it is not JSON.
pub(super) fn read(text: &str) -> Option<Value> {
    json::check(text).ok()?;
    let characters = text.chars().peekable();
    Some(Reader { characters }.value())
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
enum Container {
    Object(Map<String, Value>, Option<String>),
    List(Vec<Value>),
}

impl Container {
    fn with(bracket: char) -> Self {
        match bracket {
            '{' => Container::Object(Map::new(), None),
            _ => Container::List(Vec::new()),
        }
    }

    /// Adds a name or a value: in an object they alternate.
    fn add(&mut self, value: Value) {
        match self {
            Container::List(list) => list.push(value),
            Container::Object(object, name) => match (name.take(), value) {
                // If a name occurs twice, the last value that says something counts.
                (Some(name), value) if !is_nothing(&value) || !object.contains_key(&name) => {
                    object.insert(name, value);
                }
                (Some(_), _) => {}
                (None, Value::String(text)) => *name = Some(text),
                (None, _) => {}
            },
        }
    }

    fn end(self) -> Value {
        match self {
            Container::Object(object, _) => Value::Object(object),
            Container::List(list) => Value::Array(list),
        }
    }
}

/// The levels that are too deep: only words and the members beside them are kept.
#[derive(Default)]
struct TooDeep {
    levels: usize,
    /// The last name.
    name: String,
    /// The level at which a service quotes the request.
    quoted: Option<usize>,
    /// A member about an error has begun.
    is_error: bool,
    found: Vec<Value>,
}

impl TooDeep {
    fn name(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        self.is_error |= holds_error(name);
        if self.quoted.is_none_or(|level| level >= self.levels) {
            self.quoted = is_quoted(name).then_some(self.levels);
        }
    }

    fn add(&mut self, value: Value) {
        let is_kept = is_for_people(&self.name) || is_for_programs(&self.name);
        if !is_kept || self.quoted.is_some() || self.found.len() == MOST_TOO_DEEP {
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

/// Reads a text that is known to be JSON.
struct Reader<'t> {
    characters: Peekable<Chars<'t>>,
}

impl Reader<'_> {
    fn value(&mut self) -> Value {
        let mut open: Vec<Container> = Vec::new();
        let mut sunk = TooDeep::default();
        while let Some(first) = self.characters.next() {
            match first {
                '{' | '[' if open.len() < MOST_LEVELS => open.push(Container::with(first)),
                '{' | '[' => {
                    if sunk.levels == 0 {
                        sunk.name(name_at(&open));
                    }
                    sunk.levels += 1;
                }
                '}' | ']' if sunk.levels > 1 => sunk.end_level(),
                '}' | ']' => {
                    if let Some(value) = end_of(&mut open, &mut sunk) {
                        return value;
                    }
                }
                ',' | ':' => {}
                first if first.is_ascii_whitespace() => {}
                first => {
                    let value = self.scalar(first);
                    let is_name = self.is_before_colon();
                    match (value, sunk.levels, open.last_mut()) {
                        (value, _, None) => return value,
                        (value, 0, Some(begun)) => begun.add(value),
                        (Value::String(name), _, _) if is_name => sunk.name(&name),
                        (value, _, _) => sunk.add(value),
                    }
                }
            }
        }
        Value::Null
    }

    fn is_before_colon(&mut self) -> bool {
        while self.characters.next_if(char::is_ascii_whitespace).is_some() {}
        self.characters.peek() == Some(&':')
    }

    /// A text, a number, `true`, `false` or null.
    fn scalar(&mut self, first: char) -> Value {
        if first == '"' {
            return Value::String(self.text());
        }
        let mut bare = String::from(first);
        let ends = |c: &char| c.is_ascii_whitespace() || matches!(c, ',' | '}' | ']');
        while let Some(next) = self.characters.next_if(|next| !ends(next)) {
            bare.push(next);
        }
        serde_json::from_str(&bare).unwrap_or_default()
    }

    /// The rest of a text, after its first quotation mark.
    fn text(&mut self) -> String {
        let mut text = String::new();
        // The first half of a surrogate pair.
        let mut high = None;
        while let Some(next) = self.characters.next().filter(|next| *next != '"') {
            let unit = match next {
                '\\' => self.escaped(),
                next => Ok(next),
            };
            if let (Some(first), Err(second)) = (high, &unit)
                && let Some(Ok(pair)) = char::decode_utf16([first, *second]).next()
            {
                high = None;
                text.push(pair);
                continue;
            }
            text.extend(high.take().map(|_: u16| char::REPLACEMENT_CHARACTER));
            match unit {
                Ok(character) => text.push(character),
                Err(unit @ 0xd800..=0xdbff) => high = Some(unit),
                Err(_) => text.push(char::REPLACEMENT_CHARACTER),
            }
        }
        text.extend(high.map(|_| char::REPLACEMENT_CHARACTER));
        text
    }

    /// The escape after a backslash: a character, or half of a surrogate pair.
    fn escaped(&mut self) -> Result<char, u16> {
        Ok(match self.characters.next().unwrap_or_default() {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let digits: String = self.characters.by_ref().take(4).collect();
                let unit = u16::from_str_radix(&digits, 16).unwrap_or_default();
                return char::from_u32(unit.into()).ok_or(unit);
            }
            other => other,
        })
    }
}

/// Ends the innermost object or list; returns the value if it was the outermost.
fn end_of(open: &mut Vec<Container>, sunk: &mut TooDeep) -> Option<Value> {
    let value = match std::mem::take(sunk) {
        TooDeep { levels: 0, .. } => open.pop()?.end(),
        TooDeep { found, .. } => Value::Array(found),
    };
    match open.last_mut() {
        Some(outer) => {
            outer.add(value);
            None
        }
        None => Some(value),
    }
}

/// The name of the next value; in a list, the name for its elements.
fn name_at(open: &[Container]) -> &str {
    let is_listed = matches!(open.last(), Some(Container::List(_)));
    let names = open.iter().rev().find_map(|begun| match begun {
        Container::Object(_, name) => Some(name.as_deref().unwrap_or_default()),
        Container::List(_) => None,
    });
    match is_listed {
        true => name_in_list(names.unwrap_or_default()),
        false => names.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
