use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{REPLAY, Running, exchange, fetch, output};

const GET: &str = "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n";

fn replay(replies: Value) -> Running {
    Running::replay(&json!({"replies": replies}))
}

/// Sends a request over a new connection, and reads to its end.
fn ask(replay: &Running) -> String {
    exchange(replay.connect(), GET)
}

#[test]
fn the_nth_request_gets_the_nth_reply_and_the_last_one_repeats() {
    let replay = replay(json!([500, {"status": 429, "headers": [["retry-after", "1"]]}, 200]));
    let url = replay.url("/models");
    let first = fetch("GET", &url, &[], "");
    assert_eq!(
        (first.status, first.text.as_str()),
        (500, r#"{"error":{"message":"replayed"}}"#)
    );
    let second = fetch("GET", &url, &[], "");
    assert_eq!(
        (second.status, second.header("retry-after")),
        (429, Some("1"))
    );
    for _ in 0..2 {
        let last = fetch("GET", &url, &[], "");
        assert_eq!(
            (last.status, last.text.as_str()),
            (200, r#"{"object":"list","data":[]}"#)
        );
    }
}

#[test]
fn a_connection_is_kept_after_a_whole_reply() {
    let replay = replay(json!([200, {"status": 404, "headers": [["connection", "close"]]}]));
    let reply = exchange(replay.connect(), &GET.repeat(2));
    assert!(
        reply.contains("200 OK") && reply.contains("404 Not Found"),
        "{reply}"
    );
}

#[test]
fn a_connection_ends_after_a_request_that_says_so() {
    let replay = replay(json!([200]));
    for request in [
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
    ] {
        let reply = exchange(replay.connect(), request);
        assert!(reply.ends_with(r#"{"object":"list","data":[]}"#), "{reply}");
    }
}

#[test]
fn later_requests_are_closed_if_the_script_says_so() {
    let replay = Running::replay(&json!({"replies": [200], "after": "close"}));
    let reply = exchange(replay.connect(), &GET.repeat(2));
    assert_eq!(reply.matches("HTTP/1.1").count(), 1);
    assert_eq!(ask(&replay), "");
}

#[test]
fn raw_bytes_are_sent_unchanged() {
    let replay = replay(json!([
        {"raw": "HTTP/9.9 what\n"},
        {"raw_base64": "AAEC/w=="},
        {"status": 200, "headers": [["content-length", "99"]], "body": "short"},
        {"status": 200, "headers": [["Transfer-Encoding", "chunked"]], "body": "5\r\nhel"},
    ]));
    assert_eq!(ask(&replay), "HTTP/9.9 what\n");
    assert_eq!(ask(&replay), "\0\u{1}\u{2}\u{fffd}");
    assert_eq!(
        ask(&replay),
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nshort"
    );
    assert_eq!(
        ask(&replay),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"
    );
}

#[test]
fn close_reset_and_stall_do_what_their_names_say() {
    let replay = replay(json!(["close", "reset", "stall"]));
    let read = |mut stream: TcpStream| {
        stream.write_all(GET.as_bytes()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(150)))
            .unwrap();
        stream.read(&mut [0; 16]).map_err(|error| error.kind())
    };
    assert_eq!(read(replay.connect()), Ok(0));
    assert_eq!(read(replay.connect()), Err(ErrorKind::ConnectionReset));
    let stalled = read(replay.connect()).unwrap_err();
    assert!(
        [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&stalled),
        "{stalled}"
    );
}

#[test]
fn a_reply_is_cut_into_the_pieces_that_the_script_names() {
    let replay = replay(json!([
        {"raw": "abcdefgh", "split": [1, 3], "delay_ms": 80},
        {"raw": "abcd", "chunk_bytes": 1, "delay_ms": 80},
    ]));
    for expected in [&["a", "bcd", "efgh"][..], &["a", "b", "c", "d"]] {
        let mut stream = replay.connect();
        stream.write_all(GET.as_bytes()).unwrap();
        let mut pieces = Vec::new();
        let mut piece = [0; 16];
        loop {
            match stream.read(&mut piece).unwrap() {
                0 => break,
                length => pieces.push(String::from_utf8(piece[..length].to_vec()).unwrap()),
            }
        }
        assert_eq!(pieces, expected);
    }
}

#[test]
fn a_reply_waits_as_long_as_the_script_says() {
    let replay = replay(json!([{"raw": "late", "delay_before_ms": 120}]));
    let start = Instant::now();
    assert_eq!(ask(&replay), "late");
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[test]
fn a_reply_can_begin_before_the_body_or_even_the_request() {
    let replay = replay(json!([
        {"raw": "hello", "at": "connect"},
        {"status": 413, "at": "head", "then": "linger"},
        {"at": "connect", "then": "reset"},
    ]));
    let mut greeting = String::new();
    replay.connect().read_to_string(&mut greeting).unwrap();
    assert_eq!(greeting, "hello");
    let mut upload = replay.connect();
    let head = "POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    upload.write_all(head.as_bytes()).unwrap();
    let mut reply = String::new();
    upload.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 413 "), "{reply}");
    assert!(replay.connect().read(&mut [0; 16]).is_err());
}

#[test]
fn bytes_repeat_as_often_as_the_script_says_or_until_the_client_is_gone() {
    let replay = replay(json!([
        {"raw": "a", "repeat": {"raw": "bc", "times": 3}},
        {"raw": "", "repeat": {"raw": "HTTP/1.1 103 Early Hints\r\n\r\n"}},
        {"raw": "done"},
    ]));
    assert_eq!(ask(&replay), "abcbcbc");
    let mut endless = replay.connect();
    endless.write_all(GET.as_bytes()).unwrap();
    endless.read_exact(&mut [0; 100_000]).unwrap();
    drop(endless);
    assert_eq!(ask(&replay), "done");
}

#[test]
fn a_reply_to_head_has_no_body() {
    let replay = replay(json!([{"status": 200, "body": "hello", "then": "close"}]));
    let reply = exchange(replay.connect(), "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(reply, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
}

#[test]
fn a_refusal_keeps_the_port_closed_for_its_time() {
    let script = json!({"replies": ["refuse", 500, "refuse", "refuse", 200], "refuse_ms": 150});
    let replay = Running::replay(&script);
    let port = u16::try_from(replay.first_line["port"].as_u64().unwrap()).unwrap();
    let refused_for = || {
        let start = Instant::now();
        let mut refusals = 0;
        loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => return (refusals, start.elapsed(), stream),
                Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionRefused),
            }
            refusals += 1;
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let (refusals, _, stream) = refused_for();
    assert!(refusals > 0);
    let reply = exchange(stream, GET);
    assert!(reply.starts_with("HTTP/1.1 500 "), "{reply}");
    let (refusals, time, stream) = refused_for();
    assert!(
        refusals > 0 && time >= Duration::from_millis(250),
        "{refusals} {time:?}"
    );
    drop(stream);
    assert_eq!(fetch("GET", &replay.url("/models"), &[], "").status, 200);
}

#[test]
fn a_refusal_at_the_end_lasts() {
    let replay = replay(json!(["refuse"]));
    let port = u16::try_from(replay.first_line["port"].as_u64().unwrap()).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let refused = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn bad_options_and_scripts_are_refused_with_the_reason() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = |name: &str, text: &str| {
        let path = format!("{folder}/{name}-{}.json", std::process::id());
        std::fs::write(&path, text).unwrap();
        path
    };
    let typo = file(
        "typo",
        r#"{"replies": [200, {"status": 200, "thn": "close"}]}"#,
    );
    let broken = file("broken", "{");
    for (options, words) in [
        (&[][..], "--script"),
        (&["--script", "/no/such/file"], "cannot be read"),
        (&["--script", &broken], "is not JSON"),
        (&["--script", &typo], "replies[1]: unknown field `thn`"),
        (&["--script", "-"], "is not JSON"),
    ] {
        let output = output(REPLAY, options);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {said}");
        assert!(said.contains(words), "{options:?}: {said}");
    }
    for path in [typo, broken] {
        std::fs::remove_file(path).unwrap();
    }
}
