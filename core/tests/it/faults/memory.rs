//! 86: without memory for a buffer whose size a peer sets, the call fails with an error. 88: a body
//! is in memory only once. Each test has its own process.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use neura::{Client, Error, ErrorKind};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::assert_shows_no_key;
use crate::isolated::{isolated, memory};
use crate::wire::{Peer, STREAM, Wire};

const MIB: usize = 1 << 20;
/// How much memory the process may still allocate after its servers have started.
const LEFT: usize = 80 * MIB;
/// The size of the peer's data, which is more.
const MUCH: u64 = 400 << 20;

/// The first call fails for lack of memory, and the next call on the same client works.
fn starved(
    test: &'static str,
    option: &str,
    spoil: impl Fn(&mut Peer) + Send + Sync + 'static,
    ask: impl FnOnce(&Client) -> Error,
) {
    starved_of(8 * MIB, test, option, spoil, ask);
}

/// The same, if the error names at least this many bytes.
fn starved_of(
    least: usize,
    test: &'static str,
    words: &str,
    spoil: impl Fn(&mut Peer) + Send + Sync + 'static,
    ask: impl FnOnce(&Client) -> Error,
) {
    isolated(test, || {
        let asked = AtomicUsize::new(0);
        let server = Wire::start(move |peer, _| {
            while peer.request().is_some() {
                match asked.fetch_add(1, Ordering::SeqCst) {
                    1 => return spoil(peer),
                    _ => peer.answer("{}"),
                };
            }
        });
        let client = server
            .client()
            .max_body_bytes(usize::MAX)
            .max_event_bytes(usize::MAX)
            .max_header_bytes(usize::MAX)
            .build()
            .unwrap();
        assert!(client.get("/models").send().unwrap().ok());
        let most = memory("VmSize") * 1024 + LEFT as u64;
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(Resource::As, limit).unwrap();
        let error = ask(&client);
        assert_eq!(error.kind(), ErrorKind::OutOfMemory, "{error}");
        assert!(error.message().contains(words), "{error}");
        let bytes = error
            .message()
            .split(' ')
            .find_map(|word| word.parse().ok());
        let bytes: usize = bytes.unwrap_or_default();
        assert!((least..2 * MUCH as usize).contains(&bytes), "{error}");
        assert_shows_no_key(&error);
        assert!(client.get("/models").send().unwrap().ok());
    });
}

fn sends_much(peer: &mut Peer, head: &str) {
    peer.send(head);
    peer.flood(&[b'x'; 64 * 1024], MUCH);
}

#[test]
fn fault_86_a_body_of_a_known_length() {
    starved(
        "faults::memory::fault_86_a_body_of_a_known_length",
        "max_body_bytes",
        |peer| sends_much(peer, "HTTP/1.1 200 OK\r\nContent-Length: 419430400\r\n\r\n"),
        |client| client.get("/models").send().unwrap_err(),
    );
}

#[test]
fn fault_86_a_body_without_a_length() {
    starved(
        "faults::memory::fault_86_a_body_without_a_length",
        "max_body_bytes",
        |peer| sends_much(peer, "HTTP/1.1 200 OK\r\n\r\n"),
        |client| client.models().send().unwrap_err(),
    );
}

#[test]
fn fault_86_pieces_that_are_all_kept() {
    starved_of(
        1,
        "faults::memory::fault_86_pieces_that_are_all_kept",
        "the next piece of the body",
        |peer| sends_much(peer, "HTTP/1.1 200 OK\r\n\r\n"),
        |client| {
            let mut reply = client.get("/models").send_streaming().unwrap();
            let mut kept = Vec::new();
            let error = loop {
                match reply.next_piece(usize::MAX) {
                    Ok(piece) => kept.push(piece.unwrap()),
                    Err(error) => break error,
                }
            };
            assert_eq!(reply.ready_piece(1), None);
            let again = reply.next_piece(1).unwrap_err();
            assert_eq!(again.message(), error.message());
            error
        },
    );
}

#[test]
fn fault_86_the_number_is_that_of_the_body_and_not_of_its_copies() {
    const LENGTH: usize = 20 * MIB + r#"{"error":""}"#.len();
    starved(
        "faults::memory::fault_86_the_number_is_that_of_the_body_and_not_of_its_copies",
        "the 20971532 bytes of the body",
        |peer| {
            peer.send(format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n"
            ));
            peer.send("{\"error\":\"");
            peer.flood(&[b'x'; MIB], 20 << 20);
            peer.send("\"}");
        },
        |client| {
            let reply = client.get("/models").send().unwrap();
            reply.try_parts().unwrap_err()
        },
    );
}

#[test]
fn fault_86_an_event_of_many_lines() {
    starved(
        "faults::memory::fault_86_an_event_of_many_lines",
        "max_event_bytes",
        |peer| {
            peer.send(STREAM);
            let line = format!("data: {}\n", "x".repeat(64 * 1024));
            peer.flood(line.as_bytes(), MUCH);
        },
        |client| {
            let stream = client.stream(neura::Method::Post, "/", &serde_json::json!({}));
            stream.unwrap().next().unwrap().unwrap_err()
        },
    );
}

#[test]
fn fault_86_an_event_of_one_line_that_is_no_utf_8() {
    starved(
        "faults::memory::fault_86_an_event_of_one_line_that_is_no_utf_8",
        "max_event_bytes",
        |peer| {
            peer.send(STREAM);
            peer.send("data: ");
            peer.flood(&[0xff; 64 * 1024], 24 << 20);
            peer.send("\n\n");
        },
        |client| {
            let stream = client.stream(neura::Method::Post, "/", &serde_json::json!({}));
            stream.unwrap().next().unwrap().unwrap_err()
        },
    );
}

#[test]
fn fault_86_json_in_place_of_a_stream() {
    starved(
        "faults::memory::fault_86_json_in_place_of_a_stream",
        "max_event_bytes",
        |peer| {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
            sends_much(peer, head);
        },
        |client| {
            let stream = client.stream(neura::Method::Post, "/", &serde_json::json!({}));
            stream.unwrap_err()
        },
    );
}

#[test]
fn fault_86_a_head_without_an_end() {
    starved(
        "faults::memory::fault_86_a_head_without_an_end",
        "max_header_bytes",
        |peer| sends_much(peer, "HTTP/1.1 200 OK\r\nX-Long: "),
        |client| client.get("/models").send().unwrap_err(),
    );
}

#[test]
fn fault_86_a_head_whose_list_does_not_fit_beside_it() {
    starved(
        "faults::memory::fault_86_a_head_whose_list_does_not_fit_beside_it",
        "max_header_bytes",
        |peer| {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: ");
            peer.flood(&[b'x'; 64 * 1024], 32 << 20);
            peer.send("\r\n\r\n");
        },
        |client| client.get("/models").send().unwrap_err(),
    );
}

#[test]
fn fault_86_a_body_that_is_unpacked() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(&mut std::io::repeat(0).take(MUCH), &mut packer).unwrap();
    let packed = packer.finish().unwrap();
    starved(
        "faults::memory::fault_86_a_body_that_is_unpacked",
        "max_body_bytes",
        move |peer| {
            peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
            peer.send(&packed);
        },
        |client| client.get("/models").send().unwrap_err(),
    );
}

#[test]
fn fault_88_a_packed_body_is_in_memory_once() {
    const LENGTH: usize = 250 * MIB;
    isolated(
        "faults::memory::fault_88_a_packed_body_is_in_memory_once",
        || {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            std::io::copy(&mut std::io::repeat(7).take(LENGTH as u64), &mut packer).unwrap();
            let packed = packer.finish().unwrap();
            let server = Wire::start(move |peer, _| {
                while let Some(head) = peer.head() {
                    match head.contains("/plain") {
                        true => {
                            peer.send(format!(
                                "HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n"
                            ));
                            peer.flood(&[7; MIB], LENGTH as u64);
                        }
                        false => {
                            peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n");
                            peer.send(format!("Content-Length: {}\r\n\r\n", packed.len()));
                            peer.send(&packed);
                        }
                    };
                }
            });
            let client = server.client().build().unwrap();
            for path in ["/packed", "/plain"] {
                let body = client.get(path).send().unwrap().into_bytes();
                assert!(body.len() == LENGTH && body.capacity() < LENGTH + MIB);
                let most = memory("VmHWM") as usize * 1024;
                assert!(most * 10 <= LENGTH * 13, "{path}: {} MiB", most / MIB);
            }
        },
    );
}
