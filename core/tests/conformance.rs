//! The shared cases, through the public surface and over real sockets.

mod common;

use common::{FAKE_KEY, Server, cases};
use neura::{Client, Error};
use serde_json::{Value, json};

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value[name].as_str()
}

#[test]
fn key_cases() {
    let cases = cases("key.json");
    for case in &cases {
        let given = text(case, "given").unwrap();
        let built = Client::builder()
            .api_key(given)
            .base_url("http://127.0.0.1:9/v1")
            .build();
        let id = &case["id"];
        match text(&case["expect"], "key") {
            Some(key) => {
                let header = built.unwrap().auth_header().unwrap();
                assert_eq!(header, format!("Bearer {key}"), "{id}");
            }
            None => {
                let error = built.unwrap_err();
                assert_eq!(
                    Some(error.kind().name()),
                    text(&case["expect"], "error"),
                    "{id}"
                );
                assert_eq!(error.code(), text(&case["expect"], "problem"), "{id}");
                let quoted = given.len() > 8 && format!("{error:?}").contains(given);
                assert!(!quoted, "{id} quotes the key: {error:?}");
            }
        }
    }
    println!("key.json: {} cases", cases.len());
}

#[test]
fn base_url_cases() {
    let cases = cases("base_url.json");
    for case in &cases {
        let mut builder = Client::builder().api_key(FAKE_KEY);
        // Without a base the default is meant, not the environment's.
        builder = builder.base_url(text(case, "base_url").unwrap_or_default());
        let url = builder
            .build()
            .and_then(|client| client.url(text(case, "path").unwrap()));
        let found = url.as_deref().map_err(|error| error.kind().name());
        let wanted = match text(&case["expect"], "url") {
            Some(url) => Ok(url),
            None => Err(text(&case["expect"], "error").unwrap()),
        };
        assert_eq!(found, wanted, "{}", case["id"]);
    }
    println!("base_url.json: {} cases", cases.len());
}

fn as_json(error: &Error) -> Value {
    json!({
        "kind": error.kind().name(),
        "status": error.status(),
        "code": error.code(),
        "type": error.type_(),
        "param": error.param(),
        "request_id": error.request_id(),
        "retry_after_ms": error.retry_after().map(|wait| wait.as_millis() as u64),
        "retryable": error.retryable(),
    })
}

#[test]
fn error_cases() {
    let cases = cases("error.json");
    for case in &cases {
        let server = Server::replies(json!([case["reply"]]));
        let client = server.client().max_retries(0).build().unwrap();
        let response = client.get("/models").send().unwrap();
        let error = response.check().unwrap_err();
        let mut wanted = case["expect"].clone();
        let message = wanted.as_object_mut().unwrap().remove("message").unwrap();
        assert_eq!(as_json(&error), wanted, "{}", case["id"]);
        match message.as_str() {
            Some(said) => assert!(error.message().contains(said), "{}: {error}", case["id"]),
            None => assert!(!error.message().contains("said"), "{}: {error}", case["id"]),
        }
        assert_eq!(error.attempts(), 1, "{}", case["id"]);
    }
    println!("error.json: {} cases", cases.len());
}

#[test]
fn retry_cases() {
    let cases = cases("retry.json");
    for case in &cases {
        let id = &case["id"];
        let server = Server::replay(case);
        let mut request = server.client().build().map(|client| {
            let retries = case["max_retries"].as_u64().unwrap() as u32;
            let mut request = neura::RequestOptions::new();
            request.set_max_retries(retries.into());
            (client, request)
        });
        let (client, options) = request.as_mut().unwrap();
        if let Some(millis) = case["timeout_ms"].as_u64() {
            options.set_timeout(neura::Limit::Seconds(millis as f64 / 1e3));
        }
        let request = neura::Request::new(neura::Method::Get, "/models").options(options.clone());
        let outcome = client.send(request).and_then(|response| {
            response.check()?;
            Ok((response.status(), response.attempts()))
        });
        let expect = &case["expect"];
        let attempts = expect["attempts"].as_u64().unwrap() as u32;
        match outcome {
            Ok((status, made)) => {
                assert_eq!(Some(u64::from(status)), expect["status"].as_u64(), "{id}");
                assert_eq!(made, attempts, "{id}");
            }
            Err(error) => {
                assert_eq!(
                    Some(error.kind().name()),
                    text(expect, "kind"),
                    "{id}: {error:?} {}",
                    server.report()
                );
                assert_eq!(error.attempts(), attempts, "{id}");
            }
        }
        let refused = case["replies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|r| **r == "refuse")
            .count();
        if refused == 0 {
            let report = server.report();
            assert_eq!(report["ok"], true, "{id}: {}", report["problems"]);
        }
    }
    println!("retry.json: {} cases", cases.len());
}

#[test]
fn event_stream_cases() {
    let cases = cases("sse.json");
    for case in &cases {
        let wanted: Vec<Value> = case["events"]
            .as_array()
            .unwrap()
            .iter()
            .take_while(|event| text(event, "data").unwrap().trim() != "[DONE]")
            .cloned()
            .collect();
        for bytes in [1, 7, 1 << 20] {
            let reply = json!({
                "status": 200,
                "headers": [["content-type", "text/event-stream"]],
                "body": case["stream"],
                "chunk_bytes": bytes,
            });
            let server = Server::replies(json!([reply]));
            let client = server.client().build().unwrap();
            let events: Vec<Value> = client
                .stream(neura::Method::Post, "/chat/completions", &json!({}))
                .unwrap()
                .map(|event| {
                    let event = event.unwrap();
                    json!({"event": event.event, "data": event.data, "id": event.id})
                })
                .collect();
            assert_eq!(events, wanted, "{} in pieces of {bytes}", case["name"]);
        }
    }
    println!("sse.json: {} cases", cases.len());
}
