//! A TCP socket whose waits obey the limits and the cancel token of its call.

#[cfg(any(not(unix), test))]
mod other;
#[cfg(unix)]
mod unix;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use system::prepare;
use system::{
    Ticks, end_reads, is_tick, peek, receive_at_once, send_at_once, wait_to_read, wait_to_send,
};

#[cfg(not(unix))]
use other as system;
#[cfg(unix)]
use unix as system;

use crate::call_control::CallControl;
use crate::cancel::{Registration, TICK};
use crate::failure::{Cause, Failure, own};
use crate::http1::EarlyReply;
use crate::memory::Buffer;
use crate::outlet::{Lent, Outlet};
use crate::process::Process;
use crate::waiters::Wake;

/// Every socket's send buffer has room for this, when it is empty.
const TAKEN_AT_ONCE: usize = 16 * 1024;
/// The buffer for the bytes of an early reply.
const PIECE: usize = 4 * 1024;

/// How a write that waits watches for an early reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EarlyReplyWatch {
    Off,
    /// It parses the bytes that come. A refusal stops the sending.
    Parse,
    /// It fails with [`EarlyBytes`] when bytes come: TLS must decrypt them first.
    Notify,
}

/// The error of a write that found bytes to read.
#[derive(Debug)]
pub(crate) struct EarlyBytes;

impl fmt::Display for EarlyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes came before all was written")
    }
}

impl std::error::Error for EarlyBytes {}

impl From<EarlyBytes> for io::Error {
    fn from(early: EarlyBytes) -> Self {
        io::Error::other(early)
    }
}

/// Where cancelling the call ends a wait, a read or write waits for the socket or the next of the
/// call's limits. Elsewhere it waits in ticks of 50 ms, and checks limits and token after each.
#[derive(Debug)]
pub(crate) struct Socket {
    /// Lets the call's token end a wait. Removed before the stream is dropped, or serves another
    /// call.
    registration: Option<Registration>,
    stream: Arc<TcpStream>,
    /// The call that uses the connection now.
    call: Option<Arc<CallControl>>,
    /// The process that opened it.
    process: Process,
    ticks: Ticks,
    /// A write failed, or a refusal came early. Later writes are dropped. The next read decides:
    /// the server may have replied before it closed.
    drops_writes: bool,
    watch: EarlyReplyWatch,
    /// The bytes of an early reply that were not read yet.
    early: EarlyReply,
}

impl Socket {
    /// For a stream that was [`prepare`]d.
    pub fn new(stream: TcpStream, call: &Arc<CallControl>) -> Self {
        let mut socket = Socket {
            registration: None,
            stream: Arc::new(stream),
            call: None,
            process: Process::current(),
            ticks: Ticks::new(),
            drops_writes: false,
            watch: EarlyReplyWatch::Off,
            early: EarlyReply::default(),
        };
        socket.serve(Some(call));
        socket
    }

    /// Sets the call whose limits apply; `None` while the connection is idle.
    pub fn serve(&mut self, call: Option<&Arc<CallControl>>) {
        self.registration = None;
        self.call = call.map(Arc::clone);
        self.register();
    }

    fn register(&mut self) {
        if let Some(call) = &self.call {
            let stream: Arc<TcpStream> = Arc::clone(&self.stream);
            self.registration = call.cancel.register(self.process, stream);
        }
    }

    /// See [`Channel::watch_for_refusal`](crate::tls::Channel::watch_for_refusal).
    pub fn watch_for_refusal(&mut self, longest_head: usize) {
        self.watch = EarlyReplyWatch::Parse;
        self.early = EarlyReply::new(longest_head);
    }

    pub fn watch(&mut self, watch: EarlyReplyWatch) {
        self.watch = watch;
    }

    pub fn is_watched(&self) -> bool {
        self.watch != EarlyReplyWatch::Off
    }

    /// Whether all writes were sent.
    pub fn sent_all(&self) -> bool {
        !self.drops_writes
    }

    /// Whether the server neither closed the connection nor sent anything. One system call; a read
    /// with a timeout takes three.
    pub fn is_idle(&self) -> bool {
        let idle = |error: io::Error| error.kind() == io::ErrorKind::WouldBlock;
        self.early.is_empty() && peek(&self.stream, &mut [0; 1]).is_err_and(idle)
    }

    /// See [`Channel::is_refused`](crate::tls::Channel::is_refused).
    pub fn is_refused(&mut self) -> io::Result<bool> {
        if !self.drops_writes && self.watch == EarlyReplyWatch::Parse && self.refusal_came()? {
            self.drops_writes = true;
        }
        Ok(self.drops_writes)
    }

    /// Reads the early bytes, without waiting; returns whether they stop the sending. They are kept
    /// for the next read.
    #[cold]
    #[inline(never)]
    fn refusal_came(&mut self) -> io::Result<bool> {
        let mut piece = [0; PIECE];
        while !self.early.is_decided() {
            match receive_at_once(&self.stream, &mut piece) {
                Ok(0) => return self.end().map(|_| true), // No reply can come any more.
                Ok(bytes) => {
                    self.note_early_reply();
                    let taken = self.early.push(&piece[..bytes]);
                    taken.map_err(|no_memory| failed(no_memory.of(Buffer::Head)))?;
                }
                Err(_) => return Ok(false),
            }
        }
        if !self.early.refuses() {
            self.watch = EarlyReplyWatch::Off; // The server wants the whole request.
        }
        Ok(self.early.refuses())
    }

    /// Whether a read would not wait; true at the end too.
    pub fn is_readable(&self) -> bool {
        peek(&self.stream, &mut [0; 1]).is_ok()
    }

    /// Reports to the call that bytes of the reply arrived early.
    pub fn note_early_reply(&self) {
        if let Some(call) = &self.call {
            call.note_early_reply();
        }
    }

    /// Drops all writes from now on; returns the length of these bytes, as a write would.
    pub fn drop_writes(&mut self, bytes: &[u8]) -> usize {
        self.drops_writes = true;
        bytes.len()
    }

    fn next_wait(&mut self, since: Instant, now: Instant) -> io::Result<Duration> {
        if self.registration.is_none() {
            self.register(); // Before the token is checked.
        }
        let Some(call) = &self.call else {
            return Err(failed(Cause::Internal(
                "a connection was used without a call",
            )));
        };
        let wait = call.next_wait(since, now).map_err(io::Error::other)?;
        Ok(match self.registration {
            Some(_) => wait,
            None => wait.min(TICK),
        })
    }

    /// Waits until there is something to read, in this wait since `since`.
    fn wait_to_read(&mut self, since: Instant) -> io::Result<Duration> {
        loop {
            let wait = self.next_wait(since, Instant::now())?;
            if wait_to_read(&self.stream, wait) {
                return Ok(wait);
            }
        }
    }

    /// The end that cancelling makes is no end of the connection.
    fn end(&self) -> io::Result<usize> {
        match &self.call {
            Some(call) if call.cancel.is_cancelled() => Err(failed(call.cancelled())),
            _ => Ok(0),
        }
    }

    fn ends_read_ahead(&self, error: &io::Error) -> bool {
        match (&self.call, own(error)) {
            (Some(call), Some(failure)) => call.ends_read_ahead(failure),
            _ => false,
        }
    }

    /// Sends what the system takes at once, before the connection is closed. A child of `fork` sends
    /// nothing: it closes only its copy of the parent's connection.
    pub fn send_last(&mut self, bytes: &[u8]) {
        if !self.drops_writes && self.process.is_current() {
            let _ = send_at_once(&self.stream, bytes);
        }
    }
}

impl Wake for TcpStream {
    fn wake(&self) {
        end_reads(self);
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.early.is_empty() {
            return Ok(self.early.read(buffer));
        }
        let since = Instant::now();
        let mut wait = match self.next_wait(since, since) {
            Ok(wait) => wait,
            // Bytes that have already arrived are still read.
            Err(error) if self.ends_read_ahead(&error) => {
                return match receive_at_once(&self.stream, buffer) {
                    Ok(0) => self.end(),
                    Err(tick) if is_tick(&tick) => Err(error),
                    done => done,
                };
            }
            Err(error) => return Err(error),
        };
        loop {
            // The first tick in the read itself: most replies come in it, and it is one system call.
            match self.ticks.receive(&self.stream, buffer, wait.min(TICK)) {
                Ok(0) => return self.end(),
                Ok(bytes) => return Ok(bytes),
                Err(error) if is_tick(&error) => wait = self.wait_to_read(since)?,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Socket {
    /// Lends the connection to `send`, which sends some of at most `length` bytes. Waits until it has,
    /// as a write does; `None` if writes are dropped.
    pub fn write_by(
        &mut self,
        length: usize,
        mut send: impl FnMut(&Outlet) -> io::Result<usize>,
    ) -> io::Result<Option<usize>> {
        let lent = Lent::new(&self.stream);
        self.write_with(length, |_| send(&lent.0))
    }

    /// Sends some of `length` bytes with `send`, and waits where it says that nothing fits; `None` if
    /// writes are dropped.
    fn write_with(
        &mut self,
        length: usize,
        mut send: impl FnMut(&Self) -> io::Result<usize>,
    ) -> io::Result<Option<usize>> {
        if self.drops_writes {
            return Ok(None);
        }
        // The system takes a small write at once: the limits need no check.
        let mut since = None;
        let mut watches_end = true;
        if length > TAKEN_AT_ONCE {
            let now = Instant::now();
            self.next_wait(now, now)?;
            since = Some(now);
        }
        loop {
            match send(self) {
                Ok(written) => return Ok(Some(written)),
                Err(error) if is_tick(&error) => {
                    let watch = self.watch;
                    match watch {
                        EarlyReplyWatch::Parse if self.refusal_came()? => {
                            self.drops_writes = true;
                            return Ok(None);
                        }
                        EarlyReplyWatch::Notify if self.is_readable() => {
                            return Err(EarlyBytes.into());
                        }
                        _ => {}
                    }
                    let now = Instant::now();
                    let mut wait = self.next_wait(*since.get_or_insert(now), now)?;
                    if !watches_end {
                        wait = wait.min(TICK);
                    }
                    let is_watched = self.is_watched();
                    let ended = wait_to_send(&self.stream, is_watched, watches_end, wait);
                    // The server closed its half, or the call was cancelled. While the server
                    // reads, that would end every wait.
                    watches_end &= !ended;
                }
                Err(_) => {
                    self.drops_writes = true;
                    return Ok(None);
                }
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.write_with(bytes.len(), |it| it.ticks.send(&it.stream, bytes))?;
        Ok(written.unwrap_or(bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failed(failure: impl Into<Failure>) -> io::Error {
    io::Error::other(failure.into())
}
