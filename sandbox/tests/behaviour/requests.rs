use std::collections::HashSet;
use std::io::{Read, Write};

use crate::harness::{Running, exchange, fetch};

#[test]
fn every_reply_has_a_request_id_of_its_own() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let key = sandbox.told("api_key");
    let replies = [
        fetch("GET", &sandbox.url("/models"), &[], ""),
        sandbox.ask_with(key, "GET", "/models", ""),
        sandbox.ask_with(key, "GET", "/nowhere", ""),
        sandbox.ask_with(key, "PUT", "/models", ""),
        sandbox.ask_with(key, "POST", "/embeddings", "{}"),
        fetch("GET", &sandbox.url("/../healthz"), &[], ""),
    ];
    let ids: HashSet<_> = replies
        .iter()
        .map(|reply| {
            let id = reply
                .header("x-request-id")
                .unwrap()
                .strip_prefix("req_")
                .unwrap();
            assert!(
                id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{id}"
            );
            id
        })
        .collect();
    assert_eq!(ids.len(), replies.len());
}

#[test]
fn unknown_paths_and_wrong_methods_are_told_apart() {
    let sandbox = Running::sandbox(&[]);
    for path in ["/nowhere", "/models/", "/chat", "/../models", ""] {
        let reply = sandbox.ask("GET", path, "");
        assert_eq!(
            (reply.status, reply.error_code()),
            (404, "unknown_url".into()),
            "{path}"
        );
    }
    for (method, path, allowed) in [
        ("DELETE", "/models", "GET,HEAD"),
        ("POST", "/models/gpt-5", "GET,HEAD"),
        ("GET", "/chat/completions", "POST"),
        ("PATCH", "/embeddings", "POST"),
    ] {
        let reply = sandbox.ask(method, path, "");
        assert_eq!(
            (reply.status, reply.error_code()),
            (405, "method_not_allowed".into())
        );
        assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[test]
fn a_body_over_the_limit_is_refused_and_its_sender_gets_to_read_why() {
    let sandbox = Running::sandbox(&[]);
    let body = format!("\"{}\"", "x".repeat(16 * 1024 * 1024));
    let reply = sandbox.ask("POST", "/chat/completions", &body);
    assert_eq!(reply.status, 413);
    reply.error_code();
    let body = " ".repeat(16 * 1024 * 1024 - 2) + "{}";
    assert_eq!(sandbox.ask("POST", "/chat/completions", &body).status, 400);
}

#[test]
fn a_body_that_is_no_json_object_is_refused() {
    let sandbox = Running::sandbox(&[]);
    let nested = "[".repeat(100_000);
    for body in [
        "[]",
        "{",
        "null",
        "hello",
        "{\"model\":\"\\ud800\"}",
        &nested,
    ] {
        let reply = sandbox.ask("POST", "/embeddings", body);
        assert_eq!(
            (reply.status, reply.error_code()),
            (400, serde_json::Value::Null)
        );
        assert!(reply.text.contains("JSON"), "{}", reply.text);
    }
}

#[test]
fn health_needs_no_key() {
    let sandbox = Running::sandbox(&[]);
    let url = sandbox.told("base_url").replace("/v1", "/healthz");
    let reply = fetch("GET", &url, &[], "");
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (200, r#"{"status":"ok"}"#)
    );
}

#[test]
fn a_connection_serves_many_requests() {
    let sandbox = Running::sandbox(&[]);
    let mut stream = sandbox.connect();
    let request = format!(
        "GET /v1/models/gpt-5 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\r\n",
        sandbox.told("api_key")
    );
    for _ in 0..3 {
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = [0; 4096];
        let length = stream.read(&mut reply).unwrap();
        assert!(reply[..length].starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[test]
fn a_log_line_has_the_path_without_query_or_key() {
    let sandbox = Running::sandbox(&["--log"]);
    let key = sandbox.told("api_key").to_owned();
    let reply = sandbox.ask("GET", &format!("/models/{key}?key={key}"), "");
    let id = reply.header("x-request-id").unwrap().to_owned();
    assert!(!reply.text.contains(&key), "{}", reply.text);
    let ended = sandbox.close_stdin();
    assert_eq!(
        ended.stderr,
        format!("GET /v1/models/nk-sandbox-… 404 {id}\n")
    );
}

#[test]
fn bytes_that_are_no_request_leave_the_server_alive() {
    let sandbox = Running::sandbox(&[]);
    for bytes in [
        "\u{16}\u{3}\u{1}\u{2}\r\n\r\n",
        "GET\r\n\r\n",
        "\r\n\r\n\r\n\0",
    ] {
        let stream = sandbox.connect();
        exchange(stream, bytes);
    }
    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
}
