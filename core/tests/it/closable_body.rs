//! The body that bindings share between threads: each of its states, over real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use neura::bindings::{ClosableBody, closed_body, closed_stream};
use neura::{CancelToken, Client, Error, ErrorKind, Response};

use crate::streaming_servers::{PATIENCE, answers, assert_works, open, reports_closing};
use crate::wire::{self, Wire};

const STEP: (usize, usize) = (256, 1 << 20);
const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
const HALF_REFUSED: &str = "HTTP/1.1 503 No\r\nContent-Length: 40\r\n\r\n{\"error\": {\"message\"";
const EVENTS: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\
     \r\ndata: 1\n\ndata: 2\n\n";

fn body_of(client: &Client) -> (ClosableBody, CancelToken) {
    let reply = open(client);
    let token = reply.cancel_token();
    (ClosableBody::arriving(reply), token)
}

fn replies(bytes: String) -> (Wire, Client) {
    let server = answers(move |peer| {
        peer.send(&bytes);
    });
    let client = server.client().build().unwrap();
    (server, client)
}

/// What each way of reading on gives.
fn errors_of(body: &ClosableBody, token: &CancelToken) -> Vec<Error> {
    vec![
        body.next_piece(token, 4).unwrap_err(),
        body.read_whole(token, Ok).unwrap_err(),
        body.take_whole(token).unwrap_err(),
        body.events(token, STEP).err().unwrap(),
        body.take().err().unwrap(),
    ]
}

fn assert_refused(error: &Error, words: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert!(error.message().contains(words), "{error}");
}

#[test]
fn a_whole_body_stays_in_memory_and_its_connection_is_reused() {
    let (server, client) = replies(wire::whole(200, "", "data: 1\n\ndata: 2\n\n"));
    let (body, token) = body_of(&client);
    assert!(body.response().is_none() && body.is_open(&token));
    for _ in 0..2 {
        let whole = body.read_whole(&token, Ok).unwrap();
        assert_eq!(whole.bytes(), b"data: 1\n\ndata: 2\n\n");
    }
    body.close(&token);
    assert!(!token.is_cancelled(), "nothing was left to cancel");
    assert!(!body.is_open(&token) && body.failure().is_none());
    assert!(body.next_piece(&token, 4).unwrap().is_none());
    for _ in 0..2 {
        let events = body.events(&token, STEP).unwrap();
        assert!(events.next(&token).unwrap().is_some());
    }
    assert_eq!(body.response().unwrap().status(), 200);
    let same = ClosableBody::whole(body.response().unwrap().clone());
    assert!(same.check(&token).is_ok() && !same.is_open(&token));
    assert_eq!(same.read_whole(&token, Ok).unwrap().status(), 200);
    assert_works(&client);
    assert_eq!(server.opened(), 1);
}

#[test]
fn a_whole_body_may_be_taken() {
    let (_server, client) = replies(wire::whole(200, "", "0123456789"));
    let (body, token) = body_of(&client);
    assert_eq!(body.take_whole(&token).unwrap().bytes(), b"0123456789");
    assert!(body.response().is_none() && !body.is_open(&token));
    assert_refused(&body.take_whole(&token).unwrap_err(), "in pieces");
    assert_works(&client);
}

#[test]
fn a_body_whose_memory_could_not_be_had_fails_each_time() {
    let (_server, client) = replies(wire::whole(200, "", "0123456789"));
    let (body, token) = body_of(&client);
    let no_memory = |_: Response| Err(Error::new(ErrorKind::OutOfMemory, "none left"));
    let error = body.read_whole(&token, no_memory).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    for error in errors_of(&body, &token) {
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    }
}

#[test]
fn a_body_that_was_begun_is_read_on_in_pieces_only() {
    let (_server, client) = replies(wire::whole(200, "", "0123456789"));
    let (body, token) = body_of(&client);
    assert!(body.ready_piece(&token, 4).is_none(), "not begun");
    let error = body.next_piece(&token, 0).unwrap_err();
    assert_refused(&error, "at least one byte");
    assert_eq!(body.next_piece(&token, 4).unwrap().unwrap(), b"0123");
    for read in [
        body.read_whole(&token, Ok).map(drop),
        body.take_whole(&token).map(drop),
    ] {
        assert_refused(&read.unwrap_err(), "already read in pieces");
    }
    assert_eq!(body.ready_piece(&token, 4).unwrap(), b"4567");
    assert!(body.is_open(&token));
    assert_eq!(body.next_piece(&token, 4).unwrap().unwrap(), b"89");
    for _ in 0..2 {
        assert!(body.next_piece(&token, 4).unwrap().is_none());
    }
    assert!(body.ready_piece(&token, 4).is_none());
    assert!(!body.is_open(&token) && body.failure().is_none());
    assert_refused(&body.read_whole(&token, Ok).unwrap_err(), "in pieces");
    assert_refused(&body.events(&token, STEP).err().unwrap(), "in pieces");
    body.close(&token);
    assert!(!token.is_cancelled(), "it was read to its end");
    assert_works(&client);
}

#[test]
fn a_limit_of_no_bytes_does_not_begin_a_body() {
    let (_server, client) = replies(wire::whole(200, "", "0123456789"));
    let (body, token) = body_of(&client);
    body.next_piece(&token, 0).unwrap_err();
    assert_eq!(body.read_whole(&token, Ok).unwrap().bytes(), b"0123456789");
}

#[test]
fn events_take_over_the_connection_and_a_close_of_the_body_closes_them() {
    let (server, closed) = reports_closing(EVENTS);
    let client = server.client().build().unwrap();
    let (body, token) = body_of(&client);
    let events = body.events(&token, STEP).unwrap();
    assert!(events.is_open(&token) && !body.is_open(&token));
    assert!(events.next(&token).unwrap().is_some());
    assert_refused(&body.next_piece(&token, 4).unwrap_err(), "in pieces");
    assert_refused(&body.events(&token, STEP).err().unwrap(), "in pieces");
    body.close(&token);
    closed.recv_timeout(PATIENCE).unwrap();
    let error = events.next(&token).err().unwrap();
    assert_eq!(error.message(), closed_stream().message());
    for error in errors_of(&body, &token) {
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
    assert_works(&client);
}

#[test]
fn reading_on_after_an_early_close_is_cancelled() {
    for begun in [false, true] {
        let (server, closed) = reports_closing(HALF);
        let client = server.client().build().unwrap();
        let (body, token) = body_of(&client);
        if begun {
            assert_eq!(body.next_piece(&token, 2).unwrap().unwrap(), b"ha");
        }
        for _ in 0..2 {
            body.close(&token);
            assert!(!body.is_open(&token));
        }
        closed.recv_timeout(PATIENCE).unwrap();
        assert!(body.ready_piece(&token, 4).is_none(), "it was dropped");
        for error in errors_of(&body, &token) {
            assert_eq!(error.kind(), ErrorKind::Cancelled);
            assert_eq!(error.message(), closed_body().message());
        }
        assert_eq!(body.failure().unwrap().kind(), ErrorKind::Cancelled);
        assert_works(&client);
    }
}

#[test]
fn a_cancelled_token_closes_the_body_at_the_next_read() {
    let (server, closed) = reports_closing(HALF);
    let client = server.client().build().unwrap();
    let (body, token) = body_of(&client);
    token.cancel();
    assert!(!body.is_open(&token));
    let error = body.next_piece(&token, 4).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    closed.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_body_that_failed_gives_the_same_error_again() {
    let server = Wire::start(|peer, _| {
        peer.request().unwrap();
        peer.send(HALF);
    });
    let client = server.client().build().unwrap();
    let (body, token) = body_of(&client);
    let first = loop {
        match body.next_piece(&token, 64) {
            Ok(piece) => assert!(piece.is_some(), "cut is not the end"),
            Err(error) => break error,
        }
    };
    assert_eq!(first.kind(), ErrorKind::Connection);
    assert!(!body.is_open(&token));
    body.close(&token);
    assert!(!token.is_cancelled(), "it had failed before");
    assert_eq!(body.failure().unwrap().message(), first.message());
    for error in errors_of(&body, &token) {
        assert_eq!(error.message(), first.message());
    }
}

#[test]
fn a_reader_that_waits_is_alone_and_is_woken_by_a_close() {
    let (server, closed) = reports_closing(HALF);
    let client = server.client().build().unwrap();
    let (body, token) = body_of(&client);
    let body = Arc::new(body);
    assert_eq!(body.next_piece(&token, 64).unwrap().unwrap(), b"half");
    let reader = std::thread::spawn({
        let (body, token) = (Arc::clone(&body), token.clone());
        move || body.next_piece(&token, 64).unwrap_err()
    });
    std::thread::sleep(Duration::from_millis(200));
    assert!(body.is_open(&token) && body.failure().is_none());
    for error in errors_of(&body, &token) {
        assert_refused(&error, "only one at a time");
    }
    body.close(&token);
    assert_eq!(reader.join().unwrap().kind(), ErrorKind::Cancelled);
    closed.recv_timeout(PATIENCE).unwrap();
    assert!(!body.is_open(&token));
    assert_works(&client);
}

#[test]
fn the_words_of_a_refusal_are_waited_for_unless_another_thread_reads() {
    let server = answers(|peer| {
        peer.send(HALF_REFUSED);
        std::thread::sleep(Duration::from_millis(500));
        peer.send(": \"overloaded\"}}    ");
    });
    let client = server.client().build().unwrap();
    let (body, token) = body_of(&client);
    let error = body.check_at_once(&token).unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(!error.message().contains("overloaded"));
    let error = body.check(&token).unwrap_err();
    assert!(error.message().contains("overloaded"), "{error}");
    body.close(&token);
    let error = body.check(&token).unwrap_err();
    assert_eq!(error.status(), Some(503), "also of one that was closed");
}

#[test]
fn a_check_that_waits_is_closed_by_a_close() {
    let (server, closed) = reports_closing(HALF_REFUSED);
    let client = server.client().build().unwrap();
    let (body, token) = body_of(&client);
    let body = Arc::new(body);
    let checker = std::thread::spawn({
        let (body, token) = (Arc::clone(&body), token.clone());
        move || body.check(&token).unwrap_err()
    });
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(body.check(&token).unwrap_err().status(), Some(503), "busy");
    body.close(&token);
    assert_eq!(checker.join().unwrap().status(), Some(503));
    closed.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_reply_that_was_taken_is_read_elsewhere() {
    let (_server, client) = replies(wire::whole(200, "", "0123456789"));
    let (body, token) = body_of(&client);
    let taken = body.take().unwrap();
    assert!(!body.is_open(&token));
    assert_refused(&body.read_whole(&token, Ok).unwrap_err(), "in pieces");
    assert_eq!(taken.into_response().unwrap().bytes(), b"0123456789");
}

/// Ends the looks, also after a panic.
struct EndOfWork<'a>(&'a AtomicBool);

impl Drop for EndOfWork<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Asks whether the body is open, again and again, until `work` is done.
fn while_looked_at<T>(body: &ClosableBody, token: &CancelToken, work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                body.is_open(token);
            }
        });
        let _end = EndOfWork(&done);
        work()
    })
}

#[test]
fn a_look_of_another_thread_does_not_refuse_the_reader() {
    let whole = "x".repeat(20_000);
    let (_server, client) = replies(wire::whole(200, "", &whole));
    let (body, token) = body_of(&client);
    let read = while_looked_at(&body, &token, || {
        let pieces = std::iter::from_fn(|| body.next_piece(&token, 1).unwrap());
        pieces.map(|piece| piece.len()).sum::<usize>()
    });
    assert_eq!(read, whole.len());
}

#[test]
fn a_close_beside_looks_closes_the_connection() {
    for _ in 0..60 {
        let (server, closed) = reports_closing(HALF);
        let (body, token) = body_of(&server.client().build().unwrap());
        while_looked_at(&body, &token, || body.close(&token));
        closed.recv_timeout(PATIENCE).unwrap();
        let error = body.next_piece(&token, 4).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
}
