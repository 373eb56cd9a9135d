//! Writes a reply in the script's pieces and pauses.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::reply::ScriptedReply;

/// A shorter pause is slept: read timeouts of the system are too coarse for it.
const SHORTEST_WATCH: Duration = Duration::from_millis(20);

/// The client closed the connection before the whole reply was written.
pub(super) struct ClientGone;

/// Writes the reply, and returns the time at which it began to write the last piece: a
/// client may read that piece and begin its wait before this thread runs again.
/// `on_client_close` is called as soon as the client closes its side. The client may still
/// read, so writing goes on until it fails.
pub(super) fn write(
    stream: &TcpStream,
    reply: &ScriptedReply,
    with_body: bool,
    on_client_close: &mut dyn FnMut(),
) -> Result<Instant, ClientGone> {
    pause(stream, reply.delay_before, on_client_close);
    let mut bytes = reply.head.clone();
    if with_body {
        bytes.extend_from_slice(&reply.body);
    }
    let mut first = true;
    let mut last_began = Instant::now();
    for piece in reply.pace.pieces(&bytes) {
        if !first {
            pause(stream, reply.pace.delay, on_client_close);
        }
        first = false;
        last_began = Instant::now();
        send(stream, piece)?;
    }
    if let Some(repeat) = &reply.repeat {
        let mut left = repeat.times;
        while left != Some(0) {
            pause(stream, reply.pace.delay, on_client_close);
            last_began = Instant::now();
            send(stream, &repeat.bytes)?;
            left = left.map(|times| times - 1);
        }
    }
    Ok(last_began)
}

fn send(mut stream: &TcpStream, bytes: &[u8]) -> Result<(), ClientGone> {
    stream.write_all(bytes).map_err(|_| ClientGone)
}

fn pause(stream: &TcpStream, time: Duration, on_client_close: &mut dyn FnMut()) {
    if time < SHORTEST_WATCH {
        thread::sleep(time);
        return;
    }
    let start = Instant::now();
    if closes_within(stream, time) {
        on_client_close();
    }
    thread::sleep(time.saturating_sub(start.elapsed()));
}

fn closes_within(stream: &TcpStream, time: Duration) -> bool {
    if stream.set_read_timeout(Some(time)).is_err() {
        return false;
    }
    let closed = match stream.peek(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => {
            let kind = error.kind();
            kind != io::ErrorKind::WouldBlock && kind != io::ErrorKind::TimedOut
        }
    };
    let _ = stream.set_read_timeout(None);
    closed
}
