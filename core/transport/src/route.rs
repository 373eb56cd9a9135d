//! The route to the endpoint: direct or through a proxy, with or without TLS.

use std::sync::Arc;

use crate::call_control::CallControl;
use crate::dial::dial;
use crate::failure::Failure;
use crate::progress::Phase;
use crate::proxy::{self, ProxyRoute};
use crate::settings::{Endpoint, ProxyScheme, Settings};
use crate::socket::Socket;
use crate::tls::Channel;
use crate::tls::TlsConnector;

/// Opens the channels of one client.
#[derive(Debug)]
pub(crate) struct Route {
    tls: TlsConnector,
    proxy: Option<Arc<ProxyRoute>>,
}

impl Route {
    pub fn new(settings: Settings) -> Self {
        let proxy_has_tls = settings
            .proxy
            .as_ref()
            .is_some_and(|proxy| proxy.scheme == ProxyScheme::Https);
        let user_agent = settings.user_agent;
        let of_proxy = |proxy| Arc::new(ProxyRoute { proxy, user_agent });
        Route {
            tls: TlsConnector::new(settings.tls, proxy_has_tls),
            proxy: settings.proxy.map(of_proxy),
        }
    }

    /// A channel to the endpoint, ready for a request, within the call's connect limit.
    pub fn open(&self, endpoint: &Endpoint, call: &Arc<CallControl>) -> Result<Channel, Failure> {
        let Endpoint { host, port, .. } = endpoint;
        let channel = self.reach(host, *port, call)?;
        if !endpoint.secure {
            return Ok(channel);
        }
        call.enter(Phase::Handshake);
        self.tls.handshake(host, channel).map(Channel::Tls)
    }

    /// The same route for another process. TLS sessions belong to the parent process.
    pub fn renewed(&self) -> Self {
        Route {
            tls: self.tls.renewed(),
            proxy: self.proxy.clone(),
        }
    }

    /// A channel to this host, without TLS.
    pub fn reach(
        &self,
        host: &str,
        port: u16,
        call: &Arc<CallControl>,
    ) -> Result<Channel, Failure> {
        match &self.proxy {
            Some(proxy) => proxy::reach(proxy, &self.tls, host, port, call),
            None => Ok(Channel::Plain(Socket::new(dial(host, port, call)?, call))),
        }
    }

    pub fn tls(&self) -> &TlsConnector {
        &self.tls
    }
}
