//! A stream of bytes to the server: a socket, or TLS over another channel.

use std::io::{self, IoSlice, Read, Write};

use super::stream::TlsStream;
use crate::socket::{EarlyReplyWatch, Socket};

/// Bytes to and from the server. TLS can run inside TLS: to an https server behind an https proxy.
#[derive(Debug)]
pub(crate) enum Channel {
    Plain(Socket),
    Tls(Box<TlsStream>),
}

impl Channel {
    /// Whether the server neither closed the connection nor sent anything. It does not wait.
    pub fn is_idle(&mut self) -> bool {
        match self {
            Channel::Plain(socket) => socket.is_idle(),
            Channel::Tls(stream) => stream.is_idle(),
        }
    }

    /// From now on an early refusal stops the sending of the request. Each of its heads has at most
    /// `longest_head` bytes. TLS inside TLS is not watched: bytes would have to be decrypted twice.
    pub fn watch_for_refusal(&mut self, longest_head: usize) {
        match self {
            Channel::Plain(socket) => socket.watch_for_refusal(longest_head),
            Channel::Tls(stream) => stream.watch_for_refusal(longest_head),
        }
    }

    /// The whole request was written: ends [`watch_for_refusal`](Self::watch_for_refusal).
    pub fn end_watch(&mut self) {
        self.socket_mut().watch(EarlyReplyWatch::Off);
    }

    /// Whether sending more is useless: the connection failed, or a refusal came. It does not wait.
    /// Asked before the next bytes of a request are produced.
    pub fn is_refused(&mut self) -> io::Result<bool> {
        match self {
            Channel::Plain(socket) => socket.is_refused(),
            Channel::Tls(stream) => stream.is_refused(),
        }
    }

    /// The socket at the bottom.
    pub fn socket_mut(&mut self) -> &mut Socket {
        match self {
            Channel::Plain(socket) => socket,
            Channel::Tls(stream) => stream.socket_mut(),
        }
    }
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.read(buffer),
            Channel::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.write(bytes),
            Channel::Tls(stream) => stream.write(bytes),
        }
    }

    /// The pieces of a handshake are small, so they are sent as one.
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
            Channel::Tls(stream) => stream.flush(),
        }
    }
}
