//! A TLS session over a channel: records in, bytes out, and the end of both.

use std::io::{self, Read, Write};

use rustls::ClientConnection;

use super::super::channel::Channel;
use super::super::fault;
use super::super::http1::Early;
use super::super::socket::{Heed, News, Socket};
use super::explain::{self, Peer};
use crate::error::{Error, ErrorKind};
use crate::memory::Buffer;
use crate::option_table;

/// What one read of the socket takes when the server sends much. rustls asks for 4 KiB at a
/// time: four system calls for a record of 16 KiB.
const AHEAD: usize = 32 * 1024;
/// So often the wait for the next request may find news that are none of the request's.
const NEWS: usize = 16;

/// A TLS session and what it runs over.
pub(crate) struct Secured {
    pub session: ClientConnection,
    below: Channel,
    ahead: Ahead,
    peer: Peer,
    /// Why the session is over. What came whole before is read first.
    failed: Option<Error>,
    /// What came while a request still went out, and was not read yet.
    early: Early,
    /// That is an answer which the rest of the request cannot change: nothing more is sent.
    refused: bool,
    /// Nothing was read yet.
    silent: bool,
}

impl Secured {
    /// A session whose handshake is done.
    pub(super) fn new(session: ClientConnection, below: Channel, peer: Peer) -> Self {
        Secured {
            session,
            below,
            ahead: Ahead::default(),
            peer,
            failed: None,
            early: Early::default(),
            refused: false,
            silent: true,
        }
    }

    /// Whether the other side neither closed nor sent anything unasked.
    ///
    /// A session ticket and a change of keys are news of TLS itself and no reason to give
    /// up a connection; they are read on the way. Nothing is waited for.
    pub fn is_idle(&mut self) -> bool {
        for _ in 0..NEWS {
            // False where bytes are left to be read, or the server said goodbye.
            if self.failed.is_some() || !self.early.is_empty() || !self.session.wants_read() {
                return false;
            }
            if self.ahead.is_empty() && self.below.is_idle() {
                return true;
            }
            if !matches!(self.take_in(), Ok(1..)) {
                return false;
            }
        }
        false
    }

    /// The socket at the bottom.
    pub fn socket_mut(&mut self) -> &mut Socket {
        self.below.socket_mut()
    }

    /// See [`Channel::heed_answers`].
    pub fn heed_answers(&mut self, longest_head: usize) {
        if let Some(socket) = self.plain_below() {
            socket.heed(Heed::Anything);
            self.early = Early::new(longest_head);
        }
    }

    /// The socket right below, if there is one.
    fn plain_below(&mut self) -> Option<&mut Socket> {
        match &mut self.below {
            Channel::Plain(socket) => Some(socket),
            Channel::Tls(_) => None,
        }
    }

    /// Reads once from below and takes in what came.
    fn take_in(&mut self) -> io::Result<usize> {
        let mut incoming = Incoming {
            ahead: &mut self.ahead,
            below: &mut self.below,
        };
        let bytes = match self.session.read_tls(&mut incoming) {
            Ok(bytes) => bytes,
            Err(error) => return Err(self.ended(error)),
        };
        if let Err(error) = self.session.process_new_packets() {
            self.failed = Some(explain::broken(&self.peer, &error));
            self.say_last(); // The server is told why, if it still listens.
        }
        Ok(bytes)
    }

    /// Hands on what the session has to say.
    fn send(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut self.below) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.get_ref().is_some_and(|inner| inner.is::<News>()) => {
                    self.look_for_a_refusal()?;
                    if let Some(failed) = self.failed.as_ref().filter(|_| !self.refused) {
                        return Err(io::Error::other(failed.clone()));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes in what came while a request goes out, without waiting for more; an answer that
    /// refuses it ends the sending. All of it is left to be read.
    fn look_for_a_refusal(&mut self) -> io::Result<()> {
        while self.failed.is_none() && !self.early.is_decided() && self.has_news() {
            let ended = self.take_in()? == 0;
            let mut piece = [0; 4_096];
            while let Ok(bytes @ 1..) = self.session.reader().read(&mut piece) {
                let taken = self.early.push(&piece[..bytes]);
                taken.map_err(|no_memory| io::Error::other(no_memory.of(Buffer::Head)))?;
            }
            if ended {
                self.refused = true; // Nobody reads what else is sent.
                break;
            }
        }
        self.refused |= self.early.refuses();
        if !self.early.is_empty() {
            self.socket_mut().is_answered_early();
        }
        if self.refused {
            self.socket_mut().fall_silent(&[]);
        } else if self.early.is_decided() {
            self.socket_mut().heed(Heed::Nothing); // It wants the whole request.
        }
        Ok(())
    }

    /// See [`Channel::is_refused`].
    pub fn is_refused(&mut self) -> io::Result<bool> {
        let looks = self.plain_below().is_some_and(|socket| socket.heeds());
        if looks && !self.refused && self.has_news() {
            self.look_for_a_refusal()?;
            if let Some(failed) = self.failed.as_ref().filter(|_| !self.refused) {
                return Err(io::Error::other(failed.clone()));
            }
        }
        Ok(self.refused || !self.socket_mut().is_whole())
    }

    /// Whether something can be taken in without waiting.
    fn has_news(&mut self) -> bool {
        !self.ahead.is_empty() || self.socket_mut().has_news()
    }

    /// Sends what the session still has to say, as far as the system takes it at once.
    fn say_last(&mut self) {
        let mut last = Vec::new();
        while matches!(self.session.write_tls(&mut last), Ok(1..)) {}
        match &mut self.below {
            Channel::Plain(socket) => socket.send_last(&last),
            // Goes out with the goodbye of the session below, which is dropped next.
            Channel::Tls(below) => drop(below.session.writer().write_all(&last)),
        }
    }

    /// The error of a connection that ended below TLS, as one of our own.
    fn ended(&self, error: io::Error) -> io::Error {
        let error = fault::from_io(error);
        let in_vain = self.silent && self.peer.asked_in_vain;
        io::Error::other(match error.kind() {
            ErrorKind::Connection if in_vain => error.map_message(|message| {
                format!(
                    "{message}. It asked for a client certificate before, and none is set ({})",
                    option_table::CLIENT_CERT
                )
            }),
            _ => error,
        })
    }
}

impl Read for Secured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.early.is_empty() {
            self.silent = false;
            return Ok(self.early.read(buffer));
        }
        loop {
            match self.session.reader().read(buffer) {
                Ok(bytes) => {
                    self.silent &= bytes == 0;
                    return Ok(bytes);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    let what = "without the end of TLS, so something may be missing";
                    return Err(self.ended(io::Error::new(error.kind(), what)));
                }
            }
            if let Some(failed) = &self.failed {
                return Err(io::Error::other(failed.clone()));
            }
            // An answer to a change of keys.
            self.send()?;
            self.take_in()?;
        }
    }
}

impl Write for Secured {
    /// Encrypts all that fits and sends it: up to 16 KiB are one record and one system call.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.refused {
            return Ok(bytes.len());
        }
        if let Some(failed) = &self.failed {
            return Err(io::Error::other(failed.clone()));
        }
        let taken = self.session.writer().write(bytes)?;
        self.send()?;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.refused {
            return Ok(());
        }
        self.send()?;
        self.below.flush()
    }
}

impl Drop for Secured {
    /// Says goodbye, by which a server tells an end from a cut. Whoever drops a connection
    /// does not wait for it: what the system does not take at once is left unsaid.
    fn drop(&mut self) {
        if self.session.is_handshaking() {
            return;
        }
        self.session.send_close_notify();
        self.say_last();
    }
}

impl std::fmt::Debug for Secured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secured")
            .field("session", &self.session)
            .field("below", &self.below)
            .finish_non_exhaustive()
    }
}

/// Records that were read before rustls asked for them. It has no memory but while much comes.
#[derive(Default)]
struct Ahead {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// The last read was filled: there is more than rustls asks for.
    much: bool,
}

impl Ahead {
    fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// What rustls reads from.
struct Incoming<'a> {
    ahead: &'a mut Ahead,
    below: &'a mut Channel,
}

impl Read for Incoming<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ahead = &mut *self.ahead;
        if ahead.is_empty() {
            if !ahead.much {
                ahead.bytes = Vec::new();
                let bytes = self.below.read(buffer)?;
                ahead.much = bytes == buffer.len();
                return Ok(bytes);
            }
            ahead.bytes.resize(AHEAD, 0);
            (ahead.start, ahead.end) = (0, 0);
            ahead.end = self.below.read(&mut ahead.bytes)?;
            ahead.much = ahead.end >= buffer.len();
        }
        let waiting = ahead.bytes.get(ahead.start..ahead.end).unwrap_or_default();
        let bytes = waiting.len().min(buffer.len());
        buffer[..bytes].copy_from_slice(&waiting[..bytes]);
        ahead.start += bytes;
        Ok(bytes)
    }
}
