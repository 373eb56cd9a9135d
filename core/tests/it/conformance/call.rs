use std::time::Duration;

use neura::bindings::{Limit, Operation, Request, RequestOptions};
use neura::{Client, Error, Method};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::form::{NotIn, run, words};
use crate::child::options;
use crate::common::{FAKE_KEY, Server};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallCase {
    id: String,
    #[serde(default)]
    client: Map<String, Value>,
    calls: Vec<Call>,
    replies: Vec<Value>,
    expect: Expect,
    #[serde(default)]
    not_in: NotIn,
    #[serde(rename = "socket")]
    _socket: bool,
}
case!(CallCase);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    method: String,
    path: String,
    json: Option<Value>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    idempotency_key: Option<String>,
    max_retries: Option<i64>,
    timeout_ms: Option<u64>,
    stream: Option<StreamKind>,
    named: Option<String>,
    #[serde(default)]
    json_reply: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum StreamKind {
    Chat,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    outcomes: Vec<Outcome>,
    #[serde(default)]
    usage: Vec<Map<String, Value>>,
    #[serde(default)]
    absent_text: Vec<String>,
    // The server judges these.
    #[serde(rename = "attempts")]
    _attempts: u32,
    #[serde(default, rename = "headers")]
    _headers: Value,
    #[serde(default, rename = "absent_headers")]
    _absent_headers: Value,
    #[serde(default, rename = "requests")]
    _requests: Value,
    #[serde(default, rename = "retry_count_headers")]
    _retry_count_headers: Value,
    #[serde(default, rename = "min_wait_ms")]
    _min_wait_ms: Value,
    #[serde(default, rename = "max_wait_ms")]
    _max_wait_ms: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    status: Option<u16>,
    attempts: Option<u32>,
    kind: Option<String>,
    #[serde(default)]
    message: Vec<String>,
    #[serde(default)]
    absent_message: Vec<String>,
    #[serde(default, deserialize_with = "given")]
    code: Option<Option<String>>,
    retryable: Option<bool>,
    chunks: Option<Vec<String>>,
    events: Option<usize>,
}

/// A field that is present, but may be null.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[test]
fn call_cases() {
    run("call", |case: &CallCase| {
        let server = Server::replay(&json!({
            "replies": case.replies,
            "expect": judged_by_the_server(case),
        }));
        let mut given = case.client.clone();
        if !given.contains_key("api_keys") {
            given.entry("api_key").or_insert(FAKE_KEY.into());
        }
        let mut base_url = server.base_url().to_owned();
        if let Some(path) = given.remove("base_path") {
            base_url = base_url.replace("/v1", path.as_str().unwrap());
        }
        given.insert("base_url".to_owned(), base_url.into());
        let client = Client::new(options(&given.into())).unwrap();
        assert_eq!(case.calls.len(), case.expect.outcomes.len(), "{}", case.id);
        for (call, outcome) in case.calls.iter().zip(&case.expect.outcomes) {
            make(case, &client, call, outcome);
        }
        let usage = client.usage().to_json();
        let keys = usage["keys"].as_array().unwrap();
        let wanted = &case.expect.usage;
        assert!(
            wanted.is_empty() || wanted.len() == keys.len(),
            "{}: {usage}",
            case.id
        );
        for (wanted, found) in wanted.iter().zip(keys) {
            for (name, count) in wanted {
                assert_eq!(found[name], *count, "{}: {name} in {usage}", case.id);
            }
        }
        let report = server.report();
        assert_eq!(report["ok"], true, "{}: {}", case.id, report["problems"]);
    });
}

/// The server's part of a `CallCase`, as in the file.
fn judged_by_the_server(case: &CallCase) -> Value {
    let expect = &case.expect;
    let mut judged = json!({"attempts": expect._attempts});
    for (name, value) in [
        ("headers", &expect._headers),
        ("absent_headers", &expect._absent_headers),
        ("requests", &expect._requests),
        ("retry_count_headers", &expect._retry_count_headers),
        ("min_wait_ms", &expect._min_wait_ms),
        ("max_wait_ms", &expect._max_wait_ms),
    ] {
        if !value.is_null() {
            judged[name] = value.clone();
        }
    }
    judged
}

fn make(case: &CallCase, client: &Client, call: &Call, outcome: &Outcome) {
    let id = &case.id;
    let body = call.json.as_ref().map(Value::to_string);
    let found = match call.stream {
        Some(StreamKind::Chat) => {
            stream_of_chat(client, body.unwrap(), request_options(call), outcome, id)
        }
        None if call.named.is_some() => client
            .call(operation(call), &request_options(call))
            .map(|reply| Some(reply.status())),
        None => {
            assert!(
                outcome.chunks.is_none() && outcome.events.is_none(),
                "{id}: no stream"
            );
            let method: Method = call.method.parse().unwrap();
            let mut request = Request::new(method, &call.path).options(request_options(call));
            if let Some(body) = body {
                request = request.json(body);
            }
            client.send(request).and_then(|response| {
                response.check()?;
                if call.json_reply {
                    response.json::<Value>()?;
                }
                let attempts = outcome.attempts.unwrap_or(response.attempts());
                assert_eq!(response.attempts(), attempts, "{id}");
                Ok(Some(response.status()))
            })
        }
    };
    match (found, &outcome.kind) {
        (Ok(status), None) => assert!(outcome.status.is_none_or(|s| Some(s) == status), "{id}"),
        (Ok(status), Some(kind)) => panic!("{id}: {status:?} instead of {kind}"),
        (Err(error), kind) => compare(case, &error, kind.as_deref(), outcome),
    }
}

fn compare(case: &CallCase, error: &Error, kind: Option<&str>, outcome: &Outcome) {
    let id = &case.id;
    assert_eq!(Some(error.kind().name()), kind, "{id}: {error:?}");
    if let Some(status) = outcome.status {
        assert_eq!(error.status(), Some(status), "{id}");
    }
    if let Some(attempts) = outcome.attempts {
        assert_eq!(error.attempts(), attempts, "{id}");
    }
    if let Some(code) = &outcome.code {
        assert_eq!(error.code(), code.as_deref(), "{id}");
    }
    if let Some(retryable) = outcome.retryable {
        assert_eq!(error.retryable(), retryable, "{id}");
    }
    for part in &outcome.message {
        assert!(
            error.message().contains(&words(part)),
            "{id}: {part} in {error}"
        );
    }
    for part in &outcome.absent_message {
        assert!(!error.message().contains(part), "{id}: {part} in {error}");
    }
    let parts = [
        error.code(),
        error.type_(),
        error.param(),
        error.request_id(),
        error.body(),
    ];
    let texts = format!("{error} {error:?} {parts:?}");
    for part in &case.expect.absent_text {
        assert!(!texts.contains(part), "{id}: {part} in {texts}");
    }
}

/// The named call of a case; its path is the one that the server sees.
fn operation(call: &Call) -> Operation {
    let body = || call.json.as_ref().unwrap().to_string().into_bytes();
    match call.named.as_deref().unwrap() {
        "chat" => Operation::Chat(body().into()),
        "embeddings" => Operation::Embeddings(body().into()),
        "models" => Operation::Models,
        "model" => Operation::Model(call.path.rsplit('/').next().unwrap().to_owned()),
        other => panic!("no such call: {other}"),
    }
}

fn request_options(call: &Call) -> RequestOptions {
    let mut options = RequestOptions::new();
    for (name, value) in &call.headers {
        options.add_header(name, value);
    }
    if let Some(key) = &call.idempotency_key {
        options.set_idempotency_key(key);
    }
    if let Some(retries) = call.max_retries {
        options.set_max_retries(retries);
    }
    if let Some(millis) = call.timeout_ms {
        options.set_timeout(Limit::from(Duration::from_millis(millis)));
    }
    options
}

/// The chunks are compared here, up to the error if one ends them.
fn stream_of_chat(
    client: &Client,
    body: String,
    options: RequestOptions,
    outcome: &Outcome,
    id: &str,
) -> Result<Option<u16>, Error> {
    let mut contents = Vec::new();
    let mut count = 0;
    let ended = client.open_chat(body, options).and_then(|mut stream| {
        while let Some(chunk) = stream.next_json() {
            let chunk: Value = chunk?;
            count += 1;
            contents.extend(
                chunk["choices"][0]["delta"]["content"]
                    .as_str()
                    .map(str::to_owned),
            );
        }
        Ok(None)
    });
    if let Some(wanted) = &outcome.chunks {
        assert_eq!(&contents, wanted, "{id}: {ended:?}");
    }
    assert!(
        outcome.events.is_none_or(|wanted| wanted == count),
        "{id}: {count} events"
    );
    ended
}
