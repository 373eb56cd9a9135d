//! A TCP socket whose waits obey the limits and the cancel token of the call that it serves.

#[cfg(any(not(unix), test))]
mod other;
#[cfg(unix)]
mod unix;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::http1::Early;
#[cfg(not(unix))]
use other as system;
use system::{Ticks, is_tick, peek, receive_at_once, send_at_once};
#[cfg(unix)]
use unix as system;

pub(crate) use system::prepare;

use crate::error::{Error, ErrorKind};
use crate::memory::Buffer;
use crate::process::Process;

/// Any socket's send buffer has room for so much, when nothing waits in it.
const TAKEN_AT_ONCE: usize = 16 * 1024;
/// So much is taken in at a time of what comes while the request still goes out.
const PIECE: usize = 4 * 1024;

/// What ends a write that waits for the other side to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heed {
    Nothing,
    /// An answer that refuses the request before it is out. The rest is not sent.
    Answers,
    /// Whatever comes, with [`News`]: in TLS it has to be unpacked to be an answer.
    Anything,
}

/// The error of a write that found something to read first.
#[derive(Debug)]
pub(crate) struct News;

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("something came before all was written")
    }
}

impl std::error::Error for News {}

impl From<News> for io::Error {
    fn from(news: News) -> Self {
        io::Error::other(news)
    }
}

/// Reads and writes in ticks of 50 ms: between two of them the call's limits, its cancel
/// token and the signals of its binding are looked at.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    /// The call that uses the connection now.
    call: Option<Arc<Call>>,
    /// The process that opened it.
    process: Process,
    ticks: Ticks,
    /// A write failed, or the answer came before the request was out. The server may have
    /// said why before it closed, so what else is written is dropped, and the next read
    /// decides.
    mute: bool,
    heed: Heed,
    /// What came while the request still went out, and was not read yet.
    early: Early,
}

impl Socket {
    /// Takes a stream whose read and write timeouts are one tick.
    pub fn new(stream: TcpStream, call: &Arc<Call>) -> Self {
        Socket {
            stream,
            call: Some(Arc::clone(call)),
            process: Process::current(),
            ticks: Ticks::new(),
            mute: false,
            heed: Heed::Nothing,
            early: Early::default(),
        }
    }

    /// Whose limits hold from now on; nobody's while the connection rests.
    pub fn serve(&mut self, call: Option<&Arc<Call>>) {
        self.call = call.map(Arc::clone);
    }

    /// An answer ends what is written from now on; each of its heads may be so long.
    pub fn heed_answers(&mut self, longest_head: usize) {
        self.heed = Heed::Answers;
        self.early = Early::new(longest_head);
    }

    /// What is looked for while a write waits.
    pub fn heed(&mut self, heed: Heed) {
        self.heed = heed;
    }

    /// Whether anything is looked for while a write waits.
    pub fn heeds(&self) -> bool {
        self.heed != Heed::Nothing
    }

    /// Whether all that was written went out.
    pub fn is_whole(&self) -> bool {
        !self.mute
    }

    /// Whether the other side neither closed nor sent anything unasked: one system call,
    /// where a probe with a timeout takes three.
    pub fn is_idle(&self) -> bool {
        let idle = |error: io::Error| error.kind() == io::ErrorKind::WouldBlock;
        self.early.is_empty() && peek(&self.stream, &mut [0; 1]).is_err_and(idle)
    }

    /// See [`Channel::is_refused`](super::channel::Channel::is_refused).
    pub fn is_refused(&mut self) -> io::Result<bool> {
        if !self.mute && self.heed == Heed::Answers && self.look_for_a_refusal()? {
            self.mute = true;
        }
        Ok(self.mute)
    }

    /// Takes in what came while a request goes out, without waiting for more; says whether it
    /// ends the sending. All of it is left to be read.
    #[cold]
    #[inline(never)]
    fn look_for_a_refusal(&mut self) -> io::Result<bool> {
        let mut piece = [0; PIECE];
        while !self.early.is_decided() {
            match receive_at_once(&mut self.stream, &mut piece) {
                Ok(0) => return Ok(true), // No answer comes any more.
                Ok(bytes) => {
                    self.is_answered_early();
                    let taken = self.early.push(&piece[..bytes]);
                    taken.map_err(|no_memory| io::Error::other(no_memory.of(Buffer::Head)))?;
                }
                Err(_) => return Ok(false),
            }
        }
        if !self.early.refuses() {
            self.heed = Heed::Nothing; // It wants the whole request.
        }
        Ok(self.early.refuses())
    }

    /// Whether something can be read without waiting, be it the end.
    pub fn has_news(&self) -> bool {
        peek(&self.stream, &mut [0; 1]).is_ok()
    }

    /// Something of the reply came while the request still goes out.
    pub fn is_answered_early(&self) {
        if let Some(call) = &self.call {
            call.is_answered_early();
        }
    }

    /// Drops what is written from now on; says how much that is of these bytes.
    pub fn fall_silent(&mut self, bytes: &[u8]) -> usize {
        self.mute = true;
        bytes.len()
    }

    fn next_wait(&self, since: Instant, now: Instant) -> io::Result<Duration> {
        let Some(call) = &self.call else {
            let what = "a connection was used by no call";
            return Err(fault(ErrorKind::Internal, what));
        };
        call.next_wait(since, now).map_err(io::Error::other)
    }

    fn is_end_of_look(&self, error: &io::Error) -> bool {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref());
        let ends = |call: &Arc<Call>| own.is_some_and(|error| call.is_end_of_look(error));
        self.call.as_ref().is_some_and(ends)
    }

    /// Sends what the system takes at once, for a connection that is given up. Not a
    /// parent's, whose child gives up its copy alone.
    pub fn send_last(&mut self, bytes: &[u8]) {
        if !self.mute && self.process.is_current() {
            let _ = send_at_once(&mut self.stream, bytes);
        }
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
            // What is there is taken all the same.
            Err(error) if self.is_end_of_look(&error) => {
                return match receive_at_once(&mut self.stream, buffer) {
                    Err(tick) if is_tick(&tick) => Err(error),
                    done => done,
                };
            }
            Err(error) => return Err(error),
        };
        loop {
            match self.ticks.receive(&mut self.stream, buffer, wait) {
                Ok(bytes) => return Ok(bytes),
                Err(error) if is_tick(&error) => wait = self.next_wait(since, Instant::now())?,
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
        let mut since = None;
        if bytes.len() > TAKEN_AT_ONCE {
            let now = Instant::now();
            self.next_wait(now, now)?;
            since = Some(now);
        }
        loop {
            match self.ticks.send(&mut self.stream, bytes) {
                Ok(written) => return Ok(written),
                Err(error) if is_tick(&error) => {
                    let heed = self.heed;
                    match heed {
                        Heed::Answers if self.look_for_a_refusal()? => {
                            return Ok(self.fall_silent(bytes));
                        }
                        Heed::Anything if self.has_news() => return Err(News.into()),
                        _ => {}
                    }
                    let now = Instant::now();
                    self.next_wait(*since.get_or_insert(now), now)?;
                }
                Err(_) => return Ok(self.fall_silent(bytes)),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn fault(kind: ErrorKind, message: &str) -> io::Error {
    io::Error::other(Error::new(kind, message))
}
