//! Reads the body of an error: JSON, an event stream, or plain text.

use std::borrow::Cow;

use serde_json::Value;

use super::stream_end::is_done;
use super::words::{self, Words};
use super::{any_json, is_event_stream, is_markup};
use crate::error::ServerError;
use crate::sse::{Event, Parser};

/// The field names at the start of an event stream's lines.
const FIELDS: [&str; 5] = ["data:", "event:", "id:", "retry:", ":"];

/// A body as text. UTF-16 is recognised by its byte order mark, or by the zero in its first
/// character; anything else is UTF-8.
pub(super) fn text_of(body: &[u8]) -> Cow<'_, str> {
    let (units, is_little_endian) = match body {
        [0xff, 0xfe, units @ ..] => (units, true),
        [0xfe, 0xff, units @ ..] => (units, false),
        [1..=255, 0, ..] => (body, true),
        [0, 1..=255, ..] => (body, false),
        _ => return String::from_utf8_lossy(body),
    };
    let unit = |pair: &[u8]| match is_little_endian {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    };
    let units: Vec<u16> = units.chunks_exact(2).map(unit).collect();
    String::from_utf16_lossy(&units).into()
}

/// The words of a body. Markup, broken JSON and binary data have no words for people.
pub(super) fn read(body: &str, content_type: Option<&str>) -> Words {
    let is_margin = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0');
    let text = body.trim_matches(is_margin);
    let declared = content_type.unwrap_or_default();
    if let Some(value) = value(text, is_event_stream(declared)) {
        return words::read(&value);
    }
    if !is_plain_words(text, declared) {
        return Words::default();
    }
    // The code may be in JSON after the first words: `429: {"error": ...}`.
    let begin = text.find('{').unwrap_or(text.len());
    let quoted = any_json::read(&text[begin..]);
    let words = quoted
        .map(|quoted| words::read(&quoted))
        .unwrap_or_default();
    let message = Some(text.to_owned());
    Words {
        said: ServerError {
            message,
            ..words.said
        },
        ..words
    }
}

/// A body as JSON or events; `None` if it is anything else.
fn value(text: &str, is_event_stream: bool) -> Option<Value> {
    let value = any_json::read(text).or_else(|| events(text, is_event_stream))?;
    match &value {
        // JSON inside a JSON string.
        Value::String(inner) => Some(any_json::read(inner).unwrap_or(value)),
        _ => Some(value),
    }
}

/// The data of an event stream's events: only of those named `error`, if there are any.
fn events(text: &str, is_declared: bool) -> Option<Value> {
    if !is_declared && !FIELDS.iter().any(|field| text.starts_with(field)) {
        return None;
    }
    let mut parser = Parser::new(text.len() + 1);
    let mut events: Vec<Event> = Vec::new();
    let mut rest = text.as_bytes();
    while let Ok(Some(event)) = parser.next_event(&mut rest) {
        events.push(event);
    }
    // The end may be cut off.
    events.extend(parser.finish().ok().flatten());
    if events.iter().any(|event| event.event == "error") {
        events.retain(|event| event.event == "error");
    }
    let mut values: Vec<Value> = events.iter().filter_map(value_of_event).collect();
    let stray = String::from_utf8(parser.take_stray()).unwrap_or_default();
    values.extend(any_json::read(&stray));
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Value::Array(values)),
    }
}

fn value_of_event(event: &Event) -> Option<Value> {
    let data = event.data.trim();
    if data.is_empty() || is_done(data.as_bytes()) {
        return None;
    }
    any_json::read(data).or_else(|| (!is_meant_as_json(data)).then(|| data.into()))
}

/// Whether a text that is not JSON is meant for people.
fn is_plain_words(text: &str, declared: &str) -> bool {
    let is_markup = text.starts_with('<') || is_markup(declared);
    // Terminal colours and a few characters of another encoding are allowed.
    let is_unreadable = |c: &char| c.is_control() && !c.is_whitespace() || *c == '\u{fffd}';
    let unreadable = || text.chars().filter(is_unreadable).count();
    let is_binary = || text.contains('\0') || unreadable() * 4 > text.chars().count();
    !text.is_empty() && !is_markup && !is_meant_as_json(text) && !is_binary()
}

/// Whether a text begins like JSON: `[ERROR] no memory` and `{name} is missing` do not.
fn is_meant_as_json(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    let second = chars.find(|c| !c.is_whitespace());
    match first {
        // `"model" is required` is plain text with a quotation mark.
        Some('"') => text.matches('"').count() == 1,
        Some('{') => matches!(second, None | Some('"' | '\'' | '}' | ',')),
        Some('[') => matches!(second, None | Some('"' | '\'' | ']' | '{' | '[' | ',')),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
