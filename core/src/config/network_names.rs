//! The settings of the transport, with all files read, and the names that messages about them use.

use neura_transport::{
    CaCertificates, Endpoint, Proxy as PlainProxy, Roots as PlainRoots, RootsInUse, Settings,
    TlsSettings,
};

use super::{Base, CaFile, Proxy, Setup, config_error, pem};
use crate::error::Error;
use crate::url::BaseUrl;

/// Where the proxy and the authorities of a client come from, for messages.
#[derive(Clone, Debug, Default)]
pub(crate) struct NetworkNames {
    pub proxy: Option<Proxy>,
    /// `in the ca_file ...`, if the authorities come from a file.
    given: Option<String>,
    /// The same of the file with the additional ones.
    extra: Option<String>,
}

impl NetworkNames {
    /// Those of a client that has not read its files.
    pub fn of_proxy(proxy: Option<&Proxy>) -> Self {
        NetworkNames {
            proxy: proxy.cloned(),
            ..NetworkNames::default()
        }
    }

    /// Where an authority must be to be trusted: `in the ca_file ...`.
    pub fn trusted(&self, roots: RootsInUse) -> String {
        let place = match (roots, &self.given) {
            (RootsInUse::Given, Some(given)) => given,
            (RootsInUse::Bundled, _) => {
                "among the authorities that come with this library (the system has none)"
            }
            _ => "among the system's authorities",
        };
        match &self.extra {
            Some(extra) => format!("{place} or {extra}"),
            None => place.to_owned(),
        }
    }
}

impl Setup {
    /// Reads the files now, so that a bad one is an error of making the client. The system's
    /// authorities take milliseconds to read: the first connection that needs them reads them.
    ///
    /// # Errors
    /// `config`, naming the file.
    pub fn prepare(self, url: &BaseUrl) -> Result<(Settings, NetworkNames), Error> {
        let (roots, given) = match self.roots.base {
            Base::File(file) => {
                let (certificates, place) = file.read()?;
                (PlainRoots::Given(certificates), Some(place))
            }
            Base::System { file, folders } => (PlainRoots::System { file, folders }, None),
        };
        let (extra_roots, extra) = match self.roots.also.as_ref().map(CaFile::read).transpose()? {
            Some((certificates, place)) => (Some(certificates), Some(place)),
            None => (None, None),
        };
        let identity = self.client_cert.map(|files| files.read()).transpose()?;
        let (secure, host, port) = url.endpoint();
        let settings = Settings {
            endpoint: Endpoint {
                secure,
                host: host.to_owned(),
                port,
                authority: url.authority().to_owned(),
            },
            proxy: self.proxy.as_ref().map(Proxy::plain),
            tls: TlsSettings {
                roots,
                extra_roots,
                identity,
            },
            max_head_bytes: self.sizes.header,
            user_agent: format!("neura-ai/{}", crate::VERSION),
        };
        let names = NetworkNames {
            proxy: self.proxy,
            given,
            extra,
        };
        Ok((settings, names))
    }
}

impl Proxy {
    /// Without its source.
    pub fn plain(&self) -> PlainProxy {
        PlainProxy {
            scheme: self.scheme,
            host: self.host.clone(),
            port: self.port,
            credentials: self.credentials.clone(),
        }
    }
}

impl CaFile {
    /// Reads the certificates, and says where they are: `in the ca_file ...`.
    ///
    /// # Errors
    /// `config` if the file is missing or damaged, or holds no certificate that can be used.
    fn read(&self) -> Result<(CaCertificates, String), Error> {
        let certificates = pem::certificates(self.to_string(), &self.path)?;
        let (certificates, unusable) = CaCertificates::parse(certificates);
        // A bundle of many authorities often has an unusable one. The others count, but a message
        // about a missing authority must mention it.
        let note = match unusable {
            0 => String::new(),
            _ if certificates.is_empty() => {
                let what = "is damaged: no certificate in it can be read. Replace it";
                return Err(config_error(format!("{self} {what}")));
            }
            1 => " (where one certificate cannot be read)".to_owned(),
            many => format!(" (where {many} certificates cannot be read)"),
        };
        Ok((certificates, format!("in {self}{note}")))
    }
}
