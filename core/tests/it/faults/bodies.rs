//! 42 and 75: the body of a status outside 200 to 299. A verb reads it like that of a 200; for a
//! named call the status takes precedence over a defect of the body.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use neura::bindings::{Operation, RequestOptions};
use neura::{Client, Error, ErrorKind, Method, StreamingResponse};
use serde_json::{Value, json};

use super::{LONG, assert_shows_no_key};
use crate::common::{FAKE_KEY, OTHER_KEY, Server, hello};
use crate::wire::{Wire, whole};

const MIB: usize = 1 << 20;

/// A defective body: a name, the bytes after the status line, the error of a verb, and the part of
/// the body that can be read.
fn broken() -> Vec<(&'static str, Vec<u8>, ErrorKind, &'static [u8])> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer
        .write_all(b"{\"error\": {\"message\": \"packed\"}}")
        .unwrap();
    let packed = packer.finish().unwrap();
    let gzip = |body: &[u8]| {
        let length = body.len();
        let head = format!("Content-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n");
        [head.as_bytes(), body].concat()
    };
    let chunked = |frame: &str| format!("Transfer-Encoding: chunked\r\n\r\n{frame}").into_bytes();
    vec![
        (
            "cut",
            b"Content-Length: 10\r\n\r\nneur".to_vec(),
            ErrorKind::Connection,
            b"neur",
        ),
        (
            "cut chunks",
            chunked("4\r\nneur\r\n"),
            ErrorKind::Connection,
            b"neur",
        ),
        (
            "bad chunks",
            chunked("4\r\nneur\r\nzz\r\n"),
            ErrorKind::Protocol,
            b"neur",
        ),
        ("no gzip", gzip(b"no gzip"), ErrorKind::Decode, b""),
        (
            "gzip and more",
            gzip(&[&packed[..], b"x"].concat()),
            ErrorKind::Decode,
            b"{\"error\": {\"message\": \"packed\"}}",
        ),
        (
            "another coding",
            b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\nneur".to_vec(),
            ErrorKind::Decode,
            b"",
        ),
    ]
}

/// A server whose first `times` connections answer with this status and body, and close. All others
/// work.
fn spoils(times: usize, status: u16, body: &[u8]) -> Wire {
    let reply = [format!("HTTP/1.1 {status} Said\r\n").as_bytes(), body].concat();
    Wire::start(move |peer, number| {
        if number >= times {
            return peer.answer_all();
        }
        peer.request();
        peer.send(&reply);
    })
}

fn client(server: &Wire, retries: u32) -> Client {
    let client = server.client().max_retries(retries).timeout(LONG);
    client.build().unwrap()
}

fn assert_is(error: &Error, kind: ErrorKind, status: u16, attempts: u32, what: &str) {
    assert_eq!(error.kind(), kind, "{what}: {error}");
    assert_eq!(error.status(), Some(status), "{what}: {error}");
    assert_eq!(error.attempts(), attempts, "{what}: {error}");
    assert_shows_no_key(error);
}

#[test]
fn fault_75_a_verb_fails_as_for_a_200_where_the_body_of_any_status_is_broken() {
    for status in [200, 302, 400, 401, 404, 422, 429, 500, 599] {
        for (what, body, kind, _) in broken() {
            let server = spoils(1, status, &body);
            let client = client(&server, 0);
            let error = client.get("/models").send().unwrap_err();
            assert_is(&error, kind, status, 1, what);
            assert!(client.get("/models").send().unwrap().ok());
        }
    }
}

#[test]
fn fault_75_with_retries_left_an_attempt_is_judged_by_its_status() {
    for status in [408, 429, 503] {
        for (what, body, kind, _) in broken() {
            let server = spoils(1, status, &body);
            let reply = client(&server, 1).get("/models").send().unwrap();
            assert_eq!((reply.status(), reply.attempts()), (200, 2), "{what}");
            // Only the body of the last reply must be complete.
            let server = spoils(2, status, &body);
            let error = client(&server, 1).get("/models").send().unwrap_err();
            assert_is(&error, kind, status, 2, what);
        }
    }
}

#[test]
fn fault_75_a_body_that_does_not_come_keeps_no_retry_waiting() {
    let server = Wire::start(|peer, number| {
        peer.request();
        if number == 0 {
            peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 10\r\n\r\nneur");
            peer.until_closed();
            return;
        }
        peer.answer("{}");
        peer.answer_all();
    });
    let started = Instant::now();
    let reply = client(&server, 1).get("/models").send().unwrap();
    assert_eq!((reply.status(), reply.attempts()), (200, 2));
    assert!(started.elapsed() < LONG / 2);
}

#[test]
fn fault_75_the_next_key_is_tried_after_a_401_whose_body_is_broken() {
    for (what, body, ..) in broken() {
        let server = spoils(1, 401, &body);
        let keys = [FAKE_KEY, OTHER_KEY].map(str::to_owned);
        let client = server.client().api_keys(keys).build().unwrap();
        let reply = client.get("/models").send().unwrap();
        assert_eq!((reply.status(), reply.attempts()), (200, 2), "{what}");
        let used = client.usage().keys;
        assert_eq!((used[0].unauthorized, used[1].requests), (1, 1), "{what}");
    }
}

#[test]
fn fault_75_a_named_call_and_a_stream_keep_the_statuss_error() {
    for (status, kind) in [
        (401, ErrorKind::Authentication),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        (503, ErrorKind::Server),
    ] {
        for (what, body, ..) in broken() {
            type Ask = fn(&Client) -> Error;
            let ways: [Ask; 4] = [
                |client| client.chat(&hello()).send().unwrap_err(),
                |client| {
                    client
                        .call(Operation::Models, &RequestOptions::new())
                        .unwrap_err()
                },
                |client| client.chat_stream(&hello()).unwrap_err(),
                |client| client.stream(Method::Post, "/x", &hello()).unwrap_err(),
            ];
            for ask in ways {
                let server = spoils(1, status, &body);
                let client = client(&server, 0);
                assert_is(&ask(&client), kind, status, 1, what);
                assert!(client.get("/models").send().unwrap().ok());
            }
        }
    }
    // So does the check of a key.
    let server = spoils(1, 401, b"Content-Length: 10\r\n\r\nneur");
    let check = client(&server, 0).check();
    assert_eq!(check.error().unwrap().kind(), ErrorKind::Authentication);
}

/// Reads a streaming reply in pieces; returns the bytes and how it ended.
fn pieces(reply: &mut StreamingResponse) -> (Vec<u8>, Result<(), Error>) {
    let mut came = Vec::new();
    loop {
        match reply.next_piece(64 << 10) {
            Ok(Some(piece)) => came.extend(piece),
            Ok(None) => return (came, Ok(())),
            Err(error) => return (came, Err(error)),
        }
    }
}

#[test]
fn fault_75_an_open_reply_gives_what_came_of_any_statuss_body_and_then_the_error() {
    for status in [200, 404, 401, 429, 503] {
        for (what, body, kind, readable) in broken() {
            let open = || {
                let server = spoils(1, status, &body);
                let client = client(&server, 0);
                let reply = client.get("/x").send_streaming().unwrap();
                (server, client, reply)
            };
            let (_server, client, mut reply) = open();
            assert_eq!((reply.status(), reply.is_whole()), (status, false));
            assert_eq!(reply.check().is_ok(), status == 200);
            for _ in 0..2 {
                let (came, end) = pieces(&mut reply);
                assert!(came.is_empty() || came == readable, "{what}");
                assert_is(&end.unwrap_err(), kind, status, 1, what);
            }
            if let Err(error) = reply.check() {
                assert_eq!(error.status(), Some(status));
            }
            assert!(client.get("/models").send().unwrap().ok());
            let error = open().2.into_response().unwrap_err();
            assert_is(&error, kind, status, 1, what);
        }
    }
}

#[test]
fn fault_42_a_verb_reads_the_body_of_any_status_to_max_body_bytes() {
    let body = "x".repeat(3 * MIB);
    let reply = |status: u16| json!({"status": status, "body": body});
    for status in [200, 404, 401, 500] {
        for (limit, fits) in [(3 * MIB, true), (3 * MIB - 1, false), (1_000, false)] {
            let server = Server::replies(json!([reply(status), 200]));
            let client = server.client().max_retries(0).max_body_bytes(limit);
            let client = client.build().unwrap();
            match client.get("/models").send() {
                Ok(response) => {
                    assert!(fits && response.bytes().len() == 3 * MIB);
                    let Err(error) = response.check() else {
                        continue;
                    };
                    assert!(error.message().len() < 2_000);
                    assert!(error.body().unwrap().len() <= MIB);
                }
                Err(error) => {
                    assert!(!fits, "{error}");
                    assert_is(&error, ErrorKind::BodyTooLarge, status, 1, "too large");
                    assert!(error.message().contains("max_body_bytes"), "{error}");
                }
            }
            assert!(client.get("/models").send().unwrap().ok());
        }
    }
}

#[test]
fn fault_42_a_named_call_reads_one_mebibyte_whatever_max_body_bytes_is() {
    let error_of = |length: usize, limit: usize| {
        let body = json!({"error": {"message": "No.", "pad": "x".repeat(length)}});
        let reply: Value = json!({"status": 400, "body": body.to_string()});
        let server = Server::replies(json!([reply]));
        let client = server.client().max_body_bytes(limit).build().unwrap();
        client.models().send().unwrap_err()
    };
    let error = error_of(1_000, 100);
    assert!(error.message().contains("No."), "{error}");
    let error = error_of(3 * MIB, 100 << 20);
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert_eq!(error.reply().unwrap().bytes().len(), MIB);
}

#[test]
fn fault_42_an_open_reply_reads_a_mebibyte_first_and_the_rest_as_it_comes() {
    let (first, rest) = ("a".repeat(MIB), "b".repeat(MIB));
    let (go, goes) = std::sync::mpsc::channel::<()>();
    let goes = std::sync::Mutex::new(goes);
    let server = Wire::start(move |peer, _| {
        peer.request();
        peer.send(format!(
            "HTTP/1.1 404 No\r\nContent-Length: {}\r\n\r\n",
            2 * MIB
        ));
        peer.send(&first);
        peer.send("b");
        goes.lock().unwrap().recv_timeout(LONG).unwrap();
        peer.send(&rest[1..]);
        peer.answer_all();
    });
    // The timeout ends with the first part that was read.
    let limit = Duration::from_millis(700);
    let client = server.client().timeout(limit).build().unwrap();
    let mut reply = client.get("/x").send_streaming().unwrap();
    assert_eq!((reply.status(), reply.is_whole()), (404, false));
    std::thread::sleep(limit);
    go.send(()).unwrap();
    let (came, end) = pieces(&mut reply);
    end.unwrap();
    assert_eq!(came.len(), 2 * MIB);
    assert!(came[..MIB].iter().all(|byte| *byte == b'a'));
    assert!(came[MIB..].iter().all(|byte| *byte == b'b'));
    assert!(client.get("/models").timeout(LONG).send().unwrap().ok());
    assert_eq!(
        server.opened(),
        1,
        "a body read to its end leaves its connection"
    );
}

#[test]
fn fault_42_a_whole_error_body_leaves_its_connection_and_is_whole_at_once() {
    let said = r#"{"error": {"message": "no such model", "code": "model_not_found"}}"#;
    let server = Wire::start(
        move |peer, _| {
            while peer.request().is_some() && peer.send(whole(404, "", said)) {}
        },
    );
    let client = client(&server, 0);
    for _ in 0..2 {
        let mut reply = client.get("/x").send_streaming().unwrap();
        assert!(reply.is_whole());
        let (came, end) = pieces(&mut reply);
        assert!(end.is_ok() && came == said.as_bytes());
        // Also after it was read.
        let error = reply.check().unwrap_err();
        assert_eq!(error.code(), Some("model_not_found"));
    }
    assert_eq!(server.opened(), 1);
    // A body within the mebibyte but over the limit is not complete.
    let client = server.client().max_body_bytes(10).build().unwrap();
    let reply = client.get("/x").send_streaming().unwrap();
    assert!(!reply.is_whole());
    let error = reply.into_response().unwrap_err();
    assert_is(&error, ErrorKind::BodyTooLarge, 404, 1, "too large");
}
