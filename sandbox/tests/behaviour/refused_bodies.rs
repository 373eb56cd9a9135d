//! A request without a valid key gets its answer before its body is read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Running;

const HUGE: usize = 100 * 1024 * 1024;

fn head(path: &str, key: &str, length: usize, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
         Content-Length: {length}\r\n{more}\r\n"
    )
}

fn read_head(mut stream: &TcpStream) -> String {
    let mut reply = Vec::new();
    let mut piece = [0; 4096];
    while !reply.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&reply));
        reply.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&reply).into_owned()
}

/// The peak memory of the process, in bytes.
#[cfg(target_os = "linux")]
fn most_memory(sandbox: &Running) -> usize {
    let pid = &sandbox.first_line["pid"];
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

#[test]
fn a_wrong_key_is_refused_before_the_body_arrives() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    for key in ["nk-wrong", sandbox.field("expired_api_key")] {
        let mut stream = sandbox.connect();
        let head = head("/v1/chat/completions", key, HUGE, "");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(b"{").unwrap();
        let reply = read_head(&stream);
        assert!(reply.starts_with("HTTP/1.1 401 "), "{reply}");
    }
}

#[test]
fn an_upload_is_never_held_in_memory_and_its_sender_can_read_why() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let limited = sandbox.field("limited_api_key");
    for _ in 0..3 {
        sandbox.ask_with(limited, "GET", "/models", "");
    }
    for (path, key, status) in [
        ("/v1/chat/completions", "nk-wrong", "401"),
        ("/v1/nowhere", "nk-wrong", "401"),
        ("/v1/models", limited, "429"),
        ("/healthz", "nk-wrong", "405"),
        ("/v1/models", sandbox.field("api_key"), "413-or-405"),
    ] {
        let mut stream = sandbox.connect();
        stream
            .write_all(head(path, key, HUGE, "").as_bytes())
            .unwrap();
        let piece = vec![b' '; 1024 * 1024];
        // The whole body, as from a client that does not read early answers.
        for _ in 0..HUGE / piece.len() {
            stream.write_all(&piece).unwrap();
        }
        let reply = read_head(&stream);
        let found = &reply["HTTP/1.1 ".len()..][..3];
        assert!(status.contains(found), "{path}: {reply}");
        // The connection can be used again.
        let again = head("/v1/chat/completions", "nk-wrong", 2, "") + "{}";
        stream.write_all(again.as_bytes()).unwrap();
        let mut rest = read_head(&stream);
        while !rest.contains("HTTP/1.1 401 ") {
            rest += &read_head(&stream);
        }
    }
    #[cfg(target_os = "linux")]
    assert!(
        most_memory(&sandbox) < HUGE / 2,
        "{}",
        most_memory(&sandbox)
    );
}

#[test]
fn an_upload_that_asks_first_is_refused_without_a_byte_of_it() {
    let sandbox = Running::sandbox(&[]);
    let expect = "Expect: 100-continue\r\n";
    for (key, length, status) in [
        ("nk-wrong", HUGE, "HTTP/1.1 401 "),
        (sandbox.field("api_key"), HUGE, "HTTP/1.1 413 "),
        (sandbox.field("api_key"), 2, "HTTP/1.1 100 "),
    ] {
        let mut stream = sandbox.connect();
        let head = head("/v1/embeddings", key, length, expect);
        stream.write_all(head.as_bytes()).unwrap();
        let reply = read_head(&stream);
        assert!(reply.starts_with(status), "{reply}");
        if status.contains("100") {
            stream.write_all(b"{}").unwrap();
            let reply = read_head(&stream);
            assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
        }
    }
}

#[test]
fn an_upload_without_end_does_not_hold_its_connection() {
    let sandbox = Running::sandbox(&[]);
    let mut stream = sandbox.connect();
    let head = head("/v1/chat/completions", "nk-wrong", HUGE, "");
    stream.write_all(head.as_bytes()).unwrap();
    assert!(read_head(&stream).starts_with("HTTP/1.1 401 "));
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(14) && stream.write_all(b" ").is_ok() {
        thread::sleep(Duration::from_millis(200));
    }
    assert!(start.elapsed() < Duration::from_secs(14));
}
