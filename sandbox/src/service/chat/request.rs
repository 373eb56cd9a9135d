//! Reads a chat request. Fields that the sandbox does not know are ignored.

use serde_json::Value;

use super::count_words;
use crate::service::api_error::ApiError;
use crate::service::fields::{Object, boolean, integer, optional, required, type_name};
use crate::service::models::{Task, named_in};

const ROLES: [&str; 6] = [
    "developer",
    "system",
    "user",
    "assistant",
    "tool",
    "function",
];

#[derive(Debug)]
pub(super) struct ChatRequest {
    pub(super) model: &'static str,
    /// The text of the user's last message.
    pub(super) said: String,
    pub(super) prompt_tokens: u64,
    pub(super) choices: u64,
    /// Absent if the request does not ask for a stream.
    pub(super) stream: Option<StreamOptions>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct StreamOptions {
    pub(super) include_usage: bool,
}

impl ChatRequest {
    pub(super) fn parse(body: &Object) -> Result<Self, ApiError> {
        let model = named_in(body, Task::Chat)?.id;
        let messages = messages(body)?;
        let said = messages.iter().rev().find(|message| message.role == "user");
        Ok(Self {
            model,
            said: said.map(|message| message.text.clone()).unwrap_or_default(),
            prompt_tokens: messages
                .iter()
                .map(|message| count_words(&message.text))
                .sum(),
            choices: integer(body, "n", 1..=128)?.unwrap_or(1),
            stream: stream(body)?,
        })
    }
}

struct Message<'a> {
    role: &'a str,
    text: String,
}

fn messages(body: &Object) -> Result<Vec<Message<'_>>, ApiError> {
    match required(body, "messages")? {
        Value::Array(items) if items.is_empty() => Err(ApiError::field(
            "messages",
            "`messages` must have at least one message.",
        )),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| message(index, item))
            .collect(),
        other => Err(ApiError::field(
            "messages",
            format!("`messages` must be a list, not {}.", type_name(other)),
        )),
    }
}

fn message(index: usize, item: &Value) -> Result<Message<'_>, ApiError> {
    let wrong = |field: &str, expected: String| {
        let param = format!("messages[{index}]{field}");
        let message = format!("`{param}` must be {expected}.");
        ApiError::field(param, message)
    };
    let Value::Object(fields) = item else {
        return Err(wrong("", format!("an object, not {}", type_name(item))));
    };
    let role = match fields.get("role").and_then(Value::as_str) {
        Some(role) if ROLES.contains(&role) => role,
        _ => return Err(wrong(".role", format!("one of {}", ROLES.join(", ")))),
    };
    let text = match optional(fields, "content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts_text(parts)
            .map_err(|(part, expected)| wrong(&format!(".content[{part}]"), expected.into()))?,
        // An assistant's message with a tool call may have no content.
        None if role == "assistant" => String::new(),
        other => {
            let found = other.map_or("nothing", type_name);
            return Err(wrong(
                ".content",
                format!("text or a list of parts, not {found}"),
            ));
        }
    };
    Ok(Message { role, text })
}

/// The text parts, one on each line. Images, sound and files are accepted and ignored.
fn parts_text(parts: &[Value]) -> Result<String, (usize, &'static str)> {
    let mut texts = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let kind = part.get("type").and_then(Value::as_str);
        match kind.ok_or((index, "an object with a `type`"))? {
            "text" => {
                let text = part.get("text").and_then(Value::as_str);
                texts.push(text.ok_or((index, "a text part with a `text`"))?);
            }
            _ => continue,
        }
    }
    Ok(texts.join("\n"))
}

fn stream(body: &Object) -> Result<Option<StreamOptions>, ApiError> {
    let options = match optional(body, "stream_options") {
        None => None,
        Some(Value::Object(options)) => Some(options),
        Some(other) => {
            return Err(ApiError::field(
                "stream_options",
                format!(
                    "`stream_options` must be an object, not {}.",
                    type_name(other)
                ),
            ));
        }
    };
    if boolean(body, "stream")? != Some(true) {
        return match options {
            None => Ok(None),
            Some(_) => Err(ApiError::field(
                "stream_options",
                "`stream_options` is only allowed with `stream` true.",
            )),
        };
    }
    let include_usage = match options {
        Some(options) => boolean(options, "include_usage")?.unwrap_or(false),
        None => false,
    };
    Ok(Some(StreamOptions { include_usage }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(body: Value) -> Result<ChatRequest, String> {
        let error = |error: ApiError| format!("{error:?}");
        ChatRequest::parse(body.as_object().unwrap()).map_err(error)
    }

    #[test]
    fn the_last_user_message_is_repeated() {
        let request = parse(json!({"model": "gpt-5", "messages": [
            {"role": "user", "content": "one"},
            {"role": "user", "content": [
                {"type": "text", "text": "two three"},
                {"type": "image_url", "image_url": {"url": "x"}},
            ]},
            {"role": "assistant", "content": null},
        ]}))
        .unwrap();
        assert_eq!(request.said, "two three");
        assert_eq!(request.prompt_tokens, 3);
        assert_eq!(request.choices, 1);
        assert!(request.stream.is_none());
    }

    #[test]
    fn an_error_names_the_place() {
        let ask = |messages: Value| parse(json!({"model": "gpt-5", "messages": messages}));
        for (messages, place) in [
            (json!([]), "messages"),
            (json!("Hello"), "messages"),
            (json!(["Hello"]), "messages[0]"),
            (
                json!([{"role": "boss", "content": "x"}]),
                "messages[0].role",
            ),
            (json!([{"role": "user"}]), "messages[0].content"),
            (
                json!([{"role": "user", "content": 5}]),
                "messages[0].content",
            ),
            (
                json!([{"role": "user", "content": [{"text": "x"}]}]),
                "messages[0].content[0]",
            ),
        ] {
            let error = ask(messages).unwrap_err();
            assert!(
                error.contains(&format!("param: Some({place:?})")),
                "{error}"
            );
        }
    }
}
