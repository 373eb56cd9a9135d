//! Replies whose body is read as it arrives.

use std::io::{Read, Write};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use neura::{ErrorKind, Event, StreamingResponse};

use crate::streaming_servers::{PATIENCE, answers, assert_works, open, reports_closing};
use crate::wire::{self, Wire};

const LENGTH_10: &str = "HTTP/1.1 200 OK\r\nx-request-id: req_7\r\nContent-Length: 10\r\n\r\n";

fn rest_of(reply: &mut StreamingResponse) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(piece) = reply.next_piece(4).unwrap() {
        assert!((1..=4).contains(&piece.len()));
        all.extend(piece);
    }
    assert!(reply.next_piece(4).unwrap().is_none());
    all
}

#[test]
fn a_piece_is_given_while_the_rest_is_yet_to_come() {
    let (go, goes) = channel::<()>();
    let goes = std::sync::Mutex::new(goes);
    let server = answers(move |peer| {
        let goes = goes.lock().unwrap();
        peer.send(LENGTH_10);
        for piece in ["01234", "56789"] {
            goes.recv_timeout(PATIENCE).unwrap();
            peer.send(piece);
        }
    });
    let client = server.client().build().unwrap();
    let mut reply = open(&client);
    assert_eq!(
        (reply.status(), reply.reason(), reply.ok()),
        (200, "OK", true)
    );
    assert_eq!(reply.header("X-Request-Id"), Some("req_7"));
    assert_eq!((reply.request_id(), reply.attempts()), (Some("req_7"), 1));
    assert_eq!(reply.url(), format!("http://{}/v1/open", server.address));
    let elapsed = reply.elapsed();
    go.send(()).unwrap();
    assert_eq!(reply.next_piece(3).unwrap().unwrap(), b"012");
    assert_eq!(reply.next_piece(3).unwrap().unwrap(), b"34");
    let error = reply.next_piece(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    go.send(()).unwrap();
    assert_eq!(rest_of(&mut reply), b"56789");
    assert_eq!(reply.elapsed(), elapsed);
    assert_works(&client);
    assert_eq!(
        server.opened(),
        1,
        "a body read to its end leaves its connection"
    );
}

#[test]
fn a_piece_that_is_here_already_is_given_without_waiting() {
    let (sender, closed) = channel();
    let server = answers(move |peer| {
        peer.send(format!("{LENGTH_10}012345"));
        sender.send(peer.until_closed()).unwrap();
    });
    let client = server.client().build().unwrap();
    let mut reply = open(&client);
    assert_eq!(reply.ready_piece(9), None, "nothing was asked for");
    assert_eq!(reply.next_piece(1).unwrap().unwrap(), b"0");
    let start = Instant::now();
    assert_eq!(reply.ready_piece(2).unwrap(), b"12");
    assert_eq!(reply.ready_piece(0), None);
    assert_eq!(reply.ready_piece(9).unwrap(), b"345");
    assert_eq!(reply.ready_piece(9), None);
    assert!(start.elapsed() < Duration::from_secs(1));
    reply.close();
    assert_eq!(reply.ready_piece(9), None);
    closed.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn what_is_here_already_ends_with_its_chunk_and_with_the_body() {
    let server = answers(|peer| {
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        peer.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    });
    let client = server.client().build().unwrap();
    let (mut reply, mut all) = (open(&client), Vec::new());
    while let Some(piece) = reply.next_piece(1).unwrap() {
        all.extend(piece);
        while let Some(piece) = reply.ready_piece(1) {
            all.extend(piece);
        }
    }
    assert_eq!(all, b"abcde");
    assert_eq!(reply.ready_piece(1), None);
    assert_works(&client);
    assert_eq!(server.opened(), 1);
}

#[test]
fn it_is_asked_for_as_any_other_reply() {
    let (sender, heads) = channel();
    let server = Wire::start(move |peer, _| {
        while let Some(asked) = peer.request() {
            sender.send((asked.head, asked.body)).unwrap();
            peer.answer("{}");
        }
    });
    let client = server.client().build().unwrap();
    let ask = || {
        client
            .post("/open")
            .json(&[1])
            .param("a", "b")
            .header("x-own", "c")
    };
    ask().send().unwrap();
    ask().send_streaming().unwrap();
    let asked = heads.recv_timeout(PATIENCE).unwrap();
    assert_eq!(asked, heads.recv_timeout(PATIENCE).unwrap());
    assert!(
        asked.0.contains("accept: application/json\r\n"),
        "{}",
        asked.0
    );
}

#[test]
fn its_timeout_ends_with_the_headers_and_the_idle_limit_holds_on() {
    let server = answers(|peer| {
        peer.send(LENGTH_10);
        for _ in 0..9 {
            std::thread::sleep(Duration::from_millis(100));
            peer.send("x");
        }
        peer.until_closed();
    });
    let limit = Duration::from_millis(500);
    let client = server.client().timeout(limit).idle_timeout(limit);
    let client = client.build().unwrap();
    let mut reply = open(&client);
    let (started, mut came) = (Instant::now(), 0);
    let error = loop {
        match reply.next_piece(64) {
            Ok(piece) => came += piece.unwrap().len(),
            Err(error) => break error,
        }
    };
    assert_eq!(came, 9);
    assert!(started.elapsed() > limit * 2);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("(idle_timeout)"), "{error}");
    assert_eq!((error.status(), error.attempts()), (Some(200), 1));
    assert_eq!(error.request_id(), Some("req_7"));
    assert_works(&client);

    let server = Wire::start(|peer, _| {
        peer.until_closed();
    });
    let client = server.client().timeout(limit).build().unwrap();
    let error = client.get("/open").send_streaming().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("(timeout)"), "{error}");
}

#[test]
fn a_cut_body_is_the_same_error_as_often_as_it_is_read_and_never_an_end() {
    let server = answers(|peer| {
        peer.send(format!("{LENGTH_10}half"));
        peer.stream.shutdown(std::net::Shutdown::Both).unwrap();
    });
    let client = server.client().build().unwrap();
    let mut reply = open(&client);
    let mut text = String::new();
    let error = reply.read_to_string(&mut text).unwrap_err();
    let inside = error.get_ref().unwrap().downcast_ref::<neura::Error>();
    assert_eq!(inside.unwrap().kind(), ErrorKind::Connection);
    assert_eq!(text, "half");
    for _ in 0..2 {
        let error = reply.next_piece(64).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.message().contains("after 4 of 10 bytes"), "{error}");
        assert_eq!((error.status(), error.attempts()), (Some(200), 1));
        assert_eq!(error.request_id(), Some("req_7"));
    }
    let error = reply.into_response().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_works(&client);
}

#[test]
fn a_small_body_of_an_errors_status_is_in_memory() {
    let said = r#"{"error": {"message": "no such model", "code": "model_not_found"}}"#;
    let server =
        Wire::start(
            move |peer, _| {
                while peer.request().is_some() && peer.send(wire::whole(404, "", said)) {}
            },
        );
    let client = server.client().build().unwrap();
    let mut reply = open(&client);
    assert_eq!(
        (reply.status(), reply.reason(), reply.ok()),
        (404, "Replied", false)
    );
    let whole = client.get("/open").send().unwrap();
    assert_eq!(server.opened(), 1, "it was read when the reply was there");
    assert_eq!(rest_of(&mut reply), said.as_bytes());

    let reply = open(&client).into_response().unwrap();
    assert_eq!(reply.bytes(), whole.bytes());
    let (one, other) = (reply.check().unwrap_err(), whole.check().unwrap_err());
    assert_eq!(one.kind(), ErrorKind::NotFound);
    assert_eq!((one.message(), one.code()), (other.message(), other.code()));
}

#[test]
fn the_limit_of_a_body_holds_for_a_response_and_not_for_pieces() {
    let server = Wire::start(
        |peer, _| {
            while peer.request().is_some() && peer.answer("0123456789") {}
        },
    );
    let client = server.client().max_body_bytes(9).build().unwrap();
    assert_eq!(rest_of(&mut open(&client)), b"0123456789");
    let error = open(&client).into_response().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    assert_eq!((error.status(), error.attempts()), (Some(200), 1));
    let mut reply = open(&client);
    reply.next_piece(1).unwrap();
    assert_eq!(reply.into_response().unwrap().bytes(), b"123456789");
}

#[test]
fn a_response_made_of_it_counts_tokens_as_any_other() {
    let said = r#"{"usage": {"prompt_tokens": 3, "completion_tokens": 4}}"#;
    let server = Wire::start(
        move |peer, _| {
            while peer.request().is_some() && peer.answer(said) {}
        },
    );
    let client = server.client().build().unwrap();
    let reply = open(&client);
    let headers_came = reply.elapsed();
    let response = reply.into_response().unwrap();
    assert_eq!(response.bytes(), said.as_bytes());
    assert_eq!(response.elapsed(), headers_came);
    let used = &client.usage().keys[0];
    assert_eq!((used.prompt_tokens, used.completion_tokens), (3, 4));
}

#[test]
fn events_are_read_of_what_is_left_whatever_the_status() {
    let data = |event: Event| event.data;
    let events = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
                  data: 1\n\ndata: 2\n\ndata: [DONE]\n\n";
    let (server, closed) = reports_closing(events);
    let client = server.client().build().unwrap();
    let mut reply = open(&client);
    assert_eq!(reply.next_piece(9).unwrap().unwrap(), b"data: 1\n\n");
    let read: Vec<_> = reply
        .into_events()
        .unwrap()
        .map(|it| data(it.unwrap()))
        .collect();
    assert_eq!(read, ["2"]);
    closed.recv_timeout(PATIENCE).unwrap();

    let server = answers(|peer| {
        let headers = "content-type: text/event-stream\r\n";
        peer.send(wire::whole(503, headers, "data: busy\n\n"));
    });
    let client = server.client().build().unwrap();
    let mut events = open(&client).into_events().unwrap();
    assert_eq!(events.status(), 503);
    assert_eq!(data(events.next().unwrap().unwrap()), "busy");
    assert!(events.next().is_none());

    let server = answers(|peer| {
        peer.send(wire::whole(200, "content-type: text/html\r\n", "<html>"));
    });
    let client = server.client().build().unwrap();
    let error = open(&client).into_events().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_works(&client);
}

#[test]
fn a_packed_body_is_unpacked_piece_by_piece() {
    let text = "0123456789".repeat(10_000);
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let server = answers(move |peer| {
        let length = packed.len();
        peer.send(format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        ));
        peer.send(&packed);
    });
    let client = server.client().build().unwrap();
    let mut reply = open(&client);
    let mut read = String::new();
    reply.read_to_string(&mut read).unwrap();
    assert!(read == text);
    assert_works(&client);
    assert_eq!(server.opened(), 1);
}
