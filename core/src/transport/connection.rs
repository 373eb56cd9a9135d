//! The connector and the connection that ureq works with.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::ClientConnection;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector as UreqConnector, NextTimeout, Transport,
};

use super::buffers::GrowingBuffers;
use super::call::Call;
use super::dial::dial;
use super::socket::Socket;
use super::tls::Trust;
use crate::error::{Error, ErrorKind};

/// So much output waits for the next piece or the first read: head and body of an
/// ordinary request go out in one send.
const HOLD: usize = 16 * 1024;

/// Opens connections; the trust for TLS is loaded with the first one that needs it.
#[derive(Debug)]
pub(crate) struct Connector {
    pub trust: Arc<Trust>,
}

impl UreqConnector<()> for Connector {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _chained: Option<()>,
    ) -> Result<Option<Connection>, ureq::Error> {
        let call = Call::current()
            .ok_or_else(|| other(Error::new(ErrorKind::Internal, "no call on this thread")))?;
        let secure = details.needs_tls();
        let host = details.uri.host().unwrap_or_default();
        let port = details
            .uri
            .port_u16()
            .unwrap_or(if secure { 443 } else { 80 });
        let mut socket = Socket::new(dial(host, port, &call).map_err(other)?);
        let channel = if secure {
            let session = self.trust.handshake(host, &mut socket).map_err(other)?;
            Channel::Tls(Box::new(session), socket)
        } else {
            Channel::Plain(socket)
        };
        call.connected();
        Ok(Some(Connection {
            channel,
            buffers: GrowingBuffers::default(),
            held: Vec::new(),
        }))
    }
}

#[derive(Debug)]
enum Channel {
    Plain(Socket),
    Tls(Box<ClientConnection>, Socket),
}

impl Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Channel::Plain(socket) => socket.read(buffer),
            Channel::Tls(session, socket) => {
                rustls::Stream::new(&mut **session, socket).read(buffer)
            }
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Channel::Plain(socket) => socket.write_all(bytes),
            Channel::Tls(session, socket) => {
                let mut stream = rustls::Stream::new(&mut **session, socket);
                stream.write_all(bytes)?;
                stream.flush()
            }
        }
    }

    fn socket(&self) -> &Socket {
        match self {
            Channel::Plain(socket) | Channel::Tls(_, socket) => socket,
        }
    }
}

/// One connection with its buffers. ureq's own timeouts are off: the limits are the call's.
#[derive(Debug)]
pub(crate) struct Connection {
    channel: Channel,
    buffers: GrowingBuffers,
    held: Vec<u8>,
}

impl Connection {
    fn send_held(&mut self) -> io::Result<()> {
        if !self.held.is_empty() {
            if let Some(call) = Call::current() {
                call.sends();
            }
            self.channel.write_all(&self.held)?;
            self.held.clear();
        }
        Ok(())
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        if self.held.len() + amount > HOLD {
            self.send_held()?;
        }
        let output = &self.buffers.output()[..amount];
        if amount >= HOLD {
            self.channel.write_all(output)?;
        } else {
            self.held.extend_from_slice(output);
        }
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, ureq::Error> {
        self.send_held()?;
        let space = self.buffers.input_append_buf();
        let amount = self.channel.read(space)?;
        self.buffers.input_appended(amount);
        if let Some(call) = Call::current() {
            call.received(amount);
        }
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        let refused = Call::current().is_some_and(|call| call.wants_fresh());
        !refused && self.held.is_empty() && self.channel.socket().is_idle()
    }

    fn is_tls(&self) -> bool {
        matches!(self.channel, Channel::Tls(..))
    }
}

fn other(error: Error) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}
