//! The way to a host: directly or through a proxy, with TLS where it is wanted.

use std::sync::Arc;

use super::call::{Call, Step};
use super::channel::Channel;
use super::dial::dial;
use super::proxy;
use super::socket::Socket;
use super::tls::Trust;
use crate::config::Proxy;
use crate::error::Error;

/// Opens channels for one client.
#[derive(Debug)]
pub(crate) struct Route {
    pub trust: Arc<Trust>,
    pub proxy: Option<Proxy>,
}

impl Route {
    /// A channel to `host`, its handshakes done, within the call's connect limit.
    pub fn open(
        &self,
        secure: bool,
        host: &str,
        port: u16,
        call: &Arc<Call>,
    ) -> Result<Channel, Error> {
        let channel = self.reach(host, port, call)?;
        if !secure {
            return Ok(channel);
        }
        call.steps(Step::ShakingHands);
        self.trust.handshake(host, channel).map(Channel::Tls)
    }

    /// The same way for another process: what it learned of sessions is the parent's.
    pub fn renewed(&self) -> Self {
        Route {
            trust: Arc::new(self.trust.renewed()),
            proxy: self.proxy.clone(),
        }
    }

    /// A channel that ends at `host`, without TLS of its own.
    pub fn reach(&self, host: &str, port: u16, call: &Arc<Call>) -> Result<Channel, Error> {
        match &self.proxy {
            Some(proxy) => proxy::reach(proxy, &self.trust, host, port, call),
            None => Ok(Channel::Plain(Socket::new(dial(host, port, call)?, call))),
        }
    }
}
