//! Servers that are not there, or answer what they should not.

mod common;

use std::time::{Duration, Instant};

use common::{FAKE_KEY, Server, hello};
use neura::{Client, ErrorKind};
use serde_json::{Value, json};

fn stream_of(body: &str) -> Value {
    json!([{"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body}])
}

fn fails(replies: Value) -> neura::Error {
    let server = Server::replies(replies);
    let client = server.client().max_retries(0).build().unwrap();
    let error = client.chat(&hello()).unwrap_err();
    assert!(!format!("{error:?}").contains(FAKE_KEY), "{error:?}");
    error
}

#[test]
fn nobody_listening_is_a_connection_error_that_may_be_tried_again() {
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url("http://127.0.0.1:9/v1")
        .max_retries(1)
        .build()
        .unwrap();
    let error = client.chat(&hello()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 2));
    assert!(error.retryable() && error.status().is_none());
    assert!(error.message().contains("127.0.0.1:9"), "{error}");
    assert_eq!(client.check().to_json()["kind"], "connection");
}

#[test]
fn a_page_in_place_of_an_answer_is_a_decode_error() {
    let page = json!([{
        "status": 200,
        "headers": [["content-type", "text/html"]],
        "body": "<html><body>Please log in</body></html>",
    }]);
    let error = fails(page.clone());
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Decode, Some(200))
    );
    assert!(error.message().contains("text/html"), "{error}");

    let server = Server::replies(page);
    let client = server.client().build().unwrap();
    assert_eq!(
        client.chat_stream(&hello()).unwrap_err().kind(),
        ErrorKind::Decode
    );
    assert_eq!(client.check().to_json()["kind"], "decode");
    // A verb is not asked to judge.
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn a_connection_closed_without_an_answer_is_a_connection_error() {
    for reply in ["close", "reset"] {
        let error = fails(json!([reply]));
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connection, 1),
            "{reply}"
        );
    }
}

#[test]
fn half_a_reply_is_a_connection_error() {
    for raw in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"half\":",
        "HTTP/1.1 200 OK\r\nContent-Le",
    ] {
        let error = fails(json!([{"raw": raw, "then": "close"}]));
        assert_eq!(error.kind(), ErrorKind::Connection, "{raw:?}: {error}");
    }
}

#[test]
fn a_body_that_is_broken_json_is_a_decode_error() {
    let body = json!([{
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": "{\"choices\": [",
    }]);
    assert_eq!(fails(body).kind(), ErrorKind::Decode);
}

#[test]
fn what_is_not_http_is_a_protocol_error() {
    for raw in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ] {
        let error = fails(json!([{"raw": raw, "then": "close"}]));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{raw:?}: {error}");
    }
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(70_000));
    assert_eq!(
        fails(json!([{"raw": long, "then": "close"}])).kind(),
        ErrorKind::Protocol
    );
}

#[test]
fn a_header_of_fifty_kilobytes_fits() {
    let raw = format!(
        "HTTP/1.1 200 OK\r\nX-Long: {}\r\nContent-Length: 2\r\n\r\n{{}}",
        "x".repeat(50_000)
    );
    let server = Server::replies(json!([{"raw": raw}]));
    let response = server
        .client()
        .build()
        .unwrap()
        .get("/models")
        .send()
        .unwrap();
    assert_eq!(response.header("x-long").map(str::len), Some(50_000));
}

#[test]
fn an_unknown_encoding_is_a_decode_error() {
    let error = fails(json!([{
        "status": 200,
        "headers": [["content-encoding", "x-odd"]],
        "body": "{}",
    }]));
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn a_server_that_never_answers_ends_in_a_timeout_in_time() {
    let server = Server::replies(json!(["stall"]));
    let limit = Duration::from_millis(300);
    let client = server.client().timeout(limit).build().unwrap();
    let started = Instant::now();
    let error = client.chat(&hello()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.message().contains("timeout"), "{error}");
    assert!(
        (limit..limit * 3).contains(&started.elapsed()),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_trickle_passes_the_idle_limit_and_meets_the_total() {
    let body = "x".repeat(200);
    let server = Server::replies(json!([
        {"status": 200, "body": body, "chunk_bytes": 1, "delay_ms": 20},
    ]));
    let client = server
        .client()
        .idle_timeout(Duration::from_millis(400))
        .timeout(Duration::from_millis(900))
        .build()
        .unwrap();
    let error = client.get("/models").send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("(timeout)"), "{error}");
}

#[test]
fn a_stall_inside_a_stream_meets_the_idle_limit_after_the_events_that_came() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let server = Server::replies(json!([
        {"raw": format!("{head}data: {{\"n\":1}}\n\ndata: {{\"n\":2}}\n\n"), "then": "stall"},
    ]));
    let client = server
        .client()
        .idle_timeout(Duration::from_millis(300))
        .timeout(Duration::from_millis(200)) // Over with the headers.
        .build()
        .unwrap();
    let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
    assert_eq!(items.len(), 3);
    assert!(items[0].is_ok() && items[1].is_ok());
    let error = items[2].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("idle_timeout"), "{error}");
}

#[test]
fn a_chat_stream_without_an_end_is_incomplete_after_its_chunks() {
    let server = Server::replies(stream_of("data: {\"choices\":[{\"delta\":{}}]}\n\n"));
    let client = server.client().build().unwrap();
    let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
    assert_eq!(items.len(), 2);
    assert!(items[0].is_ok());
    assert_eq!(
        items[1].as_ref().unwrap_err().kind(),
        ErrorKind::IncompleteStream
    );
}

#[test]
fn a_chat_stream_that_is_cut_is_incomplete_unless_its_answer_was_whole() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    for (reason, whole) in [("null", false), ("\"stop\"", true)] {
        let data = format!("data: {{\"choices\":[{{\"finish_reason\":{reason}}}]}}\n\n");
        let raw = format!("{head}{:x}\r\n{data}\r\n10\r\ndata", data.len());
        for then in ["close", "reset"] {
            let server = Server::replies(json!([{"raw": raw, "then": then}]));
            let client = server.client().build().unwrap();
            let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
            // A reset may take the chunk along that came before it.
            match items.last().unwrap() {
                Ok(_) => assert!(whole, "{then}: {items:?}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::IncompleteStream, "{then}");
                    assert!(!whole || then == "reset", "{then}: {items:?}");
                }
            }
        }
    }
}

#[test]
fn a_finish_reason_or_done_is_an_end() {
    for end in [
        "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[]}\n\ndata: [DONE]\n\ndata: after\n\n",
    ] {
        let server = Server::replies(stream_of(end));
        let client = server.client().build().unwrap();
        let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
        assert!(items.len() == 1 && items[0].is_ok(), "{end:?}: {items:?}");
    }
}

#[test]
fn an_error_inside_a_chat_stream_is_raised_and_ends_it() {
    let inside = |event: &str| format!("data: {{\"choices\":[]}}\n\n{event}data: [DONE]\n\n");
    for (event, kind) in [
        (
            "data: {\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}\n\n",
            ErrorKind::RateLimited,
        ),
        (
            "event: error\ndata: {\"error\":{\"message\":\"oops\",\"type\":\"server_error\"}}\n\n",
            ErrorKind::Server,
        ),
        ("event: error\ndata: odd words\n\n", ErrorKind::Api),
        (
            "data: {\"error\":{\"message\":\"The API key has expired\"}}\n\n",
            ErrorKind::ExpiredApiKey,
        ),
        (
            "data: {\"error\":{\"message\":\"bad\",\"code\":400}}\n\n",
            ErrorKind::BadRequest,
        ),
        ("data: {\"choices\":[\n\n", ErrorKind::Decode),
    ] {
        let server = Server::replies(stream_of(&inside(event)));
        let client = server.client().build().unwrap();
        let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
        assert_eq!(items.len(), 2, "{event:?}: {items:?}");
        assert_eq!(items[1].as_ref().unwrap_err().kind(), kind, "{event:?}");
    }
}

#[test]
fn a_whole_answer_in_place_of_a_stream_is_one_event() {
    let server = Server::replies(json!([{
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
    }]));
    let client = server.client().build().unwrap();
    let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
    assert!(items.len() == 1 && items[0].is_ok(), "{items:?}");
}

#[test]
fn an_error_body_is_read_to_one_mebibyte() {
    let server = Server::replies(json!([
        {"status": 500, "headers": [["content-type", "text/plain"]], "body": "x".repeat(3 << 20)},
    ]));
    let client = server.client().max_retries(0).build().unwrap();
    let response = client.get("/models").send().unwrap();
    assert_eq!(response.bytes().len(), 1 << 20);
    let error = response.check().unwrap_err();
    assert!(error.message().len() < 2_000);
}

#[test]
fn json_nested_a_hundred_thousand_deep_overflows_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let error_body = json!([{
        "status": 400,
        "headers": [["content-type", "application/json"]],
        "body": format!("{{\"error\": {deep}}}"),
    }]);
    assert_eq!(fails(error_body).kind(), ErrorKind::BadRequest);
    let event = format!("data: {{\"choices\": {deep}}}\n\ndata: [DONE]\n\n");
    let server = Server::replies(stream_of(&event));
    let client = server.client().build().unwrap();
    assert!(
        client
            .chat_stream(&hello())
            .unwrap()
            .all(|chunk| chunk.is_ok())
    );
}

#[test]
fn redirects_are_not_followed() {
    let error = fails(json!([{
        "status": 307,
        "headers": [["location", "https://evil.example/steal?x=secret"]],
        "body": "",
    }]));
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
    let error = fails(json!([{
        "status": 401,
        "headers": [["content-type", "application/json"], ["x-request-id", FAKE_KEY]],
        "body": body.to_string(),
    }]));
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
    let server = Server::replies(json!([{"status": 401, "body": body}]));
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

#[test]
fn an_error_that_stalls_in_answer_to_a_stream_meets_the_total() {
    let raw = "HTTP/1.1 400 Bad Request\r\nContent-Length: 200\r\n\r\nhalf an error";
    let server = Server::replies(json!([{"raw": raw, "then": "stall"}]));
    let limit = Duration::from_millis(400);
    let client = server.client().timeout(limit).build().unwrap();
    let started = Instant::now();
    let error = client.chat_stream(&hello()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(error.message().contains("half an error"), "{error}");
    assert!(started.elapsed() < limit * 3);
}
