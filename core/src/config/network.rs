//! How a client reaches the service: proxy, certificates, size limits of replies.

use std::path::PathBuf;

use neura_transport::ProxyScheme;
use zeroize::Zeroizing;

use super::proxy::{Proxy, ProxyChoice, ProxyOption, Target, proxy_secrets};
use super::roots::Roots;
use super::size::Sizes;
use super::{Environment, Options, config_error};
use crate::error::Error;
use crate::option_table;
use crate::url::BaseUrl;

/// The network's part of a client's options, as the caller gave it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network {
    proxy: ProxyOption,
    ca_file: Option<PathBuf>,
    client_cert: Option<PathBuf>,
    client_key: Option<PathBuf>,
    max_body_bytes: Option<i64>,
    max_event_bytes: Option<i64>,
    max_header_bytes: Option<i64>,
}

/// The settings of the transport.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// The proxy on the way to the base URL, if any.
    pub proxy: Option<Proxy>,
    pub roots: Roots,
    pub client_cert: Option<ClientCert>,
    pub sizes: Sizes,
}

/// The certificate that the client shows to a server that asks for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientCert {
    /// The certificate, followed by those of its issuers.
    pub certificate: PathBuf,
    /// May be the same file.
    pub key: PathBuf,
}

impl Options {
    /// See [`ClientBuilder::proxy`](crate::ClientBuilder::proxy).
    pub fn set_proxy(&mut self, url: impl Into<String>) {
        self.network.proxy = ProxyOption::given(url.into());
    }

    /// See [`ClientBuilder::ca_file`](crate::ClientBuilder::ca_file).
    pub fn set_ca_file(&mut self, path: impl Into<PathBuf>) {
        self.network.ca_file = Some(path.into());
    }

    /// See [`ClientBuilder::client_cert`](crate::ClientBuilder::client_cert).
    pub fn set_client_cert(&mut self, path: impl Into<PathBuf>) {
        self.network.client_cert = Some(path.into());
    }

    /// See [`ClientBuilder::client_key`](crate::ClientBuilder::client_key).
    pub fn set_client_key(&mut self, path: impl Into<PathBuf>) {
        self.network.client_key = Some(path.into());
    }

    /// See [`ClientBuilder::max_body_bytes`](crate::ClientBuilder::max_body_bytes).
    pub fn set_max_body_bytes(&mut self, bytes: usize) {
        self.give_max_body_bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_body_bytes(&mut self, bytes: i64) {
        self.network.max_body_bytes = Some(bytes);
    }

    /// See [`ClientBuilder::max_event_bytes`](crate::ClientBuilder::max_event_bytes).
    pub fn set_max_event_bytes(&mut self, bytes: usize) {
        self.give_max_event_bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_event_bytes(&mut self, bytes: i64) {
        self.network.max_event_bytes = Some(bytes);
    }

    /// See [`ClientBuilder::max_header_bytes`](crate::ClientBuilder::max_header_bytes).
    pub fn set_max_header_bytes(&mut self, bytes: usize) {
        self.give_max_header_bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_header_bytes(&mut self, bytes: i64) {
        self.network.max_header_bytes = Some(bytes);
    }

    /// The proxy for this base URL, or why no proxy is used. Reads the environment now.
    pub(crate) fn proxy_choice(&self, url: &BaseUrl) -> Result<ProxyChoice, Error> {
        let (secure, host, port) = url.endpoint();
        let target = Target { secure, host, port };
        self.network.proxy.choose(&target, &self.environment)
    }

    /// The settings for a client of this base URL. Reads the environment now.
    pub(crate) fn setup(&self, url: &BaseUrl) -> Result<Setup, Error> {
        let given = &self.network;
        let proxy = self.proxy_choice(url)?.proxy();
        let (secure, ..) = url.endpoint();
        let through_tls = proxy
            .as_ref()
            .is_some_and(|proxy| proxy.scheme == ProxyScheme::Https);
        Ok(Setup {
            proxy,
            roots: Roots::of(
                given.ca_file.as_deref(),
                &self.environment,
                secure || through_tls,
            )?,
            client_cert: given.client_cert(&self.environment)?,
            sizes: Sizes::of(
                given.max_body_bytes,
                given.max_event_bytes,
                given.max_header_bytes,
            )?,
        })
    }
}

impl Setup {
    /// The secrets, which no text may show.
    pub fn secrets(&self) -> impl Iterator<Item = Zeroizing<String>> {
        let credentials = self.proxy.as_ref().and_then(|p| p.credentials.as_ref());
        credentials.into_iter().flat_map(proxy_secrets)
    }
}

impl Network {
    fn client_cert(&self, environment: &Environment) -> Result<Option<ClientCert>, Error> {
        match (&self.client_cert, &self.client_key) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(config_error(format!(
                "{} was given without {}: a key is of no use without its certificate",
                option_table::CLIENT_KEY,
                option_table::CLIENT_CERT
            ))),
            (Some(certificate), key) => Ok(Some(ClientCert {
                key: environment.located(key.as_ref().unwrap_or(certificate).clone()),
                certificate: environment.located(certificate.clone()),
            })),
        }
    }
}
