//! The head of a request must arrive in time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Running;

/// The limit in the README, and the extra time for a slow machine.
const LIMIT: Duration = Duration::from_secs(10);
const SLACK: Duration = Duration::from_secs(4);

/// Reads to the end; returns the time and the bytes.
fn to_the_end(mut stream: &TcpStream, since: Instant) -> (Duration, String) {
    stream.set_read_timeout(Some(LIMIT + SLACK)).unwrap();
    let mut text = Vec::new();
    if let Err(error) = stream.read_to_end(&mut text) {
        // A reset is an end, too.
        assert_ne!(
            error.kind(),
            std::io::ErrorKind::WouldBlock,
            "it is held open"
        );
    }
    (since.elapsed(), String::from_utf8_lossy(&text).into_owned())
}

fn assert_in_time(took: Duration, what: &str) {
    assert!(took < LIMIT + SLACK, "{what}: {took:?}");
    assert!(
        took > LIMIT - Duration::from_millis(500),
        "{what}: {took:?}"
    );
}

/// Sends single bytes with pauses until the connection ends.
fn trickle(mut stream: &TcpStream) {
    let start = Instant::now();
    while start.elapsed() < LIMIT + SLACK && stream.write_all(b"X").is_ok() {
        thread::sleep(Duration::from_millis(300));
    }
}

fn one_answer(mut stream: &TcpStream, request: &str) {
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = [0; 4096];
    let length = stream.read(&mut reply).unwrap();
    let reply = String::from_utf8_lossy(&reply[..length]);
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
}

#[test]
fn a_head_that_does_not_arrive_in_time_ends_its_connection() {
    let sandbox = Running::sandbox(&[]);
    let key = sandbox.field("api_key");
    let get =
        format!("GET /v1/models/gpt-5 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n");
    let json = r#"{"model": "text-embedding-3-small", "input": "a"}"#;
    let post = |framing: &str, body: &str| {
        format!(
            "POST /v1/embeddings HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n{framing}\r\n\r\n{body}"
        )
    };
    let length = post(&format!("Content-Length: {}", json.len()), json);
    let chunks = format!("{:x}\r\n{json}\r\n0\r\n\r\n", json.len());
    let chunked = post("Transfer-Encoding: chunked", &chunks);
    thread::scope(|scope| {
        scope.spawn(|| {
            let silent = sandbox.connect();
            let (took, said) = to_the_end(&silent, Instant::now());
            assert_in_time(took, "nothing at all");
            assert_eq!(said, "");
        });
        scope.spawn(|| {
            let slow = sandbox.connect();
            let start = Instant::now();
            thread::scope(|scope| {
                scope.spawn(|| trickle(&slow));
                let (took, said) = to_the_end(&slow, start);
                assert_in_time(took, "byte by byte");
                assert!(
                    said.is_empty() || said.starts_with("HTTP/1.1 408 "),
                    "{said}"
                );
            });
        });
        scope.spawn(|| {
            let mut stuck = sandbox.connect();
            let start = Instant::now();
            stuck
                .write_all(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n")
                .unwrap();
            let (took, said) = to_the_end(&stuck, start);
            assert_in_time(took, "half a head");
            assert!(
                said.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
                "{said}"
            );
            assert!(said.contains("x-request-id: req_"), "{said}");
            assert!(said.ends_with(r#""code":"request_timeout"}}"#), "{said}");
        });
        // A part of the next head: in a separate write, and right after the request before.
        for (request, late) in [
            (&get, true),
            (&get, false),
            (&length, false),
            (&chunked, false),
        ] {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let mut kept = sandbox.connect();
                let next = "GET /v1/models HT";
                if late {
                    one_answer(&kept, request);
                    thread::sleep(Duration::from_millis(300));
                    kept.write_all(next.as_bytes()).unwrap();
                } else {
                    one_answer(&kept, &format!("{request}{next}"));
                }
                let (took, said) = to_the_end(&kept, Instant::now());
                assert_in_time(took, "the next head");
                assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
            });
        }
        // Idle connections stay open.
        for request in [&get, &length, &chunked] {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let kept = sandbox.connect();
                one_answer(&kept, request);
                thread::sleep(LIMIT + Duration::from_secs(1));
                one_answer(&kept, request);
            });
        }
        // A body and a reply have no such limit.
        scope.spawn(|| {
            let mut slow = sandbox.connect();
            let (head, body) = length.split_at(length.len() - 10);
            slow.write_all(head.as_bytes()).unwrap();
            thread::sleep(LIMIT + Duration::from_secs(1));
            slow.set_read_timeout(Some(SLACK)).unwrap();
            one_answer(&slow, body);
        });
    });
    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
}

#[test]
fn a_stream_goes_on_longer_than_a_head_may_take() {
    let sandbox = Running::sandbox(&["--event-delay-ms", "1500"]);
    let body =
        r#"{"model": "gpt-5", "messages": [{"role": "user", "content": "a b c"}], "stream": true}"#;
    let key = sandbox.field("api_key");
    let mut stream = sandbox.connect();
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let start = Instant::now();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.contains("data: [DONE]"), "{reply}");
    assert!(start.elapsed() > LIMIT, "{:?}", start.elapsed());
}
