use std::collections::HashSet;
use std::io::{Read, Write};

use crate::harness::{Running, exchange, fetch};

#[test]
fn every_reply_has_a_request_id_of_its_own() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let key = sandbox.field("api_key");
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
fn unknown_paths_and_wrong_methods_have_different_errors() {
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
fn a_body_over_the_limit_is_refused_and_its_sender_can_read_why() {
    let sandbox = Running::sandbox(&[]);
    let body = format!("\"{}\"", "x".repeat(16 * 1024 * 1024));
    let reply = sandbox.ask("POST", "/chat/completions", &body);
    assert_eq!(reply.status, 413);
    reply.error_code();
    let body = " ".repeat(16 * 1024 * 1024 - 2) + "{}";
    assert_eq!(sandbox.ask("POST", "/chat/completions", &body).status, 400);
}

#[test]
fn a_body_that_is_not_a_json_object_is_refused() {
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
    let url = sandbox.field("base_url").replace("/v1", "/healthz");
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
        sandbox.field("api_key")
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
    let key = sandbox.field("api_key").to_owned();
    let reply = sandbox.ask("GET", &format!("/models/{key}?key={key}"), "");
    let id = reply.header("x-request-id").unwrap().to_owned();
    assert!(!reply.text.contains(&key), "{}", reply.text);
    let ended = sandbox.close_stdin();
    assert_eq!(
        ended.stderr,
        format!("GET /v1/models/nk-sandbox-… 404 {id}\n")
    );
}

/// Ways to write a key into a URL.
fn encodings(key: &str) -> Vec<String> {
    let all = |format: &dyn Fn(u8) -> String| key.bytes().map(format).collect::<String>();
    vec![
        all(&|byte| format!("%{byte:02x}")),
        all(&|byte| format!("%{byte:02X}")),
        all(&|byte| format!("%25{byte:02x}")),
        all(&|byte| format!("%25%3{}%3{}", byte / 16, byte % 16)),
        key.replacen('n', "%6e", 1),
        key.replacen('-', "%2D", 2),
        key.replacen('k', "%256B", 1),
        format!("gpt-5%2F{}", key.replace('-', "%2d")),
    ]
}

/// The text with all percent-encoding decoded.
fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some((start, byte)) = text.match_indices('%').find_map(|(at, _)| {
        let digits = text.get(at + 1..at + 3)?;
        Some((
            at,
            u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)?,
        ))
    }) {
        text.replace_range(start..start + 3, &char::from(byte).to_string());
    }
    text
}

#[test]
fn no_page_and_no_log_line_has_a_percent_encoded_key() {
    let sandbox = Running::sandbox(&["--log"]);
    let key = sandbox.field("api_key").to_owned();
    let mut said = String::new();
    for encoded in encodings(&key) {
        let text = format!(
            r#"{{"model": "{encoded}", "messages": [{{"role": "user", "content": "a"}}]}}"#
        );
        for (method, path, body) in [
            ("GET", format!("/{encoded}"), ""),
            ("GET", format!("/models/{encoded}"), ""),
            ("DELETE", format!("/models/{encoded}"), ""),
            ("GET", format!("/../{encoded}/x"), ""),
            ("POST", "/chat/completions".into(), text.as_str()),
        ] {
            let reply = sandbox.ask(method, &path, body);
            assert!((400..=405).contains(&reply.status), "{}", reply.text);
            said += &reply.text;
        }
    }
    // A method can be any word.
    let request = format!(
        "{key} /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
    );
    said += &exchange(sandbox.connect(), &request);
    said += &sandbox.close_stdin().stderr;
    assert!(said.contains("/v1/gpt-5%2Fnk-sandbox-…"), "{said}");
    // Not even a part: the rest could be guessed.
    assert!(!decoded(&said).contains(&key[..20]), "{said}");
}

#[test]
fn bytes_that_are_not_a_request_do_not_stop_the_server() {
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
