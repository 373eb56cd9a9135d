//! The cost of a hostile event stream: at most the memory of one event's limit, and no reading
//! beyond that.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use neura::{Client, ErrorKind, EventStream, Method};
use serde_json::json;

use crate::common::FAKE_KEY;
use crate::isolated::isolated;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const MIB: usize = 1 << 20;

/// A server whose stream `send` writes; the thread returns the result of `send`.
fn stream_of<T: Send + 'static>(
    limit: usize,
    send: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (EventStream, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let long = Some(Duration::from_secs(30));
        socket.set_write_timeout(long).unwrap();
        assert!(socket.read(&mut [0; 4096]).unwrap() > 0);
        socket.write_all(HEAD.as_bytes()).unwrap();
        send(socket)
    });
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(url)
        .max_event_bytes(limit)
        .build()
        .unwrap();
    let stream = client.stream(Method::Post, "/", &json!({})).unwrap();
    (stream, server)
}

#[test]
fn a_line_without_an_end_is_read_to_the_limit_and_no_further() {
    for start in ["data: ", ": ", "", "id: "] {
        let (mut stream, server) = stream_of(MIB, move |mut socket| {
            socket.write_all(start.as_bytes()).unwrap();
            let piece = [b'x'; 16 * 1024];
            let mut sent = 0;
            // Ends when the client closes.
            while sent < 256 * MIB && socket.write_all(&piece).is_ok() {
                sent += piece.len();
            }
            sent
        });
        let error = stream.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
        assert!(stream.next().is_none());
        // The buffers at both ends of a socket hold additional bytes.
        let sent = server.join().unwrap();
        assert!((MIB..64 * MIB).contains(&sent), "{start:?}: {sent} bytes");
    }
}

/// Each event has a copy of the stream's id, so only one of many pending events may be created.
#[test]
fn a_long_id_costs_its_memory_once_however_many_events_carry_it() {
    let name = "stream_memory::a_long_id_costs_its_memory_once_however_many_events_carry_it";
    isolated(name, read_a_long_id);
}

fn read_a_long_id() {
    const EVENTS: usize = 40_000;
    const ID: usize = 64 << 10;
    let (stream, server) = stream_of(2 * MIB, |mut socket| {
        let id = format!("id: {}\n", "i".repeat(ID));
        let events = "data\n\n".repeat(EVENTS);
        let _ = socket.write_all((id + &events).as_bytes());
    });
    let before = most_memory();
    let mut count = 0;
    for event in stream {
        let event = event.unwrap();
        assert_eq!((event.data.as_str(), event.id.len()), ("", ID));
        count += 1;
    }
    server.join().unwrap();
    assert_eq!(count, EVENTS);
    if let (Some(before), Some(after)) = (before, most_memory()) {
        assert!(after - before < 256 * MIB, "{before} to {after} bytes");
    }
}

#[test]
fn an_id_of_more_than_64_kibibytes_is_refused() {
    let (mut stream, server) = stream_of(2 * MIB, |mut socket| {
        let id = format!("data\n\nid: {}\ndata\n\n", "i".repeat((64 << 10) + 1));
        let _ = socket.write_all(id.as_bytes());
    });
    assert!(stream.next().unwrap().is_ok());
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), neura::ErrorKind::BodyTooLarge);
    assert!(error.message().contains("id"), "{error}");
    server.join().unwrap();
}

/// The peak memory of this process so far, if the system reports it.
fn most_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}
