//! Waiting with the socket's own timeouts, which is as fast as waiting without, and leaves no race
//! with a signal. On Linux this is done for the first tick of a read. For the rest `poll` waits: it
//! is exact to a thousandth, where the socket's own timeouts may be an eighth late.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

#[cfg(target_os = "linux")]
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::net::{RecvFlags, Shutdown, recv, shutdown};

use crate::cancel::TICK;
use crate::outlet::send;

/// The timeouts of a stream.
#[derive(Debug)]
pub(super) struct Ticks {
    read_wait: Duration,
}

impl Ticks {
    /// For a stream that was [`prepare`]d.
    pub fn new() -> Self {
        Ticks { read_wait: TICK }
    }

    /// Reads, waiting at most `wait`. If nothing came, [`is_tick`] is true of the error.
    pub fn receive(
        &mut self,
        stream: &TcpStream,
        buffer: &mut [u8],
        wait: Duration,
    ) -> io::Result<usize> {
        if wait != self.read_wait {
            stream.set_read_timeout(Some(wait))?;
            self.read_wait = wait;
        }
        receive(stream, buffer)
    }

    /// Writes what fits. If nothing does, [`is_tick`] is true of the error, on Linux at once,
    /// elsewhere after a tick.
    pub fn send(&self, stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        send(stream, bytes)
    }
}

/// Sets the timeouts of a stream to one tick. On Linux a write never waits, so it needs none.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    if cfg!(target_os = "linux") {
        return Ok(());
    }
    stream.set_write_timeout(Some(TICK))
}

/// Ends the reads of a stream, on Linux also its waits. The write side stays open, for a last record
/// of TLS. A signal handler may call it.
pub(super) fn end_reads(stream: &TcpStream) {
    // It fails if the connection has ended, and then nothing waits for it.
    let _ = shutdown(stream, Shutdown::Read);
}

/// Reads without waiting; the bytes stay.
pub(super) fn peek(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    let (found, _) = recv(stream, bytes, RecvFlags::PEEK | RecvFlags::DONTWAIT)?;
    Ok(found)
}

/// Reads without waiting.
pub(super) fn receive_at_once(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    let (taken, _) = recv(stream, bytes, RecvFlags::DONTWAIT)?;
    Ok(taken)
}

/// Writes what fits, without waiting.
pub(super) fn send_at_once(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    if !cfg!(target_os = "linux") {
        stream.set_nonblocking(true)?;
    }
    send(stream, bytes)
}

/// Whether a wait ended without a result. `TimedOut` is not among them: it means that the
/// other side no longer answers keep-alive probes.
pub(super) fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

/// Waits at most `wait`; returns whether a read would not wait.
#[cfg(target_os = "linux")]
pub(super) fn wait_to_read(stream: &TcpStream, wait: Duration) -> bool {
    !poll(stream, PollFlags::IN, wait).is_empty()
}

/// Waits at most `wait` until bytes can be sent, and if `for_bytes`, until some can be read. If
/// `for_end`, the end of the reads ends it too; returns whether it did.
#[cfg(target_os = "linux")]
pub(super) fn wait_to_send(
    stream: &TcpStream,
    for_bytes: bool,
    for_end: bool,
    wait: Duration,
) -> bool {
    let mut wanted = PollFlags::OUT;
    wanted.set(PollFlags::IN, for_bytes);
    wanted.set(PollFlags::RDHUP, for_end);
    poll(stream, wanted, wait).contains(PollFlags::RDHUP)
}

/// What came of this within `wait`. A signal ends it early.
#[cfg(target_os = "linux")]
fn poll(stream: &TcpStream, wanted: PollFlags, wait: Duration) -> PollFlags {
    let wait = Timespec::try_from(wait).ok(); // One that is too long for the system has no end.
    let mut polled = [PollFd::new(stream, wanted)];
    let _ = rustix::event::poll(&mut polled, wait.as_ref());
    polled[0].revents()
}

/// The next read waits itself.
#[cfg(not(target_os = "linux"))]
pub(super) fn wait_to_read(_: &TcpStream, _: Duration) -> bool {
    true
}

/// The next write waits itself.
#[cfg(not(target_os = "linux"))]
pub(super) fn wait_to_send(_: &TcpStream, _: bool, _: bool, _: Duration) -> bool {
    false
}

/// On Linux without the C library. Its `recv` and `send` are thread cancellation points, and
/// preparing for that costs as much as copying the bytes.
#[cfg(target_os = "linux")]
fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (bytes, _) = recv(stream, buffer, RecvFlags::empty())?;
    Ok(bytes)
}

#[cfg(not(target_os = "linux"))]
fn receive(mut stream: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    io::Read::read(&mut stream, buffer)
}
