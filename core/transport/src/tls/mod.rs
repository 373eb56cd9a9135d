//! TLS with rustls: the handshake, the session, and what goes wrong with both.

mod channel;
mod delegation;
mod diagnosis;
mod identity;
mod pinned_verifier;
mod recording_verifier;
mod roots;
mod settings;
mod stream;

use std::fmt;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

pub(crate) use self::channel::Channel;
use self::diagnosis::Peer;
use self::identity::ClientCertResolver;
pub use self::identity::{ClientIdentity, IdentityError};
use self::recording_verifier::{HandshakeRecord, RecordingVerifier};
pub use self::roots::CaCertificates;
use self::roots::{LoadError, Trusted};
pub use self::settings::{Roots, TlsSettings};
use self::stream::TlsStream;
use crate::failure::{ConnectionEnd, Failure, RootsInUse, TlsProblem, own};
use crate::host::without_brackets;

/// Does the handshakes of one client. All its connections share it, so that a later one resumes the
/// TLS session of an earlier one.
///
/// Every certificate is checked: there is no setting that turns this off.
pub(crate) struct TlsConnector {
    settings: TlsSettings,
    /// The connection to the proxy uses TLS too.
    proxy_has_tls: bool,
    provider: Arc<CryptoProvider>,
    configs: OnceCell<Configs>,
}

/// Made for the first handshake. rustls keeps 256 sessions in each configuration.
struct Configs {
    service: Arc<ClientConfig>,
    /// Without the client certificate, which is not for a proxy.
    proxy: Arc<ClientConfig>,
    roots: RootsInUse,
}

impl TlsConnector {
    pub fn new(settings: TlsSettings, proxy_has_tls: bool) -> Self {
        TlsConnector {
            settings,
            proxy_has_tls,
            provider: Arc::new(rustls::crypto::ring::default_provider()),
            configs: OnceCell::new(),
        }
    }

    /// The same connector for another process, without the TLS sessions of this one.
    pub fn renewed(&self) -> Self {
        TlsConnector {
            settings: self.settings.clone(),
            proxy_has_tls: self.proxy_has_tls,
            provider: Arc::clone(&self.provider),
            configs: OnceCell::new(),
        }
    }

    /// Does a handshake over `below`. No byte of a request is sent before it succeeded.
    ///
    /// # Errors
    /// The certificate or anything else was refused, the connection ended, or the call is over.
    pub fn handshake(&self, host: &str, mut below: Channel) -> Result<Box<TlsStream>, Failure> {
        let load = || self.configs();
        let configs = self
            .configs
            .get_or_try_init(load)
            .map_err(|error| match error {
                LoadError::Failure(failure) => failure,
                LoadError::Rustls(why) => {
                    diagnosis::failure(host.to_owned(), None, TlsProblem::Setup(why), None)
                }
            })?;
        // Every target is tunnelled, so TLS directly over a socket is TLS with the proxy.
        let is_proxy = self.proxy_has_tls && matches!(below, Channel::Plain(_));
        let config = if is_proxy {
            &configs.proxy
        } else {
            &configs.service
        };
        let has_identity = !is_proxy && self.settings.identity.is_some();
        let mut session = start(host, config)?;
        // An abandoned handshake may have left a record on this thread.
        drop(HandshakeRecord::take());
        let done = loop {
            if !session.is_handshaking() {
                break Ok(());
            }
            if let Err(error) = session.complete_io(&mut below) {
                break Err(error);
            }
        };
        let record = HandshakeRecord::take();
        let peer = Peer {
            host: host.to_owned(),
            certificate_wanted: record.certificate_wanted && !has_identity,
            certificate_sent: record.certificate_wanted && has_identity,
        };
        let Err(error) = done else {
            return Ok(Box::new(TlsStream::new(session, below, peer)));
        };
        let of_tls = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(error) = of_tls {
            return Err(diagnosis::handshake_failure(
                peer,
                error,
                &record,
                configs.roots,
            ));
        }
        Err(match own(&error) {
            Some(failure) => failure.clone(),
            None => Failure::ended(ConnectionEnd::Handshake(peer.host, error.into())),
        })
    }

    fn configs(&self) -> Result<Configs, LoadError> {
        let trusted = Trusted::load(&self.settings, &self.provider)?;
        let verifier = Arc::new(RecordingVerifier(trusted.verifier));
        let config = |identity: Option<ClientIdentity>| {
            let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
                .with_safe_default_protocol_versions()
                .map_err(|error| LoadError::Rustls(error.to_string()))?;
            let config = builder
                .dangerous() // The verifier does all checks of webpki or of the system.
                .with_custom_certificate_verifier(verifier.clone())
                .with_client_cert_resolver(Arc::new(ClientCertResolver(identity)));
            Ok(Arc::new(config))
        };
        Ok(Configs {
            service: config(self.settings.identity.clone())?,
            proxy: config(None)?,
            roots: trusted.roots,
        })
    }
}

fn start(host: &str, config: &Arc<ClientConfig>) -> Result<ClientConnection, Failure> {
    let bare = without_brackets(host);
    let refused = |problem| diagnosis::failure(host.to_owned(), None, problem, None);
    let name =
        ServerName::try_from(bare.to_owned()).map_err(|_| refused(TlsProblem::UnusableName))?;
    ClientConnection::new(Arc::clone(config), name)
        .map_err(|error| refused(TlsProblem::Setup(error.to_string())))
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConnector")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
