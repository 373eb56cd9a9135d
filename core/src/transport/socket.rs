//! A TCP socket whose waits obey the limits and the cancel token of the thread's call.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::call::Call;
use crate::cancel::TICK;

/// Reads and writes in ticks of 50 ms: between two of them the call's limits, its cancel
/// token and the signals of its binding are looked at. A blocking receive with a receive
/// timeout is as fast as one without, and leaves no race with a signal.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    read_wait: Duration,
    /// A write failed. The server may have said why before it closed, so what else is
    /// written is dropped, and the next read decides.
    write_failed: Option<io::ErrorKind>,
}

impl Socket {
    /// Takes a stream whose read and write timeouts are one tick.
    pub fn new(stream: TcpStream) -> Self {
        Socket {
            stream,
            read_wait: TICK,
            write_failed: None,
        }
    }

    /// Whether the other side neither closed nor sent anything unasked.
    pub fn is_idle(&self) -> bool {
        let mut byte = [0];
        matches!(self.peek(&mut byte), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    #[cfg(unix)]
    fn peek(&self, byte: &mut [u8; 1]) -> io::Result<usize> {
        use std::mem::MaybeUninit;
        let mut space = [MaybeUninit::new(byte[0])];
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        socket2::SockRef::from(&self.stream).recv_with_flags(&mut space, flags)
    }

    #[cfg(not(unix))]
    fn peek(&self, byte: &mut [u8; 1]) -> io::Result<usize> {
        self.stream.set_nonblocking(true)?;
        let found = self.stream.peek(byte);
        self.stream.set_nonblocking(false)?;
        found
    }

    /// Sends what the system takes at once, for a connection that is given up.
    pub fn send_last(&mut self, bytes: &[u8]) {
        if self.write_failed.is_none() && self.stream.set_nonblocking(true).is_ok() {
            let _ = self.stream.write(bytes);
        }
    }

    fn wait_at_most(&mut self, wait: Duration) -> io::Result<()> {
        if wait != self.read_wait {
            self.stream.set_read_timeout(Some(wait))?;
            self.read_wait = wait;
        }
        Ok(())
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let since = Instant::now();
        let call = Call::current();
        loop {
            if let Some(call) = &call {
                let wait = call.next_wait(since).map_err(io::Error::other)?;
                self.wait_at_most(wait)?;
            }
            match self.stream.read(buffer) {
                Ok(bytes) => return Ok(bytes),
                Err(error) if is_tick(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.write_failed.is_some() {
            return Ok(bytes.len());
        }
        let since = Instant::now();
        let call = Call::current();
        loop {
            if let Some(call) = &call {
                call.next_wait(since).map_err(io::Error::other)?;
            }
            match self.stream.write(bytes) {
                Ok(written) => return Ok(written),
                Err(error) if is_tick(&error) => {}
                Err(error) => {
                    self.write_failed = Some(error.kind());
                    return Ok(bytes.len());
                }
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}
