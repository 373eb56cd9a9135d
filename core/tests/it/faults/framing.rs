//! 7 to 12: where the body of a reply ends.

use std::sync::mpsc::channel;
use std::time::Duration;

use neura::{ErrorKind, Method};
use serde_json::json;

use super::{assert_kind, fails_at_once, raw};
use crate::common::Server;
use crate::wire::{Wire, whole};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn fault_07_a_body_shorter_than_its_length_is_a_connection_error() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":";
    let error = fails_at_once(raw(half));
    assert_kind(&error, ErrorKind::Connection, "after 8 of 100 bytes");
    let none = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n";
    let error = fails_at_once(raw(none));
    assert_kind(&error, ErrorKind::Connection, "after 0 of");
    let error = fails_at_once(json!({"raw": half, "then": "reset"}));
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
}

#[test]
fn fault_08_bytes_after_the_body_are_ignored_and_their_connection_is_not_reused() {
    let stray = whole(200, "", "stray");
    for (reply, body) in [
        (whole(200, "", "{}"), "{}"),
        (whole(200, "", ""), ""),
        ("HTTP/1.1 204 No Content\r\n\r\n".to_owned(), ""),
        (format!("{CHUNKED}2\r\n{{}}\r\n0\r\n\r\n"), "{}"),
        (format!("{CHUNKED}0\r\nTrailer: 1\r\n\r\n"), ""),
    ] {
        for later in [false, true] {
            let (reply, stray) = (reply.clone(), stray.clone());
            let (sender, sent) = channel();
            let server = Wire::start(move |peer, _| {
                while peer.request().is_some() {
                    match later {
                        false => peer.send(format!("{reply}{stray}")),
                        true => {
                            peer.send(&reply);
                            std::thread::sleep(Duration::from_millis(20));
                            peer.send(&stray)
                        }
                    };
                    sender.send(()).unwrap();
                }
            });
            let client = server.client().build().unwrap();
            for round in 1..=3 {
                let response = client.get("/models").send().unwrap();
                assert_eq!(response.text(), body);
                assert_eq!(server.opened(), round, "{body:?} {later}");
                // The bytes after it arrive before the connection is used again.
                sent.recv_timeout(Duration::from_secs(20)).unwrap();
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

#[test]
fn fault_08_a_body_in_reply_to_a_head_request_is_not_the_next_reply() {
    let server = Wire::start(|peer, _| {
        while peer.request().is_some() {
            peer.answer("{}");
        }
    });
    let client = server.client().build().unwrap();
    for round in 1..=3 {
        let reply = client.request(Method::Head, "/models").send().unwrap();
        assert_eq!((reply.status(), reply.bytes().len()), (200, 0));
        assert_eq!(server.opened(), round);
    }
}

#[test]
fn fault_09_a_truncated_chunk_is_a_connection_error() {
    for part in [
        "",
        "1",
        "10\r",
        "10\r\n{\"half\":",
        "2\r\n{}",
        "2\r\n{}\r\n",
        "2\r\n{}\r\n0",
        "2\r\n{}\r\n0\r",
        "2\r\n{}\r\n0\r\nTrailer: 1\r\n",
    ] {
        let error = fails_at_once(raw(&format!("{CHUNKED}{part}")));
        assert_kind(&error, ErrorKind::Connection, "in the middle of the reply");
    }
    let error = fails_at_once(json!({"raw": format!("{CHUNKED}10\r\nhalf"), "then": "reset"}));
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
}

#[test]
fn fault_10_a_size_of_a_chunk_that_cannot_be_is_a_protocol_error() {
    for part in [
        "zz\r\n",
        "\r\n",
        "-1\r\n",
        "+2\r\n{}\r\n",
        "0x2\r\n{}\r\n",
        " 2\r\n{}\r\n",
        "2\n{}\r\n",
        "2\r\n{}}\r\n",
        "10000000000000000\r\n",
        "ffffffffffffffffffffffff\r\n",
        "2\r\n{}\r\n0\r\n\rx",
    ] {
        let error = fails_at_once(raw(&format!("{CHUNKED}{part}")));
        assert_kind(&error, ErrorKind::Protocol, "not valid HTTP/1.1");
    }
    // A size line, and trailers, without an end.
    for start in ["2;x=", "0\r\nTrailer: "] {
        let long = "y".repeat(20_000);
        let error = fails_at_once(raw(&format!("{CHUNKED}{start}{long}")));
        assert_kind(&error, ErrorKind::Protocol, "do not end");
    }
}

#[test]
fn fault_10_chunks_of_every_form_are_read() {
    let body = "5\r\n{\"a\":\r\n0003;x=\"y\"\r\n [1\r\nA\t\r\n,2,3,4,5,6\r\n2\r\n]}\r\n000\r\nT: 1\r\n\r\n";
    for pieces in [1, 3, 1 << 20] {
        let reply = json!({
            "raw": format!("{CHUNKED}{body}"), "chunk_bytes": pieces, "then": "keep",
        });
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        for _ in 0..2 {
            let reply = client.get("/models").send().unwrap();
            assert_eq!(reply.text(), "{\"a\": [1,2,3,4,5,6]}");
        }
        assert_eq!(server.report()["connections"], 1);
    }
}

#[test]
fn fault_11_chunked_wins_over_a_length_and_the_connection_is_not_reused() {
    for headers in [
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 300\r\ntransfer-encoding: Chunked\r\n",
    ] {
        let reply = format!("HTTP/1.1 200 OK\r\n{headers}\r\n8\r\n{{\"a\": 1}}\r\n0\r\n\r\n");
        let server =
            Wire::start(move |peer, _| while peer.request().is_some() && peer.send(&reply) {});
        let client = server.client().build().unwrap();
        for round in 1..=2 {
            assert_eq!(client.get("/models").send().unwrap().text(), "{\"a\": 1}");
            assert_eq!(server.opened(), round);
        }
    }
}

#[test]
fn fault_11_an_unrequested_transfer_coding_is_a_protocol_error() {
    for coding in ["gzip", "gzip, chunked", "chunked, gzip", "chunked,", ""] {
        let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\n\r\n");
        let error = fails_at_once(raw(&format!("{head}2\r\n{{}}\r\n0\r\n\r\n")));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{coding:?}: {error}");
    }
}

#[test]
fn fault_12_lengths_that_contradict_each_other_are_a_protocol_error() {
    for lengths in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2, 3\r\n",
        "Content-Length: -2\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 0x2\r\n",
        "Content-Length: 2 2\r\n",
        "Content-Length: two\r\n",
        "Content-Length:\r\n",
        "Content-Length: 18446744073709551616\r\n",
    ] {
        let error = fails_at_once(raw(&format!("HTTP/1.1 200 OK\r\n{lengths}\r\n{{}}")));
        assert_kind(&error, ErrorKind::Protocol, "Content-Length");
    }
    for same in [
        "Content-Length: 2\r\ncontent-length: 2\r\n",
        "Content-Length: 2, 2\r\n",
        "Content-Length: 002\r\n",
    ] {
        let reply = json!({"raw": format!("HTTP/1.1 200 OK\r\n{same}\r\n{{}}"), "then": "keep"});
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        assert_eq!(client.get("/models").send().unwrap().text(), "{}");
        assert_eq!(client.get("/models").send().unwrap().text(), "{}");
        assert_eq!(server.report()["connections"], 1);
    }
}

#[test]
fn fault_08_a_body_that_a_reply_without_one_announces_is_not_the_next_reply() {
    for (method, head) in [
        (
            Method::Get,
            "HTTP/1.1 204 No Content\r\nContent-Length: 46\r\n\r\n",
        ),
        (
            Method::Get,
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        (
            Method::Head,
            "HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n",
        ),
    ] {
        let server = Wire::start(move |peer, number| {
            if number == 0 {
                peer.request();
                peer.send(head);
                // After the check of the connection, when the next request uses it.
                if peer.request().is_some() {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled");
                }
                return;
            }
            while peer.request().is_some() {
                peer.answer("right");
            }
        });
        let client = server.client().build().unwrap();
        client.request(method, "/spoilt").send().unwrap();
        assert_eq!(
            client.get("/models").send().unwrap().text(),
            "right",
            "{head}"
        );
    }
}
