//! Waiting in ticks without the socket's own timeouts. Windows leaves a socket in an indeterminate
//! state when `SO_RCVTIMEO` or `SO_SNDTIMEO` ends a wait, and rounds short timeouts up to half a
//! second. So the socket never blocks, and a wait is a sequence of short sleeps.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::cancel::TICK;

/// The sleep between two tries; the system may make it longer.
const NAP: Duration = Duration::from_millis(1);

/// Nothing is kept between waits here.
#[derive(Debug)]
pub(super) struct Ticks;

impl Ticks {
    /// For a stream that was [`prepare`]d.
    pub fn new() -> Self {
        Ticks
    }

    /// Reads, waiting at most `wait`. If nothing came, [`is_tick`] is true of the error.
    pub fn receive(
        &mut self,
        mut stream: &TcpStream,
        buffer: &mut [u8],
        wait: Duration,
    ) -> io::Result<usize> {
        within(wait, || stream.read(buffer))
    }

    /// Writes what fits, waiting at most one tick.
    pub fn send(&self, mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        within(TICK, || stream.write(bytes))
    }
}

/// Makes a stream non-blocking.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)
}

/// Ends the reads of a stream.
pub(super) fn end_reads(stream: &TcpStream) {
    // It fails if the connection has ended.
    let _ = stream.shutdown(Shutdown::Read);
}

/// The next read waits itself.
pub(super) fn wait_to_read(_: &TcpStream, _: Duration) -> bool {
    true
}

/// The next write waits itself.
pub(super) fn wait_to_send(_: &TcpStream, _: bool, _: bool, _: Duration) -> bool {
    false
}

/// Reads without waiting; the bytes stay.
pub(super) fn peek(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    stream.peek(bytes)
}

/// Reads without waiting.
pub(super) fn receive_at_once(mut stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    stream.read(bytes)
}

/// Writes what fits, without waiting.
pub(super) fn send_at_once(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.write(bytes)
}

/// Whether a wait ended without a result.
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
    fn a_wait_ends_with_the_bytes_or_with_its_time() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        prepare(&ours).unwrap();
        let mut buffer = [0; 8];
        let wait = Duration::from_millis(30);
        let started = Instant::now();
        let error = Ticks::new().receive(&ours, &mut buffer, wait);
        assert!(error.is_err_and(|error| is_tick(&error)));
        assert!(started.elapsed() >= wait);
        theirs.write_all(b"text").unwrap();
        let long = Duration::from_secs(10);
        assert_eq!(Ticks::new().receive(&ours, &mut buffer, long).unwrap(), 4);
        assert!(peek(&ours, &mut buffer).is_err_and(|error| is_tick(&error)));
        let none = receive_at_once(&ours, &mut buffer);
        assert!(none.is_err_and(|error| is_tick(&error)));
        // Bytes that are not read fill the buffers in the end.
        let full = vec![0; 1 << 20];
        let sent = (0..100).find_map(|_| Ticks::new().send(&ours, &full).err());
        assert!(sent.is_some_and(|error| is_tick(&error)));
        assert!(send_at_once(&ours, &full).is_err_and(|error| is_tick(&error)));
        // Here nothing but a try waits.
        assert!(wait_to_read(&ours, long));
        assert!(!wait_to_send(&ours, true, true, long));
        end_reads(&ours);
        assert_eq!(receive_at_once(&ours, &mut buffer).unwrap(), 0);
        drop(theirs);
    }
}
