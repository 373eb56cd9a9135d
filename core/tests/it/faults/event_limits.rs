//! 37: events that are larger than the limit.

use neura::ErrorKind;

use super::assert_shows_no_key;
use super::streams::{events, open, streams};
use crate::wire::{Peer, STREAM, Wire};

/// The error of a stream whose first event is this, with any number of lines.
fn too_large(limit: Option<usize>, line: Vec<u8>) -> (usize, Option<neura::Error>) {
    let server = Wire::start(move |peer: &mut Peer, number| {
        if peer.request().is_none() {
            return;
        }
        if number > 0 {
            peer.answer("{}");
            return peer.answer_all();
        }
        peer.send(format!("{STREAM}data: first\n\n"));
        let most = 80 << 20;
        let sent = peer.flood(&line, most);
        assert!(sent < most, "the client read on");
    });
    let client = server.client();
    let client = match limit {
        Some(limit) => client.max_event_bytes(limit),
        None => client,
    };
    let client = client.build().unwrap();
    let mut stream = open(&client, "/s");
    let (mut came, mut last) = (0, None);
    for item in &mut stream {
        match item {
            Ok(_) => came += 1,
            Err(error) => last = Some(error),
        }
    }
    assert!(stream.next().is_none());
    assert!(client.get("/models").send().unwrap().ok());
    (came, last)
}

#[test]
fn fault_37_an_event_over_the_limit_is_body_too_large_after_those_before_it() {
    for (limit, words, line) in [
        (Some(1 << 20), "larger than 1 MiB", vec![b'x'; 64 << 10]),
        (
            Some(100),
            "larger than 100 bytes",
            b"data: 0123456789\n".repeat(9_000),
        ),
        (
            Some(100),
            "larger than 100 bytes",
            b"data: x\n".repeat(9_000),
        ),
        (None, "larger than 64 MiB", vec![b'x'; 1 << 20]),
    ] {
        let (came, error) = too_large(limit, line);
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
        assert!(error.message().contains(words), "{error}");
        assert!(error.message().contains("max_event_bytes"), "{error}");
        assert_eq!(came, 1);
        assert_shows_no_key(&error);
    }
}

#[test]
fn fault_37_the_limit_is_that_of_the_client_where_the_reply_is_in_memory() {
    let long = "x".repeat(1_000);
    let server = Wire::start(move |peer: &mut Peer, _| {
        while let Some(head) = peer.head() {
            let (kind, body) = match head.contains("/s") {
                true => (
                    "text/event-stream",
                    format!("data: first\n\ndata: {long}\n\n"),
                ),
                false => ("application/json", format!("\"{long}\"")),
            };
            let length = body.len();
            peer.send(format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"));
            peer.send(format!("Content-Length: {length}\r\n\r\n{body}"));
        }
    });
    for opened in [false, true] {
        let client = server.client().max_event_bytes(500).build().unwrap();
        let whole = |path: &str| match opened {
            true => client
                .get(path)
                .send_streaming()
                .unwrap()
                .into_response()
                .unwrap(),
            false => client.get(path).send().unwrap(),
        };
        for reply in [whole("/s"), whole("/s").clone()] {
            let mut events = reply.events().unwrap();
            assert_eq!(events.next().unwrap().unwrap().data, "first");
            let error = events.next().unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
            assert!(error.message().contains("larger than 500 bytes"), "{error}");
            assert!(error.message().contains("max_event_bytes"), "{error}");
        }
        let error = whole("/json").events().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
    }
    let client = server.client().max_event_bytes(2_000).build().unwrap();
    assert_eq!(
        client.get("/s").send().unwrap().events().unwrap().count(),
        2
    );
}

#[test]
fn fault_37_events_within_the_limit_have_no_number() {
    // Each fits, but all together do not, and comments are not events.
    let one = format!("data: {}\n\n: {}\n", "x".repeat(80), "y".repeat(80));
    let server = streams(one.repeat(5_000));
    let client = server.client().max_event_bytes(100).build().unwrap();
    assert_eq!(events(&client, "/s").len(), 5_000);
}
