//! Which proxy is used, by curl's rules. Pure, but for reading the environment.

use crate::error::Error;

/// The proxy as a caller gives it.
#[derive(Clone, Default)]
pub(crate) enum ProxyOption {
    /// What the environment says.
    #[default]
    Environment,
    /// None, whatever the environment says.
    Off,
    /// This one.
    Url(zeroize::Zeroizing<String>),
}

/// A proxy on the way to the service.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub scheme: ProxyScheme,
    pub host: String,
    pub port: u16,
    /// User and password, decoded.
    pub credentials: Option<(zeroize::Zeroizing<String>, zeroize::Zeroizing<String>)>,
    /// The option or variable that named it, in words.
    pub source: String,
}

/// How a proxy is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyScheme {
    Http,
    /// The same inside TLS.
    Https,
    /// The name is looked up here.
    Socks5,
    /// The proxy looks the name up.
    Socks5h,
}

impl ProxyOption {
    pub fn given(url: String) -> Self {
        match url.trim().is_empty() {
            true => ProxyOption::Off,
            false => ProxyOption::Url(url.into()),
        }
    }

    /// The proxy on the way to a target: whether it wants TLS, its host and its port.
    pub fn for_target(&self, _target: (bool, &str, u16)) -> Result<Option<Proxy>, Error> {
        Ok(None)
    }
}

impl std::fmt::Debug for ProxyOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ProxyOption::Environment => "Environment",
            ProxyOption::Off => "Off",
            ProxyOption::Url(_) => "Url(…)",
        })
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({:?} {}:{})", self.scheme, self.host, self.port)
    }
}
