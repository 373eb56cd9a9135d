//! Which proxy is used to reach the service.

mod credentials;
mod environment;
mod no_proxy;
mod url;

use std::fmt;

use neura_transport::host::authority;
use neura_transport::{ProxyCredentials, ProxyScheme};

pub(crate) use credentials::proxy_secrets;

use super::Environment;
use crate::error::Error;
use crate::option_table;
use crate::pasted;
use crate::redact::quoted;

/// The caller's option.
#[derive(Clone, Default)]
pub(crate) enum ProxyOption {
    /// The proxy of the environment.
    #[default]
    Environment,
    /// No proxy; the environment is ignored.
    Off,
    /// This proxy for every target; the environment and `no_proxy` are ignored.
    Url(zeroize::Zeroizing<String>),
}

/// The proxy to reach the service. Neither Debug nor Display shows its credentials.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub scheme: ProxyScheme,
    /// Without brackets.
    pub host: String,
    pub port: u16,
    pub credentials: Option<ProxyCredentials>,
    /// The option or variable that named it, as text.
    pub source: String,
}

/// Where requests go.
pub(crate) struct Target<'a> {
    pub secure: bool,
    /// Without brackets.
    pub host: &'a str,
    pub port: u16,
}

/// The result of the option and the environment.
#[derive(Debug)]
pub(crate) enum ProxyChoice {
    Through(Proxy),
    Direct(Direct),
}

/// Why no proxy is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Direct {
    /// No option or variable names one.
    Unset,
    /// The caller switched it off.
    Off,
    /// A variable names one, but not for this host; the reason as text.
    Exempt(String),
    /// A variable is set that is not read for such a target; the advice as text.
    NotRead(String),
}

impl ProxyOption {
    /// A blank text means no proxy.
    pub fn given(url: String) -> Self {
        match pasted::is_blank(&url) {
            true => ProxyOption::Off,
            false => ProxyOption::Url(url.into()),
        }
    }

    /// The proxy for a target: the option's, else the one that the `variables` name now.
    ///
    /// # Errors
    /// `config`, which names the option or the variable and quotes no URL.
    pub fn choose(
        &self,
        target: &Target<'_>,
        variables: &Environment,
    ) -> Result<ProxyChoice, Error> {
        match self {
            ProxyOption::Environment => environment::choose(target, |name| variables.get(name)),
            ProxyOption::Off => Ok(ProxyChoice::Direct(Direct::Off)),
            ProxyOption::Url(text) => {
                url::parse(text, &option_table::PROXY.place()).map(ProxyChoice::Through)
            }
        }
    }
}

impl ProxyChoice {
    pub fn proxy(self) -> Option<Proxy> {
        match self {
            ProxyChoice::Through(proxy) => Some(proxy),
            ProxyChoice::Direct(_) => None,
        }
    }
}

impl Proxy {
    /// `host:port`, an IPv6 address in brackets.
    pub fn at(&self) -> String {
        authority(&quoted(&self.host), self.port)
    }
}

/// The port of a URL without one. Source: curl, which takes 443 for `https` and 1080 for all
/// others.
fn default_port(scheme: ProxyScheme) -> u16 {
    match scheme {
        ProxyScheme::Https => 443,
        _ => 1080,
    }
}

/// The proxy's URL without its credentials.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.at())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self} from {})", self.source)
    }
}

impl fmt::Debug for ProxyOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProxyOption::Environment => "Environment",
            ProxyOption::Off => "Off",
            ProxyOption::Url(_) => "Url(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_makes_a_panic_and_no_error_quotes_one(
            before in "[ -~\u{e9}\u{4e2d}]{0,20}",
            after in "[ -~\u{e9}\u{4e2d}]{0,20}",
        ) {
            let text = format!("{before}fake-secret{after}");
            match url::parse(&text, "a test") {
                Ok(proxy) => {
                    let shown = format!("{proxy:?} {:?}", proxy.credentials);
                    prop_assert!(proxy.host.contains("fake-secret") || !shown.contains("fake-secret"));
                }
                Err(error) => prop_assert!(!error.message().contains("fake-secret")),
            }
        }

        #[test]
        fn no_list_makes_a_panic(list in "[ -~\u{e9}]{0,30}", host in "[a-z0-9.:-]{0,12}") {
            let target = Target { secure: true, host: &host, port: 443 };
            let _ = no_proxy::exempts(&list, &target);
        }
    }
}
