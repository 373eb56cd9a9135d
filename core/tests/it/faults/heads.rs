//! 17 to 22, 79 and 81: heads of replies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use neura::ErrorKind;
use serde_json::json;

use super::{LONG, assert_kind, assert_shows_no_key, fails_at_once, raw};
use crate::common::{Server, hello};
use crate::wire::Wire;

const KIB_64: usize = 64 << 10;

/// A head of exactly this many bytes, followed by its body.
fn head_of(bytes: usize) -> String {
    let (start, end) = (
        "HTTP/1.1 200 OK\r\nX-Long: ",
        "\r\nContent-Length: 2\r\n\r\n",
    );
    let long = "x".repeat(bytes - start.len() - end.len());
    format!("{start}{long}{end}{{}}")
}

#[test]
fn fault_17_a_head_of_64_kib_fits_and_one_byte_more_is_a_protocol_error() {
    for bytes in [50_000, KIB_64] {
        let server = Server::replies(json!([{"raw": head_of(bytes), "then": "keep"}]));
        let client = server.client().build().unwrap();
        let reply = client.get("/models").send().unwrap();
        let long = reply.header("x-long").unwrap().len();
        assert!(long > bytes - 100 && reply.text() == "{}");
        assert!(client.get("/models").send().unwrap().ok());
        assert_eq!(server.report()["connections"], 1);
    }
    let error = fails_at_once(raw(&head_of(KIB_64 + 1)));
    assert_kind(&error, ErrorKind::Protocol, "longer than 64 KiB");
    // A head without an end is an error as soon as it is too long, not when its sender stops.
    let endless = json!({
        "raw": "HTTP/1.1 200 OK\r\n", "repeat": {"raw": "X-Long: yyyyyyyyyyyyyyyyyyyyy\r\n"},
    });
    assert_eq!(fails_at_once(endless).kind(), ErrorKind::Protocol);
}

#[test]
fn fault_17_the_longest_head_is_an_option() {
    for (most, bytes, fits) in [
        (200, 200, true),
        (200, 201, false),
        (KIB_64 + 1, KIB_64 + 1, true),
        (1 << 20, 1 << 20, true),
        (1 << 20, (1 << 20) + 1, false),
    ] {
        let server = Wire::start(
            move |peer, _| {
                while peer.request().is_some() && peer.send(head_of(bytes)) {}
            },
        );
        let client = server.client().max_header_bytes(most).build();
        match client.unwrap().get("/models").send() {
            Ok(reply) => assert!(fits && reply.text() == "{}", "{bytes} of {most}"),
            Err(error) => {
                assert_kind(&error, ErrorKind::Protocol, "its head is longer than");
                assert!(!fits, "{bytes} of {most}");
            }
        }
    }
}

#[test]
fn fault_17_128_headers_fit_and_129_are_a_protocol_error() {
    let with = |count: usize| {
        let more: String = (1..count).map(|n| format!("X-{n}: {n}\r\n")).collect();
        format!("HTTP/1.1 200 OK\r\n{more}Content-Length: 2\r\n\r\n{{}}")
    };
    let server = Server::replies(json!([{"raw": with(128), "then": "keep"}]));
    let client = server.client().build().unwrap();
    let reply = client.get("/models").send().unwrap();
    assert_eq!(reply.headers().len(), 128);
    let error = fails_at_once(raw(&with(129)));
    assert_kind(&error, ErrorKind::Protocol, "more than 128 headers");
}

#[test]
fn fault_18_interim_replies_are_passed_over() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\n\
                   HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
    let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-B: 1\r\n\r\n{}";
    // In one packet, byte by byte, and in pieces that end anywhere.
    for pieces in [1 << 20, 1, 7, 64] {
        let reply = json!({
            "raw": format!("{interim}{reply}"), "chunk_bytes": pieces, "then": "keep",
        });
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        for _ in 0..2 {
            let reply = client.get("/models").send().unwrap();
            assert_eq!((reply.status(), reply.attempts()), (200, 1));
            assert_eq!(reply.text(), "{}");
            assert_eq!(
                (reply.header("x-a"), reply.header("x-b")),
                (None, Some("1"))
            );
        }
        assert_eq!(server.report()["connections"], 1);
    }
}

#[test]
fn fault_20_a_switch_of_protocols_is_a_protocol_error() {
    let switch = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    let error = fails_at_once(json!({"raw": switch, "then": "stall"}));
    assert_kind(&error, ErrorKind::Protocol, "another protocol");
}

#[test]
fn fault_21_http_1_0_works_and_is_not_pooled() {
    for reply in [
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\n\r\n{}",
        "HTTP/1.0 200\r\n\r\n{}",
    ] {
        let server = Wire::start(move |peer, _| {
            while peer.request().is_some() {
                peer.send(reply);
                if !reply.contains("Length") {
                    return;
                }
            }
        });
        let client = server.client().build().unwrap();
        for round in 1..=3 {
            assert_eq!(client.get("/models").send().unwrap().text(), "{}");
            assert_eq!(server.opened(), round);
        }
    }
}

#[test]
fn fault_22_what_is_not_http_1_is_a_protocol_error_as_soon_as_that_is_known() {
    for start in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2.0 200 OK\r\n",
        "\0",
        "\u{15}\u{3}\u{1}",
        "\r\n\r\nhello",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.7 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName : value\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \u{1}\r\n\r\n",
    ] {
        // The server is silent after it, so a client that waits for more is slow.
        let error = fails_at_once(json!({"raw": start, "then": "stall"}));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{start:?}: {error}");
    }
}

#[test]
fn fault_22_what_stands_in_place_of_a_status_line_is_not_quoted() {
    let error = fails_at_once(raw(&format!("{} is no HTTP\r\n\r\n", super::FAKE_KEY)));
    assert_kind(&error, ErrorKind::Protocol, "status line");
}

#[test]
fn fault_19_endless_interim_replies_end_in_a_timeout() {
    let server = Wire::start(|peer, number| {
        let Some(_) = peer.request() else { return };
        if number > 0 {
            peer.answer("{}");
            return peer.answer_all();
        }
        // Few enough that they are not too many by themselves: that is row 79.
        while peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let limit = Duration::from_millis(500);
    // An interim reply is not part of the answer: the idle limit has not begun.
    let client = server.client().idle_timeout(limit / 10).max_retries(2);
    let client = client.build().unwrap();
    let started = Instant::now();
    let request = client.post("/chat/completions").json(&hello());
    let error = request.timeout(limit).send().unwrap_err();
    assert_kind(&error, ErrorKind::Timeout, "(timeout)");
    assert_eq!(error.attempts(), 1, "{error}");
    assert!((limit..LONG / 2).contains(&started.elapsed()));
    assert_shows_no_key(&error);
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_79_interim_heads_of_64_kib_in_all_are_passed_over_and_more_are_a_protocol_error() {
    let hint = format!(
        "HTTP/1.1 103 Early Hints\r\nLink: {}\r\n\r\n",
        "x".repeat(990)
    );
    let before = |bytes: usize| {
        let last = "HTTP/1.1 100 ";
        let whole = bytes / hint.len();
        let rest = bytes - whole * hint.len() - last.len() - 4;
        format!("{}{last}{}\r\n\r\n", hint.repeat(whole), "y".repeat(rest))
    };
    let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    for pieces in [1_000, 1 << 20] {
        let fits = json!({
            "raw": before(KIB_64) + reply, "chunk_bytes": pieces, "delay_ms": 0, "then": "keep",
        });
        let server = Server::replies(json!([fits]));
        let client = server.client().build().unwrap();
        // The limit is counted for each reply.
        for _ in 0..2 {
            assert_eq!(client.get("/models").send().unwrap().text(), "{}");
        }
        assert_eq!(server.report()["connections"], 1);
    }
    let error = fails_at_once(raw(&(before(KIB_64 + 1) + reply)));
    assert_kind(&error, ErrorKind::Protocol, "interim heads");
}

#[test]
fn fault_79_endless_interim_heads_are_a_protocol_error_long_before_the_deadline() {
    let sent = Arc::new(AtomicU64::new(u64::MAX));
    let count = Arc::clone(&sent);
    let server = Wire::start(move |peer, number| {
        let Some(_) = peer.request() else { return };
        if number > 0 {
            peer.answer("{}");
            return peer.answer_all();
        }
        let hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        count.store(peer.flood(hint, u64::MAX), Ordering::SeqCst);
    });
    let client = server
        .client()
        .max_retries(2)
        .timeout(LONG)
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.chat(&hello()).send().unwrap_err();
    assert_kind(&error, ErrorKind::Protocol, "interim heads");
    assert_eq!(error.attempts(), 1);
    assert!(started.elapsed() < LONG / 4);
    assert_shows_no_key(&error);
    assert!(client.get("/models").send().unwrap().ok());
    while sent.load(Ordering::SeqCst) == u64::MAX {
        assert!(started.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(10));
    }
    // The system's buffers held additional bytes.
    assert!(sent.load(Ordering::SeqCst) < 16 << 20);
}

#[test]
fn fault_81_a_folded_header_line_is_unfolded_to_a_blank() {
    for fold in ["\r\n ", "\n\t", " \t\r\n  \t ", "\r\n \r\n "] {
        let reply = format!(
            "HTTP/1.1 200 OK\r\nX-Note: one{fold}two{fold}three\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        let reply = json!({"raw": reply, "chunk_bytes": 1, "then": "keep"});
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        for _ in 0..2 {
            let reply = client.get("/models").send().unwrap();
            assert_eq!(reply.header("x-note"), Some("one two three"), "{fold:?}");
            assert_eq!(reply.text(), "{}");
        }
        assert_eq!(server.report()["connections"], 1);
    }
    // The folded header counts: the compressed body is unpacked.
    let packed = json!({
        "raw_base64": "SFRUUC8xLjEgMjAwIE9LDQpDb250ZW50LUVuY29kaW5nOg0KIGd6aXANCkNvbnRlbnQtTGVuZ3Ro\
                       OiAyOA0KDQofiwgAAAAAAAIDq1ZKVLJSMKwFAJeOofsIAAAA",
    });
    let server = Server::replies(json!([packed]));
    let reply = server
        .client()
        .build()
        .unwrap()
        .get("/models")
        .send()
        .unwrap();
    assert_eq!(reply.text(), "{\"a\": 1}");
}

#[test]
fn fault_81_a_folded_line_that_frames_the_body_is_a_protocol_error() {
    for headers in [
        "Content-Length: 2\r\n 0",
        "Content-Length:\r\n 2",
        "content-length: 2\r\n ",
        "Transfer-Encoding:\n\tchunked",
        "Transfer-Encoding: chunked\r\n , chunked",
        " Content-Length: 2",
    ] {
        let reply = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
        let error = fails_at_once(json!({"raw": reply, "then": "stall"}));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{headers:?}: {error}");
    }
}
