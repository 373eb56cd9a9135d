//! The way through a proxy: the connection to it, and the tunnel to the target.

mod http;
mod socks;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::call_control::CallControl;
use crate::dial::{dial, look_up};
use crate::failure::{Cause, Failure, Limit, ProxyCause, ProxyFailure, ProxyStep, from_io};
use crate::host::{authority, without_brackets};
use crate::progress::Phase;
use crate::settings::{Proxy, ProxyScheme};
use crate::socket::Socket;
use crate::tls::Channel;
use crate::tls::TlsConnector;

/// A proxy, and what the requests to it say.
#[derive(Debug)]
pub(crate) struct ProxyRoute {
    pub proxy: Proxy,
    /// The value of `User-Agent` in `CONNECT`.
    pub user_agent: String,
}

/// A channel through the proxy to `host`, within the call's connect limit.
///
/// # Errors
/// The proxy failed, the name of the target cannot be looked up here, or the call is over.
pub(crate) fn reach(
    route: &ProxyRoute,
    tls: &TlsConnector,
    host: &str,
    port: u16,
    call: &Arc<CallControl>,
) -> Result<Channel, Failure> {
    let proxy = &route.proxy;
    let connector = ProxyConnector { proxy, call };
    let host = without_brackets(host);
    match proxy.scheme {
        ProxyScheme::Http | ProxyScheme::Https => {
            let mut channel = connector.connect(tls)?;
            call.enter(Phase::Tunnel);
            let target = authority(host, port);
            http::open_tunnel(&connector, &mut channel, &target, &route.user_agent)?;
            Ok(channel)
        }
        ProxyScheme::Socks5 | ProxyScheme::Socks5h => {
            let targets = targets(proxy.scheme, host, port, call)?;
            socks::open_tunnel(&connector, tls, targets, port)
        }
    }
}

/// The addresses of the proxy.
pub(crate) fn addresses(
    proxy: &Proxy,
    call: &Arc<CallControl>,
) -> Result<Vec<SocketAddr>, Failure> {
    let connector = ProxyConnector { proxy, call };
    look_up(&proxy.host, proxy.port, call)
        .map_err(|failure| connector.unreachable(failure, ProxyStep::LookUp))
}

/// What a SOCKS proxy is asked to connect to: these in order.
fn targets(
    scheme: ProxyScheme,
    host: &str,
    port: u16,
    call: &CallControl,
) -> Result<Vec<socks::Target>, Failure> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![socks::Target::Address(address)]);
    }
    if scheme == ProxyScheme::Socks5h {
        return Ok(vec![socks::Target::Name(host.to_owned())]);
    }
    let found = look_up(host, port, call)?;
    let target = |at: SocketAddr| socks::Target::Address(at.ip());
    Ok(found.into_iter().map(target).collect())
}

/// Connects to a proxy for one call.
struct ProxyConnector<'a> {
    proxy: &'a Proxy,
    call: &'a Arc<CallControl>,
}

impl ProxyConnector<'_> {
    /// A channel to the proxy, over TLS if its scheme is `https`.
    fn connect(&self, tls: &TlsConnector) -> Result<Channel, Failure> {
        let Proxy { host, port, .. } = self.proxy;
        let stream = dial(host, *port, self.call)
            .map_err(|failure| self.unreachable(failure, ProxyStep::Connect))?;
        let channel = Channel::Plain(Socket::new(stream, self.call));
        match self.proxy.scheme {
            ProxyScheme::Https => tls
                .handshake(host, channel)
                .map(Channel::Tls)
                .map_err(|failure| self.unreachable(failure, ProxyStep::Handshake)),
            _ => Ok(channel),
        }
    }

    /// The failure of a step before the proxy is connected.
    fn unreachable(&self, failure: Failure, step: ProxyStep) -> Failure {
        self.failure_at(step, failure, ProxyCause::Unreachable)
    }

    /// The failure of a read or write at this step.
    fn lost(&self, error: io::Error, step: ProxyStep) -> Failure {
        self.failure_at(step, from_io(error), ProxyCause::Lost)
    }

    /// Says of a connection's failure that it is the proxy's. The end of the call stays what it is.
    fn failure_at(
        &self,
        step: ProxyStep,
        failure: Failure,
        cause: impl FnOnce(Failure) -> ProxyCause,
    ) -> Failure {
        match failure.cause() {
            Cause::LimitPassed(..) => self.too_slow(failure, step),
            Cause::Connect(_)
            | Cause::ConnectionEnded { .. }
            | Cause::Tls(_)
            | Cause::SystemRoots(_) => failed(step, cause(failure)),
            _ => failure,
        }
    }

    /// The end of the connect limit. The end of the total limit stays what it is.
    fn too_slow(&self, failure: Failure, step: ProxyStep) -> Failure {
        match (failure.cause(), self.call.connect_timeout()) {
            (Cause::LimitPassed(Limit::Total(_), _), _) | (_, None) => failure,
            (_, Some(limit)) => failed(step, ProxyCause::TooSlow(limit)),
        }
    }
}

fn failed(step: ProxyStep, cause: ProxyCause) -> Failure {
    Cause::Proxy(ProxyFailure { step, cause }).into()
}
