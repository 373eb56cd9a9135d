//! 75: a status outside 200 to 299 whose body arrives slowly or never.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use neura::bindings::Request;
use neura::{Client, Error, ErrorKind, Method, StreamingResponse};
use serde_json::json;

use super::{LONG, assert_shows_no_key};
use crate::common::{FAKE_KEY, OTHER_KEY};
use crate::wire::{Peer, Wire};

const WORDS: &str = "{\"error\": {\"message\": \"these words come late\"}}";

/// The first connection answers with this head and a slow body; the others work.
fn drips(status: u16) -> Wire {
    Wire::start(move |peer, number| {
        if number > 0 {
            return peer.answer_all();
        }
        peer.request();
        let head = format!("HTTP/1.1 {status} Said\r\nContent-Length: 100000\r\n\r\n");
        peer.send(head);
        while peer.send("x") {
            std::thread::sleep(Duration::from_millis(20));
        }
    })
}

fn client(server: &Wire, retries: u32) -> Client {
    let client = server.client().max_retries(retries).timeout(LONG);
    client.build().unwrap()
}

/// The reply, which must arrive within this time.
fn opened(client: &Client, within: Duration) -> StreamingResponse {
    let started = Instant::now();
    let reply = client.get("/x").send_streaming().unwrap();
    let took = started.elapsed();
    assert!(took < within, "{}: {took:?}", reply.status());
    reply
}

const SOON: Duration = Duration::from_secs(1);
/// The wait for a body is at most 2 s.
const LOOKED: Duration = Duration::from_secs(4);

#[test]
fn fault_75_an_open_reply_that_nothing_follows_waits_for_no_body() {
    for status in [302, 400, 401, 403, 404, 429, 500, 503] {
        let server = drips(status);
        let client = client(&server, 0);
        let mut reply = opened(&client, SOON);
        assert_eq!((reply.status(), reply.attempts()), (status, 1));
        assert!(!reply.is_whole());
        for _ in 0..3 {
            assert!(reply.next_piece(1).unwrap().is_some(), "{status}");
        }
        drop(reply);
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_75_a_dripping_body_keeps_no_next_attempt_waiting() {
    for status in [429, 503] {
        let server = drips(status);
        let reply = opened(&client(&server, 1), LOOKED);
        assert_eq!((reply.status(), reply.attempts()), (200, 2), "{status}");
        let server = drips(status);
        let started = Instant::now();
        let reply = client(&server, 1).get("/models").send().unwrap();
        assert_eq!((reply.status(), reply.attempts()), (200, 2), "{status}");
        assert!(started.elapsed() < LOOKED, "{status}");
    }
    let server = drips(401);
    let keys = [FAKE_KEY, OTHER_KEY].map(str::to_owned);
    let client = server.client().api_keys(keys).timeout(LONG);
    let reply = opened(&client.build().unwrap(), LOOKED);
    assert_eq!((reply.status(), reply.attempts()), (200, 2));
}

#[test]
fn fault_75_a_look_at_a_body_ends_with_the_timeout_and_the_rest_is_left() {
    let server = drips(429);
    let client = server.client().max_retries(3);
    let client = client.timeout(Duration::from_millis(700)).build().unwrap();
    let mut reply = opened(&client, Duration::from_millis(1_500));
    assert_eq!((reply.status(), reply.attempts()), (429, 1));
    // The bytes before it, and the bytes after it.
    for _ in 0..100 {
        assert_eq!(reply.next_piece(1).unwrap().unwrap(), b"x");
    }
}

/// The first connection answers 403 in several pieces.
fn in_pieces(head: &'static str, pieces: Vec<Vec<u8>>) -> Wire {
    Wire::start(move |peer: &mut Peer, number| {
        if number > 0 {
            return peer.answer_all();
        }
        peer.request();
        peer.send(format!("HTTP/1.1 403 Said\r\n{head}\r\n"));
        for piece in &pieces {
            peer.send(piece);
            std::thread::sleep(Duration::from_millis(60));
        }
    })
}

/// Bodies that say [`WORDS`], each as its header and its pieces.
fn late() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(WORDS.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let pieces = |bytes: &[u8], sizes: &[usize]| {
        let (mut pieces, mut rest) = (vec![Vec::new()], bytes);
        for size in sizes {
            let (piece, left) = rest.split_at(*size);
            pieces.push(piece.to_vec());
            rest = left;
        }
        pieces.push(rest.to_vec());
        pieces
    };
    let chunk = format!("{:x}\r\n{WORDS}\r\n0\r\n\r\n", WORDS.len());
    let gzip = "Content-Encoding: gzip\r\nConnection: close\r\n";
    let mut at_once = pieces(&packed, &[4]);
    at_once.remove(0);
    vec![
        ("Connection: close\r\n", pieces(WORDS.as_bytes(), &[10])),
        (
            "Transfer-Encoding: chunked\r\n",
            pieces(chunk.as_bytes(), &[1, 9]),
        ),
        (gzip, pieces(&packed, &[3, 10, 8])),
        // The gzip header is cut where the check ends.
        (gzip, at_once),
    ]
}

#[test]
fn fault_75_the_words_of_an_open_reply_are_waited_for_where_it_is_checked() {
    for (head, pieces) in late() {
        let open = || {
            let server = in_pieces(head, pieces.clone());
            let reply = opened(&client(&server, 0), SOON);
            (server, reply)
        };
        let assert_words = |reply: &StreamingResponse| {
            for _ in 0..2 {
                let error = reply.check().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
                assert!(error.message().contains("come late"), "{head}: {error}");
                assert_shows_no_key(&error);
            }
        };
        // Checked before it is read: nothing of the body is lost.
        let (_server, reply) = open();
        assert_words(&reply);
        assert!(reply.is_whole());
        assert_eq!(reply.into_response().unwrap().text(), WORDS);
        // In the middle of the body, and after it.
        for most in [1, 5, 1_000] {
            let (_server, mut reply) = open();
            let mut came = reply.next_piece(most).unwrap().unwrap();
            assert_words(&reply);
            while let Some(piece) = reply.next_piece(most).unwrap() {
                came.extend(piece);
            }
            assert_eq!(came, WORDS.as_bytes());
            assert_words(&reply);
        }
        let (_server, mut reply) = open();
        while reply.next_piece(7).unwrap().is_some() {}
        assert_words(&reply);
        // Without secrets, and as a reply in memory.
        let reply = open().1.without_secrets();
        assert_words(&reply);
        assert_eq!(reply.into_response().unwrap().text(), WORDS);
        let response = open().1.into_response().unwrap();
        assert!(response.check().unwrap_err().message().contains("late"));
    }
}

/// Answers every request with 403, words, and then a body that is slow or stalls.
fn drips_words(pause: Duration) -> Wire {
    Wire::start(move |peer, _| {
        peer.request();
        peer.send("HTTP/1.1 403 Said\r\nContent-Length: 100000\r\n\r\nthese words came ");
        while peer.send("x") {
            std::thread::sleep(pause);
        }
    })
}

/// The error of a status, with these of its words, within this time.
fn assert_refused<T>(result: Result<T, Error>, since: Instant, within: Duration) {
    let took = since.elapsed();
    let Err(error) = result else {
        panic!("no error after {took:?}");
    };
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
    assert!(error.message().contains("these words came"), "{error}");
    assert_shows_no_key(&error);
    assert!(took < within, "{took:?}: {error}");
}

const DRIP: Duration = Duration::from_millis(20);

#[test]
fn fault_75_the_words_that_came_are_the_errors_where_the_body_drips_or_stalls() {
    for pause in [DRIP, Duration::from_secs(3)] {
        let server = drips_words(pause);
        let since = Instant::now();
        let reply = opened(&client(&server, 0), SOON);
        assert_refused(reply.check(), since, LOOKED);
        let timeout = Duration::from_millis(500);
        let hasty = server.client().max_retries(0).timeout(timeout);
        let hasty = hasty.build().unwrap();
        let since = Instant::now();
        assert_refused(hasty.models().send(), since, LOOKED);
        let chat = json!({"model": "m", "messages": []});
        assert_refused(hasty.chat_stream(&chat), since, LOOKED);
    }
}

#[test]
fn fault_75_a_dripping_body_keeps_no_error_for_longer_than_10_s() {
    let server = drips_words(DRIP);
    let client = server.client().max_retries(0).timeout(None);
    let client = client.build().unwrap();
    let chat = json!({"model": "m", "messages": []});
    let (since, within) = (Instant::now(), Duration::from_secs(14));
    std::thread::scope(|scope| {
        scope.spawn(|| assert_refused(client.models().send(), since, within));
        scope.spawn(|| assert_refused(client.chat_stream(&chat), since, within));
        let request = Request::new(Method::Get, "/x");
        scope.spawn(|| assert_refused(client.open(request), since, within));
    });
}

#[test]
fn fault_75_words_that_do_not_end_are_not_waited_for_without_end() {
    let server = drips(403);
    let reply = opened(&client(&server, 0), SOON);
    let started = Instant::now();
    assert!(reply.check_at_once().is_err());
    assert!(started.elapsed() < SOON);
    let error = reply.check().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(started.elapsed() < LONG * 3 / 4);
    // One that was closed or cancelled is checked at once.
    reply.cancel_token().cancel();
    let started = Instant::now();
    assert!(reply.check().is_err());
    let server = drips(403);
    let mut reply = opened(&client(&server, 0), SOON);
    reply.close();
    assert_eq!(reply.check().unwrap_err().status(), Some(403));
    assert!(started.elapsed() < SOON);
}
