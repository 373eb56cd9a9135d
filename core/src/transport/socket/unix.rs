//! Waiting in ticks where a socket's own timeouts do it: a blocking receive with a receive
//! timeout is as fast as one without, and leaves no race with a signal.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustix::net::{RecvFlags, recv};

use crate::cancel::TICK;

/// How a stream is waited for.
#[derive(Debug)]
pub(super) struct Ticks {
    read_wait: Duration,
}

impl Ticks {
    /// Takes a stream that was prepared.
    pub fn new() -> Self {
        Ticks { read_wait: TICK }
    }

    /// Reads; waits no longer than `wait`, then [`is_tick`] holds.
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

    /// Writes what fits; waits for one tick.
    pub fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
        send(stream, bytes)
    }
}

/// Makes the waits of a stream last one tick.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    stream.set_write_timeout(Some(TICK))
}

/// What is there, without taking it or waiting for it.
pub(super) fn peek(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    let (found, _) = recv(stream, bytes, RecvFlags::PEEK | RecvFlags::DONTWAIT)?;
    Ok(found)
}

/// Takes what is there, without waiting for it.
pub(super) fn receive_at_once(stream: &mut TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    let (taken, _) = recv(&*stream, bytes, RecvFlags::DONTWAIT)?;
    Ok(taken)
}

/// Sends what fits, without waiting.
pub(super) fn send_at_once(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.set_nonblocking(true)?;
    send(stream, bytes)
}

/// Whether a wait ended without a word. Not `TimedOut`: so a connection ends whose other side
/// answers no probe any more.
pub(super) fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

/// On Linux without the C library, whose `recv` and `send` are points where a thread may be
/// cancelled: preparing for that costs as much as copying the bytes.
#[cfg(target_os = "linux")]
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (bytes, _) = recv(stream, buffer, RecvFlags::empty())?;
    Ok(bytes)
}

#[cfg(not(target_os = "linux"))]
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    io::Read::read(stream, buffer)
}

/// A closed connection is an error here and no signal, which would end a host process.
#[cfg(target_os = "linux")]
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let flags = rustix::net::SendFlags::NOSIGNAL;
    Ok(rustix::net::send(stream, bytes, flags)?)
}

#[cfg(not(target_os = "linux"))]
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    io::Write::write(stream, bytes)
}
