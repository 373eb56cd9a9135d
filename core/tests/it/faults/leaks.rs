//! 87, 90, 91, 93 and 94: no form of the key is shown, redaction is fast, and a server's text
//! cannot control a terminal.

use std::time::{Duration, Instant};

use neura::bindings::Request;
use neura::{Client, ErrorKind, Method};
use serde_json::{Value, json};

use super::{LONG, assert_shows_no_key};
use crate::common::{FAKE_KEY, Server};

/// A JSON error of this status with these words.
pub fn says(status: u16, words: &str) -> Value {
    json!({
        "status": status,
        "headers": [["content-type", "application/json"]],
        "body": json!({"error": {"message": words, "code": words}}).to_string(),
    })
}

/// The error of `GET /models` with this reply.
pub fn refused(reply: Value) -> neura::Error {
    let server = Server::replies(json!([reply]));
    let client = server.client().max_retries(0).timeout(LONG).build();
    let error = client.unwrap().models().send().unwrap_err();
    assert_shows_no_key(&error);
    error
}

#[test]
fn fault_87_a_thousand_keys_cost_no_more_than_one() {
    let begun = "%6ek-fake-\\u0030123456789 nk-fake-0123456789abcde ";
    let body = begun.repeat((1 << 20) / begun.len());
    let reply = json!({"status": 500, "headers": [["content-type", "text/plain"]], "body": body});
    let server = Server::replies(json!([reply]));
    let client = || {
        let client = server.client().max_retries(0).timeout(LONG).build();
        client.unwrap()
    };
    let (one, many) = (client(), client());
    for number in 0..1_000 {
        many.set_api_key(format!("nk-fake-{number:032}-of-many"))
            .unwrap();
    }
    let cleaning = |client: &Client| {
        let response = client.get("/models").send().unwrap();
        let started = Instant::now();
        let error = response.check().unwrap_err();
        let took = started.elapsed();
        assert_eq!(error.body().unwrap().len(), body.len());
        took
    };
    // The best of several in turns, because other tests run in parallel.
    let rounds = (0..5).map(|_| (cleaning(&one), cleaning(&many)));
    let (with_one, with_many): (Vec<_>, Vec<_>) = rounds.unzip();
    let (with_one, with_many) = (
        *with_one.iter().min().unwrap(),
        *with_many.iter().min().unwrap(),
    );
    assert!(
        with_many < with_one * 2,
        "{with_one:?} became {with_many:?}"
    );
    assert!(with_many < Duration::from_secs(10), "{with_many:?}");
    let echo = says(400, &format!("not nk-fake-{:032}-of-many", 7));
    let server = Server::replies(json!([echo]));
    let many = server.client().build().unwrap();
    for number in 0..1_000 {
        many.set_api_key(format!("nk-fake-{number:032}-of-many"))
            .unwrap();
    }
    let error = many.models().send().unwrap_err();
    assert!(error.message().contains("not [redacted]"), "{error}");
}

/// As adapters hand a body to another library.
#[test]
fn fault_90_a_body_that_is_handed_on_holds_no_key() {
    let events = format!(
        "data: {{\"a\":1}}\n\nevent: error\ndata: {{\"error\":{{\"message\":\"not {FAKE_KEY}\"}}}}\n\n\
         data: nk%2Dfake-0123456789abcdef and bmstZmFrZS0wMTIz\\nNDU2Nzg5YWJjZGVm\n\n"
    );
    let clean = events
        .replace(FAKE_KEY, "[redacted]")
        .replace("nk%2Dfake-0123456789abcdef", "[redacted]")
        .replace("bmstZmFrZS0wMTIz\\nNDU2Nzg5YWJjZGVm", "[redacted]");
    let reply = json!({
        "status": 200,
        "headers": [
            ["content-type", "text/event-stream"],
            ["x-echo", FAKE_KEY],
            ["content-length", events.len().to_string()],
        ],
        "body": events,
    });
    let server = Server::replies(json!([reply]));
    let client = server.client().build().unwrap();
    let open = || {
        let reply = client
            .send_streaming(Request::new(Method::Get, "/x"))
            .unwrap();
        assert_eq!(
            reply.header("content-length"),
            Some(&*events.len().to_string())
        );
        reply.without_secrets()
    };
    for most in [1, 7, 1 << 20] {
        let (mut reply, mut body) = (open(), Vec::new());
        assert_eq!(reply.header("content-length"), None);
        assert_eq!(reply.header("x-echo"), Some("[redacted]"));
        while let Some(piece) = reply.next_piece(most).unwrap() {
            assert!(piece.len() <= most);
            body.extend(piece);
            while let Some(piece) = reply.ready_piece(most) {
                body.extend(piece);
            }
        }
        assert_eq!(String::from_utf8(body).unwrap(), clean);
    }
    assert_eq!(open().into_response().unwrap().text(), clean);
    let datas: Vec<String> = open()
        .into_events()
        .unwrap()
        .map(|event| event.unwrap().data)
        .collect();
    assert_eq!(datas[1], "{\"error\":{\"message\":\"not [redacted]\"}}");
    // Without it, a caller reads the server's bytes unchanged.
    let whole = client.get("/x").send().unwrap();
    assert_eq!(whole.text(), events);
    assert_eq!(whole.parts().body, clean.as_bytes());
    assert!(
        !whole
            .parts()
            .headers
            .iter()
            .any(|(name, _)| name == "content-length")
    );
}

#[test]
fn fault_90_an_event_is_handed_on_as_soon_as_it_came() {
    let reply = json!({
        "raw": "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: nk-fake\n\n",
        "then": "stall",
    });
    let server = Server::replies(json!([reply]));
    let client = server.client().build().unwrap();
    let reply = client
        .send_streaming(Request::new(Method::Get, "/x"))
        .unwrap();
    let started = Instant::now();
    let mut events = reply.without_secrets().into_events().unwrap();
    assert_eq!(events.next().unwrap().unwrap().data, "nk-fake");
    assert!(started.elapsed() < LONG / 2);
}

#[test]
fn fault_90_what_was_held_back_comes_before_the_error_that_ends_a_body() {
    let raw = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nabc nk-fake";
    let server = Server::replies(json!([{"raw": raw, "then": "close"}]));
    let client = server.client().build().unwrap();
    let reply = client
        .send_streaming(Request::new(Method::Get, "/x"))
        .unwrap();
    let (mut reply, mut body) = (reply.without_secrets(), Vec::new());
    let error = loop {
        match reply.next_piece(64) {
            Ok(piece) => body.extend(piece.expect("the body is cut")),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.kind(), &*body),
        (ErrorKind::Connection, &b"abc nk-fake"[..])
    );
    assert!(reply.next_piece(64).is_err());
}

#[test]
fn fault_91_a_redirects_host_that_becomes_the_key_is_not_shown() {
    for host in [
        "nk-fake-0123456789abcdef",
        "nk-fake\t-0123456789abcdef",
        "NK-FAKE-0123456789ABCDEF.example",
        "nk%C2%AD-fake-0123456789abcdef",
        "nk%2Dfake%2D0123456789abcdef",
        "\u{ff4e}\u{ff4b}-fake-0123456789\u{ff41}bcdef",
        "nk-fake-\u{2460}23456789abcdef", // Becomes another one: 1 for ①, without the 0.
    ] {
        let location = format!("https://{host}/x");
        let reply = json!({"status": 302, "headers": [["location", location]], "body": ""});
        let error = refused(reply);
        assert_eq!(error.kind(), ErrorKind::Redirect);
        assert!(
            !error.message().to_ascii_lowercase().contains(FAKE_KEY),
            "{error}"
        );
    }
    // One that was given in capitals, and a host in small letters.
    let key = "NK-Fake-0123456789-Capitals";
    let location = format!("https://{}.example/x", key.to_ascii_lowercase());
    let reply = json!({"status": 302, "headers": [["location", location]], "body": ""});
    let server = Server::replies(json!([reply]));
    let client = Client::builder().api_key(key).base_url(server.base_url());
    let error = client.build().unwrap().models().send().unwrap_err();
    assert!(!error.message().contains("nk-fake"), "{error}");
    assert!(error.message().contains("without saying where"), "{error}");
}

#[test]
fn fault_93_a_key_in_base64_with_line_breaks_is_found() {
    let encoded = "Om5rLWZha2UtMDEyMzQ1Njc4OWFiY2RlZg==";
    for line_break in ["\n", "\r\n", "\\n"] {
        for width in [4, 7, 19] {
            let lines: Vec<&str> = (0..encoded.len())
                .step_by(width)
                .map(|at| &encoded[at..encoded.len().min(at + width)])
                .collect();
            let words = lines.join(line_break);
            let json = refused(says(400, &words));
            let plain = refused(json!({"status": 400, "body": words}));
            for error in [json, plain] {
                let texts = format!("{error} {:?} {:?}", error.body(), error.code());
                assert!(texts.contains("[redacted]"), "{texts}");
                assert!(!texts.contains(lines[1]), "{} in {texts}", lines[1]);
            }
        }
    }
}

#[test]
fn fault_94_what_steers_a_terminal_is_escaped() {
    let words =
        "a\u{1b}[2J\u{7}\r\n\0\u{9b}\u{202e}\u{2028}\u{2066}\u{200f}z caf\u{e9} \u{6a21}\u{578b}";
    let reply = json!({
        "status": 400,
        "headers": [["content-type", "application/json"], ["x-request-id", "req\u{202e}\u{9b}_7"]],
        "body": json!({"error": {"message": words, "code": "c\u{1b}"}}).to_string(),
    });
    let error = refused(reply.clone());
    let shown = "a\\u{1b}[2J\\u{7}\\u{d}\\u{a}\\u{0}\\u{9b}\\u{202e}\\u{2028}\\u{2066}\\u{200f}z \
                 caf\u{e9} \u{6a21}\u{578b}";
    assert!(error.message().contains(shown), "{error}");
    assert!(error.message().contains("code c\\u{1b}"), "{error}");
    assert_eq!(error.request_id(), Some("req\\u{202e}\\u{9b}_7"));
    assert!(
        error.body().unwrap().contains('\u{202e}'),
        "{:?}",
        error.body()
    );
    let server = Server::replies(json!([reply]));
    let response = server
        .client()
        .build()
        .unwrap()
        .get("/models")
        .send()
        .unwrap();
    assert_eq!(response.request_id(), Some("req\\u{202e}\\u{9b}_7"));
    assert_eq!(response.header("x-request-id"), Some("req\u{202e}\u{9b}_7"));
    assert_eq!(response.parts().headers.len(), response.headers().len());

    // In a stream, and in an error that names the type of a body.
    let event = json!({
        "status": 200,
        "headers": [["content-type", "text/event-stream"]],
        "body": format!("data: {}\n\n", json!({"error": {"message": words}})),
    });
    let server = Server::replies(json!([event]));
    let client = server.client().build().unwrap();
    let error = client
        .chat_stream(&json!({"messages": []}))
        .unwrap()
        .next()
        .unwrap()
        .unwrap_err();
    assert!(error.message().contains(shown), "{error}");
    let odd = json!({"status": 200, "headers": [["content-type", "text/\u{202e}x"]], "body": "no"});
    assert!(refused(odd).message().contains("text/\\u{202e}x"));
}
