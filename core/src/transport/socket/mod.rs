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
use super::http1;
#[cfg(not(unix))]
use other as system;
use system::{Ticks, is_tick, peek, send_at_once};
#[cfg(unix)]
use unix as system;

pub(crate) use system::prepare;

use crate::error::{Error, ErrorKind};
use crate::process::Process;

/// Any socket's send buffer has room for so much, when nothing waits in it.
const TAKEN_AT_ONCE: usize = 16 * 1024;
/// So far an answer is looked for that comes while the request still goes out.
const LOOK: usize = 1_024;

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
        }
    }

    /// Whose limits hold from now on; nobody's while the connection rests.
    pub fn serve(&mut self, call: Option<&Arc<Call>>) {
        self.call = call.map(Arc::clone);
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
        peek(&self.stream, &mut [0; 1]).is_err_and(idle)
    }

    /// Whether what else is written is dropped, also because of an answer that is there now.
    pub fn is_refused_now(&mut self) -> bool {
        if !self.mute && self.heed == Heed::Answers && self.is_refused() {
            self.mute = true;
        }
        self.mute
    }

    /// Whether an answer is there that the rest of the request cannot change.
    fn is_refused(&self) -> bool {
        let mut start = [0; LOOK];
        match peek(&self.stream, &mut start) {
            Ok(found) => start.get(..found).is_some_and(http1::refuses),
            Err(_) => false,
        }
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
        let since = Instant::now();
        let mut wait = self.next_wait(since, since)?;
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
                    match self.heed {
                        Heed::Answers if self.is_refused() => return Ok(self.fall_silent(bytes)),
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
