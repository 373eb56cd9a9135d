//! A chat's answer, whole.

use serde::Deserialize;
use serde_json::{Value, json};

use super::now;
use super::stream::{Piece, Stream};
use crate::replay::asked::Asked;
use crate::replay::script_error::{expected, given, read};
use crate::service::count_words;

/// What the assistant says, and calls.
#[derive(Clone, Debug)]
pub(super) struct Chat {
    content: Option<String>,
    refusal: Option<String>,
    tool_calls: Vec<ToolCall>,
    /// Text or null.
    finish_reason: Value,
    pub(super) more: More,
}

/// What an answer may say beside its words.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) usage: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    /// Stands in a message that is copied; there is but one.
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
        let fields = match json {
            Value::String(text) => json!({"content": text}),
            Value::Object(_) => json.clone(),
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
        if fields.content.is_none() && fields.refusal.is_none() && tool_calls.is_empty() {
            return Err("chat: give content, tool_calls or refusal".into());
        }
        let usual = finish_reason(!tool_calls.is_empty());
        Ok(Self {
            content: fields.content,
            refusal: fields.refusal,
            tool_calls,
            finish_reason: checked_finish(fields.finish_reason, "chat", usual)?,
            more: More {
                id: fields.id,
                model: fields.model,
                usage: fields.usage,
            },
        })
    }

    pub(super) fn whole(&self, asked: &Asked) -> Value {
        let mut message = json!({
            "role": "assistant", "content": self.content, "refusal": self.refusal,
        });
        if !self.tool_calls.is_empty() {
            let calls = self.tool_calls.iter().map(ToolCall::json);
            message["tool_calls"] = calls.collect();
        }
        json!({
            "id": self.more.id(asked),
            "object": "chat.completion",
            "created": now(),
            "model": self.more.model(asked),
            "choices": [{
                "index": 0,
                "message": message,
                "logprobs": null,
                "finish_reason": self.finish_reason,
            }],
            "usage": self.more.usage(asked, self.words()),
        })
    }

    /// The same for a request that wants a stream.
    pub(super) fn stream(&self) -> Stream {
        let mut pieces = Vec::new();
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
    pub(super) fn id(&self, asked: &Asked) -> String {
        let numbered = || format!("chatcmpl-replay-{}", asked.number);
        self.id.clone().unwrap_or_else(numbered)
    }

    pub(super) fn model<'a>(&'a self, asked: &'a Asked) -> &'a str {
        self.model.as_deref().unwrap_or(asked.model())
    }

    pub(super) fn usage(&self, asked: &Asked, completion_tokens: u64) -> Value {
        let prompt_tokens = asked.prompt_tokens();
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

/// Why an answer ends unless the script says why.
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

/// A call of a tool, in short (`{"name", "arguments"}`) or as the API writes it.
#[derive(Clone, Debug)]
pub(super) struct ToolCall {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallFields {
    id: Option<String>,
    r#type: Option<String>,
    function: Option<Function>,
    name: Option<String>,
    arguments: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Function {
    name: String,
    arguments: Option<Value>,
}

impl ToolCall {
    pub(super) fn parse(json: &Value, place: &str, index: usize) -> Result<Self, String> {
        if !json.is_object() {
            return Err(expected(place, "an object", json));
        }
        let fields: CallFields = read(json, place)?;
        if let Some(kind) = fields.r#type.filter(|kind| kind != "function") {
            return Err(format!("{place}.type: expected \"function\", not {kind:?}"));
        }
        let (name, arguments) = match (fields.function, fields.name) {
            (Some(function), None) if fields.arguments.is_none() => {
                (function.name, function.arguments)
            }
            (None, Some(name)) => (name, fields.arguments),
            (None, None) => return Err(format!("{place}: give the name of the function")),
            _ => {
                return Err(format!(
                    "{place}: give name and arguments, or function, not both"
                ));
            }
        };
        Ok(Self {
            id: fields.id.unwrap_or_else(|| format!("call_{}", index + 1)),
            name,
            arguments: match arguments {
                None => "{}".into(),
                // As it stands, so that a script can say what is not JSON.
                Some(Value::String(text)) => text,
                Some(value) => value.to_string(),
            },
        })
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "type": "function",
            "function": {"name": self.name, "arguments": self.arguments},
        })
    }

    /// The call as the deltas of a stream: first its name, then its arguments.
    pub(super) fn deltas(&self, index: usize) -> [Value; 2] {
        let first = json!({
            "index": index,
            "id": self.id,
            "type": "function",
            "function": {"name": self.name, "arguments": ""},
        });
        let rest = json!({"index": index, "function": {"arguments": self.arguments}});
        [first, rest].map(|call| json!({"tool_calls": [call]}))
    }

    pub(super) fn words(&self) -> u64 {
        count_words(&self.name) + count_words(&self.arguments)
    }
}
