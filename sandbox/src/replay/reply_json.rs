//! Reading a reply from the script's JSON.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::answer::Answer;
use super::http_head::{FRAMING, check_header, check_header_value, http, value};
use super::reply::{At, Pace, Repeat, Reply, ScriptedReply, Then};
use super::script_error::{given, read};
use super::script_headers::given_headers;

/// The pause between two pieces: enough for the client to read them one by one.
const DEFAULT_PIECE_DELAY_MS: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    status: Option<u16>,
    reason: Option<String>,
    #[serde(default, deserialize_with = "given_headers")]
    headers: Option<Vec<(String, String)>>,
    body: Option<String>,
    body_base64: Option<String>,
    #[serde(default, deserialize_with = "given")]
    json: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    chat: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    stream: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    error: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    embedding: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    embeddings: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    models: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    model: Option<Value>,
    raw: Option<String>,
    raw_base64: Option<String>,
    #[serde(default)]
    at: At,
    #[serde(default)]
    delay_before_ms: u64,
    #[serde(default)]
    split: Vec<usize>,
    chunk_bytes: Option<usize>,
    delay_ms: Option<u64>,
    repeat: Option<RepeatFields>,
    then: Option<Then>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepeatFields {
    raw: Option<String>,
    raw_base64: Option<String>,
    times: Option<u64>,
}

impl Reply {
    pub(super) fn parse(json: &Value) -> Result<Self, String> {
        match json {
            Value::Number(number) => {
                let status = number
                    .as_u64()
                    .and_then(|status| u16::try_from(status).ok());
                let status = status.ok_or("a status is a whole number from 100 to 999")?;
                let (head, body, then) = http(status, None, None, None)?;
                Ok(Self::Scripted(ScriptedReply {
                    head,
                    body,
                    ..ScriptedReply::silent(then)
                }))
            }
            Value::String(word) => match word.as_str() {
                "refuse" => Ok(Self::Refuse),
                "close" => Ok(Self::Scripted(ScriptedReply::silent(Then::Close))),
                "reset" => Ok(Self::Scripted(ScriptedReply::silent(Then::Reset))),
                "stall" => Ok(Self::Scripted(ScriptedReply::silent(Then::Stall))),
                other => Err(format!(
                    "expected \"close\", \"reset\", \"stall\" or \"refuse\", not {other:?}; \
                     {{\"chat\": {other:?}}} answers with these words"
                )),
            },
            Value::Object(_) => ScriptedReply::parse(json).map(Self::Scripted),
            _ => Err("expected a status, a word or an object".into()),
        }
    }
}

impl ScriptedReply {
    fn parse(json: &Value) -> Result<Self, String> {
        let mut fields: Fields = read(json, "")?;
        let (content, then) = fields.content()?;
        let repeat = fields.repeat()?;
        // Repeated bytes come after the declared end, so no reply can follow.
        let then = then.map(|then| if repeat.is_some() { Then::Close } else { then });
        if fields.chunk_bytes == Some(0) || fields.split.contains(&0) {
            return Err("split and chunk_bytes: a piece must have at least 1 byte".into());
        }
        let (head, body, answer) = match content {
            Content::Fixed(head, body) => (head, body, None),
            Content::Made(answer) => (Vec::new(), Vec::new(), Some(Arc::new(answer))),
        };
        let pieces = fields.chunk_bytes.is_some() || !fields.split.is_empty() || answer.is_some();
        let delay = fields
            .delay_ms
            .unwrap_or(if pieces { DEFAULT_PIECE_DELAY_MS } else { 0 });
        Ok(Self {
            at: fields.at,
            delay_before: Duration::from_millis(fields.delay_before_ms),
            head,
            body,
            answer,
            pace: Pace {
                sizes: fields.split,
                rest: fields.chunk_bytes,
                delay: Duration::from_millis(delay),
            },
            repeat,
            then: fields.then.or(then).ok_or(
                "nothing to do: give chat, stream, error, embedding, embeddings, models, model, \
                 json, status, raw, raw_base64 or then",
            )?,
        })
    }
}

/// The bytes to write.
enum Content {
    /// Head and body.
    Fixed(Vec<u8>, Vec<u8>),
    /// An answer that depends on the request.
    Made(Answer),
}

impl Fields {
    /// The bytes to write, and the default for the connection after them.
    fn content(&mut self) -> Result<(Content, Option<Then>), String> {
        if let Some(answer) = self.answer()? {
            return Ok((Content::Made(answer), Some(Then::Keep)));
        }
        let raw = bytes("raw", self.raw.take(), self.raw_base64.take())?;
        let body = bytes("body", self.body.take(), self.body_base64.take())?;
        let body = match self.json.take() {
            None => body,
            Some(_) if body.is_some() => return Err("give json or body, not both".into()),
            Some(json) => {
                self.status.get_or_insert(200);
                if let Some(reason) = &self.reason {
                    check_header_value("reason", reason)?;
                }
                let headers = self.headers.get_or_insert_default();
                check_headers("json", headers)?;
                if value(headers, "content-type").is_none() {
                    headers.push(("content-type".into(), "application/json".into()));
                }
                Some(json.to_string().into_bytes())
            }
        };
        let http_fields = self.reason.is_some() || self.headers.is_some() || body.is_some();
        Ok(match (self.status, raw) {
            (Some(status), None) => {
                let (reason, headers) = (self.reason.take(), self.headers.take());
                let (head, body, then) = http(status, reason, headers, body)?;
                (Content::Fixed(head, body), Some(then))
            }
            (None, raw) if http_fields => {
                let with = if raw.is_some() { "raw" } else { "no status" };
                return Err(format!(
                    "reason, headers and body are not possible with {with}"
                ));
            }
            (None, Some(raw)) => (Content::Fixed(raw, Vec::new()), Some(Then::Close)),
            (None, None) => (Content::Fixed(Vec::new(), Vec::new()), None),
            (Some(_), Some(_)) => return Err("give status or raw, not both".into()),
        })
    }

    /// The answer in the API's shape, if the reply is one.
    fn answer(&mut self) -> Result<Option<Answer>, String> {
        let answers = [
            ("chat", self.chat.take()),
            ("stream", self.stream.take()),
            ("error", self.error.take()),
            ("embedding", self.embedding.take()),
            ("embeddings", self.embeddings.take()),
            ("models", self.models.take()),
            ("model", self.model.take()),
        ];
        let mut answers = answers
            .into_iter()
            .filter_map(|(name, json)| json.map(|json| (name, json)));
        let Some((name, json)) = answers.next() else {
            return Ok(None);
        };
        if let Some((other, _)) = answers.next() {
            return Err(format!("give {name} or {other}, not both"));
        }
        let others = [
            ("json", self.json.is_some()),
            ("body", self.body.is_some()),
            ("body_base64", self.body_base64.is_some()),
            ("raw", self.raw.is_some()),
            ("raw_base64", self.raw_base64.is_some()),
            ("reason", self.reason.is_some()),
            ("repeat", self.repeat.is_some()),
        ];
        if let Some((other, _)) = others.iter().find(|(_, there)| *there) {
            return Err(format!("{other} is not possible with {name}"));
        }
        let headers = self.headers.take().unwrap_or_default();
        check_headers(name, &headers)?;
        let answer = Answer::parse(name, &json, self.status, headers, self.then)?;
        answer.check_at(self.at)?;
        Ok(Some(answer))
    }

    fn repeat(&mut self) -> Result<Option<Repeat>, String> {
        let Some(repeat) = self.repeat.take() else {
            return Ok(None);
        };
        let bytes = bytes("repeat.raw", repeat.raw, repeat.raw_base64)?;
        Ok(Some(Repeat {
            bytes: bytes
                .filter(|bytes| !bytes.is_empty())
                .ok_or("repeat: give raw or raw_base64")?,
            times: repeat.times,
        }))
    }
}

/// Checks that the headers beside the field `name` keep the reply well-formed. The server frames
/// its body itself.
fn check_headers(name: &str, headers: &[(String, String)]) -> Result<(), String> {
    for (index, (header, value)) in headers.iter().enumerate() {
        let place = format!("headers[{index}]");
        check_header(&place, header, value)?;
        if FRAMING.iter().any(|it| it.eq_ignore_ascii_case(header)) {
            return Err(format!(
                "{place}: {header} is not possible with {name}, whose body has its own framing; \
                 give status and body for a reply with wrong framing"
            ));
        }
    }
    Ok(())
}

fn bytes(
    name: &str,
    text: Option<String>,
    base64: Option<String>,
) -> Result<Option<Vec<u8>>, String> {
    match (text, base64) {
        (None, None) => Ok(None),
        (Some(text), None) => Ok(Some(text.into_bytes())),
        (None, Some(encoded)) => STANDARD
            .decode(encoded)
            .map(Some)
            .map_err(|error| format!("{name}_base64: {error}")),
        (Some(_), Some(_)) => Err(format!("give {name} or {name}_base64, not both")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scripted(json: Value) -> ScriptedReply {
        match Reply::parse(&json).unwrap() {
            Reply::Scripted(reply) => reply,
            Reply::Refuse => panic!("a refusal"),
        }
    }

    #[test]
    fn a_bare_status_is_a_complete_reply() {
        let reply = scripted(json!(503));
        let head = String::from_utf8(reply.head).unwrap();
        assert_eq!(
            head,
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
             content-length: 32\r\n\r\n"
        );
        assert_eq!(reply.then, Then::Keep);
    }

    #[test]
    fn an_incomplete_reply_ends_the_connection() {
        for json in [
            json!({"status": 200, "headers": [["content-length", "99"]], "body": "short"}),
            json!({"status": 200, "headers": [["transfer-encoding", "chunked"]], "body": ""}),
            json!({"status": 200, "headers": [["connection", "close"]], "body": ""}),
            json!({"raw": "HTTP/1.1 200 OK\r\n\r\n"}),
        ] {
            assert_eq!(scripted(json.clone()).then, Then::Close, "{json}");
        }
    }
}
