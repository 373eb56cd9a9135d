//! Waiting in ticks where a socket's own timeouts cannot do it: Windows leaves a socket in an
//! indeterminate state when `SO_RCVTIMEO` or `SO_SNDTIMEO` ends a wait, and rounds short ones
//! up to half a second. So the socket never blocks, and a wait is a row of naps.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::cancel::TICK;

/// Between two looks at a socket; the system may make it longer.
const NAP: Duration = Duration::from_millis(1);

/// How a stream is waited for.
#[derive(Debug)]
pub(super) struct Ticks;

impl Ticks {
    /// Takes a stream that was prepared.
    pub fn new() -> Self {
        Ticks
    }

    /// Reads; waits no longer than `wait`, then [`is_tick`] holds.
    pub fn receive(
        &mut self,
        stream: &mut TcpStream,
        buffer: &mut [u8],
        wait: Duration,
    ) -> io::Result<usize> {
        within(wait, || stream.read(buffer))
    }

    /// Writes what fits; waits for one tick.
    pub fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
        within(TICK, || stream.write(bytes))
    }
}

/// Makes a stream never block.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)
}

/// What is there, without taking it or waiting for it.
pub(super) fn peek(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    stream.peek(bytes)
}

/// Takes what is there, without waiting for it.
pub(super) fn receive_at_once(stream: &mut TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    stream.read(bytes)
}

/// Sends what fits, without waiting.
pub(super) fn send_at_once(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.write(bytes)
}

/// Whether a wait ended without a word.
pub(super) fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

fn within(wait: Duration, mut attempt: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    let started = Instant::now();
    loop {
        match attempt() {
            Err(error) if is_tick(&error) && started.elapsed() < wait => thread::sleep(NAP),
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_wait_ends_with_what_comes_or_with_its_time() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        prepare(&ours).unwrap();
        let mut buffer = [0; 8];
        let wait = Duration::from_millis(30);
        let started = Instant::now();
        let error = Ticks::new().receive(&mut ours, &mut buffer, wait);
        assert!(error.is_err_and(|error| is_tick(&error)));
        assert!(started.elapsed() >= wait);
        theirs.write_all(b"word").unwrap();
        let long = Duration::from_secs(10);
        assert_eq!(
            Ticks::new().receive(&mut ours, &mut buffer, long).unwrap(),
            4
        );
        assert!(peek(&ours, &mut buffer).is_err_and(|error| is_tick(&error)));
        let none = receive_at_once(&mut ours, &mut buffer);
        assert!(none.is_err_and(|error| is_tick(&error)));
        // What nobody reads fills the way at last.
        let full = vec![0; 1 << 20];
        let sent = (0..100).find_map(|_| Ticks::new().send(&mut ours, &full).err());
        assert!(sent.is_some_and(|error| is_tick(&error)));
        assert!(send_at_once(&mut ours, &full).is_err_and(|error| is_tick(&error)));
        drop(theirs);
    }
}
