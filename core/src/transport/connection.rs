//! The connector and the connection that ureq works with.

use std::io::{self, Read, Write};

use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector as UreqConnector, NextTimeout, Transport,
};

use super::buffers::GrowingBuffers;
use super::call::Call;
use super::channel::Channel;
use super::route::Route;
use crate::error::{Error, ErrorKind};

/// So much output waits for the next piece or the first read: head and body of an
/// ordinary request go out in one send.
const HOLD: usize = 16 * 1024;

/// Opens connections.
#[derive(Debug)]
pub(crate) struct Connector {
    pub route: Route,
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
        let default = if secure { 443 } else { 80 };
        let port = details.uri.port_u16().unwrap_or(default);
        let channel = self.route.open(secure, host, port, &call).map_err(other)?;
        call.connected();
        Ok(Some(Connection {
            channel,
            secure,
            buffers: GrowingBuffers::default(),
            held: Vec::new(),
        }))
    }
}

/// One connection with its buffers. ureq's own timeouts are off: the limits are the call's.
#[derive(Debug)]
pub(crate) struct Connection {
    channel: Channel,
    secure: bool,
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
        !refused && self.held.is_empty() && self.channel.is_idle()
    }

    fn is_tls(&self) -> bool {
        self.secure
    }
}

fn other(error: Error) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}
