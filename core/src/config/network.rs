//! How a client reaches the service: proxy, certificates, size limits of replies.

use std::path::PathBuf;

use neura_transport::ProxyScheme;
use zeroize::Zeroizing;

use super::proxy::{Proxy, ProxyChoice, ProxyOption, Target, proxy_secrets};
use super::roots::Roots;
use super::size::Sizes;
use super::{Options, config_error};
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
    /// The proxy on the way to the service: `http://`, `https://`, `socks5://` (the service's name
    /// is looked up here) or `socks5h://` (by the proxy), with `user:password@`, percent-encoded,
    /// if it requires them. A host without a scheme is `http`. The default port is 443 for `https`
    /// and 1080 for the others, as in curl. An empty text means no proxy, and the environment is
    /// ignored. Every request goes through a tunnel, even to an http base URL, so the proxy never
    /// sees the API key of an https one. A proxy given here is used for any host, and `no_proxy` is
    /// ignored.
    ///
    /// Default: the proxy of the environment when the client is made, by curl's rules. For https it
    /// is the first that is set of `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`; for http
    /// of `http_proxy` (only in lower case), `all_proxy`, `ALL_PROXY`. `no_proxy`, else `NO_PROXY`,
    /// lists hosts that are reached directly: `*`, names with their subdomains, addresses, and
    /// networks such as `10.0.0.0/8`. A name or address with a port exempts only that port. A
    /// loopback host never uses a proxy of the environment. A value that cannot be used is
    /// `config`.
    pub fn set_proxy(&mut self, url: impl Into<String>) {
        self.network.proxy = ProxyOption::given(url.into());
    }

    /// A PEM file with the certificates of the authorities to trust, or a folder of such files. No
    /// other authorities are trusted then. It is read when the client is made. A server's own
    /// certificate in it is trusted too; its names and dates are checked.
    ///
    /// Default: the file or folder in `SSL_CERT_FILE`, else in the variable that the tools of the
    /// caller's language read (in Python
    /// `REQUESTS_CA_BUNDLE`, then `CURL_CA_BUNDLE`; in C `CURL_CA_BUNDLE`), else the system's
    /// authorities (where they are files, those in the folders of `SSL_CERT_DIR` if it is
    /// set), else those that come with this library. In Node the authorities of
    /// `NODE_EXTRA_CA_CERTS` are trusted as well. The check cannot be switched off.
    pub fn set_ca_file(&mut self, path: impl Into<PathBuf>) {
        self.network.ca_file = Some(path.into());
    }

    /// A PEM file with the client's certificate for a server that asks for one, followed by those
    /// of its issuers. The key is in the same file unless [`set_client_key`](Self::set_client_key)
    /// names another. Both are read when the client is made. They are used only for the service,
    /// never for a proxy.
    pub fn set_client_cert(&mut self, path: impl Into<PathBuf>) {
        self.network.client_cert = Some(path.into());
    }

    /// A PEM file with the key of the client's certificate, unencrypted: PKCS #8, PKCS #1 or SEC 1.
    pub fn set_client_key(&mut self, path: impl Into<PathBuf>) {
        self.network.client_key = Some(path.into());
    }

    /// The limit of a body in bytes, after decompression. A longer one is `body_too_large`, 0 is
    /// `config`. Default: 256 MiB.
    pub fn set_max_body_bytes(&mut self, bytes: usize) {
        self.give_max_body_bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_body_bytes(&mut self, bytes: i64) {
        self.network.max_body_bytes = Some(bytes);
    }

    /// The limit of one event of a stream in bytes. A longer one is `body_too_large`, 0 is `config`.
    /// Default: 64 MiB.
    pub fn set_max_event_bytes(&mut self, bytes: usize) {
        self.give_max_event_bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    #[doc(hidden)]
    pub fn give_max_event_bytes(&mut self, bytes: i64) {
        self.network.max_event_bytes = Some(bytes);
    }

    /// The limit of a reply's head in bytes. A longer one is `protocol`, 0 is `config`. Default:
    /// 64 KiB.
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
            client_cert: given.client_cert()?,
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
    fn client_cert(&self) -> Result<Option<ClientCert>, Error> {
        match (&self.client_cert, &self.client_key) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(config_error(format!(
                "{} was given without {}: a key is of no use without its certificate",
                option_table::CLIENT_KEY,
                option_table::CLIENT_CERT
            ))),
            (Some(certificate), key) => Ok(Some(ClientCert {
                key: key.as_ref().unwrap_or(certificate).clone(),
                certificate: certificate.clone(),
            })),
        }
    }
}
