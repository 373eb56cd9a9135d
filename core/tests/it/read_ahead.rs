//! Streams that are read on while their consumer works.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use neura::bindings::{Batch, BatchEnd, Dispatcher, ReadAhead, StreamItem};
use neura::{Client, ErrorKind};
use serde_json::json;

use crate::streaming_servers::{PATIENCE, assert_works, reports_closing};
use crate::wire::{Peer, STREAM, Wire};

const EVENTS: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\
     \r\ndata: 1\n\ndata: 2\n\n";

struct Reading {
    stream: ReadAhead,
    waited: Dispatcher,
}

fn events(client: &Client, ahead: &Dispatcher) -> Reading {
    let stream = client.post("/open").json(&json!({})).stream().unwrap();
    Reading {
        stream: ReadAhead::events(stream, ahead),
        waited: Dispatcher::new(1),
    }
}

impl Reading {
    fn begin(&self) -> Receiver<Batch<StreamItem>> {
        let (sender, batches) = channel();
        self.stream.next(&self.waited, move |batch| {
            let _ = sender.send(batch);
        });
        batches
    }

    fn next(&self) -> Batch<StreamItem> {
        self.begin().recv_timeout(PATIENCE).unwrap()
    }
}

fn data(batch: &Batch<StreamItem>) -> Vec<String> {
    let text = |item: &StreamItem| match item {
        StreamItem::Event(event) => event.data.clone(),
        StreamItem::Chunk(chunk) => chunk.data.clone(),
    };
    batch.items.iter().map(text).collect()
}

fn failure(batch: Batch<StreamItem>) -> ErrorKind {
    match batch.end {
        BatchEnd::Failed(error) => error.kind(),
        end => panic!("{end:?}"),
    }
}

/// A server that closes each connection after its reply.
fn once(reply: impl Fn(&mut Peer) + Send + Sync + 'static) -> Wire {
    Wire::start(move |peer, _| {
        peer.request().unwrap();
        reply(peer);
    })
}

/// Sends `count` events of 1,000 bytes, numbered, and reports when all were sent.
fn many(count: usize) -> (Wire, Receiver<Instant>) {
    let (sender, sent) = channel();
    let server = once(move |peer| {
        let pad = "x".repeat(990);
        let mut text = STREAM.to_owned();
        for number in 0..count {
            text += &format!("data: {number} {pad}\n\n");
        }
        peer.send(text);
        let _ = sender.send(Instant::now());
    });
    (server, sent)
}

#[test]
fn everything_comes_once_in_order_and_then_the_end() {
    let (server, _sent) = many(20_000);
    let client = server.client().build().unwrap();
    let reading = events(&client, &Dispatcher::new(4));
    let mut number = 0;
    loop {
        let batch = reading.next();
        assert!(batch.items.len() <= 2 * 512, "{}", batch.items.len());
        for text in data(&batch) {
            assert!(text.starts_with(&format!("{number} ")), "{number}: {text}");
            number += 1;
        }
        if batch.is_last() {
            assert!(matches!(batch.end, BatchEnd::Ended), "{:?}", batch.end);
            break;
        }
    }
    assert_eq!(number, 20_000);
    assert!(reading.next().items.is_empty());
}

#[test]
fn reading_pauses_while_the_buffer_is_full() {
    let (server, sent) = many(40_000);
    let client = server.client().build().unwrap();
    let reading = events(&client, &Dispatcher::new(4));
    assert!(!reading.next().items.is_empty());
    assert!(sent.recv_timeout(Duration::from_millis(500)).is_err());
    let batch = reading.next();
    assert!(!batch.items.is_empty() && !batch.is_last());
    while !reading.next().is_last() {}
    sent.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn what_fits_is_read_while_nobody_waits() {
    let (server, sent) = many(300);
    let client = server.client().build().unwrap();
    let reading = events(&client, &Dispatcher::new(4));
    let first = reading.next().items.len();
    sent.recv_timeout(PATIENCE).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(server); // All the rest is here.
    let rest = reading.next();
    assert_eq!(first + rest.items.len(), 300);
    assert!(rest.is_last());
}

#[test]
fn a_close_wakes_the_consumer_and_closes_the_connection() {
    let (server, closed) = reports_closing(EVENTS);
    let client = server.client().build().unwrap();
    let reading = events(&client, &Dispatcher::new(4));
    while data(&reading.next()).last().unwrap() != "2" {}
    let waiting = reading.begin();
    assert_eq!(
        failure(reading.next()),
        ErrorKind::InvalidArgument,
        "one at a time"
    );
    reading.stream.close();
    assert_eq!(
        failure(waiting.recv_timeout(PATIENCE).unwrap()),
        ErrorKind::Cancelled
    );
    closed.recv_timeout(PATIENCE).unwrap();
    assert_eq!(failure(reading.next()), ErrorKind::Cancelled);
    assert_works(&client);
}

#[test]
fn a_drop_closes_the_connection_while_it_is_read_ahead() {
    let (server, closed) = reports_closing(EVENTS);
    let client = server.client().build().unwrap();
    let reading = events(&client, &Dispatcher::new(4));
    reading.next();
    std::thread::sleep(Duration::from_millis(50));
    drop(reading);
    closed.recv_timeout(PATIENCE).unwrap();
}

#[test]
fn a_stream_goes_on_where_no_worker_is_free_to_read_ahead() {
    let (server, _sent) = many(5_000);
    let client = server.client().build().unwrap();
    let ahead = Dispatcher::new(1);
    let (release, held) = channel::<()>();
    ahead
        .spawn(move || held.recv().unwrap_or_default())
        .unwrap();
    let reading = events(&client, &ahead);
    let mut count = 0;
    loop {
        let batch = reading.next();
        count += batch.items.len();
        if batch.is_last() {
            break;
        }
    }
    assert_eq!(count, 5_000);
    drop(release);
}

#[test]
fn a_cut_is_the_error_after_the_items_and_again() {
    let server = once(|peer| {
        peer.send(EVENTS);
    });
    let client = server.client().build().unwrap();
    let reading = events(&client, &Dispatcher::new(4));
    let mut seen = Vec::new();
    let last = loop {
        let batch = reading.next();
        seen.extend(data(&batch));
        if batch.is_last() {
            break batch;
        }
    };
    assert_eq!(seen, ["1", "2"]);
    assert_eq!(failure(last), ErrorKind::Connection);
    assert_eq!(failure(reading.next()), ErrorKind::Connection);
}

#[test]
fn the_answer_of_a_chat_is_joined_on_the_way() {
    let chunk = |delta: &str| {
        format!(
            "data: {{\"choices\": [{{\"index\": 0, \"delta\": {{\"content\": \"{delta}\"}}}}]}}\n\n"
        )
    };
    let text = format!("{STREAM}{}{}data: [DONE]\n\n", chunk("Hel"), chunk("lo"));
    let server = once(move |peer| {
        peer.send(&text);
    });
    let client = server.client().build().unwrap();
    let stream = client
        .chat(&json!({"model": "m", "messages": []}))
        .stream()
        .unwrap();
    let reading = Reading {
        stream: ReadAhead::chat(stream, &Dispatcher::new(2)),
        waited: Dispatcher::new(1),
    };
    while !reading.next().is_last() {}
    let answer = reading.stream.answer().unwrap();
    let answer: neura::ChatCompletion = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer.text(), "Hello");
}
