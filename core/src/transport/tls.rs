//! TLS over rustls: which authorities are trusted, the handshake, and errors in plain words.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};

use super::channel::{Channel, Secured};
use crate::config::Setup;
use crate::error::{Error, ErrorKind};

/// Whom to trust: a file of the caller's, else the system's roots (and `SSL_CERT_FILE`),
/// else the roots that come with this library. There is no switch that turns it off.
pub(crate) struct Trust {
    setup: Setup,
    roots: Option<RootCertStore>,
    config: OnceLock<Result<Arc<ClientConfig>, Error>>,
}

impl Trust {
    /// Reads `ca_file` at once, so that a bad one is told when the client is made. The
    /// system's roots take milliseconds and wait for the first connection that needs them.
    pub fn new(setup: &Setup) -> Result<Self, Error> {
        Ok(Trust {
            roots: setup.ca_file.as_deref().map(read_roots).transpose()?,
            setup: setup.clone(),
            config: OnceLock::new(),
        })
    }

    /// The same trust with nothing that another process shares.
    pub fn renewed(&self) -> Self {
        Trust {
            setup: self.setup.clone(),
            roots: self.roots.clone(),
            config: OnceLock::new(),
        }
    }

    /// Shakes hands on `socket`; nothing of the request goes out before it succeeded.
    pub fn handshake(&self, host: &str, mut below: Channel) -> Result<Box<Secured>, Error> {
        let config = self.config.get_or_init(|| self.build()).clone()?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare.to_owned())
            .map_err(|_| tls(host, "its name cannot stand in a certificate"))?;
        let mut session =
            ClientConnection::new(config, name).map_err(|error| tls(host, &error.to_string()))?;
        while session.is_handshaking() {
            if let Err(error) = session.complete_io(&mut below) {
                return Err(match error.get_ref() {
                    Some(inner) if inner.is::<Error>() => inner
                        .downcast_ref::<Error>()
                        .cloned()
                        .unwrap_or_else(|| tls(host, "")),
                    Some(inner) if inner.is::<rustls::Error>() => {
                        explain(host, inner.downcast_ref::<rustls::Error>())
                    }
                    _ => Error::new(
                        ErrorKind::Connection,
                        format!("the connection to {host} ended during the TLS handshake: {error}"),
                    )
                    .with_retryable(true),
                });
            }
        }
        Ok(Box::new(Secured { session, below }))
    }

    fn build(&self) -> Result<Arc<ClientConfig>, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::new(ErrorKind::Tls, error.to_string()))?;
        let config = match &self.roots {
            Some(roots) => builder
                .with_root_certificates(roots.clone())
                .with_no_client_auth(),
            None => match system_verifier(provider) {
                Some(verifier) => builder
                    .dangerous() // The platform's own verifier, not a weaker one.
                    .with_custom_certificate_verifier(verifier)
                    .with_no_client_auth(),
                None => builder
                    .with_root_certificates(RootCertStore {
                        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                    })
                    .with_no_client_auth(),
            },
        };
        Ok(Arc::new(config))
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({:?})", self.setup.ca_file)
    }
}

/// `None` where the system has no roots, as in a bare container.
fn system_verifier(
    provider: Arc<CryptoProvider>,
) -> Option<Arc<rustls_platform_verifier::Verifier>> {
    rustls_platform_verifier::Verifier::new(provider)
        .ok()
        .map(Arc::new)
}

fn read_roots(path: &Path) -> Result<RootCertStore, Error> {
    let config = |what: String| {
        Error::new(
            ErrorKind::Config,
            format!(
                "the ca_file {} {what}. Give a PEM file of certificates",
                path.display()
            ),
        )
    };
    let bytes = std::fs::read(path).map_err(|error| config(format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|error| config(format!("is not PEM: {error}")))?;
        roots
            .add(certificate)
            .map_err(|error| config(format!("has a certificate that cannot be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(config("holds no certificate".to_owned()));
    }
    Ok(roots)
}

fn explain(host: &str, error: Option<&rustls::Error>) -> Error {
    let Some(error) = error else {
        return tls(host, "the handshake failed");
    };
    match error {
        rustls::Error::InvalidCertificate(reason) => {
            let advice = match reason {
                CertificateError::UnknownIssuer => {
                    "Its issuer is not trusted here: give the authority's certificate with ca_file \
                     or SSL_CERT_FILE if it is your own"
                }
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    "It has expired, or this machine's clock is wrong"
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => {
                    "It belongs to another host: is the base URL right?"
                }
                CertificateError::Other(_)
                    if format!("{reason:?}").contains("CaUsedAsEndEntity") =>
                {
                    return tls(
                        host,
                        "the certificate is an authority's own, which cannot stand for a server. \
                         Make the server's with basicConstraints=CA:FALSE",
                    );
                }
                _ => "It cannot be trusted",
            };
            tls(
                host,
                &format!("the certificate was refused ({reason}). {advice}"),
            )
        }
        rustls::Error::InvalidMessage(_) => tls(
            host,
            &format!("the answer is not TLS ({error}). Does this port speak plain http?"),
        ),
        _ => tls(host, &error.to_string()),
    }
}

fn tls(host: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::Tls,
        format!("no trusted TLS connection to {host}: {what}"),
    )
}
