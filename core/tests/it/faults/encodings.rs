//! 23, 24, 80 and 83: compressed bodies.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use neura::{ErrorKind, Method};

use super::assert_shows_no_key;
use crate::isolated::isolated;
use crate::wire::{Peer, Wire};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn send(peer: &mut Peer, coding: &str, body: &[u8]) -> bool {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    peer.send([head.as_bytes(), body].concat())
}

/// A server whose first reply is this body; the others are plain.
fn answers(coding: &'static str, body: Vec<u8>) -> Wire {
    Wire::start(move |peer, number| {
        if number == 0 && peer.request().is_some() {
            send(peer, coding, &body);
        }
        peer.answer_all();
    })
}

/// A gigabyte of spaces in about a megabyte, in members of 64 MiB each.
fn bomb() -> Vec<u8> {
    packed(&vec![b' '; 64 << 20]).repeat(16)
}

/// The bomb is refused, and the client's memory grows by at most `most` MiB.
#[cfg(target_os = "linux")]
fn bomb_is_refused(limit: Option<usize>, words: &str, most: u64) {
    use crate::isolated::memory;
    let server = answers("gzip", bomb());
    let client = server.client().max_retries(2);
    let client = match limit {
        Some(limit) => client.max_body_bytes(limit),
        None => client,
    };
    let client = client.build().unwrap();
    // The peak so far comes from compressing the bomb; measure from here on.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmHWM");
    let error = client.get("/models").send().unwrap_err();
    let grown = (memory("VmHWM") - before) / 1_024;
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::BodyTooLarge, 1)
    );
    assert!(error.message().contains(words), "{error}");
    assert!(error.message().contains("max_body_bytes"), "{error}");
    assert_eq!(error.status(), Some(200));
    assert!(grown <= most, "grown by {grown} MiB");
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
#[cfg(target_os = "linux")]
fn fault_23_a_gzip_bomb_takes_at_most_twice_the_limit_of_memory() {
    let name = "faults::encodings::fault_23_a_gzip_bomb_takes_at_most_twice_the_limit_of_memory";
    isolated(name, || {
        bomb_is_refused(Some(8 << 20), "larger than 8 MiB", 16)
    });
}

#[test]
#[cfg(target_os = "linux")]
fn fault_23_a_gzip_bomb_takes_at_most_twice_the_default_of_memory() {
    let name = "faults::encodings::fault_23_a_gzip_bomb_takes_at_most_twice_the_default_of_memory";
    isolated(name, || bomb_is_refused(None, "larger than 256 MiB", 512));
}

#[test]
fn fault_23_the_limit_holds_for_what_is_unpacked_to_the_byte() {
    for (bytes, fits) in [(100_000, true), (100_001, false)] {
        for gzip in [true, false] {
            let plain = vec![b' '; bytes];
            let server = match gzip {
                true => answers("gzip", packed(&plain)),
                false => answers("identity", plain),
            };
            let client = server.client().max_body_bytes(100_000).build().unwrap();
            match client.get("/models").send() {
                Ok(reply) => assert!(fits && reply.bytes().len() == bytes),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
                    assert!(!fits, "{bytes} {gzip}");
                }
            }
            assert!(client.get("/models").send().unwrap().ok());
        }
    }
}

#[test]
fn fault_24_a_packed_body_that_is_broken_is_a_decode_error() {
    let good = packed("{\"a\": \"bcdefghijklmnopqrstuvwxyz\"}".as_bytes());
    let mut corrupt = good.clone();
    corrupt[14] ^= 0xff;
    let mut checksum = good.clone();
    let at = checksum.len() - 6;
    checksum[at] ^= 0xff;
    for (coding, body, word) in [
        ("gzip", corrupt, "compression is invalid"),
        ("gzip", checksum, "compression is invalid"),
        (
            "gzip",
            good[..good.len() - 9].to_vec(),
            "compression is invalid",
        ),
        ("gzip", good[..12].to_vec(), "compression is invalid"),
        (
            "gzip",
            b"{\"plain\": true}".to_vec(),
            "compression is invalid",
        ),
        ("br", b"x".to_vec(), "(br)"),
        ("x-odd", b"{}".to_vec(), "unsupported Content-Encoding"),
        (
            super::FAKE_KEY,
            b"{}".to_vec(),
            "unsupported Content-Encoding",
        ),
        ("gzip, gzip", packed(&good), "unsupported Content-Encoding"),
    ] {
        let server = answers(coding, body);
        let client = server.client().max_retries(2).build().unwrap();
        let error = client.get("/models").send().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1));
        assert!(error.message().contains(word), "{coding}: {error}");
        assert_eq!(error.status(), Some(200));
        assert_shows_no_key(&error);
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_24_a_packed_body_that_is_cut_is_a_connection_error() {
    let good = packed(&vec![b'x'; 10_000]);
    let server = Wire::start(move |peer, number| {
        if number == 0 && peer.request().is_some() {
            let length = good.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ";
            peer.send(format!("{head}{length}\r\n\r\n"));
            peer.send(&good[..length - 5]);
            return;
        }
        peer.answer_all();
    });
    let client = server.client().max_retries(2).build().unwrap();
    let error = client.get("/models").send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_24_packed_bodies_of_every_form_are_read_and_their_connections_reused() {
    let good = packed(b"{\"a\": 1}");
    let two = [packed(b"{\"a\""), packed(b": 1}")].concat();
    let server = Wire::start(move |peer, _| {
        let mut number = 0;
        while let Some(asked) = peer.request() {
            let (coding, body) = [("gzip", &good), ("X-GZip", &good), (" gzip ", &two)][number % 3];
            number += 1;
            match asked.head.starts_with("HEAD") {
                true => drop(peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n",
                )),
                false if asked.head.contains("/empty") => drop(send(peer, "gzip", b"")),
                false => drop(send(peer, coding, body)),
            }
        }
    });
    let client = server.client().build().unwrap();
    for _ in 0..6 {
        assert_eq!(client.get("/models").send().unwrap().text(), "{\"a\": 1}");
        let empty = client.get("/empty").send().unwrap();
        assert!(empty.ok() && empty.bytes().is_empty());
    }
    assert_eq!(server.opened(), 1);
    let head = client.request(Method::Head, "/models").send().unwrap();
    assert!(head.ok() && head.bytes().is_empty());
}

#[test]
fn fault_80_several_content_encodings_are_one_list() {
    let text = "{\"a\": 1}";
    let once = packed(text.as_bytes());
    let twice = packed(&once);
    let lines = |codings: &[&str]| -> String {
        let line = |coding: &&str| format!("Content-Encoding: {coding}\r\n");
        codings.iter().map(line).collect()
    };
    let reply = |codings: &[&str], body: &[u8]| {
        let (lines, length) = (lines(codings), body.len());
        let head = format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: {length}\r\n\r\n");
        [head.as_bytes(), body].concat()
    };
    let serve = |reply: Vec<u8>| {
        Wire::start(move |peer, number| {
            if number == 0 && peer.request().is_some() {
                peer.send(&reply);
            }
            peer.answer_all();
        })
    };
    for (codings, body) in [
        (&["identity", "gzip"][..], &once[..]),
        (&["gzip", "identity"], &once),
        (&["", "gzip", " , identity"], &once),
        (&["gzip,", ""], &once),
        (&["identity", "Identity"], text.as_bytes()),
        (&["", ","], text.as_bytes()),
    ] {
        let server = serve(reply(codings, body));
        let client = server.client().build().unwrap();
        assert_eq!(
            client.get("/models").send().unwrap().text(),
            text,
            "{codings:?}"
        );
    }
    for (codings, body) in [
        (&["gzip", "gzip"][..], &twice[..]),
        (&["gzip", "x-gzip"], &twice),
        (&["gzip", "gzip"], &once),
        (&["gzip, gzip"], &twice),
        (&["identity", "br"], &once),
        (&["gzip", "br"], &once),
        (&["br", "gzip"], &once),
    ] {
        let server = serve(reply(codings, body));
        let client = server.client().build().unwrap();
        let error = client.get("/models").send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{codings:?}: {error}");
        assert_eq!(error.status(), Some(200));
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_83_zeros_behind_a_gzip_body_are_ignored_and_anything_else_is_refused() {
    let (text, good) = ("{\"a\": 1}", packed(b"{\"a\": 1}"));
    let members = [packed(b"{\"a\""), packed(b""), packed(b": 1}")].concat();
    for body in [&good, &members] {
        for zeros in [0, 1, 512, 100_000] {
            let body = [&body[..], &vec![0; zeros]].concat();
            let server =
                Wire::start(
                    move |peer, _| {
                        while peer.request().is_some() && send(peer, "gzip", &body) {}
                    },
                );
            let client = server.client().build().unwrap();
            for _ in 0..2 {
                assert_eq!(
                    client.get("/models").send().unwrap().text(),
                    text,
                    "{zeros}"
                );
            }
            assert_eq!(server.opened(), 1, "what is behind it was read");
        }
    }
    for behind in [
        &b"x"[..],
        b"\n",
        b"\0\0x",
        b"<html>",
        &good[..10],
        &[b"\0", &good[..]].concat(),
        &[&good[..], b"\0\0x"].concat(),
    ] {
        let server = answers("gzip", [&good[..], behind].concat());
        let client = server.client().max_retries(2).build().unwrap();
        let error = client.get("/models").send().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1));
        assert!(
            error.message().contains("compression is invalid"),
            "{error}"
        );
        assert!(client.get("/models").send().unwrap().ok());
    }
}
