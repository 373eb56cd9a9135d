//! The words of an answer, for programs that do not parse its JSON.

use serde_json::Value;

use super::any_json;
use crate::json;

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

fn content(text: &str, inner: &str) -> Option<String> {
    let choices = member(text, "choices")?;
    let content = || {
        let first = elements(choices?)?.into_iter().find(|it| is_first(it))?;
        let message = member(first, inner)??;
        text_of(member(message, "content")??)
    };
    Some(content().unwrap_or_default())
}

/// The value of a JSON string. A half of a character, which other parsers let through, becomes
/// U+FFFD.
fn text_of(value: &str) -> Option<String> {
    if let Some(text) = json::string(value) {
        return Some(text.into_owned());
    }
    match any_json::read(value)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Whether a choice is the first one. Some services leave out the index.
fn is_first(choice: &str) -> bool {
    match member(choice, "index") {
        Some(index) => matches!(index, None | Some("0" | "null")),
        None => false,
    }
}

/// The elements of a JSON list; `None` if it is another value.
fn elements(list: &str) -> Option<Vec<&str>> {
    let found = json::read(list, |walk| {
        let mut found = Vec::new();
        walk.list(|walk| {
            found.push(walk.value()?);
            Ok(())
        })?;
        Ok(found)
    });
    found.ok()
}

/// A member of a JSON object, the last one if it occurs twice; `None` if the text is no object.
fn member<'a>(object: &'a str, name: &str) -> Option<Option<&'a str>> {
    let found = json::read(object, |walk| {
        let mut found = None;
        walk.object(|each, walk| {
            let value = walk.value()?;
            if each == name.as_bytes() {
                found = Some(value);
            }
            Ok(())
        })?;
        Ok(found)
    });
    found.ok()
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
