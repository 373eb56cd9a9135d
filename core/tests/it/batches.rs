//! All items of a stream that have arrived are returned at once.

use std::time::Duration;

use neura::bindings::{Batch, BatchEnd};
use neura::{Client, ErrorKind, Event, EventStream};
use serde_json::json;

use crate::wire::{self, STREAM, Wire};

/// A server that sends these bytes after the head of a stream, all at once, and then runs `after`.
fn sends(events: impl Into<String>, after: fn(&mut wire::Peer)) -> (Wire, Client) {
    let events = events.into();
    let server = Wire::start(move |peer, _| {
        peer.request().unwrap();
        peer.send(format!("{STREAM}{events}"));
        after(peer);
    });
    let client = server.client().idle_timeout(Duration::from_secs(10));
    let client = client.build().unwrap();
    (server, client)
}

/// The stream, after everything that the server sent at once has arrived.
fn open(client: &Client) -> EventStream {
    let stream = client.post("/stream").json(&json!({})).stream().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    stream
}

fn data(batch: &Batch<Event>) -> Vec<&str> {
    batch
        .items
        .iter()
        .map(|event| event.data.as_str())
        .collect()
}

fn stays_open(peer: &mut wire::Peer) {
    peer.until_closed();
}

const FIVE: &str = "data: 1\n\ndata: 22\n\ndata: 333\n\ndata: 4\n\ndata: 5\n\n";

#[test]
fn a_batch_is_what_came_and_waits_for_no_more() {
    let (_server, client) = sends(FIVE, stays_open);
    let mut stream = open(&client);
    let batch = stream.next_batch(1_000, 1_000);
    assert_eq!(data(&batch), ["1", "22", "333", "4", "5"]);
    assert!(matches!(batch.end, BatchEnd::More) && !batch.is_last());
}

/// A connection's buffer has 64 KiB when it has grown, and fewer bytes are parsed at a time.
#[test]
fn a_batch_is_all_that_one_read_brought_also_where_that_is_much() {
    let event = format!("data: {{\"a\":\"{}\"}}\n\n", "x".repeat(150));
    let (_server, client) = sends(event.repeat(600), stays_open);
    let mut stream = open(&client);
    let (mut events, mut most) = (0, 0);
    while events < 600 {
        let batch = stream.next_batch(1_000, 1 << 20);
        assert!(!batch.is_last(), "{:?}", batch.end);
        assert!(
            batch
                .items
                .iter()
                .all(|item| item.data == event[6..event.len() - 2])
        );
        events += batch.items.len();
        most = most.max(batch.items.len());
    }
    assert!(most * event.len() > 40_000, "{most}");
}

#[test]
fn a_batch_has_its_limits_and_one_item_in_any_case() {
    let (_server, client) = sends(FIVE, stays_open);
    let mut stream = open(&client);
    assert_eq!(data(&stream.next_batch(0, 0)), ["1"]);
    assert_eq!(data(&stream.next_batch(9, 5)), ["22", "333"]);
    assert_eq!(data(&stream.next_batch(1, 9)), ["4"]);
    assert_eq!(data(&stream.next_batch(9, 9)), ["5"]);
}

#[test]
fn a_stream_that_ended_says_so_behind_its_last_items_and_ever_after() {
    let (_server, client) = sends("data: 1\n\ndata: 2\n\ndata: [DONE]\n\n", stays_open);
    let mut stream = open(&client);
    let batch = stream.next_batch(9, 9);
    assert_eq!(data(&batch), ["1", "2"]);
    assert!(matches!(batch.end, BatchEnd::Ended) && batch.is_last());
    let batch = stream.next_batch(9, 9);
    assert!(batch.items.is_empty());
    assert!(matches!(batch.end, BatchEnd::Ended));
}

#[test]
fn items_stand_before_the_error_that_follows_them() {
    let chunks = "data: {\"a\":1}\n\ndata: {\"b\":2}\n\ndata: {\"error\":{\"code\":\"429\"}}\n\n";
    let (_server, client) = sends(chunks, stays_open);
    let mut stream = client.chat_stream(&json!({})).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let batch = stream.next_batch(9, 99);
    let data: Vec<&str> = batch.items.iter().map(|it| it.data.as_str()).collect();
    assert_eq!(data, ["{\"a\":1}", "{\"b\":2}"]);
    let BatchEnd::Failed(error) = batch.end else {
        panic!("{:?}", batch.end);
    };
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    let batch = stream.next_batch(9, 99);
    assert!(batch.items.is_empty() && matches!(batch.end, BatchEnd::Ended));
}
