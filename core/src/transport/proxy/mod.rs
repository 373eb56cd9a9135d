//! The way through a proxy: its connection, and the tunnel to the host.

mod http;
mod socks;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::call::{Call, Step, seconds};
use super::channel::Channel;
use super::dial::{dial, look_up};
use super::fault;
use super::socket::Socket;
use super::tls::Trust;
use crate::config::{Proxy, ProxyScheme, authority};
use crate::error::{Error, ErrorKind};
use crate::redact::{Secrets, escaped};

// The steps to a proxy, in the words of an error.
const LOOK_UP: &str = "looking up its name";
const CONNECTION: &str = "connecting to it";
const HANDSHAKE: &str = "the TLS handshake with it";

/// A channel through the proxy that ends at `host`; all of it within the call's connect limit.
///
/// # Errors
/// `proxy` where the proxy is at fault, `connection` where the host's name cannot be looked
/// up here, and the call's own `cancelled` and `timeout`.
pub(super) fn reach(
    proxy: &Proxy,
    trust: &Trust,
    host: &str,
    port: u16,
    call: &Arc<Call>,
) -> Result<Channel, Error> {
    let hop = Hop::new(proxy, call);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match proxy.scheme {
        ProxyScheme::Http | ProxyScheme::Https => {
            let mut channel = hop.connect(trust)?;
            call.steps(Step::Tunnelling);
            http::tunnel(&hop, &mut channel, &authority(host, port))?;
            Ok(channel)
        }
        ProxyScheme::Socks5 | ProxyScheme::Socks5h => {
            let ends = ends(proxy.scheme, host, port, call)?;
            socks::open(&hop, trust, ends, port)
        }
    }
}

/// The addresses of the proxy itself, for a report.
pub(super) fn addresses(proxy: &Proxy, call: &Arc<Call>) -> Result<Vec<SocketAddr>, Error> {
    let hop = Hop::new(proxy, call);
    look_up(&proxy.host, proxy.port, call).map_err(|error| hop.unreached(error, LOOK_UP))
}

/// Where a SOCKS proxy is asked to connect to, in the order in which that is tried.
fn ends(scheme: ProxyScheme, host: &str, port: u16, call: &Call) -> Result<Vec<socks::End>, Error> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![socks::End::Address(address)]);
    }
    if scheme == ProxyScheme::Socks5h {
        return Ok(vec![socks::End::Name(host.to_owned())]);
    }
    let found = look_up(host, port, call)?;
    Ok(found
        .into_iter()
        .map(|at| socks::End::Address(at.ip()))
        .collect())
}

/// One passage through a proxy: what is needed to make it and to tell how it failed.
struct Hop<'a> {
    proxy: &'a Proxy,
    call: &'a Arc<Call>,
}

impl<'a> Hop<'a> {
    fn new(proxy: &'a Proxy, call: &'a Arc<Call>) -> Self {
        Hop { proxy, call }
    }

    /// A channel to the proxy, with TLS where it is spoken to in it.
    fn connect(&self, trust: &Trust) -> Result<Channel, Error> {
        let Proxy { host, port, .. } = self.proxy;
        let stream =
            dial(host, *port, self.call).map_err(|error| self.unreached(error, CONNECTION))?;
        let channel = Channel::Plain(Socket::new(stream, self.call));
        match self.proxy.scheme {
            ProxyScheme::Https => trust
                .handshake(host, channel)
                .map(Channel::Tls)
                .map_err(|error| self.unreached(error, HANDSHAKE)),
            _ => Ok(channel),
        }
    }

    /// The error of the way to the proxy, which is told in its own words.
    fn unreached(&self, error: Error, step: &str) -> Error {
        match error.kind() {
            ErrorKind::Timeout => self.too_late(error, step),
            ErrorKind::Connection | ErrorKind::Tls => {
                let why = error
                    .message()
                    .replace("the base URL", "the proxy's address");
                self.fails(&format!("cannot be reached: {why}"))
                    .with_retryable(error.retryable())
            }
            _ => error,
        }
    }

    /// The error of a read or write at this step.
    fn broken(&self, error: io::Error, step: &str) -> Error {
        let text = error.to_string();
        let error = fault::from_io(error);
        match error.kind() {
            ErrorKind::Timeout => self.too_late(error, step),
            ErrorKind::Connection => self
                .fails(&format!(
                    "closed the connection at this step: {step} ({text})"
                ))
                .with_retryable(true),
            ErrorKind::Tls => self.fails(&format!("broke off at this step: {step} ({text})")),
            _ => error,
        }
    }

    /// The end of the connect limit; that of the call's total stays what it is.
    fn too_late(&self, error: Error, step: &str) -> Error {
        let total_is_over = self.call.left().is_some_and(|left| left.is_zero());
        let Some(limit) = self.call.connect_timeout().filter(|_| !total_is_over) else {
            return error;
        };
        self.fails(&format!(
            "did not open the way within {} ({name}); the step that did not end: {step}. It may be \
             down or overloaded; raise {name} for a slow one",
            seconds(limit),
            name = self.call.connect_option()
        ))
        .with_retryable(true)
    }

    /// Something that the proxy is or does, for which it can be told.
    fn fails(&self, what: &str) -> Error {
        let (at, source) = (self.proxy.at(), &self.proxy.source);
        Error::new(
            ErrorKind::Proxy,
            format!("the proxy {at} (from {source}) {what}"),
        )
    }

    /// Words of the proxy's that can stand in a message: redacted before they are cut.
    fn words(&self, text: &str, most: usize) -> String {
        let own = Secrets::default();
        if let Some(credentials) = &self.proxy.credentials {
            for secret in credentials.secrets() {
                own.add(&secret);
            }
            own.add(&credentials.user);
        }
        let text = own.clean(text.trim());
        escaped(&text).chars().take(most).collect()
    }
}
