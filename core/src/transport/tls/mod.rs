//! TLS over rustls: which authorities are trusted, the handshake, and errors in plain words.

mod another_check;
mod client_cert;
mod explain;
mod pem;
mod pinned;
mod roots;
mod secured;
mod seen;

use std::fmt;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, ClientConnection};

use self::client_cert::Shown;
use self::explain::Peer;
use self::roots::{Authorities, Given};
pub(crate) use self::secured::Secured;
use self::seen::{Noting, Seen};
use super::channel::Channel;
use super::fault;
use crate::config::{ProxyScheme, Roots, Setup};
use crate::error::{Error, ErrorKind};
use crate::redact::quoted;

/// Whom a client trusts, and what it shows of itself: one for each client, over all of its
/// connections, so that a later one resumes the session of an earlier one.
///
/// Whatever is set, every certificate is checked. There is no switch that turns it off.
pub(crate) struct Trust {
    roots: Roots,
    given: Arc<Given>,
    client_cert: Option<Arc<CertifiedKey>>,
    /// A proxy is spoken to over TLS before the service is.
    proxy_has_tls: bool,
    provider: Arc<CryptoProvider>,
    made: OnceCell<Made>,
}

/// What the first handshake makes for all. rustls keeps 256 sessions in each of them.
struct Made {
    service: Arc<ClientConfig>,
    /// The same without the client's certificate, which is none of a proxy's business.
    proxy: Arc<ClientConfig>,
    /// Where an authority stands that is trusted, in words.
    trusted: Arc<str>,
}

impl Trust {
    /// Reads the caller's files at once, so that a bad one is told when the client is made.
    /// The system's authorities take milliseconds and wait for the first connection that
    /// needs them.
    ///
    /// # Errors
    /// `config`, naming the file.
    pub fn new(setup: &Setup) -> Result<Self, Error> {
        let proxy = setup.proxy.as_ref();
        Ok(Trust {
            roots: setup.roots.clone(),
            given: Arc::new(Given::read(&setup.roots)?),
            client_cert: setup
                .client_cert
                .as_ref()
                .map(client_cert::read)
                .transpose()?,
            proxy_has_tls: proxy.is_some_and(|proxy| proxy.scheme == ProxyScheme::Https),
            provider: Arc::new(rustls::crypto::ring::default_provider()),
            made: OnceCell::new(),
        })
    }

    /// The same trust for another process, without the sessions of this one.
    pub fn renewed(&self) -> Self {
        Trust {
            roots: self.roots.clone(),
            given: Arc::clone(&self.given),
            client_cert: self.client_cert.clone(),
            proxy_has_tls: self.proxy_has_tls,
            provider: Arc::clone(&self.provider),
            made: OnceCell::new(),
        }
    }

    /// Shakes hands over `below`; nothing of the request goes out before it succeeded.
    ///
    /// # Errors
    /// `tls` where the certificate or anything else was refused; `connection` where the other
    /// side went away; `timeout` and `cancelled` as the call says.
    pub fn handshake(&self, host: &str, mut below: Channel) -> Result<Box<Secured>, Error> {
        let made = self.made.get_or_try_init(|| self.make())?;
        // Every target is tunnelled: what is spoken straight over a socket is the proxy.
        let is_proxy = self.proxy_has_tls && matches!(below, Channel::Plain(_));
        let config = if is_proxy { &made.proxy } else { &made.service };
        let shows = !is_proxy && self.client_cert.is_some();
        let mut session = start(host, config)?;
        // What an abandoned handshake left on this thread is not this one's.
        drop(Seen::take());
        let done = loop {
            if !session.is_handshaking() {
                break Ok(());
            }
            if let Err(error) = session.complete_io(&mut below) {
                break Err(error);
            }
        };
        let seen = Seen::take();
        let peer = Peer {
            host: quoted(host),
            asked_in_vain: seen.asked && !shows,
            has_ours: seen.asked && shows,
        };
        let Err(error) = done else {
            return Ok(Box::new(Secured::new(session, below, peer)));
        };
        let inner = error.get_ref();
        if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Err(explain::refused(&peer, error, &seen, &made.trusted));
        }
        if inner.is_some_and(|inner| inner.is::<Error>()) {
            return Err(fault::from_io(error));
        }
        let host = quoted(host);
        let message = format!("the connection to {host} ended during the TLS handshake: {error}");
        Err(Error::new(ErrorKind::Connection, message).with_retryable(true))
    }

    fn make(&self) -> Result<Made, Error> {
        let authorities = Authorities::load(&self.roots, &self.given, &self.provider)?;
        let check = Arc::new(Noting(authorities.check));
        let config = |shown: Option<Arc<CertifiedKey>>| {
            let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
                .with_safe_default_protocol_versions()
                .map_err(|error| Error::new(ErrorKind::Tls, error.to_string()))?;
            let config = builder
                .dangerous() // The checks of webpki or of the system, none left out.
                .with_custom_certificate_verifier(check.clone())
                .with_client_cert_resolver(Arc::new(Shown(shown)));
            Ok(Arc::new(config))
        };
        Ok(Made {
            service: config(self.client_cert.clone())?,
            proxy: config(None)?,
            trusted: authorities.place.into(),
        })
    }
}

fn start(host: &str, config: &Arc<ClientConfig>) -> Result<ClientConnection, Error> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let refused = |what: &str| {
        let message = format!("no trusted TLS connection to {}: {what}", quoted(host));
        Error::new(ErrorKind::Tls, message)
    };
    let name = ServerName::try_from(bare.to_owned())
        .map_err(|_| refused("such a name cannot stand in a certificate"))?;
    ClientConnection::new(Arc::clone(config), name).map_err(|error| refused(&error.to_string()))
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("roots", &self.roots)
            .field("client_cert", &self.client_cert.is_some())
            .finish_non_exhaustive()
    }
}
