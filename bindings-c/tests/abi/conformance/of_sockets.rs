//! The files whose cases need a server: `error`, `retry`, `call` and `sse`.

use serde_json::{Value, json};

use super::cases::{
    CLIENT_SETTER, Call, Case, Fields, Pairs, REQUEST_SETTER, Scene, as_text, list,
};

pub const KEY: &str = "nk-fake-0123456789abcdef";

/// A case whose server plays a script.
fn scripted(file: &'static str, id: &str, calls: Vec<Call>, script: Value) -> Case {
    let mut case = Case::new(file, id, calls, Scene::Script(script));
    case.option("api_key", KEY);
    case.option("base_url", "{server}/v1");
    case
}

pub fn error(id: &str, mut fields: Fields) -> Case {
    let mut call = Call::to("request", "GET", "/models");
    let mut expect = fields.object("expect");
    match expect.text("message") {
        Some(message) => call.words.push(message),
        None => call.absent_words.push("said".to_owned()),
    }
    call.must("attempts", Some("1"));
    for name in [
        "kind",
        "status",
        "code",
        "type",
        "param",
        "request_id",
        "retry_after_ms",
        "retryable",
    ] {
        let value = as_text(&expect.must_take(name));
        call.must(name, value.as_deref());
    }
    expect.end();
    let script = json!({"replies": [fields.must_take("reply")]});
    fields.end();
    let mut case = scripted("error", id, vec![call], script);
    case.option("max_retries", "0");
    case
}

pub fn retry(id: &str, mut fields: Fields) -> Case {
    let mut call = Call::to("request", "GET", "/models");
    call.option("max_retries", fields.must_text("max_retries"));
    if let Some(limit) = fields.text("timeout_ms") {
        call.option("timeout_ms", limit);
    }
    let judged = fields.must_take("expect");
    let mut expect = Fields::new(id, &judged);
    call.must("attempts", expect.text("attempts").as_deref());
    call.must("kind", expect.text("kind").as_deref());
    if let Some(status) = expect.text("status") {
        call.must("status", Some(&status));
    }
    without_what_the_server_judges(expect).end();
    let script = json!({"replies": fields.must_take("replies"), "expect": judged});
    fields.end();
    scripted("retry", id, vec![call], script)
}

fn without_what_the_server_judges(mut expect: Fields) -> Fields {
    for name in [
        "attempts",
        "headers",
        "absent_headers",
        "requests",
        "retry_count_headers",
        "min_wait_ms",
        "max_wait_ms",
    ] {
        expect.take(name);
    }
    expect
}

pub fn call(id: &str, mut fields: Fields) -> Case {
    let judged = fields.must_take("expect");
    let mut expect = without_what_the_server_judges(Fields::new(id, &judged));
    let outcomes = list(&expect.must_take("outcomes"));
    let client = fields.take("client").unwrap_or(json!({}));
    let given = list(&fields.must_take("calls"));
    assert_eq!(given.len(), outcomes.len(), "{id}");
    let mut calls: Vec<Call> = given
        .iter()
        .zip(&outcomes)
        .map(|(given, outcome)| one_call(&client, Fields::new(id, given), Fields::new(id, outcome)))
        .collect();
    calls.extend(expect.take("usage").map(|usage| usage_of(&list(&usage))));
    let absent_text = expect.texts("absent_text").unwrap_or_default();
    expect.end();
    let script = json!({"replies": fields.must_take("replies"), "expect": judged});
    fields.end();
    let mut case = Case::new("call", id, calls, Scene::Script(script));
    case.absent_text = absent_text;
    set_client(&mut case, Fields::new(id, &client));
    case
}

fn set_client(case: &mut Case, mut client: Fields) {
    let base_path = client.text("base_path").unwrap_or("/v1".to_owned());
    case.option("base_url", &format!("{{server}}{base_path}"));
    let keys = client.texts("api_keys");
    match client.text("api_key") {
        Some(key) => case.option("api_key", &key),
        None if keys.is_none() => case.option("api_key", KEY),
        None => {}
    }
    for key in keys.into_iter().flatten() {
        case.option("another_api_key", &key);
    }
    case.headers = client.pairs("headers");
    for name in ["max_retries", "replay_unsent_only"] {
        if let Some(value) = client.text(name) {
            case.option(name, &value);
        }
    }
    client.end();
}

fn one_call(client: &Value, mut given: Fields, mut outcome: Fields) -> Call {
    let name = match (given.text("stream").as_deref(), given.text("named")) {
        (Some("chat"), None) => "chat_stream".to_owned(),
        (None, Some(name)) => name,
        (None, None) => "request".to_owned(),
        other => panic!("{other:?}"),
    };
    let (method, path) = (given.must_text("method"), given.must_text("path"));
    let mut call = Call::to(&name, &method, &path);
    call.body = given.take("json").map(|json| json.to_string());
    call.headers = given.pairs("headers");
    call.has_json = given.flag("json_reply");
    for name in ["idempotency_key", "max_retries", "timeout_ms"] {
        if let Some(value) = given.text(name) {
            call.option(name, value);
        }
    }
    given.end();
    // A message names the function that set the option, else the one for a request.
    let of_request: Vec<String> = call.options.iter().map(|it| it.0.clone()).collect();
    let setter = |name: &str| match client.get(name) {
        Some(_) if !of_request.iter().any(|it| it == name) => CLIENT_SETTER,
        _ => REQUEST_SETTER,
    };
    call.words = outcome.words("message", setter);
    call.absent_words = outcome.words("absent_message", setter);
    // A chunk without words and one with empty words are the same in C.
    let texts = outcome.texts("chunks");
    call.texts = texts.map(|texts| texts.into_iter().filter(|text| !text.is_empty()).collect());
    call.must("kind", outcome.text("kind").as_deref());
    for name in ["status", "attempts", "code", "retryable", "events"] {
        if let Some(value) = outcome.take(name) {
            call.must(name, as_text(&value).as_deref());
        }
    }
    outcome.end();
    call
}

fn usage_of(keys: &[Value]) -> Call {
    let mut call = Call::new("client_usage");
    call.must("keys.length", Some(&keys.len().to_string()));
    for (index, counts) in keys.iter().enumerate() {
        let counts: Pairs = Fields::new("usage", counts)
            .rest()
            .iter()
            .map(|(name, count)| (format!("keys.{index}.{name}"), as_text(count)))
            .collect();
        call.values.extend(counts);
    }
    call
}

/// Whole, byte by byte, and so that no piece ends where a line does.
const PIECES: [usize; 3] = [1 << 20, 1, 7];

pub fn sse(id: &str, mut fields: Fields) -> Case {
    let stream = fields.must_text("stream");
    let events = list(&fields.must_take("events")).into_iter().map(|event| {
        let mut event = Fields::new(id, &event);
        let texts = ["event", "data", "id"].map(|name| event.must_text(name));
        event.end();
        texts
    });
    let wanted: Vec<[String; 3]> = events.take_while(|it| it[1].trim() != "[DONE]").collect();
    // An instruction for the parser, not an event.
    fields.take("retry_ms");
    fields.end();
    let replies = PIECES.map(|bytes| {
        json!({
            "status": 200,
            "headers": [["content-type", "text/event-stream"]],
            "body": stream,
            "chunk_bytes": bytes,
            "delay_ms": 0,
        })
    });
    let calls = PIECES.map(|_| {
        let mut call = Call::to("stream", "POST", "/chat/completions");
        call.body = Some("{}".to_owned());
        call.must("kind", None);
        call.events = Some(wanted.clone());
        call
    });
    let script = json!({"replies": replies, "expect": {"attempts": PIECES.len()}});
    scripted("sse", id, calls.into(), script)
}
