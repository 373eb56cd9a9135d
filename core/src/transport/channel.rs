//! What carries a request: a socket, or TLS over a channel.

use std::io::{self, IoSlice, Read, Write};

use super::socket::{Heed, Socket};
use super::tls::Secured;

/// Bytes to and from the other side. TLS may run inside TLS: to a server behind a proxy
/// that is itself spoken to over TLS.
#[derive(Debug)]
pub(crate) enum Channel {
    Plain(Socket),
    Tls(Box<Secured>),
}

impl Channel {
    /// Whether the other side neither closed nor sent anything unasked. Nothing is waited
    /// for.
    pub fn is_idle(&mut self) -> bool {
        match self {
            Channel::Plain(socket) => socket.is_idle(),
            Channel::Tls(secured) => secured.is_idle(),
        }
    }

    /// From now on an answer, whose heads may each be `longest_head` bytes long, may end the
    /// sending of the request. Not inside TLS inside TLS, where what comes would have to be
    /// unpacked twice.
    pub fn heed_answers(&mut self, longest_head: usize) {
        match self {
            Channel::Plain(socket) => socket.heed_answers(longest_head),
            Channel::Tls(secured) => secured.heed_answers(longest_head),
        }
    }

    /// All of the request was written.
    pub fn heed_nothing(&mut self) {
        self.socket_mut().heed(Heed::Nothing);
    }

    /// Whether what is sent from here on is read by nobody: the connection failed, or an answer
    /// is there that the rest of the request cannot change. For a request whose next bytes are
    /// yet to be made; nothing is waited for.
    pub fn is_refused(&mut self) -> io::Result<bool> {
        match self {
            Channel::Plain(socket) => socket.is_refused(),
            Channel::Tls(secured) => secured.is_refused(),
        }
    }

    /// The socket at the bottom.
    pub fn socket_mut(&mut self) -> &mut Socket {
        match self {
            Channel::Plain(socket) => socket,
            Channel::Tls(secured) => secured.socket_mut(),
        }
    }
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.read(buffer),
            Channel::Tls(secured) => secured.read(buffer),
        }
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.write(bytes),
            Channel::Tls(secured) => secured.write(bytes),
        }
    }

    /// The pieces of a handshake are small: they go out together, as one.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        match pieces {
            [piece] => self.write(piece),
            _ => {
                let mut whole = Vec::new();
                pieces
                    .iter()
                    .for_each(|piece| whole.extend_from_slice(piece));
                self.write(&whole)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Channel::Plain(socket) => socket.flush(),
            Channel::Tls(secured) => secured.flush(),
        }
    }
}
