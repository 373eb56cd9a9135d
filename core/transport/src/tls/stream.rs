//! A TLS session over a channel.

use std::io::{self, Read, Write};

use rustls::ClientConnection;

use super::channel::Channel;
use super::diagnosis::{self, Peer};
use crate::certificate::PeerCertificate;
use crate::failure::{Failure, from_io};
use crate::http1::EarlyReply;
use crate::memory::Buffer;
use crate::socket::{EarlyBytes, EarlyReplyWatch, Socket};

/// The size of one read of the socket while the server sends much. rustls reads 4 KiB at a time,
/// which is four system calls for a record of 16 KiB.
const AHEAD: usize = 32 * 1024;
/// The most records of TLS itself that may come while a connection is idle.
const IDLE_RECORDS: usize = 16;

/// A TLS session and the channel below it.
pub(crate) struct TlsStream {
    session: ClientConnection,
    below: Channel,
    records: RecordBuffer,
    peer: Peer,
    /// Why the session is over. Records that came whole before are read first.
    failed: Option<Failure>,
    /// The bytes of an early reply that were not read yet.
    early: EarlyReply,
    /// The early reply is a refusal: nothing more is sent.
    refused: bool,
    /// Nothing was read yet.
    silent: bool,
}

impl TlsStream {
    /// A session whose handshake is done.
    pub(super) fn new(session: ClientConnection, below: Channel, peer: Peer) -> Self {
        TlsStream {
            session,
            below,
            records: RecordBuffer::default(),
            peer,
            failed: None,
            early: EarlyReply::default(),
            refused: false,
            silent: true,
        }
    }

    /// The certificate of the server; `None` if it cannot be read.
    pub fn peer_certificate(&self) -> Option<PeerCertificate> {
        let der = self.session.peer_certificates().and_then(<[_]>::first)?;
        PeerCertificate::read(der, self.session.protocol_version())
    }

    /// Whether the server neither closed the session nor sent anything. It does not wait.
    ///
    /// Session tickets and key updates belong to TLS itself: they are read here, and the connection
    /// stays usable.
    pub fn is_idle(&mut self) -> bool {
        for _ in 0..IDLE_RECORDS {
            // False if bytes are left to be read, or the server closed the session.
            if self.failed.is_some() || !self.early.is_empty() || !self.session.wants_read() {
                return false;
            }
            if self.records.is_empty() && self.below.is_idle() {
                return true;
            }
            if !matches!(self.receive(), Ok(1..)) {
                return false;
            }
        }
        false
    }

    /// The socket at the bottom.
    pub fn socket_mut(&mut self) -> &mut Socket {
        self.below.socket_mut()
    }

    /// See [`Channel::watch_for_refusal`].
    pub fn watch_for_refusal(&mut self, longest_head: usize) {
        if let Some(socket) = self.plain_below() {
            socket.watch(EarlyReplyWatch::Notify);
            self.early = EarlyReply::new(longest_head);
        }
    }

    /// The socket directly below, if there is one.
    fn plain_below(&mut self) -> Option<&mut Socket> {
        match &mut self.below {
            Channel::Plain(socket) => Some(socket),
            Channel::Tls(_) => None,
        }
    }

    /// Reads once from below and decrypts.
    fn receive(&mut self) -> io::Result<usize> {
        let mut incoming = RecordReader {
            records: &mut self.records,
            below: &mut self.below,
        };
        let bytes = match self.session.read_tls(&mut incoming) {
            Ok(bytes) => bytes,
            Err(error) => return Err(self.ended(error)),
        };
        if let Err(error) = self.session.process_new_packets() {
            self.failed = Some(diagnosis::session_failure(&self.peer, &error));
            self.send_last(); // An alert, if the server still reads.
        }
        Ok(bytes)
    }

    /// Sends the records that the session has made.
    fn send(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut self.below) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error)
                    if error
                        .get_ref()
                        .is_some_and(|inner| inner.is::<EarlyBytes>()) =>
                {
                    self.read_early_reply()?;
                    if let Some(failed) = self.failed.as_ref().filter(|_| !self.refused) {
                        return Err(io::Error::other(failed.clone()));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Decrypts the early bytes, without waiting. A refusal stops the sending. The bytes are kept for
    /// the next read.
    fn read_early_reply(&mut self) -> io::Result<()> {
        while self.failed.is_none() && !self.early.is_decided() && self.is_readable() {
            let ended = self.receive()? == 0;
            let mut piece = [0; 4_096];
            while let Ok(bytes @ 1..) = self.session.reader().read(&mut piece) {
                let taken = self.early.push(&piece[..bytes]);
                taken.map_err(|what| io::Error::other(Failure::from(what.of(Buffer::Head))))?;
            }
            if ended {
                self.refused = true; // The server does not read any more.
                break;
            }
        }
        self.refused |= self.early.refuses();
        if !self.early.is_empty() {
            self.socket_mut().note_early_reply();
        }
        if self.refused {
            self.socket_mut().drop_writes(&[]);
        } else if self.early.is_decided() {
            // The server wants the whole request.
            self.socket_mut().watch(EarlyReplyWatch::Off);
        }
        Ok(())
    }

    /// See [`Channel::is_refused`].
    pub fn is_refused(&mut self) -> io::Result<bool> {
        let watched = self.plain_below().is_some_and(|socket| socket.is_watched());
        if watched && !self.refused && self.is_readable() {
            self.read_early_reply()?;
            if let Some(failed) = self.failed.as_ref().filter(|_| !self.refused) {
                return Err(io::Error::other(failed.clone()));
            }
        }
        Ok(self.refused || !self.socket_mut().sent_all())
    }

    /// Whether [`receive`](Self::receive) would not wait.
    fn is_readable(&mut self) -> bool {
        !self.records.is_empty() || self.socket_mut().is_readable()
    }

    /// Sends the last records of the session, as far as the system takes them at once.
    fn send_last(&mut self) {
        let mut last = Vec::new();
        while matches!(self.session.write_tls(&mut last), Ok(1..)) {}
        match &mut self.below {
            Channel::Plain(socket) => socket.send_last(&last),
            // The session below is dropped next, and then sends it with its own last records.
            Channel::Tls(below) => drop(below.session.writer().write_all(&last)),
        }
    }

    /// The error of a connection that ended below TLS.
    fn ended(&self, error: io::Error) -> io::Error {
        let failure = from_io(error);
        io::Error::other(match self.silent && self.peer.certificate_wanted {
            true => failure.with_certificate_wanted(),
            false => failure,
        })
    }
}

impl Read for TlsStream {
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
                    let what = "without a TLS close_notify, so bytes may be missing";
                    return Err(self.ended(io::Error::new(error.kind(), what)));
                }
            }
            if let Some(failed) = &self.failed {
                return Err(io::Error::other(failed.clone()));
            }
            // The reply to a key update.
            self.send()?;
            self.receive()?;
        }
    }
}

impl Write for TlsStream {
    /// Encrypts and sends what fits: up to 16 KiB are one record and one system call.
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

impl Drop for TlsStream {
    /// Sends `close_notify`, which tells the server that nothing was cut off. It does not wait:
    /// what the system does not take at once is not sent.
    fn drop(&mut self) {
        if self.session.is_handshaking() {
            return;
        }
        self.session.send_close_notify();
        self.send_last();
    }
}

impl std::fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsStream")
            .field("session", &self.session)
            .field("below", &self.below)
            .finish_non_exhaustive()
    }
}

/// Encrypted bytes that were read before rustls asked for them. It holds memory only while much
/// comes.
#[derive(Default)]
struct RecordBuffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// The last read was filled, so more is there than rustls asks for.
    much: bool,
}

impl RecordBuffer {
    fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// What rustls reads from.
struct RecordReader<'a> {
    records: &'a mut RecordBuffer,
    below: &'a mut Channel,
}

impl Read for RecordReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let records = &mut *self.records;
        if records.is_empty() {
            if !records.much {
                records.bytes = Vec::new();
                let bytes = self.below.read(buffer)?;
                records.much = bytes == buffer.len();
                return Ok(bytes);
            }
            records.bytes.resize(AHEAD, 0);
            (records.start, records.end) = (0, 0);
            records.end = self.below.read(&mut records.bytes)?;
            records.much = records.end >= buffer.len();
        }
        let waiting = records
            .bytes
            .get(records.start..records.end)
            .unwrap_or_default();
        let bytes = waiting.len().min(buffer.len());
        buffer[..bytes].copy_from_slice(&waiting[..bytes]);
        records.start += bytes;
        Ok(bytes)
    }
}
