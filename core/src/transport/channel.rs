//! What carries a request: a socket, or TLS over a channel.

use std::io::{self, BufRead, Read, Write};

use rustls::ClientConnection;

use super::socket::Socket;

/// Bytes to and from the other side. TLS may run inside TLS: to a server behind a proxy
/// that is itself spoken to over TLS.
#[derive(Debug)]
pub(crate) enum Channel {
    Plain(Socket),
    Tls(Box<Secured>),
}

/// A TLS session and what it runs over.
#[derive(Debug)]
pub(crate) struct Secured {
    pub session: ClientConnection,
    pub below: Channel,
}

impl Channel {
    /// The socket at the bottom.
    pub fn socket(&self) -> &Socket {
        match self {
            Channel::Plain(socket) => socket,
            Channel::Tls(secured) => secured.below.socket(),
        }
    }

    pub fn socket_mut(&mut self) -> &mut Socket {
        match self {
            Channel::Plain(socket) => socket,
            Channel::Tls(secured) => secured.below.socket_mut(),
        }
    }
}

impl Channel {
    /// Whether all that came was read: TLS unpacks whole records, which may hold more than
    /// was asked for.
    pub fn is_drained(&mut self) -> bool {
        match self {
            Channel::Plain(_) => true,
            Channel::Tls(secured) => {
                let left = secured.session.reader().fill_buf().map(<[u8]>::len);
                let none = left.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
                none && secured.below.is_drained()
            }
        }
    }
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.read(buffer),
            Channel::Tls(secured) => {
                rustls::Stream::new(&mut secured.session, &mut secured.below).read(buffer)
            }
        }
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.write(bytes),
            Channel::Tls(secured) => {
                rustls::Stream::new(&mut secured.session, &mut secured.below).write(bytes)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Channel::Plain(socket) => socket.flush(),
            Channel::Tls(secured) => {
                rustls::Stream::new(&mut secured.session, &mut secured.below).flush()
            }
        }
    }
}
