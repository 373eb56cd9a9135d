//! 14 to 16: time limits, and their errors.

use std::time::{Duration, Instant};

use neura::bindings::{Limit, Request, RequestOptions};
use neura::{ErrorKind, Method};
use serde_json::json;

use super::{LONG, assert_kind, assert_shows_no_key};
use crate::common::{Server, hello};
use crate::wire::{STREAM, Wire};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Checks an error of a limit: it came in time and names the limit.
fn assert_limit(error: &neura::Error, name: &str, started: Instant, limit: Duration) {
    assert_kind(error, ErrorKind::Timeout, &format!("({name})"));
    let words = match limit.as_secs() {
        0 => format!("{} ms", limit.as_millis()),
        _ => format!("{:.1} s", limit.as_secs_f64()),
    };
    assert!(error.message().contains(&words), "{words} in {error}");
    assert!((limit..LONG / 2).contains(&started.elapsed()), "{error}");
    assert_shows_no_key(error);
}

/// Sends one byte of a body after the other, a pause between them.
fn trickles(pause: Duration) -> Wire {
    Wire::start(move |peer, number| {
        if number == 0 && peer.request().is_some() {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            while peer.send("x") {
                std::thread::sleep(pause);
            }
        }
        peer.answer_all();
    })
}

#[test]
fn fault_14_a_trickle_passes_the_idle_limit_and_meets_the_total() {
    let server = trickles(millis(20));
    let limit = millis(1_600);
    let client = server
        .client()
        .idle_timeout(millis(800))
        .timeout(limit)
        .max_retries(2)
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.get("/models").send().unwrap_err();
    assert_limit(&error, "timeout", started, limit);
    assert_eq!((error.attempts(), error.status()), (1, Some(200)));
    // The number of bytes received: some, but not all.
    let (_, rest) = error.message().split_once(" with ").unwrap();
    let came: usize = rest.split(' ').next().unwrap().parse().unwrap();
    assert!((40..500).contains(&came), "{error}");
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_15_a_stall_before_the_headers_is_a_timeout() {
    let server = Server::replies(json!(["stall", 200]));
    let limit = millis(400);
    let client = server
        .client()
        .timeout(limit)
        .max_retries(2)
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.chat(&hello()).send().unwrap_err();
    assert_limit(&error, "timeout", started, limit);
    assert_eq!((error.attempts(), error.status()), (1, None));
    assert!(
        error.message().contains("before any reply arrived"),
        "{error}"
    );
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_15_a_stall_inside_the_headers_is_a_timeout() {
    let half = json!({"raw": "HTTP/1.1 200 OK\r\nX-", "then": "stall"});
    let server = Server::replies(json!([half, 200]));
    let limit = millis(400);
    // The idle limit begins with the body.
    let client = server.client().timeout(limit).idle_timeout(limit / 4);
    let client = client.max_retries(2).build().unwrap();
    let started = Instant::now();
    let error = client.chat_stream(&hello()).unwrap_err();
    assert_limit(&error, "timeout", started, limit);
    assert!(error.message().contains("with 19 bytes"), "{error}");
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_16_a_stall_inside_a_stream_meets_the_idle_limit_after_the_events_that_came() {
    let events = "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n";
    let reply = json!({"raw": format!("{STREAM}{events}data: {{"), "then": "stall"});
    let server = Server::replies(json!([reply, 200]));
    let limit = millis(600);
    let client = server
        .client()
        .idle_timeout(limit)
        .timeout(millis(500)) // Over with the headers.
        .build()
        .unwrap();
    let mut stream = client.chat_stream(&hello()).unwrap();
    assert!(stream.next().unwrap().is_ok() && stream.next().unwrap().is_ok());
    let started = Instant::now();
    let error = stream.next().unwrap().unwrap_err();
    assert_limit(&error, "idle_timeout", started, limit);
    assert_eq!(error.status(), Some(200));
    let came = STREAM.len() + events.len() + 7;
    let words = format!("after {came} bytes");
    assert!(error.message().contains(&words), "{words} in {error}");
    assert!(stream.next().is_none());
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn a_stall_inside_a_body_meets_the_idle_limit() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nhalf";
    let server = Server::replies(json!([{"raw": half, "then": "stall"}, 200]));
    let limit = millis(400);
    let client = server.client().idle_timeout(limit).max_retries(2);
    let client = client.build().unwrap();
    let started = Instant::now();
    let error = client.get("/models").send().unwrap_err();
    assert_limit(&error, "idle_timeout", started, limit);
    // The server has begun to answer, so the call is not retried.
    assert_eq!((error.attempts(), error.status()), (1, Some(200)));
    let words = format!("after {} bytes", half.len());
    assert!(error.message().contains(&words), "{words} in {error}");
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn the_idle_limit_does_not_apply_before_the_headers() {
    let slow = json!({"status": 200, "delay_before_ms": 700});
    let server = Server::replies(json!([slow]));
    let client = server.client().idle_timeout(millis(300)).build().unwrap();
    let reply = client.get("/models").send().unwrap();
    assert!(reply.ok() && reply.elapsed() >= millis(700));
}

#[test]
fn an_error_that_stalls_meets_the_total_or_the_idle_limit_and_keeps_its_status() {
    let raw = "HTTP/1.1 400 Bad Request\r\nContent-Length: 200\r\n\r\nhalf an error";
    for stream in [false, true] {
        for (timeout, idle) in [(400, 10_000), (10_000, 400)] {
            let server = Server::replies(json!([{"raw": raw, "then": "stall"}, 200]));
            let client = server.client().timeout(millis(timeout));
            let client = client.idle_timeout(millis(idle)).build().unwrap();
            let started = Instant::now();
            let error = match stream {
                true => client.chat_stream(&hello()).unwrap_err(),
                false => client.chat(&hello()).send().unwrap_err(),
            };
            assert_eq!(error.kind(), ErrorKind::BadRequest);
            assert!(error.message().contains("half an error"), "{error}");
            assert!((millis(400)..millis(5_000)).contains(&started.elapsed()));
            assert!(client.get("/models").send().unwrap().ok());
        }
    }
}

#[test]
fn the_total_limit_ends_an_upload_that_is_not_read() {
    let server = Wire::start(|peer, number| match number {
        0 => {
            peer.head();
            std::thread::sleep(millis(3_000));
            peer.until_closed();
        }
        _ => peer.answer_all(),
    });
    let client = server.client().max_retries(2).build().unwrap();
    let limit = millis(500);
    let started = Instant::now();
    let request = client.request(Method::Post, "/files");
    let request = request.body(vec![b'x'; 50 << 20]).timeout(limit);
    let error = request.send().unwrap_err();
    assert_limit(&error, "timeout", started, limit);
    assert!(
        error.message().contains("while sending the request"),
        "{error}"
    );
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn the_total_limit_covers_attempts_and_the_waits_between_them() {
    // A single attempt would fit twice.
    let slow =
        json!({"status": 503, "delay_before_ms": 300, "headers": [["retry-after-ms", "200"]]});
    let server = Server::replies(json!([slow, slow, slow, "stall", 200]));
    let client = server.client().max_retries(50).build().unwrap();
    let limit = millis(3_000);
    let started = Instant::now();
    let error = client.get("/models").timeout(limit).send().unwrap_err();
    assert_limit(&error, "timeout", started, limit);
    assert_eq!(error.attempts(), 4, "{error}");
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn a_limit_of_one_request_takes_the_place_of_the_clients() {
    let server = Server::replies(json!(["stall", "stall", 200]));
    let client = server.client().timeout(millis(300)).max_retries(0);
    let client = client.build().unwrap();
    let mut options = RequestOptions::new();
    options.set_timeout(Limit::Seconds(0.7));
    let started = Instant::now();
    let request = Request::new(Method::Get, "/models");
    let error = client.send(request.options(options)).unwrap_err();
    assert_limit(&error, "timeout", started, millis(700));
    let started = Instant::now();
    let error = client.get("/models").send().unwrap_err();
    assert_limit(&error, "timeout", started, millis(300));
    assert!(client.get("/models").send().unwrap().ok());
}

/// A request with a limit for the reply's head, which is sent once.
fn with_head_limit(limit: Duration) -> RequestOptions {
    let mut options = RequestOptions::new();
    options.set_head_timeout(Limit::from(limit));
    options.set_max_retries(0);
    options
}

#[test]
fn a_limit_for_the_head_ends_the_wait_for_an_answer_and_not_the_body() {
    let limit = millis(400);
    let server = Wire::start(move |peer, number| {
        peer.request().unwrap();
        match number {
            0 => std::thread::sleep(LONG),
            _ => {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1");
                std::thread::sleep(limit + millis(300));
                peer.send("2");
            }
        }
    });
    let client = server.client().build().unwrap();
    let started = Instant::now();
    let request = Request::new(Method::Get, "/models").options(with_head_limit(limit));
    let error = client.send(request.clone()).unwrap_err();
    assert_limit(&error, "the read timeout", started, limit);
    assert!(!error.unsent(), "{error}");
    assert_eq!(client.send(request).unwrap().text(), "12");
}

#[test]
fn a_limit_for_the_head_ends_the_wait_for_a_server_that_does_not_read() {
    let server = Wire::start(|_, _| std::thread::sleep(LONG / 2));
    let client = server.client().build().unwrap();
    let limit = millis(400);
    let started = Instant::now();
    let request = Request::new(Method::Post, "/files").body(vec![b'x'; 32 << 20]);
    let error = client
        .send(request.options(with_head_limit(limit)))
        .unwrap_err();
    assert_limit(&error, "the read timeout", started, limit);
}

#[test]
fn an_error_says_whether_the_request_was_sent() {
    let server = Server::replies(json!(["refuse"]));
    let client = server.client().max_retries(0).build().unwrap();
    let error = client.get("/models").send().unwrap_err();
    assert_kind(&error, ErrorKind::Connection, "no server is listening");
    assert!(error.unsent());

    let server = Server::replies(json!(["reset"]));
    let client = server.client().max_retries(0).build().unwrap();
    let error = client.get("/models").send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!error.unsent());
}
