//! Events per second from a loopback socket to owned events, for several ways to cut the stream.
//!
//! `cargo bench -p neura --bench stream`. Without cargo's `--bench` a small run only shows that
//! this program works.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use neura::{Client, Method};

const SIZE: usize = 200;
const RUNS: usize = 5;

/// How the server sends its events.
#[derive(Clone, Copy)]
enum Framing {
    /// Without a length, as fast as possible, until it closes.
    ToTheClose,
    /// In chunks of this many events.
    Chunked(usize),
    /// In chunks of one event, with a send for each, as a service that produces them one by one.
    OneByOne,
}

fn main() {
    let events = if std::env::args().any(|argument| argument == "--bench") {
        100_000
    } else {
        160
    };
    println!("streams of {events} events of {SIZE} bytes, the best of {RUNS}");
    for (name, framing) in [
        ("until the close", Framing::ToTheClose),
        ("chunks of 80 events", Framing::Chunked(80)),
        ("chunks of 1 event", Framing::Chunked(1)),
        ("one by one", Framing::OneByOne),
    ] {
        let port = serve(framing, events);
        let client = Client::builder()
            .api_key("nk-fake-0123456789abcdef")
            .base_url(format!("http://127.0.0.1:{port}"))
            .build()
            .expect("a client");
        for chat in [false, true] {
            let best = (0..RUNS)
                .map(|_| read(&client, chat, events))
                .min_by(f64::total_cmp);
            let seconds = best.unwrap_or(f64::NAN);
            let kind = if chat { "chat_stream" } else { "stream" };
            println!(
                "{name:20} {kind:12} {:>10.0} events/s {:>7.0} MB/s",
                events as f64 / seconds,
                (events * SIZE) as f64 / seconds / 1e6
            );
        }
    }
}

/// The seconds from the reply's head to the stream's end.
fn read(client: &Client, chat: bool, events: usize) -> f64 {
    let body = serde_json::json!({"model": "gpt-5"});
    let (started, count) = if chat {
        let mut stream = client.chat_stream(&body).expect("a stream");
        // As the bindings read it, and as in earlier measurements.
        let stream = std::iter::from_fn(move || stream.next_text());
        (
            Instant::now(),
            stream.inspect(|chunk| assert!(chunk.is_ok())).count(),
        )
    } else {
        let stream = client.stream(Method::Post, "/", &body).expect("a stream");
        (
            Instant::now(),
            stream.inspect(|event| assert!(event.is_ok())).count(),
        )
    };
    assert_eq!(count, events);
    started.elapsed().as_secs_f64()
}

fn event() -> String {
    let head = "data: {\"id\":\"chatcmpl-0123456789abcdefghij\",\"object\":\
                \"chat.completion.chunk\",\"created\":1790000000,\"model\":\"gpt-5\",\
                \"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    let tail = "\"},\"finish_reason\":null}]}\n\n";
    format!("{head}{}{tail}", "a".repeat(SIZE - head.len() - tail.len()))
}

/// Answers the first request of every connection; returns the port.
fn serve(framing: Framing, events: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let _ = socket.read(&mut [0; 4096]);
            // The client may close before the end.
            let _ = send(&mut socket, framing, events);
        }
    });
    port
}

fn send(socket: &mut TcpStream, framing: Framing, events: usize) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n";
    let done = "data: [DONE]\n\n";
    let in_chunk = match framing {
        Framing::ToTheClose => {
            write!(socket, "{head}\r\n")?;
            let body = event().repeat(events) + done;
            return socket.write_all(body.as_bytes());
        }
        Framing::Chunked(in_chunk) => in_chunk,
        Framing::OneByOne => 1,
    };
    write!(socket, "{head}transfer-encoding: chunked\r\n\r\n")?;
    let chunk = format!("{:x}\r\n{}\r\n", in_chunk * SIZE, event().repeat(in_chunk));
    if let Framing::OneByOne = framing {
        for _ in 0..events {
            socket.write_all(chunk.as_bytes())?;
        }
    } else {
        socket.write_all(chunk.repeat(events / in_chunk).as_bytes())?;
    }
    let left = events % in_chunk;
    assert_eq!(left, 0, "whole chunks");
    write!(socket, "{:x}\r\n{done}\r\n0\r\n\r\n", done.len())
}
