//! The script: the reply to the nth request, and the expectations of all requests.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::reply::Reply;
use super::script_error::{expected, read};
use super::script_headers::headers;

/// How long the port refuses one attempt: longer than the shortest first back-off
/// of the clients under test, shorter than the second.
const REFUSE: Duration = Duration::from_millis(400);

/// Members of a conformance case for the client's side. They are ignored, so that a
/// case of `retry.json` or `call.json` is a valid script.
const CLIENT_KEYS: [&str; 9] = [
    "id",
    "name",
    "source",
    "max_retries",
    "timeout_ms",
    "client",
    "calls",
    "socket",
    "not_in",
];
const CLIENT_EXPECTATIONS: [&str; 5] = ["status", "kind", "outcomes", "absent_text", "usage"];

#[derive(Debug)]
pub(super) struct Script {
    /// Not empty if the last one is repeated.
    pub(super) replies: Vec<Reply>,
    pub(super) after: After,
    /// How long a `"refuse"` lasts.
    pub(super) refuse: Duration,
    pub(super) expect: Expect,
}

/// The answer to a request after the last reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum After {
    /// The last reply again.
    #[default]
    Repeat,
    /// A closed connection.
    Close,
    /// An error, which is also a problem in the report.
    Error,
}

/// The expectations of the requests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expect {
    /// The number of attempts; refused attempts are assumed to have been made.
    pub(super) attempts: Option<usize>,
    /// The number of connections.
    pub(super) connections: Option<usize>,
    /// Each request's method.
    pub(super) method: Option<String>,
    /// Each request's target, as in its request line.
    pub(super) target: Option<String>,
    /// The headers that each request must have, each once.
    #[serde(deserialize_with = "headers")]
    pub(super) headers: Vec<(String, String)>,
    /// The headers that no request may have.
    pub(super) absent_headers: Vec<String>,
    /// The expectations of the first request, the second, and so on.
    pub(super) requests: Vec<ExpectedRequest>,
    /// The `x-retry-count` of each attempt in turn.
    pub(super) retry_count_headers: Option<Vec<String>>,
    /// Bounds of each wait between a reply and the next request.
    pub(super) min_wait_ms: Option<u64>,
    pub(super) max_wait_ms: Option<u64>,
}

/// The expectations of one request.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExpectedRequest {
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    #[serde(deserialize_with = "headers")]
    pub(super) headers: Vec<(String, String)>,
    pub(super) absent_headers: Vec<String>,
    /// The exact body.
    pub(super) body: Option<String>,
    /// The JSON that the body must contain; its objects may have more members.
    pub(super) json: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    replies: Vec<Value>,
    #[serde(default)]
    after: After,
    refuse_ms: Option<u64>,
    #[serde(default)]
    expect: Map<String, Value>,
}

impl Script {
    pub(super) fn parse(json: &Value) -> Result<Self, String> {
        let Value::Object(object) = json else {
            return Err(expected(
                "script",
                "an object with the list \"replies\"",
                json,
            ));
        };
        let mut object = object.clone();
        object.retain(|key, _| !CLIENT_KEYS.contains(&key.as_str()));
        let fields: Fields = read(&Value::Object(object), "")?;
        if fields.replies.is_empty() && fields.after == After::Repeat {
            return Err("replies: at least one is needed, to be repeated".into());
        }
        let replies = fields.replies.iter().enumerate().map(|(index, reply)| {
            Reply::parse(reply).map_err(|error| format!("replies[{index}]: {error}"))
        });
        let mut expect = fields.expect;
        expect.retain(|key, _| !CLIENT_EXPECTATIONS.contains(&key.as_str()));
        Ok(Self {
            replies: replies.collect::<Result<_, _>>()?,
            after: fields.after,
            refuse: fields.refuse_ms.map_or(REFUSE, Duration::from_millis),
            expect: read(&Value::Object(expect), "expect")?,
        })
    }
}

impl Script {
    /// The number, from 0, of the client's attempt that made the nth request:
    /// refused attempts make no requests.
    pub(super) fn attempt_of(&self, request: usize) -> usize {
        let replies = self.replies.iter().enumerate();
        let mut sent = replies.filter(|(_, reply)| !matches!(reply, Reply::Refuse));
        let sent_in_script = sent.clone().count();
        match sent.nth(request) {
            Some((attempt, _)) => attempt,
            None => self.replies.len() + (request - sent_in_script),
        }
    }

    /// How many of the client's first attempts make requests.
    pub(super) fn requests_in(&self, attempts: usize) -> usize {
        let within = self.replies.iter().take(attempts);
        attempts
            - within
                .filter(|reply| matches!(reply, Reply::Refuse))
                .count()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(script: Value) -> String {
        Script::parse(&script).unwrap_err()
    }

    #[test]
    fn an_error_names_the_place() {
        for (script, place) in [
            (json!([]), "replies"),
            (json!({}), "replies"),
            (json!({"replies": []}), "replies"),
            (json!({"replies": [200], "typo": 1}), "typo"),
            (json!({"replies": [200, 99]}), "replies[1]: "),
            (json!({"replies": ["explode"]}), "replies[0]: "),
            (json!({"replies": [{"status": 200, "boddy": ""}]}), "boddy"),
            (json!({"replies": [{}]}), "replies[0]: "),
            (
                json!({"replies": [{"raw_base64": "!"}]}),
                "replies[0]: raw_base64",
            ),
            (
                json!({"replies": [{"raw": "x", "status": 200}]}),
                "replies[0]: ",
            ),
            (
                json!({"replies": [{"status": 200, "chunk_bytes": 0}]}),
                "chunk_bytes",
            ),
            (
                json!({"replies": [200], "expect": {"atempts": 1}}),
                "expect: ",
            ),
        ] {
            let error = refused(script.clone());
            assert!(error.contains(place), "{script}: {error}");
        }
    }

    #[test]
    fn refused_attempts_do_not_count_as_requests() {
        let script = json!({"replies": ["refuse", 500, "refuse", 200]});
        let script = Script::parse(&script).unwrap();
        let attempts: Vec<_> = (0..4).map(|request| script.attempt_of(request)).collect();
        assert_eq!(attempts, [1, 3, 4, 5]);
        let requests: Vec<_> = (0..6)
            .map(|attempts| script.requests_in(attempts))
            .collect();
        assert_eq!(requests, [0, 0, 1, 1, 2, 3]);
    }

    #[test]
    fn a_conformance_case_is_a_valid_script() {
        let case = json!({
            "id": "gives-up", "replies": [500, "close"], "max_retries": 1,
            "expect": {"attempts": 2, "kind": "server", "status": 500},
        });
        assert_eq!(Script::parse(&case).unwrap().expect.attempts, Some(2));
    }
}
