//! Closing and cancelling a reply whose body is read as it arrives.

use std::time::{Duration, Instant};

use neura::{CancelToken, ErrorKind, StreamingResponse};

use crate::streaming_servers::{PATIENCE, assert_works, open, reports_closing};

#[test]
fn leaving_it_closes_its_connection_at_once() {
    type Leave = fn(StreamingResponse);
    let ways: [(&str, Leave); 4] = [
        ("dropped", drop),
        ("dropped after a piece", |mut reply| {
            assert_eq!(reply.next_piece(64).unwrap().unwrap(), b"half");
        }),
        ("closed", |mut reply| {
            reply.close();
            reply.close();
            for _ in 0..2 {
                let error = reply.next_piece(64).unwrap_err();
                assert_eq!(
                    (error.kind(), error.status()),
                    (ErrorKind::Cancelled, Some(200))
                );
                assert!(
                    error.message().contains("closed before its body"),
                    "{error}"
                );
            }
            // It is still alive when the server checks.
            std::thread::sleep(Duration::from_millis(1_500));
            let error = reply.into_response().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled);
        }),
        ("its events dropped", |reply| {
            drop(reply.into_events().unwrap())
        }),
    ];
    for (way, leave) in ways {
        let (server, closed) = reports_closing("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        let client = server.client().build().unwrap();
        leave(open(&client));
        let took = closed.recv_timeout(PATIENCE).unwrap();
        assert!(took < Duration::from_secs(1), "{way}: {took:?}");
        assert_works(&client);
    }
}

#[test]
fn events_that_were_closed_before_their_end_are_cancelled_for_who_reads_on() {
    let (server, closed) = reports_closing(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\n\
         data: 1\n\ndata: 2\n\n",
    );
    let client = server.client().build().unwrap();
    let mut events = open(&client).into_events().unwrap();
    assert_eq!(events.next().unwrap().unwrap().data, "1");
    events.close();
    events.close();
    closed.recv_timeout(PATIENCE).unwrap();
    let batch = events.next_batch(9, 99);
    assert!(batch.items.is_empty());
    let neura::bindings::BatchEnd::Failed(error) = batch.end else {
        panic!("{:?}", batch.end);
    };
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Cancelled, Some(200))
    );
    assert!(error.message().contains("closed before its end"), "{error}");
    assert!(events.next().is_none(), "an error is the last item");

    let (server, _closed) = reports_closing(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\n\
         data: 1\n\n",
    );
    let client = server.client().build().unwrap();
    let mut events = open(&client).into_events().unwrap();
    assert_eq!(events.by_ref().count(), 1);
    events.close();
    assert!(events.next().is_none(), "nothing is missing");
}

#[test]
fn a_read_that_waits_is_cancelled_through_its_callers_token_and_its_own() {
    for own in [false, true] {
        let (server, closed) = reports_closing("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        let client = server.client().build().unwrap();
        let token = CancelToken::new();
        let mut reply = client.get("/open").cancel(&token).send_streaming().unwrap();
        assert_eq!(reply.next_piece(64).unwrap().unwrap(), b"half");
        let remote = if own {
            reply.cancel_token()
        } else {
            token.clone()
        };
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            remote.cancel();
        });
        let started = Instant::now();
        let error = reply.next_piece(64).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Cancelled, Some(200))
        );
        canceller.join().unwrap();
        assert_eq!(
            token.is_cancelled(),
            !own,
            "its own token cancels nothing else"
        );
        drop(reply);
        closed.recv_timeout(PATIENCE).unwrap();
        assert_works(&client);
    }
}
