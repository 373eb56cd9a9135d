//! 42, 69, 74 and 75: the server's words are in the message, whatever the form of its body.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use neura::{Error, ErrorKind};
use serde_json::json;

use super::{assert_kind, assert_shows_no_key};
use crate::common::{Server, hello};
use crate::wire::Wire;

const ERROR: &str = r#"{"error":{"message":"The words","code":"insufficient_quota"}}"#;

/// The errors of three calls with this reply: a verb, a named call, and a stream.
fn refused(headers: &str, body: &[u8]) -> Vec<Error> {
    let head = format!(
        "HTTP/1.1 429 Too Many Requests\r\n{headers}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let reply = [head.as_bytes(), body].concat();
    let server = Wire::start(move |peer, _| while peer.request().is_some() && peer.send(&reply) {});
    let client = server.client().max_retries(0).build().unwrap();
    let verb = client.get("/models").send().unwrap();
    let errors = vec![
        verb.check().unwrap_err(),
        client.models().send().unwrap_err(),
        client.chat(&hello()).stream().unwrap_err(),
    ];
    errors.iter().for_each(assert_shows_no_key);
    errors
}

fn assert_refused(headers: &str, body: &[u8]) {
    for error in refused(headers, body) {
        assert_kind(&error, ErrorKind::QuotaExceeded, "The words");
        assert_eq!(error.code(), Some("insufficient_quota"));
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

const JSON: &str = "Content-Type: application/json";
const EVENTS: &str = "Content-Type: text/event-stream";

#[test]
fn fault_74_json_of_any_kind_says_its_words() {
    let deep = ("[".repeat(100_000), "]".repeat(100_000));
    let open = &ERROR[..ERROR.len() - 1];
    for body in [
        ERROR.replace("The words", "The words \\ud800"),
        format!("{open},\"x\":1e999}}"),
        format!("{open},\"x\":{}{}}}", deep.0, deep.1),
        format!("{{\"x\":{}{},{}", deep.0, deep.1, &ERROR[1..]),
        format!("\u{feff}{ERROR}\0"),
    ] {
        assert_refused(JSON, body.as_bytes());
    }
}

#[test]
fn fault_74_events_and_plain_words_of_an_error_are_read() {
    for events in [
        format!("data: {ERROR}\n\n"),
        format!("event: error\r\ndata: {ERROR}\r\n\r\ndata: [DONE]\r\n\r\n"),
        format!(": wait\n\ndata: {ERROR}"),
        format!(
            "data: {},\ndata: \"x\":1e999}}\n\n",
            &ERROR[..ERROR.len() - 1]
        ),
    ] {
        assert_refused(EVENTS, events.as_bytes());
        assert_refused(JSON, events.as_bytes());
    }
    for plain in [
        "Rate limit exceeded",
        "\"Rate limit exceeded\"",
        "data: Rate limit exceeded\n\n",
    ] {
        for headers in [JSON, EVENTS, "Content-Type: text/plain"] {
            for error in refused(headers, plain.as_bytes()) {
                assert_kind(
                    &error,
                    ErrorKind::RateLimited,
                    "The server said: Rate limit exceeded",
                );
            }
        }
    }
    for error in refused("Content-Type: text/html", b"Rate limit exceeded") {
        assert!(!error.message().contains("said"), "{error}");
    }
}

#[test]
fn fault_74_words_in_utf_16_and_in_gzip_are_read() {
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        for text in [ERROR.to_owned(), format!("\u{feff}{ERROR}")] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
            assert_refused(JSON, &bytes);
        }
    }
    let packed = packed(ERROR);
    assert_refused(&format!("{JSON}\r\nContent-Encoding: gzip"), &packed);
    // No header says that it is compressed, so it is not text.
    for error in refused(JSON, &packed) {
        assert!(!error.message().contains("said"), "{error}");
    }
}

#[test]
fn fault_43_nested_words_need_no_more_stack_than_a_worker_has() {
    let wrapped = |levels| format!("{}{ERROR}{}", "{\"x\":".repeat(levels), "}".repeat(levels));
    let read = move || {
        for levels in [20, 31, 32, 64, 100, 120, 127, 128, 1_000] {
            assert_refused(JSON, wrapped(levels).as_bytes());
        }
    };
    let worker = std::thread::Builder::new()
        .stack_size(256 * 1024)
        .spawn(read);
    worker.unwrap().join().unwrap();
}

#[test]
fn fault_75_broken_json_is_never_a_message() {
    let open = &ERROR[..ERROR.len() - 1];
    for body in [
        open.to_owned(),
        format!("{ERROR} trailing"),
        format!("{open},\"x\":NaN}}"),
        ERROR.replace('"', "'"),
        ERROR.replace("words", "words\n"),
        format!("{open},\"x\":\"{}\"}}", "much ado ".repeat(1 << 18)),
    ] {
        for error in refused(JSON, body.as_bytes()) {
            assert_kind(&error, ErrorKind::RateLimited, "");
            assert!(!error.message().contains("The words"), "{error}");
            assert_eq!(error.code(), None);
        }
    }
}

#[test]
fn fault_69_what_is_no_json_in_a_200_is_a_decode_error_with_its_words() {
    let body = "data: {\"error\":{\"message\":\"The words\",\"code\":\"a_code\"}}\n\n";
    let json = json!([["content-type", "application/json"]]);
    let server = Server::replies(json!([{"status": 200, "headers": json, "body": body}]));
    let error = server
        .client()
        .build()
        .unwrap()
        .models()
        .send()
        .unwrap_err();
    assert_kind(&error, ErrorKind::Decode, "The words");
    assert_eq!(error.code(), Some("a_code"));
}

#[test]
fn fault_69_a_200_with_an_error_that_is_nearly_json_is_that_error() {
    for body in [
        r#"{"error":{"message":"The words \ud800","code":429}}"#.to_owned(),
        r#"{"error":{"message":"The words","code":429},"x":1e999}"#.to_owned(),
        format!(
            "{{\"error\":{{\"message\":\"The words\",\"code\":429,\"x\":{}1{}}}}}",
            "[".repeat(500),
            "]".repeat(500)
        ),
    ] {
        let reply = |content_type: &str, body: &str| {
            json!({
                "status": 200, "headers": [["content-type", content_type]], "body": body,
            })
        };
        let events = format!("data: {body}\n\n");
        let server = Server::replies(json!([
            reply("application/json", &body),
            reply("text/event-stream", &events),
        ]));
        let client = server.client().build().unwrap();
        let named = client.chat(&hello()).send().unwrap_err();
        let inside = client
            .chat(&hello())
            .stream()
            .unwrap()
            .next()
            .unwrap()
            .unwrap_err();
        for error in [named, inside] {
            assert_kind(&error, ErrorKind::RateLimited, "The words");
            assert_eq!(error.code(), Some("429"));
        }
    }
}
