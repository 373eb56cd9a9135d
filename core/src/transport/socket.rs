//! A TCP socket whose waits obey the limits and the cancel token of the call that it serves.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::http1;
use crate::cancel::TICK;
use crate::error::{Error, ErrorKind};
use crate::process::Process;

/// Any socket's send buffer has room for so much, when nothing waits in it.
const TAKEN_AT_ONCE: usize = 16 * 1024;
/// So far an answer is looked for that comes while the request still goes out.
const LOOK: usize = 1_024;

/// Reads and writes in ticks of 50 ms: between two of them the call's limits, its cancel
/// token and the signals of its binding are looked at. A blocking receive with a receive
/// timeout is as fast as one without, and leaves no race with a signal.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    /// The call that uses the connection now.
    call: Option<Arc<Call>>,
    /// The process that opened it.
    process: Process,
    read_wait: Duration,
    /// A write failed, or the answer came before the request was out. The server may have
    /// said why before it closed, so what else is written is dropped, and the next read
    /// decides.
    mute: bool,
    /// An answer that comes while the request still goes out ends the sending.
    heeds_answers: bool,
}

impl Socket {
    /// Takes a stream whose read and write timeouts are one tick.
    pub fn new(stream: TcpStream, call: &Arc<Call>) -> Self {
        Socket {
            stream,
            call: Some(Arc::clone(call)),
            process: Process::current(),
            read_wait: TICK,
            mute: false,
            heeds_answers: false,
        }
    }

    /// Whose limits hold from now on; nobody's while the connection rests.
    pub fn serve(&mut self, call: Option<&Arc<Call>>) {
        self.call = call.map(Arc::clone);
    }

    /// Whether an answer may end the sending: not in TLS, where what comes may be a word of
    /// its own.
    pub fn heed_answers(&mut self, heed: bool) {
        self.heeds_answers = heed;
    }

    /// Whether it was opened by this process, not by its parent.
    pub fn is_this_processes(&self) -> bool {
        self.process.is_current()
    }

    /// Whether all that was written went out.
    pub fn is_whole(&self) -> bool {
        !self.mute
    }

    /// Whether the other side neither closed nor sent anything unasked: one system call,
    /// where a probe with a timeout takes three.
    pub fn is_idle(&self) -> bool {
        let idle = |error: io::Error| error.kind() == io::ErrorKind::WouldBlock;
        self.peek(&mut [0; 1]).is_err_and(idle)
    }

    #[cfg(unix)]
    fn peek(&self, bytes: &mut [u8]) -> io::Result<usize> {
        use rustix::net::{RecvFlags, recv};
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let (found, _) = recv(&self.stream, bytes, flags)?;
        Ok(found)
    }

    #[cfg(not(unix))]
    fn peek(&self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_nonblocking(true)?;
        let found = self.stream.peek(bytes);
        self.stream.set_nonblocking(false)?;
        found
    }

    /// Whether the head of an answer is there that is not an interim one.
    fn has_answer(&self) -> bool {
        let mut start = [0; LOOK];
        match self.peek(&mut start) {
            Ok(found) => start.get(..found).is_some_and(http1::begins_final_head),
            Err(_) => false,
        }
    }

    fn next_wait(&self, since: Instant, now: Instant) -> io::Result<Duration> {
        match &self.call {
            Some(call) => call.next_wait(since, now).map_err(io::Error::other),
            None => Err(fault(
                ErrorKind::Internal,
                "a connection was used by no call",
            )),
        }
    }

    /// After a wait, in which a signal's handler may have forked, and for a stream, which
    /// may have been open before: another process's bytes are not read.
    fn check_process(&self) -> io::Result<()> {
        match self.process.is_current() {
            true => Ok(()),
            false => Err(fault(
                ErrorKind::Connection,
                "this process was forked while the answer was being read; it belongs to the \
                 parent. Make the call again here",
            )),
        }
    }

    /// Sends what the system takes at once, for a connection that is given up. Not a
    /// parent's, whose child gives up its copy alone.
    pub fn send_last(&mut self, bytes: &[u8]) {
        if !self.mute && self.process.is_current() && self.stream.set_nonblocking(true).is_ok() {
            let _ = send(&mut self.stream, bytes);
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.call.as_ref().is_some_and(|call| call.is_for_stream()) {
            self.check_process()?;
        }
        let since = Instant::now();
        let mut wait = self.next_wait(since, since)?;
        loop {
            if wait != self.read_wait {
                self.stream.set_read_timeout(Some(wait))?;
                self.read_wait = wait;
            }
            match receive(&mut self.stream, buffer) {
                Ok(bytes) => return Ok(bytes),
                Err(error) if is_tick(&error) => {
                    self.check_process()?;
                    wait = self.next_wait(since, Instant::now())?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.mute {
            return Ok(bytes.len());
        }
        // What the system takes at once needs no look at the limits.
        if bytes.len() > TAKEN_AT_ONCE {
            let now = Instant::now();
            self.next_wait(now, now)?;
        }
        loop {
            match send(&mut self.stream, bytes) {
                Ok(written) => return Ok(written),
                Err(error) if is_tick(&error) && self.heeds_answers && self.has_answer() => {}
                Err(error) if is_tick(&error) => {
                    self.check_process()?;
                    let now = Instant::now();
                    self.next_wait(now, now)?;
                    continue;
                }
                Err(_) => {}
            }
            self.mute = true;
            return Ok(bytes.len());
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// On Linux without the C library, whose `recv` and `send` are points where a thread may be
/// cancelled: preparing for that costs as much as copying the bytes.
#[cfg(target_os = "linux")]
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (bytes, _) = rustix::net::recv(stream, buffer, rustix::net::RecvFlags::empty())?;
    Ok(bytes)
}

#[cfg(not(target_os = "linux"))]
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    stream.read(buffer)
}

/// A closed connection is an error here and no signal, which would end a host process.
#[cfg(target_os = "linux")]
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::net::send(
        stream,
        bytes,
        rustix::net::SendFlags::NOSIGNAL,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    stream.write(bytes)
}

fn fault(kind: ErrorKind, message: &str) -> io::Error {
    io::Error::other(Error::new(kind, message))
}

fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}
