//! The steps to a connection one at a time, for a report on each.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::call_control::CallControl;
use crate::certificate::PeerCertificate;
use crate::dial;
use crate::failure::{Cause, Failure, TlsFailure, TlsProblem};
use crate::proxy;
use crate::route::Route;
use crate::settings::{Proxy, Settings};
use crate::tls::Channel;

/// The addresses of `host`.
///
/// # Errors
/// The look-up failed, or the call is over.
pub fn look_up(host: &str, port: u16, call: &Arc<CallControl>) -> Result<Vec<SocketAddr>, Failure> {
    dial::look_up(host, port, call)
}

/// The addresses of the proxy.
///
/// # Errors
/// The look-up failed, or the call is over.
pub fn look_up_proxy(proxy: &Proxy, call: &Arc<CallControl>) -> Result<Vec<SocketAddr>, Failure> {
    proxy::addresses(proxy, call)
}

/// Connects to the endpoint as a request would, through the proxy if there is one, but without
/// TLS.
///
/// # Errors
/// There is no connection, or the call is over.
pub fn connect(settings: Settings, call: &Arc<CallControl>) -> Result<Connected, Failure> {
    let endpoint = settings.endpoint.clone();
    let route = Route::new(settings);
    let channel = route.reach(&endpoint.host, endpoint.port, call)?;
    Ok(Connected {
        route,
        host: endpoint.host,
        channel,
    })
}

/// A connection to the endpoint.
pub struct Connected {
    route: Route,
    host: String,
    channel: Channel,
}

impl Connected {
    /// Does the TLS handshake; returns the certificate of the server, which is trusted.
    ///
    /// # Errors
    /// TLS failed.
    pub fn handshake(self) -> Result<PeerCertificate, Failure> {
        let stream = self.route.tls().handshake(&self.host, self.channel)?;
        stream.peer_certificate().ok_or_else(|| {
            Failure::new(Cause::Tls(TlsFailure {
                host: self.host,
                in_use: false,
                roots: None,
                problem: TlsProblem::UnreadableCertificate,
                source: None,
            }))
        })
    }
}
