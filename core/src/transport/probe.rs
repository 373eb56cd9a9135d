//! The steps to a connection one at a time, for a report on each.

use std::net::SocketAddr;
use std::sync::Arc;

use super::call::Call;
use super::certificate::Certificate;
use super::channel::Channel;
use super::dial;
use super::proxy;
use super::route::Route;
use super::tls::Trust;
use crate::config::{Proxy, Setup};
use crate::error::{Error, ErrorKind};
use crate::redact::quoted;

/// The addresses of `host`.
pub(crate) fn look_up(host: &str, port: u16, call: &Arc<Call>) -> Result<Vec<SocketAddr>, Error> {
    dial::look_up(host, port, call)
}

/// The addresses of the proxy on the way.
pub(crate) fn look_up_proxy(proxy: &Proxy, call: &Arc<Call>) -> Result<Vec<SocketAddr>, Error> {
    proxy::addresses(proxy, call)
}

/// A connection as a request would use it, through the proxy if there is one.
pub(crate) fn connect(
    setup: &Setup,
    host: &str,
    port: u16,
    call: &Arc<Call>,
) -> Result<Opened, Error> {
    let route = Route {
        trust: Arc::new(Trust::new(setup)?),
        proxy: setup.proxy.clone(),
    };
    let channel = route.reach(host, port, call)?;
    Ok(Opened { route, channel })
}

/// A way to the host that ends there.
pub(crate) struct Opened {
    route: Route,
    channel: Channel,
}

impl Opened {
    /// Shakes hands, and tells of the certificate that was trusted.
    pub fn handshake(self, host: &str) -> Result<Certificate, Error> {
        let secured = self.route.trust.handshake(host, self.channel)?;
        let session = &secured.session;
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        certificate
            .and_then(|der| Certificate::read(der, session.protocol_version()))
            .ok_or_else(|| {
                let message = format!("the certificate of {} cannot be read", quoted(host));
                Error::new(ErrorKind::Tls, message)
            })
    }
}
