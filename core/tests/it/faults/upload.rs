//! 3 and 84: events while a large request is still being sent.

use std::io::{Cursor, Read};
use std::time::{Duration, Instant};

use neura::{Client, Error, ErrorKind, Method, RequestBody, Response};

use super::assert_shows_no_key;
use crate::wire::{Peer, Wire, whole};

const LARGE: usize = 20 << 20;
const LIMIT: Duration = Duration::from_secs(15);

/// The first connection breaks after the head of its request; the others work.
fn server(spoil: impl Fn(&mut Peer) + Send + Sync + 'static) -> Wire {
    Wire::start(move |peer, number| match number {
        0 => {
            peer.head().unwrap();
            spoil(peer);
        }
        _ => peer.answer_all(),
    })
}

fn upload(client: &Client) -> Result<Response, Error> {
    let request = client.request(Method::Post, "/files");
    request.body(vec![b'x'; LARGE]).send()
}

fn too_large() -> String {
    let headers = "Content-Type: application/json\r\n";
    whole(413, headers, "{\"error\":{\"message\":\"at most 1 MB\"}}")
}

/// The reply to an upload that the server refuses early in this way.
fn refused(spoil: impl Fn(&mut Peer) + Send + Sync + 'static) {
    let server = server(spoil);
    let client = server.client().max_retries(2).timeout(LIMIT).build();
    let client = client.unwrap();
    let started = Instant::now();
    let reply = upload(&client).unwrap();
    assert_eq!((reply.status(), reply.attempts()), (413, 1));
    let error = reply.check().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
    assert!(error.message().contains("at most 1 MB"), "{error}");
    assert!(started.elapsed() < LIMIT / 2, "{:?}", started.elapsed());
    assert_shows_no_key(&error);
    // Half a request was sent on that connection, so it is not reused.
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(server.opened(), 2);
}

#[test]
fn fault_03_a_reset_during_upload_is_a_connection_error() {
    let server = server(|peer| peer.reset());
    let client = server.client().timeout(LIMIT).build().unwrap();
    let error = upload(&client).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    assert_shows_no_key(&error);
    assert!(client.get("/models").send().unwrap().ok());
    // There was no reply, so the request is retried.
    let server = self::server(|peer| peer.reset());
    let client = server.client().max_retries(1).build().unwrap();
    let reply = upload(&client).unwrap();
    assert_eq!((reply.status(), reply.attempts()), (200, 2));
}

#[test]
fn fault_03_an_early_413_that_closes_is_reported() {
    refused(|peer| {
        peer.send(too_large());
    });
}

#[test]
fn fault_03_an_early_413_whose_server_reads_on_is_reported() {
    refused(|peer| {
        peer.send(too_large());
        peer.stream.shutdown(std::net::Shutdown::Write).unwrap();
        peer.until_closed();
    });
}

#[test]
fn fault_03_an_early_413_whose_server_reads_no_more_is_reported() {
    refused(|peer| {
        peer.send(too_large());
        std::thread::sleep(LIMIT);
    });
}

#[test]
fn fault_03_an_early_413_behind_an_interim_reply_is_reported() {
    refused(|peer| {
        peer.send("HTTP/1.1 102 Processing\r\n\r\n");
        peer.send(too_large());
        std::thread::sleep(LIMIT);
    });
}

#[test]
fn fault_03_an_interim_reply_does_not_end_the_upload() {
    let server = Wire::start(|peer, _| {
        while let Some(head) = peer.head() {
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            // Long enough that the client checks for a reply while it cannot write.
            std::thread::sleep(Duration::from_millis(300));
            let length = if head.starts_with("POST") { LARGE } else { 0 };
            let mut body = vec![0; length - peer.ahead(length).len()];
            peer.stream.read_exact(&mut body).unwrap();
            peer.answer("{}");
        }
    });
    let client = server.client().timeout(LIMIT).build().unwrap();
    assert_eq!(upload(&client).unwrap().status(), 200);
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(server.opened(), 1);
}

#[test]
fn fault_03_a_success_that_comes_early_gets_the_whole_request() {
    let server = Wire::start(|peer, _| {
        while let Some(head) = peer.head() {
            let length = if head.starts_with("POST") { LARGE } else { 0 };
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            std::thread::sleep(Duration::from_millis(300));
            let mut body = vec![0; length - peer.ahead(length).len()];
            peer.stream.read_exact(&mut body).unwrap();
            peer.send("{}");
        }
    });
    let client = server.client().timeout(LIMIT).build().unwrap();
    assert_eq!(upload(&client).unwrap().text(), "{}");
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(server.opened(), 1);
}

#[test]
fn fault_84_what_is_no_http_ends_the_upload_with_a_protocol_error() {
    for bytes in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "220 mail.example ESMTP\r\n",
        "\0",
        "\r\n\r\n<html>",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 abc\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nSSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 100 Continue\n\nno",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        // It stops reading and keeps the connection, so a client that waits for either is slow.
        let server = server(move |peer| {
            peer.send(bytes);
            std::thread::sleep(LIMIT);
        });
        let client = server.client().max_retries(2).timeout(LIMIT).build();
        let client = client.unwrap();
        let started = Instant::now();
        let error = upload(&client).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{bytes:?}: {error}");
        assert_eq!(error.attempts(), 1);
        assert!(started.elapsed() < LIMIT / 2, "{bytes:?}");
        assert_shows_no_key(&error);
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_84_what_came_before_the_upload_began_ends_it_too() {
    let server = Wire::start(|peer, number| match number {
        0 => {
            peer.send("SSH-2.0-OpenSSH_9.2\r\n");
            std::thread::sleep(LIMIT);
        }
        _ => peer.answer_all(),
    });
    let client = server.client().timeout(LIMIT).build().unwrap();
    let started = Instant::now();
    let error = upload(&client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(started.elapsed() < LIMIT / 2);
}

#[test]
fn fault_03_an_early_answer_of_any_refusing_status_is_reported() {
    for status in [302, 418, 503, 600] {
        let server = server(move |peer| {
            peer.send(whole(status, "", "no"));
            std::thread::sleep(LIMIT);
        });
        let client = server.client().timeout(LIMIT).build().unwrap();
        let reply = upload(&client).unwrap();
        assert_eq!((reply.status(), reply.text().as_ref()), (status, "no"));
    }
}

/// An interim head.
const HINT: &str = "HTTP/1.1 103 Early Hints\r\n\r\n";

/// Bytes that may arrive during an upload: sent once, then repeatedly.
fn without_end() -> Vec<(&'static str, String, String)> {
    let letters = "x".repeat(64 * 1024);
    let open = format!("HTTP/1.1 413 Large\r\nA: {letters}");
    let interim = format!("HTTP/1.1 103 Early Hints\r\nA: {letters}");
    let success = format!("HTTP/1.1 200 OK\r\nA: {letters}");
    let once = |text: &str| text.to_owned();
    vec![
        ("interim heads", once(""), HINT.repeat(50)),
        ("line breaks", once(""), "\r\n".repeat(500)),
        ("bare line breaks", HINT.repeat(100), "\n".repeat(1_000)),
        ("a head", open, letters.clone()),
        ("an interim head", interim, letters.clone()),
        ("the head of a success", success, letters),
    ]
}

/// Kinds of body that are never sent completely.
fn bodies() -> [(&'static str, RequestBody); 3] {
    let known = Cursor::new(vec![b'x'; LARGE]);
    [
        ("bytes", vec![b'x'; LARGE].into()),
        ("file", RequestBody::sized_reader(known, LARGE as u64)),
        ("generator", RequestBody::reader(std::io::repeat(b'x'))),
    ]
}

/// The outcome of an upload of this body, which must be quick.
fn sent(server: &Wire, body: RequestBody, what: &str) -> Result<Response, Error> {
    let client = server.client().max_retries(2).timeout(LIMIT).build();
    let client = client.unwrap();
    let started = Instant::now();
    let sent = client.request(Method::Post, "/files").body(body).send();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(2), "{what}: {took:?}");
    assert!(client.get("/models").send().unwrap().ok());
    sent
}

#[test]
fn fault_79_heads_without_end_end_the_upload_with_a_protocol_error() {
    for (what, first, then) in without_end() {
        for (way, body) in bodies() {
            let what = format!("{what}, {way}");
            let (first, then) = (first.clone(), then.clone());
            let server = server(move |peer| {
                peer.send(&first);
                while peer.send(&then) {}
            });
            let error = sent(&server, body, &what).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{what}: {error}");
            assert_eq!(error.attempts(), 1, "{what}");
            assert_shows_no_key(&error);
        }
    }
}

#[test]
fn fault_84_an_answer_far_behind_interim_heads_ends_the_upload() {
    for (way, body) in bodies() {
        let server = server(|peer| {
            peer.send(HINT.repeat(1_500));
            peer.send(too_large());
            std::thread::sleep(LIMIT);
        });
        let reply = sent(&server, body, way).unwrap();
        assert_eq!((reply.status(), reply.attempts()), (413, 1), "{way}");
        assert!(reply.text().contains("at most 1 MB"), "{way}");
    }
}

#[test]
fn fault_84_interim_heads_and_a_long_success_get_the_whole_request() {
    let server = Wire::start(|peer, _| {
        while let Some(head) = peer.head() {
            let upload = head.starts_with("POST");
            let length = if upload { LARGE } else { 0 };
            let cookie = "x".repeat(10_000);
            peer.send(HINT.repeat(if upload { 1_500 } else { 0 }));
            std::thread::sleep(Duration::from_millis(200));
            peer.send(format!("HTTP/1.1 200 OK\r\nSet-Cookie: {cookie}\r\n"));
            std::thread::sleep(Duration::from_millis(200));
            let mut body = vec![0; length - peer.ahead(length).len()];
            peer.stream.read_exact(&mut body).unwrap();
            peer.send("Content-Length: 2\r\n\r\n{}");
        }
    });
    let client = server.client().timeout(LIMIT).build().unwrap();
    assert_eq!(upload(&client).unwrap().text(), "{}");
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(server.opened(), 1);
}

#[test]
fn fault_84_an_end_without_an_answer_ends_the_upload() {
    for first in ["", HINT, "HTTP/1.1 1"] {
        for (way, body) in bodies() {
            let server = server(move |peer| {
                peer.send(first);
                peer.stream.shutdown(std::net::Shutdown::Write).unwrap();
                std::thread::sleep(LIMIT);
            });
            let client = server.client().timeout(LIMIT).build().unwrap();
            let started = Instant::now();
            let upload = client.request(Method::Post, "/files").body(body).send();
            let error = upload.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{way}: {error}");
            assert!(started.elapsed() < Duration::from_secs(2), "{way}");
        }
    }
}
