//! faults.md 1 to 26, 28 to 43, 68 to 84, 86 to 95, 101 and 103, each by its number, over real
//! sockets. CONTRIBUTING.md says which files have the other rows.

mod answers;
mod bodies;
mod chunked;
mod connection;
#[cfg(target_os = "linux")]
mod descriptors;
mod encodings;
mod errors;
mod event_limits;
mod foreign;
mod framing;
mod heads;
mod leaks;
mod limits;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod names;
mod quoting;
mod rate_limits;
mod refusals;
mod resent;
mod secure;
mod sources;
mod streams;
mod streams_end;
mod upload;
mod words;

use std::time::{Duration, Instant};

use neura::{Client, Error, ErrorKind};
use serde_json::{Value, json};

use crate::common::{FAKE_KEY, Server, hello};

/// Longer than any call of these tests, unless it waits for an event that never happens.
const LONG: Duration = Duration::from_secs(20);

/// The error of a chat with this `reply`: at once, without a second attempt, and without the key in
/// its texts. The next call on the same client works.
fn fails_at_once(reply: Value) -> Error {
    let server = Server::replies(json!([reply, 200]));
    let client = server.client().max_retries(2).timeout(LONG).build();
    error_of_chat(&client.unwrap(), 1)
}

/// The same for a fault after which the request is retried once and fails again.
fn fails_after_a_retry(reply: Value) -> Error {
    let server = Server::replies(json!([reply, reply, 200]));
    let client = server.client().max_retries(1).timeout(LONG).build();
    let error = error_of_chat(&client.unwrap(), 2);
    assert!(error.retryable(), "{error:?}");
    error
}

fn error_of_chat(client: &Client, attempts: u32) -> Error {
    let started = Instant::now();
    let error = client.chat(&hello()).send().unwrap_err();
    assert!(started.elapsed() < LONG / 2, "{error}");
    assert_eq!(error.attempts(), attempts, "{error}");
    assert_shows_no_key(&error);
    assert!(client.get("/models").send().unwrap().ok());
    error
}

fn assert_shows_no_key(error: &Error) {
    let parts = [
        error.body(),
        error.code(),
        error.type_(),
        error.param(),
        error.request_id(),
    ];
    let texts = format!("{error} {error:?} {} {parts:?}", error.message());
    assert!(!texts.contains(FAKE_KEY), "{texts}");
}

fn assert_kind(error: &Error, kind: ErrorKind, part: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(part), "{part:?} in {error}");
}

/// A raw reply, after which the connection is closed.
fn raw(bytes: &str) -> Value {
    json!({"raw": bytes, "then": "close"})
}
