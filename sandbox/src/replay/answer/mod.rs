//! Replies in the API's shape: a chat's answer, a stream, vectors, models, an
//! error. The script gives only the fields that matter. A reply is made when its
//! request arrives, and names the request's model.

mod chat;
mod error;
mod lists;
mod stream;
mod tool_call;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::http_head::{http, value};
use super::reply::{At, ScriptedReply, Then};
use super::request_facts::{Endpoint, RequestFacts};
use chat::Chat;
use error::ErrorReply;
use lists::{Embeddings, Model, Models};
use stream::Stream;

/// The content of a scripted reply.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    content: Content,
    headers: Vec<(String, String)>,
    /// The script's fields for the connection.
    then: Option<Then>,
}

#[derive(Clone, Debug)]
enum Content {
    Chat(Chat),
    Stream(Stream),
    Error(ErrorReply),
    Embeddings(Embeddings),
    Models(Models),
    Model(Model),
}

/// A body and its framing.
pub(super) enum Body {
    Json(Value),
    /// The events, each written separately. `whole`: the body's end is written too.
    Events {
        events: Vec<Vec<u8>>,
        whole: bool,
    },
}

impl Answer {
    /// Reads the field `name` of a reply; the other arguments are from the fields beside it.
    pub(super) fn parse(
        name: &str,
        json: &Value,
        status: Option<u16>,
        headers: Vec<(String, String)>,
        then: Option<Then>,
    ) -> Result<Self, String> {
        if status.is_some() && name != "error" {
            return Err(format!(
                "status: the answer to {name} is a 200; give a status with json or body"
            ));
        }
        let content = match name {
            "chat" => Content::Chat(Chat::parse(json)?),
            "stream" => Content::Stream(Stream::parse(json)?),
            "error" => Content::Error(ErrorReply::parse(json, status)?),
            "embedding" => Content::Embeddings(Embeddings::parse_one(json)?),
            "embeddings" => Content::Embeddings(Embeddings::parse_all(json)?),
            "models" => Content::Models(Models::parse(json)?),
            _ => Content::Model(Model::parse(json, "model")?),
        };
        Ok(Self {
            content,
            headers,
            then,
        })
    }

    /// The answer to a request that comes after the last reply.
    pub(super) fn no_reply_left() -> Self {
        Self {
            content: Content::Error(ErrorReply::no_reply_left()),
            headers: Vec::new(),
            then: None,
        }
    }

    /// When the answer can begin: an answer that names the request's model waits for its body.
    pub(super) fn check_at(&self, at: At) -> Result<(), String> {
        let waits = match self.content {
            Content::Error(_) => false,
            Content::Models(_) | Content::Model(_) => at == At::Connect,
            Content::Chat(_) | Content::Stream(_) | Content::Embeddings(_) => at != At::Request,
        };
        match waits {
            true => Err(
                "at: an answer to the request cannot begin before the whole request has arrived"
                    .into(),
            ),
            false => Ok(()),
        }
    }

    /// Why this reply does not fit the request; the report has it as a problem.
    pub(super) fn mismatch(&self, request: &RequestFacts) -> Option<String> {
        let (name, endpoint) = match &self.content {
            Content::Error(_) => return None,
            Content::Chat(_) => ("chat", Endpoint::Chat),
            Content::Stream(_) => ("stream", Endpoint::Chat),
            Content::Embeddings(_) => ("embeddings", Endpoint::Embeddings),
            Content::Models(_) => ("models", Endpoint::Models),
            Content::Model(_) => ("model", Endpoint::Model),
        };
        let target = request.target();
        if Endpoint::of(target).is_some_and(|other| other != endpoint) {
            return Some(format!("the reply to {target} is {name}"));
        }
        match &self.content {
            Content::Embeddings(embeddings) => embeddings.mismatch(request),
            _ => None,
        }
    }

    /// The reply to this request: `reply` with its head and body.
    pub(super) fn reply_to(&self, reply: &ScriptedReply, request: &RequestFacts) -> ScriptedReply {
        let mut headers = self.headers.clone();
        let mut default = |name: &str, text: String| {
            if value(&headers, name).is_none() {
                headers.push((name.into(), text));
            }
        };
        default("x-request-id", format!("req_replay_{}", request.number));
        let (status, body) = match &self.content {
            Content::Error(error) => {
                if let Some(seconds) = &error.retry_after {
                    default("retry-after", seconds.clone());
                }
                (error.status, Body::Json(error.body()))
            }
            Content::Chat(chat) if request.wants_stream() => {
                (200, chat.stream().body(request, true))
            }
            Content::Chat(chat) => (200, Body::Json(chat.whole(request))),
            Content::Stream(stream) => {
                // A stream that is cut off ends its connection in the middle of the body.
                let breaks = stream.cut && self.then.is_some_and(|then| then != Then::Keep);
                (200, stream.body(request, !breaks))
            }
            Content::Embeddings(embeddings) => (200, Body::Json(embeddings.body(request))),
            Content::Models(models) => (200, Body::Json(models.body())),
            Content::Model(model) => (200, Body::Json(model.body())),
        };
        let made = match body {
            Body::Json(json) => {
                default("content-type", "application/json".into());
                http(
                    status,
                    None,
                    Some(headers),
                    Some(json.to_string().into_bytes()),
                )
                .map(|(head, body, then)| (head, body, then, Vec::new()))
            }
            Body::Events { events, whole } => {
                default("content-type", "text/event-stream".into());
                default("cache-control", "no-cache".into());
                events_reply(headers, events, whole)
            }
        };
        // The script was checked when it was read.
        let Ok((head, body, usual, sizes)) = made else {
            return ScriptedReply::silent(Then::Close);
        };
        let mut reply = ScriptedReply {
            head,
            body,
            then: self.then.unwrap_or(usual),
            ..reply.clone()
        };
        if reply.pace.sizes.is_empty() && reply.pace.rest.is_none() {
            reply.pace.sizes = sizes;
        }
        reply
    }
}

type Made = (Vec<u8>, Vec<u8>, Then, Vec<usize>);

/// Head and body of an event stream, and the sizes of its pieces. The body is chunked, so that
/// the connection can be kept.
fn events_reply(
    mut headers: Vec<(String, String)>,
    events: Vec<Vec<u8>>,
    whole: bool,
) -> Result<Made, String> {
    headers.push(("transfer-encoding".into(), "chunked".into()));
    let closing = value(&headers, "connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
    let mut pieces: Vec<Vec<u8>> = events.iter().map(|event| chunk(event)).collect();
    if whole {
        match pieces.last_mut() {
            Some(last) => last.extend_from_slice(b"0\r\n\r\n"),
            None => pieces.push(b"0\r\n\r\n".to_vec()),
        }
    }
    let (head, body, _) = http(200, None, Some(headers), Some(pieces.concat()))?;
    let then = match whole && !closing {
        true => Then::Keep,
        false => Then::Close,
    };
    let sizes = [head.len()].into_iter();
    let sizes = sizes.chain(pieces.iter().map(Vec::len)).collect();
    Ok((head, body, then, sizes))
}

fn chunk(event: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", event.len()).into_bytes();
    chunk.extend_from_slice(event);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
