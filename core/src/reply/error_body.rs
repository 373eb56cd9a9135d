//! Reads the body of an error: JSON, what is nearly JSON, an event stream, or plain words.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::error_reply::MESSAGE_CHARS;
use super::lenient;
use super::words::{self, Words};
use crate::error::Said;
use crate::sse::{DONE, Event, Parser};

/// The names of an event stream's fields, as a line of one begins.
const FIELDS: [&str; 5] = ["data:", "event:", "id:", "retry:", ":"];

/// A body as text. UTF-16 is known by its byte order mark, else by the zero in its first
/// character; all else is UTF-8.
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

/// What a body says. Markup and what is no text say nothing that a person should read.
pub(super) fn read(body: &str, content_type: Option<&str>) -> Words {
    let is_margin = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0');
    let text = body.trim_matches(is_margin);
    let declared = content_type.unwrap_or_default().to_ascii_lowercase();
    if let Some(value) = value(text, declared.contains("event-stream")) {
        return words::read(&value);
    }
    if !is_plain_words(text, &declared) {
        return Words::default();
    }
    // The code may stand in JSON behind the first words: `429: {"error": ...}`.
    let begin = text.find('{').unwrap_or(text.len());
    let quoted = lenient::read(&text[begin..], MESSAGE_CHARS);
    let words = quoted
        .map(|quoted| words::read(&quoted))
        .unwrap_or_default();
    let message = Some(text.to_owned());
    Words {
        said: Said {
            message,
            ..words.said
        },
        ..words
    }
}

/// What a body is as JSON, nearly JSON or events; `None` where it is anything else.
fn value(text: &str, is_event_stream: bool) -> Option<Value> {
    let value = json(text)
        .or_else(|| events(text, is_event_stream))
        .or_else(|| lenient::read(text, MESSAGE_CHARS))?;
    match &value {
        // JSON that was written as a text of JSON.
        Value::String(inner) => Some(lenient::read(inner, MESSAGE_CHARS).unwrap_or(value)),
        _ => Some(value),
    }
}

/// A text that is JSON.
fn json(text: &str) -> Option<Value> {
    if !text.starts_with(['{', '[']) {
        return serde_json::from_str(text).ok();
    }
    // Its own values may be nested deeper than a worker's stack allows.
    let IgnoredAny = serde_json::from_str(text).ok()?;
    Some(lenient::values(text, MESSAGE_CHARS))
}

/// The data of an event stream's events: of those that are called `error` where there are any.
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
    // Its end may be cut.
    events.extend(parser.finish().ok().flatten());
    if events.iter().any(|event| event.event == "error") {
        events.retain(|event| event.event == "error");
    }
    let mut values: Vec<Value> = events.iter().filter_map(value_of_event).collect();
    let stray = String::from_utf8(parser.take_stray()).unwrap_or_default();
    values.extend(lenient::read(&stray, MESSAGE_CHARS));
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Value::Array(values)),
    }
}

fn value_of_event(event: &Event) -> Option<Value> {
    let data = event.data.trim();
    if data.is_empty() || data == DONE {
        return None;
    }
    json(data)
        .or_else(|| lenient::read(data, MESSAGE_CHARS))
        .or_else(|| Some(data.into()))
}

/// Whether a text that is no JSON is what a person should read.
fn is_plain_words(text: &str, declared: &str) -> bool {
    let is_markup = text.starts_with('<') || declared.contains("html") || declared.contains("xml");
    // A colour of a terminal, or a few letters of another encoding, are no reason to drop them.
    let is_unreadable = |c: &char| c.is_control() && !c.is_whitespace() || *c == '\u{fffd}';
    let unreadable = || text.chars().filter(is_unreadable).count();
    let is_binary = || text.contains('\0') || unreadable() * 4 > text.chars().count();
    !text.is_empty() && !is_markup && !is_binary()
}

#[cfg(test)]
mod tests;
