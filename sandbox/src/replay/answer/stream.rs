//! A chat's answer as an event stream.

use serde::Deserialize;
use serde_json::{Value, json};

use super::chat::{More, checked_finish, finish_reason};
use super::error::ErrorReply;
use super::tool_call::ToolCall;
use super::{Body, now};
use crate::replay::request_facts::RequestFacts;
use crate::replay::script_error::{expected, given, read};
use crate::service::count_words;

#[derive(Clone, Debug)]
pub(super) struct Stream {
    pieces: Vec<Piece>,
    /// Text, or null for a stream without a `finish_reason`.
    finish_reason: Value,
    /// Whether it ends after its pieces, without a `finish_reason`, usage and `[DONE]`.
    pub(super) cut: bool,
    more: More,
}

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Delta(Value),
    ToolCalls(Vec<ToolCall>),
    /// An event with any data.
    Data(String),
    /// An error event, the last one.
    Error(Value),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    pieces: Vec<Value>,
    #[serde(default, deserialize_with = "given")]
    finish_reason: Option<Value>,
    #[serde(default)]
    cut: bool,
    id: Option<String>,
    model: Option<String>,
    usage: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PieceFields {
    delta: Option<Value>,
    tool_calls: Option<Vec<Value>>,
    data: Option<Value>,
    error: Option<Value>,
}

impl Stream {
    pub(super) fn parse(json: &Value) -> Result<Self, String> {
        let (fields, place) = match json {
            Value::Array(pieces) => (json!({"pieces": pieces}), "stream"),
            Value::Object(_) => (json.clone(), "stream.pieces"),
            other => return Err(expected("stream", "a list of pieces or an object", other)),
        };
        let fields: Fields = read(&fields, "stream")?;
        let mut calls = 0;
        let mut pieces = Vec::new();
        for (index, piece) in fields.pieces.iter().enumerate() {
            let piece = Piece::parse(piece, &format!("{place}[{index}]"), &mut calls)?;
            let is_last = index + 1 == fields.pieces.len();
            if matches!(piece, Piece::Error(_)) && !is_last {
                return Err(format!("{place}[{index}]: an error must be the last piece"));
            }
            pieces.push(piece);
        }
        let finish = checked_finish(fields.finish_reason, "stream", finish_reason(calls > 0))?;
        let more = More {
            id: fields.id,
            model: fields.model,
            usage: fields.usage,
        };
        Ok(Self {
            cut: fields.cut,
            ..Self::new(pieces, finish, more)
        })
    }

    pub(super) fn new(pieces: Vec<Piece>, finish_reason: Value, more: More) -> Self {
        Self {
            pieces,
            finish_reason,
            cut: false,
            more,
        }
    }

    /// `whole`: the body's end is written after the events.
    pub(super) fn body(&self, request: &RequestFacts, whole: bool) -> Body {
        let chunk = |delta: Value, finish_reason: &Value| {
            let choice = json!({
                "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason,
            });
            self.chunk(request, json!([choice]), Value::Null)
        };
        // As in the service: an answer of tool calls alone has no text, not an empty one.
        let content = match self.pieces.first() {
            Some(Piece::ToolCalls(_)) => Value::Null,
            _ => json!(""),
        };
        let role = json!({"role": "assistant", "content": content});
        let mut events = vec![chunk(role, &Value::Null)];
        let (mut calls, mut tokens, mut failed) = (0, 0, false);
        for piece in &self.pieces {
            match piece {
                Piece::Delta(delta) => {
                    tokens += delta["content"].as_str().map_or(0, count_words);
                    events.push(chunk(delta.clone(), &Value::Null));
                }
                Piece::ToolCalls(more) => {
                    for call in more {
                        tokens += call.words();
                        let deltas = call.deltas(calls).into_iter();
                        events.extend(deltas.map(|delta| chunk(delta, &Value::Null)));
                        calls += 1;
                    }
                }
                Piece::Data(data) => events.push(event(data)),
                Piece::Error(error) => {
                    events.push(event(&error.to_string()));
                    failed = true;
                }
            }
        }
        if !self.cut && !failed {
            if !self.finish_reason.is_null() {
                events.push(chunk(json!({}), &self.finish_reason));
            }
            if request.wants_usage() || self.more.usage.is_some() {
                let usage = self.more.usage(request, tokens);
                events.push(self.chunk(request, json!([]), usage));
            }
            events.push(event("[DONE]"));
        }
        Body::Events { events, whole }
    }

    fn chunk(&self, request: &RequestFacts, choices: Value, usage: Value) -> Vec<u8> {
        let mut chunk = json!({
            "id": self.more.id(request),
            "object": "chat.completion.chunk",
            "created": now(),
            "model": self.more.model(request),
            "choices": choices,
        });
        // As in the sandbox: left out unless the request asks for usage, and null until the last.
        if request.wants_usage() || !usage.is_null() {
            chunk["usage"] = usage;
        }
        event(&chunk.to_string())
    }
}

impl Piece {
    /// `calls` counts the tool calls of all pieces.
    fn parse(json: &Value, place: &str, calls: &mut usize) -> Result<Self, String> {
        let fields: PieceFields = match json {
            Value::String(text) => return Ok(Self::Delta(json!({"content": text}))),
            Value::Object(_) => read(json, place)?,
            other => return Err(expected(place, "text or an object", other)),
        };
        match (fields.delta, fields.tool_calls, fields.data, fields.error) {
            (Some(delta), None, None, None) if delta.is_object() => Ok(Self::Delta(delta)),
            (Some(other), None, None, None) => {
                Err(expected(&format!("{place}.delta"), "an object", &other))
            }
            (None, Some(given), None, None) => {
                let mut made = Vec::new();
                for (index, call) in given.iter().enumerate() {
                    let place = format!("{place}.tool_calls[{index}]");
                    made.push(ToolCall::parse(call, &place, *calls)?);
                    *calls += 1;
                }
                Ok(Self::ToolCalls(made))
            }
            (None, None, Some(Value::String(text)), None) => Ok(Self::Data(text)),
            (None, None, Some(value), None) => Ok(Self::Data(value.to_string())),
            (None, None, None, Some(error)) => {
                let error = ErrorReply::parse_event(&error, &format!("{place}.error"))?;
                Ok(Self::Error(error))
            }
            _ => Err(format!(
                "{place}: give one of delta, tool_calls, data and error"
            )),
        }
    }
}

fn event(data: &str) -> Vec<u8> {
    let mut event = String::new();
    for line in data.split('\n') {
        event += "data: ";
        event += line;
        event += "\n";
    }
    event += "\n";
    event.into_bytes()
}
