//! Reading a reply from the script's JSON.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::reply::{At, Pace, Play, Repeat, Reply, Then};

/// The pause between two pieces: enough for the other side to read them one by
/// one.
const DEFAULT_PIECE_DELAY_MS: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    status: Option<u16>,
    reason: Option<String>,
    headers: Option<Vec<(String, String)>>,
    body: Option<String>,
    body_base64: Option<String>,
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
                Ok(Self::Play(Play {
                    head,
                    body,
                    ..Play::silent(then)
                }))
            }
            Value::String(word) => match word.as_str() {
                "refuse" => Ok(Self::Refuse),
                "close" => Ok(Self::Play(Play::silent(Then::Close))),
                "reset" => Ok(Self::Play(Play::silent(Then::Reset))),
                "stall" => Ok(Self::Play(Play::silent(Then::Stall))),
                other => Err(format!(
                    "expected \"close\", \"reset\", \"stall\" or \"refuse\", not {other:?}"
                )),
            },
            Value::Object(_) => Play::parse(json).map(Self::Play),
            _ => Err("expected a status, a word or an object".into()),
        }
    }
}

impl Play {
    fn parse(json: &Value) -> Result<Self, String> {
        let fields = Fields::deserialize(json).map_err(|error| error.to_string())?;
        let raw = bytes("raw", fields.raw, fields.raw_base64)?;
        let body = bytes("body", fields.body, fields.body_base64)?;
        let http_fields = fields.reason.is_some() || fields.headers.is_some() || body.is_some();
        let (head, body, then) = match (fields.status, raw) {
            (Some(status), None) => {
                let (head, body, then) = http(status, fields.reason, fields.headers, body)?;
                (head, body, Some(then))
            }
            (None, raw) if http_fields => {
                let with = if raw.is_some() { "raw" } else { "no status" };
                return Err(format!(
                    "reason, headers and body make no sense with {with}"
                ));
            }
            (None, Some(raw)) => (raw, Vec::new(), Some(Then::Close)),
            (None, None) => (Vec::new(), Vec::new(), None),
            (Some(_), Some(_)) => return Err("give status or raw, not both".into()),
        };
        let repeat = match fields.repeat {
            None => None,
            Some(repeat) => Some(Repeat {
                bytes: bytes("repeat.raw", repeat.raw, repeat.raw_base64)?
                    .filter(|bytes| !bytes.is_empty())
                    .ok_or("repeat: give raw or raw_base64")?,
                times: repeat.times,
            }),
        };
        // What is repeated comes after the declared end, so nothing can follow.
        let then = then.map(|then| if repeat.is_some() { Then::Close } else { then });
        if fields.chunk_bytes == Some(0) || fields.split.contains(&0) {
            return Err("split and chunk_bytes: a piece has at least 1 byte".into());
        }
        let pieces = fields.chunk_bytes.is_some() || !fields.split.is_empty();
        let delay = fields
            .delay_ms
            .unwrap_or(if pieces { DEFAULT_PIECE_DELAY_MS } else { 0 });
        Ok(Self {
            at: fields.at,
            delay_before: Duration::from_millis(fields.delay_before_ms),
            head,
            body,
            pace: Pace {
                sizes: fields.split,
                rest: fields.chunk_bytes,
                delay: Duration::from_millis(delay),
            },
            repeat,
            then: fields
                .then
                .or(then)
                .ok_or("nothing to do: give status, raw, raw_base64 or then")?,
        })
    }
}

/// Head and body of a well-formed reply (as far as the given headers let it be
/// one), and whether the connection can be used again after it.
fn http(
    status: u16,
    reason: Option<String>,
    headers: Option<Vec<(String, String)>>,
    body: Option<Vec<u8>>,
) -> Result<(Vec<u8>, Vec<u8>, Then), String> {
    if !(100..=999).contains(&status) {
        return Err("a status is a whole number from 100 to 999".into());
    }
    let mut headers = headers.unwrap_or_default();
    let bodiless = status < 200 || status == 204 || status == 304;
    let body = body.unwrap_or_else(|| {
        let text = match status {
            _ if bodiless => return Vec::new(),
            200 => r#"{"object":"list","data":[]}"#,
            _ => r#"{"error":{"message":"replayed"}}"#,
        };
        if value(&headers, "content-type").is_none() {
            headers.push(("content-type".into(), "application/json".into()));
        }
        text.into()
    });
    let framed = value(&headers, "transfer-encoding").is_some()
        || value(&headers, "content-length").is_some();
    if !framed && !bodiless {
        headers.push(("content-length".into(), body.len().to_string()));
    }
    let canonical = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or_else(|| canonical.unwrap_or("Replayed").into());
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in &headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    let length = value(&headers, "content-length");
    let whole = bodiless || length == Some(body.len().to_string().as_str());
    let closing = value(&headers, "connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
    let then = if whole && !closing {
        Then::Keep
    } else {
        Then::Close
    };
    Ok((head.into_bytes(), body, then))
}

fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers
        .iter()
        .filter(|header| header.0.eq_ignore_ascii_case(name));
    found.next().map(|header| header.1.as_str())
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

    fn play(json: Value) -> Play {
        match Reply::parse(&json).unwrap() {
            Reply::Play(play) => play,
            Reply::Refuse => panic!("a refusal"),
        }
    }

    #[test]
    fn a_status_alone_is_a_whole_reply() {
        let play = play(json!(503));
        let head = String::from_utf8(play.head).unwrap();
        assert_eq!(
            head,
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
             content-length: 32\r\n\r\n"
        );
        assert_eq!(play.then, Then::Keep);
    }

    #[test]
    fn a_reply_that_is_not_whole_ends_the_connection() {
        for json in [
            json!({"status": 200, "headers": [["content-length", "99"]], "body": "short"}),
            json!({"status": 200, "headers": [["transfer-encoding", "chunked"]], "body": ""}),
            json!({"status": 200, "headers": [["connection", "close"]], "body": ""}),
            json!({"raw": "HTTP/1.1 200 OK\r\n\r\n"}),
        ] {
            assert_eq!(play(json.clone()).then, Then::Close, "{json}");
        }
    }
}
