//! 41 to 43: the content of error replies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use neura::ErrorKind;
use serde_json::{Value, json};

use super::assert_shows_no_key;
use super::fails_at_once;
use crate::common::{FAKE_KEY, Server, hello};
use crate::wire::{Wire, whole};

/// `conformance/` checks the kind and parts of each case, with one server each. Here one client
/// gets all of them and still works.
#[test]
fn fault_41_no_odd_error_body_disturbs_the_client() {
    let text = include_str!("../../../../conformance/error.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 30, "{}", cases.len());
    let replies: Vec<&Value> = cases.iter().map(|case| &case["reply"]).collect();
    let server = Server::replies(json!(replies));
    let client = server.client().max_retries(0).build().unwrap();
    for case in cases {
        let error = client.models().send().unwrap_err();
        assert_eq!(error.kind().name(), case["expect"]["kind"], "{case}");
        assert_eq!(error.attempts(), 1);
        assert_shows_no_key(&error);
    }
}

#[test]
fn fault_42_of_an_error_body_of_a_gigabyte_no_more_is_read_than_that() {
    let taken = Arc::new(AtomicU64::new(u64::MAX));
    let count = Arc::clone(&taken);
    let server = Wire::start(move |peer, number| {
        if number > 0 {
            return peer.answer_all();
        }
        peer.request().unwrap();
        peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 1073741824\r\n\r\n");
        count.store(peer.flood(&vec![b'x'; 64 << 10], 1 << 30), Ordering::SeqCst);
    });
    let client = server.client().build().unwrap();
    let error = client.chat(&hello()).send().unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Server, Some(503))
    );
    assert_shows_no_key(&error);
    assert!(client.get("/models").send().unwrap().ok());
    let started = Instant::now();
    while taken.load(Ordering::SeqCst) == u64::MAX {
        assert!(started.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    // The system's buffers held additional bytes.
    let sent = taken.load(Ordering::SeqCst);
    assert!(sent < 64 << 20, "the server could send {sent} bytes");
}

#[test]
fn fault_43_json_nested_a_hundred_thousand_deep_overflows_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    for deep in [deep, objects] {
        for body in [
            format!("{{\"error\": {deep}}}"),
            format!("{{\"error\": {{\"message\": {deep}}}}}"),
            deep.clone(),
        ] {
            let error = fails_at_once(json!({
                "status": 400,
                "headers": [["content-type", "application/json"]],
                "body": body,
            }));
            assert_eq!(error.kind(), ErrorKind::BadRequest);
        }
        let reply = json!({
            "status": 200,
            "headers": [["content-type", "text/event-stream"]],
            "body": format!("data: {{\"choices\": {deep}}}\n\ndata: [DONE]\n\n"),
        });
        let server = Server::replies(json!([reply, {"status": 200, "body": deep}, 200]));
        let client = server.client().build().unwrap();
        // It is valid as text, but has the wrong shape for a type.
        let mut stream = client.chat_stream(&hello()).unwrap();
        let chunks: Vec<_> = std::iter::from_fn(|| stream.next_text()).collect();
        assert!(chunks.len() == 1 && chunks[0].is_ok(), "{chunks:?}");
        let chunk = serde_json::from_str::<neura::ChatChunk>(&chunks[0].as_ref().unwrap().data);
        assert!(chunk.is_err());
        // Too deep for a value, but the process must not end.
        let reply = client.get("/models").send().unwrap();
        assert_eq!(reply.json::<Value>().unwrap_err().kind(), ErrorKind::Decode);
        assert!(reply.json_text().is_ok());
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn a_body_that_is_broken_json_is_a_decode_error() {
    let error = fails_at_once(json!({
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": "{\"choices\": [",
    }));
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.message().contains("base URL"), "{error}");
    let page = fails_at_once(json!({"status": 200, "body": "Sign in"}));
    assert_eq!(page.kind(), ErrorKind::Decode);
    assert!(page.message().contains("base URL"), "{page}");
}

#[test]
fn a_refusal_says_what_to_do_next() {
    let said = json!({"error": {"message": "no such tool", "code": "x"}}).to_string();
    let again = "Try again later; if it happens again, report the request id of this error";
    let expected = [
        (
            400,
            &*said,
            "The server said: no such tool. Correct the request as the server says.",
        ),
        (
            400,
            "",
            "Check the parameters of the request and their types.",
        ),
        (
            402,
            "",
            "requires a payment for this request (status 402). Check the account's credit",
        ),
        (
            403,
            "",
            "Use a key with this permission, or check this key's permissions",
        ),
        (405, "", "Does this path accept GET?"),
        (408, "", again),
        (
            409,
            "",
            "wait for it and try again; if not, change the request.",
        ),
        (413, "", "Send a smaller request."),
        (
            418,
            "",
            "Look up status 418 in the service's documentation.",
        ),
        (422, &*said, "Correct the request as the server says."),
        (
            422,
            "",
            "Check the parameters of the request and their types.",
        ),
        (503, &*said, again),
    ];
    let replies = expected.iter().map(|(status, body, _)| {
        json!({"status": status, "headers": [["x-request-id", "req_1"]], "body": body})
    });
    let server = Server::replies(replies.collect());
    let client = server.client().max_retries(0).build().unwrap();
    for (status, _, words) in expected {
        let error = client.models().send().unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert!(error.message().contains(words), "{error}");
        assert!(error.message().ends_with('.'), "{error}");
    }
}

#[test]
fn a_refusal_that_is_final_does_not_say_to_try_again() {
    let never = json!({"status": 501, "headers": [["x-should-retry", "false"]], "body": "nope"});
    let error = fails_at_once(never);
    assert!(!error.message().contains("Try again"), "{error}");
    let words = "If it happens again, report it to the service's support.";
    assert!(error.message().ends_with(words), "{error}");
}

#[test]
fn a_404_names_what_was_asked_without_its_query_and_doubts_the_base_url() {
    let unknown = json!({"status": 404, "body": "nope"});
    let model = json!({"error": {"code": "model_not_found"}}).to_string();
    let model = json!({"status": 404, "body": model});
    let server = Server::replies(json!([unknown, unknown, model]));
    let client = server.client().build().unwrap();
    let failed = |path: &str| client.get(path).send().unwrap().check().unwrap_err();
    let error = failed("/v1/models?token=hush#hush");
    let asked = format!("GET {}/v1/models (status 404)", client.base_url());
    let doubt = format!("base URL ({})?", client.base_url());
    assert!(error.message().contains(&asked), "{error}");
    assert!(error.message().contains(&doubt), "{error}");
    assert!(error.message().contains("begins with /v1"), "{error}");
    assert!(!error.message().contains("hush"), "{error}");
    let error = failed(&format!("/{FAKE_KEY}/{}", "x".repeat(5_000)));
    assert_shows_no_key(&error);
    assert!(error.message().len() < 2_000);
    let error = client.models().send().unwrap_err();
    assert!(error.message().contains("/models (status 404"), "{error}");
    assert!(!error.message().contains("base URL"), "{error}");
    assert!(error.message().ends_with("(GET /models)."), "{error}");
}

#[test]
fn a_404_inside_a_stream_does_not_doubt_the_base_url_that_answered() {
    let server = Server::replies(json!([{
        "status": 200,
        "headers": [["content-type", "text/event-stream"]],
        "body": "data: {\"error\": {\"code\": 404}}\n\n",
    }]));
    let client = server.client().build().unwrap();
    let error = client.chat_stream(&hello()).unwrap().next().unwrap();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!error.message().contains("base URL"), "{error}");
}

#[test]
fn a_304_has_words_of_its_own() {
    let error = fails_at_once(json!({"status": 304, "body": ""}));
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(error.message().contains("Not Modified"), "{error}");
    assert!(!error.message().contains("base URL"), "{error}");
}

#[test]
fn redirects_are_not_followed() {
    let error = fails_at_once(json!({
        "status": 307,
        "headers": [["location", "https://evil.example/steal?x=secret"]],
        "body": "",
    }));
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(error.message().contains("https://evil.example"), "{error}");
    assert!(!error.message().contains("secret"), "{error}");
}

#[test]
fn a_server_that_echoes_the_key_is_redacted() {
    let percent: String = FAKE_KEY
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let message = format!("Incorrect API key provided: {FAKE_KEY} or {percent}.");
    let body = json!({"error": {"message": message, "code": FAKE_KEY, "param": FAKE_KEY}});
    let error = fails_at_once(json!({
        "status": 401,
        "headers": [["content-type", "application/json"], ["x-request-id", FAKE_KEY]],
        "body": body.to_string(),
    }));
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey);
    let all = [
        error.message(),
        error.code().unwrap(),
        error.param().unwrap(),
        error.request_id().unwrap(),
        error.body().unwrap(),
    ]
    .join("\n");
    assert!(!all.contains(FAKE_KEY) && !all.contains(&percent), "{all}");
    assert!(all.contains("[redacted]"));
}

#[test]
fn a_callers_own_authorization_is_redacted_and_named() {
    let own = "own-secret-0123456789";
    let body = json!({"error": {"message": format!("Bad key {own} {FAKE_KEY}")}}).to_string();
    let server = Wire::start(
        move |peer, _| {
            while peer.request().is_some() && peer.send(whole(401, "", &body)) {}
        },
    );
    let client = server.client().build().unwrap();
    let request = client
        .get("/models")
        .header("authorization", format!("Bearer {own}"));
    let error = request.send().unwrap().check().unwrap_err();
    let all = format!("{error} {}", error.body().unwrap());
    assert!(!all.contains(own) && !all.contains(FAKE_KEY), "{all}");
    assert!(
        all.contains("the caller's own Authorization header"),
        "{all}"
    );
    assert!(!all.contains("…cdef"), "{all}");
}
