//! Waiting in ticks with the socket's own timeouts. A blocking receive with a timeout is as fast as
//! one without, and leaves no race with a signal.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::{RecvFlags, recv};

use crate::cancel::TICK;

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
        stream: &mut TcpStream,
        buffer: &mut [u8],
        wait: Duration,
    ) -> io::Result<usize> {
        if wait != self.read_wait {
            stream.set_read_timeout(Some(wait))?;
            self.read_wait = wait;
        }
        receive(stream, buffer)
    }

    /// Writes what fits, waiting at most one tick.
    pub fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
        send(stream, bytes)
    }
}

/// Sets the timeouts of a stream to one tick.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    stream.set_write_timeout(Some(TICK))
}

/// Reads without waiting; the bytes stay.
pub(super) fn peek(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    let (found, _) = recv(stream, bytes, RecvFlags::PEEK | RecvFlags::DONTWAIT)?;
    Ok(found)
}

/// Reads without waiting.
pub(super) fn receive_at_once(stream: &mut TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    let (taken, _) = recv(&*stream, bytes, RecvFlags::DONTWAIT)?;
    Ok(taken)
}

/// Writes what fits, without waiting.
pub(super) fn send_at_once(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.set_nonblocking(true)?;
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

/// On Linux without the C library. Its `recv` and `send` are thread cancellation points, and
/// preparing for that costs as much as copying the bytes.
#[cfg(target_os = "linux")]
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (bytes, _) = recv(stream, buffer, RecvFlags::empty())?;
    Ok(bytes)
}

#[cfg(not(target_os = "linux"))]
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    io::Read::read(stream, buffer)
}

/// A closed connection is an error, not a signal, which would end the host process.
#[cfg(target_os = "linux")]
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let flags = rustix::net::SendFlags::NOSIGNAL;
    Ok(rustix::net::send(stream, bytes, flags)?)
}

#[cfg(not(target_os = "linux"))]
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    io::Write::write(stream, bytes)
}
