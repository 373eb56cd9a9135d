//! 28 to 33 and 36: events, however their bytes are split.

use std::time::Duration;

use neura::{Client, ErrorKind, Event, EventStream, Method};
use serde_json::{Value, json};

use super::assert_shows_no_key;
use crate::common::hello;
use crate::wire::{Asked, STREAM, Wire};

const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";

pub fn open(client: &Client, path: &str) -> EventStream {
    client.stream(Method::Post, path, &json!({})).unwrap()
}

pub fn events(client: &Client, path: &str) -> Vec<(String, String, String)> {
    open(client, path)
        .map(|event| {
            let Event {
                event, data, id, ..
            } = event.unwrap();
            (event, data, id)
        })
        .collect()
}

/// A server that sends these bytes as one event stream to every request, with their length.
pub fn streams(bytes: impl Into<Vec<u8>>) -> Wire {
    let bytes = bytes.into();
    Wire::start(move |peer, _| {
        while peer.request().is_some() {
            let head = format!("{SSE}content-length: {}\r\n\r\n", bytes.len());
            peer.send([head.as_bytes(), &bytes].concat());
        }
    })
}

/// The numbers in the path of a request.
fn numbers(asked: &Asked) -> Vec<usize> {
    let path = asked.head.split(' ').nth(1).unwrap();
    let parts = path.split('/').filter_map(|part| part.parse().ok());
    parts.collect()
}

fn cases() -> Vec<Value> {
    let text = include_str!("../../../../conformance/sse.json");
    let file: Value = serde_json::from_str(text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

/// The events of a case, as a plain stream returns them.
fn wanted(case: &Value) -> Vec<(String, String, String)> {
    let all = case["events"].as_array().unwrap().iter();
    all.map(|event| {
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        (text("event"), text("data"), text("id"))
    })
    .take_while(|(_, data, _)| data.trim() != "[DONE]")
    .collect()
}

fn bytes_of(case: &Value) -> Vec<u8> {
    case["stream"].as_str().unwrap().as_bytes().to_vec()
}

#[test]
fn fault_28_a_stream_split_at_every_byte_has_the_same_events() {
    let streams: Vec<Vec<u8>> = cases().iter().map(bytes_of).collect();
    let server = Wire::start(move |peer, _| {
        while let Some(asked) = peer.request() {
            let [case, at] = numbers(&asked)[..] else {
                return;
            };
            let (first, second) = streams[case].split_at(at);
            let length = streams[case].len();
            peer.send(
                [
                    format!("{SSE}content-length: {length}\r\n\r\n").as_bytes(),
                    first,
                ]
                .concat(),
            );
            std::thread::sleep(Duration::from_micros(500));
            peer.send(second);
        }
    });
    let client = server.client().build().unwrap();
    for (number, case) in cases().iter().enumerate() {
        for at in 0..=bytes_of(case).len() {
            let found = events(&client, &format!("/{number}/{at}"));
            assert_eq!(found, wanted(case), "{} at {at}", case["name"]);
        }
    }
}

/// Only some KiB are parsed at a time, and the beginning of an event may wait there for its end.
#[test]
fn fault_28_events_of_all_sizes_are_the_same_in_one_piece_in_chunks_and_to_the_end() {
    /// Makes the bytes of an event, and its data.
    type Kind = fn(&str) -> (String, String);
    let kinds: [Kind; 7] = [
        |text| (format!("data: {{{text}}}\n\n"), format!("{{{text}}}")),
        |text| {
            (
                format!("data: {{\u{e9}{text}}}\n\n"),
                format!("{{\u{e9}{text}}}"),
            )
        },
        |text| (format!("data: {{\t{text}}}\n\n"), format!("{{\t{text}}}")),
        |text| (format!("data: {{{text}\r\n\r\n"), format!("{{{text}")),
        |text| {
            (
                format!("data: {{{text}\ndata: b\n\n"),
                format!("{{{text}\nb"),
            )
        },
        |text| (format!("data:{text}\r\r"), text.to_owned()),
        |text| (format!(": c\n\ndata: [{text}\n\n"), format!("[{text}")),
    ];
    let sizes = [1, 30, 180, 400, 4_000, 8_100, 8_300, 16_500, 30, 70_000];
    let (mut bytes, mut wanted) = (String::new(), Vec::new());
    for round in 0..3 {
        for (number, size) in sizes.into_iter().enumerate() {
            for (at, kind) in kinds.iter().enumerate() {
                let (event, data) = kind(&"x".repeat(size + round * 7 + number + at));
                bytes.push_str(&event);
                wanted.push(("message".to_owned(), data, String::new()));
            }
        }
    }
    let server = Wire::start(move |peer, _| {
        let Some(asked) = peer.request() else { return };
        let length = bytes.len();
        match numbers(&asked)[..] {
            [0] => peer.send(format!("{SSE}content-length: {length}\r\n\r\n{bytes}")),
            [1] => peer.send(format!("{SSE}\r\n{bytes}")),
            [size] => {
                let mut reply = format!("{SSE}transfer-encoding: chunked\r\n\r\n").into_bytes();
                for chunk in bytes.as_bytes().chunks(size) {
                    reply.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    reply.extend_from_slice(chunk);
                    reply.extend_from_slice(b"\r\n");
                }
                peer.send([&reply, &b"0\r\n\r\n"[..]].concat())
            }
            _ => return,
        };
    });
    let client = server.client().build().unwrap();
    for framing in [0, 1, 97, 1_000, 16_384, 100_000] {
        let found = events(&client, &format!("/{framing}"));
        let differs = found
            .iter()
            .zip(&wanted)
            .position(|(found, wanted)| found != wanted);
        assert_eq!((differs, found.len()), (None, wanted.len()), "{framing}");
    }
}

#[test]
fn fault_28_a_stream_in_chunks_of_any_size_has_the_same_events() {
    let streams: Vec<Vec<u8>> = cases().iter().map(bytes_of).collect();
    let server = Wire::start(move |peer, _| {
        while let Some(asked) = peer.request() {
            let [case, size] = numbers(&asked)[..] else {
                return;
            };
            let mut reply = format!("{SSE}transfer-encoding: chunked\r\n\r\n").into_bytes();
            for chunk in streams[case].chunks(size) {
                reply.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                reply.extend_from_slice(chunk);
                reply.extend_from_slice(b"\r\n");
            }
            peer.send([&reply, &b"0\r\n\r\n"[..]].concat());
        }
    });
    let client = server.client().build().unwrap();
    for (number, case) in cases().iter().enumerate() {
        for size in 1..=9 {
            let found = events(&client, &format!("/{number}/{size}"));
            assert_eq!(found, wanted(case), "{} in {size}", case["name"]);
        }
    }
    assert_eq!(
        server.opened(),
        1,
        "a stream that ended leaves its connection"
    );
}

#[test]
fn fault_29_every_kind_of_line_end_gives_the_same_events() {
    let text = "data: a\ndata: b\n\nevent: x\ndata: c\nid: 7\n\n";
    let wanted = events(&streams(text).client().build().unwrap(), "/s");
    assert_eq!(wanted.len(), 2);
    let mixed = "data: a\rdata: b\r\n\nevent: x\ndata: c\rid: 7\r\r\n".to_owned();
    for other in [text.replace('\n', "\r"), text.replace('\n', "\r\n"), mixed] {
        let client = streams(other.clone()).client().build().unwrap();
        assert_eq!(events(&client, "/s"), wanted, "{other:?}");
    }
}

#[test]
fn fault_30_a_byte_order_mark_at_the_start_is_skipped_and_no_other() {
    let text = "\u{feff}data: a\n\n\u{feff}data: b\n\ndata: \u{feff}c\n\n";
    let found = events(&streams(text).client().build().unwrap(), "/s");
    let data: Vec<&str> = found.iter().map(|event| event.1.as_str()).collect();
    assert_eq!(data, ["a", "\u{feff}c"]);
}

#[test]
fn fault_31_what_is_not_utf8_becomes_replacement_characters() {
    let text = b"event: \xc3\nid: \xff\ndata: a\xff\xfeb \xe2\x82\n\ndata: \xf0\x9f\x98\x80\n\n";
    let found = events(&streams(&text[..]).client().build().unwrap(), "/s");
    let r = "\u{fffd}";
    let first = (r.to_owned(), format!("a{r}{r}b {r}"), r.to_owned());
    assert_eq!(found[0], first);
    assert_eq!(found[1].1, "\u{1f600}");
    assert_eq!(found.len(), 2);
}

#[test]
fn fault_32_comments_keep_a_stream_alive() {
    let server = Wire::start(|peer, _| {
        if peer.request().is_some() {
            peer.send(STREAM);
            // Longer than the idle limit in total, but each pause is much shorter.
            for _ in 0..12 {
                std::thread::sleep(Duration::from_millis(150));
                peer.send(": keep-alive\n\n");
            }
            peer.send("data: [DONE]\n\n");
        }
    });
    let client = server.client().idle_timeout(Duration::from_secs(1));
    let client = client.build().unwrap();
    assert_eq!(events(&client, "/s"), []);
    assert_eq!(events(&client, "/s"), []);
}

#[test]
fn fault_33_an_unfinished_last_event_is_dropped() {
    for unfinished in [
        "data: b",
        "data: b\n",
        "data: b\r",
        "event: x\ndata",
        "data: b\ndata: c\n",
    ] {
        let whole = format!("data: a\n\n{unfinished}");
        let (with_length, until_close) = (streams(whole.clone()), {
            Wire::start(move |peer, _| {
                if peer.request().is_some() {
                    peer.send(format!("{STREAM}{whole}"));
                }
            })
        });
        for server in [with_length, until_close] {
            let client = server.client().build().unwrap();
            for _ in 0..2 {
                let found = events(&client, "/s");
                assert!(
                    found.len() == 1 && found[0].1 == "a",
                    "{unfinished:?} {found:?}"
                );
            }
        }
    }
}

#[test]
fn fault_36_data_that_is_not_json_is_a_decode_error_where_it_is_read() {
    let text = "data: {\"choices\":[]}\n\ndata: {\"choices\":[\n\ndata: {\"choices\":[]}\n\n";
    let client = streams(text).client().build().unwrap();
    let items: Vec<_> = client.chat_stream(&hello()).unwrap().collect();
    assert!(items.len() == 2 && items[0].is_ok(), "{items:?}");
    let error = items[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_shows_no_key(error);

    let all: Vec<Event> = open(&client, "/s").map(Result::unwrap).collect();
    assert_eq!(all.len(), 3, "a plain stream does not judge");
    assert!(all[0].json::<Value>().is_ok());
    let error = all[1].json::<Value>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}
