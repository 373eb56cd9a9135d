//! 76 to 79 and 82: unusual framing of a chunked body.

use neura::ErrorKind;
use serde_json::{Value, json};

use super::{LONG, assert_kind, fails_at_once, raw};
use crate::common::{Server, hello};
use crate::wire::Wire;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// These bytes after the head; then the server is silent, so a client that waits for more is slow.
fn silent(part: &str) -> Value {
    json!({"raw": format!("{CHUNKED}{part}"), "then": "stall"})
}

/// Each connection answers every request with this framing. Returns the body, and how many
/// connections two calls needed.
fn two_calls(frame: &str) -> usize {
    let reply = format!("{CHUNKED}{frame}");
    let server = Wire::start(move |peer, _| while peer.request().is_some() && peer.send(&reply) {});
    let client = server.client().timeout(LONG).build().unwrap();
    for _ in 0..2 {
        assert_eq!(
            client.get("/models").send().unwrap().text(),
            "{\"a\": 1}",
            "{frame:?}"
        );
    }
    server.opened()
}

#[test]
fn fault_76_the_end_of_the_connection_behind_the_last_chunk_is_the_end_of_the_body() {
    for last in ["0\r\n", "00;x=y\r\n", "0\r\n\r"] {
        for word in ["close", "reset"] {
            let reply = format!("{CHUNKED}8\r\n{{\"a\": 1}}\r\n{last}");
            let server = Server::replies(json!([{"raw": reply, "then": word}, 200]));
            let client = server
                .client()
                .max_retries(2)
                .timeout(LONG)
                .build()
                .unwrap();
            let reply = client.get("/models").send().unwrap();
            assert_eq!((reply.text().as_ref(), reply.attempts()), ("{\"a\": 1}", 1));
            assert!(client.get("/models").send().unwrap().ok());
            assert_eq!(server.report()["connections"], 2);
        }
    }
    // An event stream ends cleanly there.
    let stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                  Transfer-Encoding: chunked\r\n\r\nb\r\ndata: [1]\n\n\r\n0\r\n";
    let server = Server::replies(json!([raw(stream)]));
    let client = server.client().build().unwrap();
    let events = client.stream(neura::Method::Post, "/x", &hello()).unwrap();
    let events: Vec<_> = events.map(|event| event.unwrap().data).collect();
    assert_eq!(events, ["[1]"]);
}

#[test]
fn fault_77_a_bare_line_feed_ends_the_chunks_at_once_and_their_connection() {
    let body = "8\r\n{\"a\": 1}\r\n";
    for end in [
        "0\r\n\n",
        "0\r\nT: 1\r\n\n",
        "0\r\nT: 1\n\r\n",
        "0\r\nT: 1\n\n",
    ] {
        assert_eq!(two_calls(&format!("{body}{end}")), 2, "{end:?}");
    }
    assert_eq!(two_calls(&format!("{body}0\r\nT: 1\r\n\r\n")), 1);
}

#[test]
fn fault_77_a_bare_line_feed_elsewhere_is_a_protocol_error_at_once() {
    for part in [
        "\n",
        "0\n\n",
        "2\n{}\r\n",
        "2;x\n{}\r\n",
        "2 \n{}\r\n",
        "2\r\n{}\n0\r\n\r\n",
        "2\r\n{}\r\n\n",
        "2\r\n{}\r\n0\n\r\n",
        "2\r\n{}\r\n0;x\n\n",
        // And a carriage return without its line feed.
        "2\r{}\r\n",
        "2\r\n{}\rx",
        "2\r\n{}\r\n0\rx",
        "2\r\n{}\r\n0\r\n\rx",
    ] {
        let error = fails_at_once(silent(part));
        assert_kind(&error, ErrorKind::Protocol, "not valid HTTP/1.1");
    }
}

#[test]
fn fault_78_behind_the_size_of_a_chunk_stand_blanks_or_an_extension() {
    for size in [
        "8",
        "8 ",
        "8\t \t",
        "8;",
        "8;x",
        "8 ;x=\"y z\"",
        "8; x ; y",
        "08;\u{fc}",
    ] {
        let frame = format!("{size}\r\n{{\"a\": 1}}\r\n0 \r\n\r\n");
        assert_eq!(two_calls(&frame), 1, "{size:?}");
    }
    for size in [
        "2 2", "2 x", "2,", "2=", "2\"", "2x", "2\0", "2\u{b}", "2 \u{a0}", "2-",
    ] {
        let error = fails_at_once(silent(&format!("{size}\r\n{{}}\r\n0\r\n\r\n")));
        assert_kind(&error, ErrorKind::Protocol, "the size of a chunk");
    }
}

#[test]
fn fault_79_extensions_of_16_kib_in_all_are_passed_over_and_more_are_a_protocol_error() {
    let chunks = |bytes: usize| {
        let mut frame = String::new();
        for part in [bytes / 2, bytes - bytes / 2 - 1_000, 1_000] {
            frame += &format!("1;{}\r\n1\r\n", "x".repeat(part - 1));
        }
        frame + "0\r\n\r\n"
    };
    let server = Server::replies(json!([
        {"raw": format!("{CHUNKED}{}", chunks(16 << 10)), "then": "keep"}
    ]));
    let client = server.client().build().unwrap();
    // The limit is counted for each body.
    for _ in 0..2 {
        assert_eq!(client.get("/x").send().unwrap().text(), "111");
    }
    assert_eq!(server.report()["connections"], 1);
    let error = fails_at_once(raw(&format!("{CHUNKED}{}", chunks((16 << 10) + 1))));
    assert_kind(&error, ErrorKind::Protocol, "extensions");
    // However small each chunk is, and also as zeros before the size.
    for chunk in [
        "1;x\r\n1\r\n".to_owned(),
        format!("{}1\r\n1\r\n", "0".repeat(99)),
    ] {
        let endless = json!({"raw": CHUNKED, "repeat": {"raw": chunk}});
        assert_kind(&fails_at_once(endless), ErrorKind::Protocol, "extensions");
    }
}

#[test]
fn fault_82_chunked_said_twice_is_decoded_once_and_its_connection_not_reused() {
    for headers in [
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nX: y\r\ntransfer-encoding: Chunked ,\tchunked\r\n",
    ] {
        let reply = format!("HTTP/1.1 200 OK\r\n{headers}\r\n8\r\n{{\"a\": 1}}\r\n0\r\n\r\n");
        let server =
            Wire::start(move |peer, _| while peer.request().is_some() && peer.send(&reply) {});
        let client = server.client().build().unwrap();
        for round in 1..=2 {
            assert_eq!(client.get("/models").send().unwrap().text(), "{\"a\": 1}");
            assert_eq!(server.opened(), round, "{headers}");
        }
    }
}
