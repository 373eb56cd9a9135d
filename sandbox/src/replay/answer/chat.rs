//! A chat's answer in one JSON body.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::now;
use super::stream::{Piece, Stream};
use super::tool_call::ToolCall;
use crate::replay::request_facts::RequestFacts;
use crate::replay::script_error::{expected, given, read};
use crate::service::count_words;

/// The fields of `chat` in a script. With a `role`, every other field is a member of the
/// message.
const FIELDS: [&str; 8] = [
    "role",
    "content",
    "refusal",
    "tool_calls",
    "finish_reason",
    "id",
    "model",
    "usage",
];
/// Members of the API's messages that are sent unchanged, even without a `role`.
const MEMBERS: [&str; 5] = [
    "annotations",
    "audio",
    "function_call",
    "reasoning",
    "reasoning_content",
];

/// The assistant's text and tool calls.
#[derive(Clone, Debug)]
pub(super) struct Chat {
    content: Option<String>,
    refusal: Option<String>,
    tool_calls: Vec<ToolCall>,
    /// Other members of the message.
    members: Map<String, Value>,
    /// Text or null.
    finish_reason: Value,
    pub(super) more: More,
}

/// The fields of an answer besides its content.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) usage: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    /// A copied message has it; the only valid value is `assistant`.
    role: Option<String>,
    content: Option<String>,
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Vec<Value>,
    #[serde(default, deserialize_with = "given")]
    finish_reason: Option<Value>,
    id: Option<String>,
    model: Option<String>,
    usage: Option<Value>,
}

impl Chat {
    pub(super) fn parse(json: &Value) -> Result<Self, String> {
        let (fields, members) = match json {
            Value::String(text) => (json!({"content": text}), Map::new()),
            Value::Object(fields) => {
                let (members, fields) = fields.clone().into_iter().partition(|(name, value)| {
                    MEMBERS.contains(&name.as_str())
                        || name == "tool_calls" && value.is_null()
                        || fields.contains_key("role") && !FIELDS.contains(&name.as_str())
                });
                (Value::Object(fields), members)
            }
            other => return Err(expected("chat", "text or an object", other)),
        };
        let fields: Fields = read(&fields, "chat")?;
        if let Some(role) = fields.role.filter(|role| role != "assistant") {
            return Err(format!("chat.role: expected \"assistant\", not {role:?}"));
        }
        let calls = fields.tool_calls.iter().enumerate();
        let tool_calls = calls
            .map(|(index, call)| ToolCall::parse(call, &format!("chat.tool_calls[{index}]"), index))
            .collect::<Result<Vec<_>, _>>()?;
        let is_empty = fields.content.is_none() && fields.refusal.is_none();
        if is_empty && tool_calls.is_empty() && members.values().all(Value::is_null) {
            return Err("chat: give content, tool_calls or refusal".into());
        }
        let calls_function = members.get("function_call").is_some_and(Value::is_object);
        let usual = match calls_function && tool_calls.is_empty() {
            true => "function_call",
            false => finish_reason(!tool_calls.is_empty()),
        };
        Ok(Self {
            content: fields.content,
            refusal: fields.refusal,
            tool_calls,
            members,
            finish_reason: checked_finish(fields.finish_reason, "chat", usual)?,
            more: More {
                id: fields.id,
                model: fields.model,
                usage: fields.usage,
            },
        })
    }

    pub(super) fn whole(&self, request: &RequestFacts) -> Value {
        let mut message = json!({
            "role": "assistant", "content": self.content, "refusal": self.refusal,
        });
        if !self.tool_calls.is_empty() {
            let calls = self.tool_calls.iter().map(ToolCall::json);
            message["tool_calls"] = calls.collect();
        }
        for (name, value) in &self.members {
            message[name] = value.clone();
        }
        json!({
            "id": self.more.id(request),
            "object": "chat.completion",
            "created": now(),
            "model": self.more.model(request),
            "choices": [{
                "index": 0,
                "message": message,
                "logprobs": null,
                "finish_reason": self.finish_reason,
            }],
            "usage": self.more.usage(request, self.words()),
        })
    }

    /// The same as a stream.
    pub(super) fn stream(&self) -> Stream {
        let mut pieces = Vec::new();
        let members = self.members.iter().filter(|(_, value)| !value.is_null());
        let members: Map<_, _> = members.map(|(n, v)| (n.clone(), v.clone())).collect();
        if !members.is_empty() {
            pieces.push(Piece::Delta(members.into()));
        }
        if let Some(content) = &self.content {
            pieces.push(Piece::Delta(json!({"content": content})));
        }
        if let Some(refusal) = &self.refusal {
            pieces.push(Piece::Delta(json!({"refusal": refusal})));
        }
        if !self.tool_calls.is_empty() {
            pieces.push(Piece::ToolCalls(self.tool_calls.clone()));
        }
        Stream::new(pieces, self.finish_reason.clone(), self.more.clone())
    }

    fn words(&self) -> u64 {
        let said = [&self.content, &self.refusal].into_iter().flatten();
        let said: u64 = said.map(|text| count_words(text)).sum();
        said + self.tool_calls.iter().map(ToolCall::words).sum::<u64>()
    }
}

impl More {
    pub(super) fn id(&self, request: &RequestFacts) -> String {
        let numbered = || format!("chatcmpl-replay-{}", request.number);
        self.id.clone().unwrap_or_else(numbered)
    }

    pub(super) fn model<'a>(&'a self, request: &'a RequestFacts) -> &'a str {
        self.model.as_deref().unwrap_or(request.model())
    }

    pub(super) fn usage(&self, request: &RequestFacts, completion_tokens: u64) -> Value {
        let prompt_tokens = request.prompt_tokens();
        let counted = || {
            json!({
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
            })
        };
        self.usage.clone().unwrap_or_else(counted)
    }
}

/// The default `finish_reason`.
pub(super) fn finish_reason(calls_tools: bool) -> &'static str {
    match calls_tools {
        true => "tool_calls",
        false => "stop",
    }
}

pub(super) fn checked_finish(
    given: Option<Value>,
    place: &str,
    usual: &str,
) -> Result<Value, String> {
    match given {
        None => Ok(usual.into()),
        Some(reason @ (Value::Null | Value::String(_))) => Ok(reason),
        Some(other) => Err(expected(
            &format!("{place}.finish_reason"),
            "text or null",
            &other,
        )),
    }
}
