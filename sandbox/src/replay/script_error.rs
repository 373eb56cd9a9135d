//! Reads the parts of a script, with errors that name the place.

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::service::type_name;

/// Reads the value at `place`, which is empty for the script itself.
pub(super) fn read<T: DeserializeOwned>(value: &Value, place: &str) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = error.inner().to_string();
        let mut place = place.to_owned();
        let mut within: Vec<_> = error.path().iter().collect();
        // The message names the unknown field; the place is that of its object.
        if message.starts_with("unknown field") {
            within.pop();
        }
        for segment in within {
            match segment {
                Segment::Seq { .. } => place += &segment.to_string(),
                Segment::Map { key } if place.is_empty() => place += key,
                Segment::Map { key } => place = format!("{place}.{key}"),
                // A script has no such segments.
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
        match place.as_str() {
            "" => message,
            place => format!("{place}: {message}"),
        }
    })
}

/// The error for a value of another type.
pub(super) fn expected(place: &str, what: &str, found: &Value) -> String {
    let found = match found {
        Value::Number(number) => number.to_string(),
        other => type_name(other).to_owned(),
    };
    format!("{place}: expected {what}, not {found}")
}

/// Distinguishes null from a missing field.
pub(super) fn given<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(reader).map(Some)
}
