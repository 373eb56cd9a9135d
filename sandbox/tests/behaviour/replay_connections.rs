//! Answers over kept connections, and over many at once.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use serde_json::{Value, json};

use crate::harness::{Running, exchange, fetch};

#[test]
fn one_kept_connection_gets_every_kind_of_answer() {
    let replay = Running::replay(&json!({"replies": [
        {"chat": "a"}, {"stream": ["b"]}, {"error": {"status": 429}}, {"embedding": [1]},
        {"models": ["c"]}, {"json": 1}, {"stream": {"pieces": ["d"], "cut": true}}, {"chat": "e"},
    ]}));
    let body = r#"{"model": "m"}"#;
    let request = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let last = request.replace("Host", "Connection: close\r\nHost");
    let said = exchange(replay.connect(), &(request.repeat(7) + &last));
    assert_eq!(said.matches("HTTP/1.1 ").count(), 8, "{said}");
    assert!(said.contains(r#""content":"e""#), "{said}");
    let report = fetch(
        "GET",
        &format!("{}/report", replay.field("control_url")),
        &[],
        "",
    );
    assert_eq!(report.json()["connections"], 1);
}

/// The body of one reply with a length on a kept connection.
fn body_of(mut stream: &TcpStream) -> Value {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if body.len() == length {
                return serde_json::from_str(body).unwrap();
            }
        }
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0);
        bytes.extend_from_slice(&piece[..count]);
    }
}

#[test]
fn many_kept_connections_share_one_script() {
    let answers: Vec<_> = (0..200)
        .map(|number| json!({"chat": format!("n{number}")}))
        .collect();
    let replay = Running::replay(&json!({"replies": answers, "after": "error"}));
    let said: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let replay = &replay;
                scope.spawn(move || {
                    let mut stream = replay.connect();
                    let ask = |_| {
                        let body = json!({"model": format!("m{thread}")}).to_string();
                        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:";
                        let request = format!("{head} {}\r\n\r\n{body}", body.len());
                        stream.write_all(request.as_bytes()).unwrap();
                        let answer = body_of(&stream);
                        assert_eq!(answer["model"], format!("m{thread}"));
                        let id = answer["id"].as_str().unwrap().to_owned();
                        let number: usize = id["chatcmpl-replay-".len()..].parse().unwrap();
                        let words = answer["choices"][0]["message"]["content"].clone();
                        assert_eq!(words, format!("n{}", number - 1));
                        number
                    };
                    (0..25).map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap());
        joined.collect::<Vec<_>>().concat()
    });
    assert_eq!(said.iter().collect::<HashSet<_>>().len(), 200);
    assert_eq!(replay.close_stdin().code, Some(0));
}
