//! The report as JSON: the requests, the connections, and the problems.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::check;
use super::recording::{Close, Recording, Request};
use super::script::Script;

#[derive(Serialize)]
pub(super) struct Report {
    requests: Vec<Entry>,
    connections: usize,
    closes: Vec<Close>,
    waits_ms: Vec<u64>,
    pub(super) ok: bool,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Entry {
    method: Option<String>,
    target: Option<String>,
    headers: Vec<(String, String)>,
    /// The body if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// The body if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    /// Its whole length; a very long body is not shown whole.
    body_bytes: u64,
    /// Whether all of it arrived.
    complete: bool,
    connection: usize,
    at_ms: u64,
    answered_at_ms: Option<u64>,
}

impl Report {
    pub(super) fn new(recording: &Recording, script: &Script) -> Self {
        let problems = check::problems(script, recording);
        Self {
            requests: recording.requests.iter().map(Entry::new).collect(),
            connections: recording.connections,
            closes: recording.closes.clone(),
            waits_ms: check::waits_ms(recording),
            ok: problems.is_empty(),
            problems,
        }
    }
}

impl Entry {
    fn new(request: &Request) -> Self {
        let text = String::from_utf8(request.body.kept.clone());
        let (body, body_base64) = match text {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes.as_bytes()))),
        };
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body,
            body_base64,
            body_bytes: request.body.length,
            complete: request.body.complete,
            connection: request.connection,
            at_ms: request.at_ms,
            answered_at_ms: request.answered_at_ms,
        }
    }
}
