//! The words of an answer, for programs that do not parse its JSON.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::any_json;

/// The words that a chunk of a chat adds to its first choice: `delta.content`. Empty if it adds
/// none; `None` if the text is no JSON object.
pub fn chunk_text(json: &str) -> Option<String> {
    content(json, "delta")
}

/// The words of the first choice of a chat completion: `message.content`. Empty if it has none;
/// `None` if the text is no JSON object.
pub fn completion_text(json: &str) -> Option<String> {
    content(json, "message")
}

fn content(json: &str, inner: &str) -> Option<String> {
    let choices = member(json, "choices").ok()?;
    let content = || {
        let choices: Vec<&RawValue> = serde_json::from_str(choices?.get()).ok()?;
        let first = choices.iter().find(|choice| is_first(choice.get()))?;
        let message = member(first.get(), inner).ok()??;
        let content = member(message.get(), "content").ok()??;
        text_of(content.get())
    };
    Some(content().unwrap_or_default())
}

/// The value of a JSON string. A half of a character, which other parsers let through, becomes
/// U+FFFD.
fn text_of(json: &str) -> Option<String> {
    let whole = serde_json::from_str(json).ok();
    whole.or_else(|| match any_json::read(json)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Whether a choice is the first one. Some services leave out the index.
fn is_first(choice: &str) -> bool {
    match member(choice, "index") {
        Ok(Some(index)) => matches!(index.get(), "0" | "null"),
        Ok(None) => true,
        Err(_) => false,
    }
}

/// A member of a JSON object, the last one if it occurs twice; an error if the text is no object.
fn member<'a>(object: &'a str, name: &str) -> Result<Option<&'a RawValue>, serde_json::Error> {
    struct Members<'n>(&'n str);
    impl<'de> Visitor<'de> for Members<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(name) = map.next_key_seed(IsName(self.0))? {
                match name {
                    true => found = Some(map.next_value()?),
                    false => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(found)
        }
    }

    let mut text = serde_json::Deserializer::from_str(object);
    let found = text.deserialize_map(Members(name))?;
    text.end()?;
    Ok(found)
}

/// Compares a member's name without a copy of it.
struct IsName<'n>(&'n str);

impl<'de> serde::de::DeserializeSeed<'de> for IsName<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsName<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_first_choice() {
        for (json, words) in [
            (
                r#"{"choices":[{"index":0,"delta":{"content":"Hi"}}]}"#,
                "Hi",
            ),
            (
                r#"{"choices":[{"delta":{"role":"a","content":"Hi"}}]}"#,
                "Hi",
            ),
            (
                r#"{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}"#,
                "yes",
            ),
            (
                r#"{"choices":[{"delta":{"content":"\u00e9\n\"x\""}}]}"#,
                "é\n\"x\"",
            ),
            (
                r#"{"choices":[{"delta":{"content":"a","content":"b"}}]}"#,
                "b",
            ),
            (
                r#"{"choices":[{"delta":{"content":"a \ud83d b \ude00"}}]}"#,
                "a \u{fffd} b \u{fffd}",
            ),
            (r#" {"choices":[{"delta":{"content":null}}]} "#, ""),
            (r#"{"choices":[{"delta":{"content":["x"]}}]}"#, ""),
            (r#"{"choices":[{"delta":{}}]}"#, ""),
            (r#"{"choices":[{"delta":null}]}"#, ""),
            (r#"{"choices":[{"index":1,"delta":{"content":"no"}}]}"#, ""),
            (r#"{"choices":[1,null,[]]}"#, ""),
            (r#"{"choices":[],"usage":{"total_tokens":1}}"#, ""),
            (r#"{"choices":7}"#, ""),
            ("{}", ""),
        ] {
            assert_eq!(chunk_text(json).as_deref(), Some(words), "{json}");
            let whole = json.replace("delta", "message");
            assert_eq!(completion_text(&whole).as_deref(), Some(words), "{whole}");
        }
        for json in ["", "null", "[]", "\"x\"", "7", "{", "{} x", "[DONE]"] {
            assert_eq!(chunk_text(json), None, "{json}");
        }
    }
}
