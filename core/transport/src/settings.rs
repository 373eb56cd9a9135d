//! The settings of a client of one endpoint: plain values that are already checked.

use std::fmt;

use zeroize::Zeroizing;

use crate::tls::TlsSettings;

/// All settings of an [`HttpClient`](crate::HttpClient).
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// The proxy, if any.
    pub proxy: Option<Proxy>,
    /// Which certificates are trusted, and the client's own.
    pub tls: TlsSettings,
    /// The most bytes of one head of a reply.
    pub max_head_bytes: usize,
    /// The `User-Agent` of a `CONNECT` request.
    pub user_agent: String,
}

/// The server that a client sends its requests to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Over TLS.
    pub secure: bool,
    /// A name or an address, an IPv6 address without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The value of `Host`: the host, and the port if it is not the scheme's default.
    pub authority: String,
}

/// A proxy. Every request goes through a tunnel, so it sees no request of an https endpoint.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its protocol.
    pub scheme: ProxyScheme,
    /// A name or an address, an IPv6 address without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Sent to the proxy when it asks for them, and in `CONNECT`.
    pub credentials: Option<ProxyCredentials>,
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyScheme {
    /// `CONNECT`.
    Http,
    /// `CONNECT` inside TLS.
    Https,
    /// SOCKS 5; the client looks up the endpoint's name.
    Socks5,
    /// SOCKS 5; the proxy looks up the endpoint's name.
    Socks5h,
}

impl ProxyScheme {
    /// The scheme of the proxy's URL.
    pub fn name(self) -> &'static str {
        match self {
            ProxyScheme::Http => "http",
            ProxyScheme::Https => "https",
            ProxyScheme::Socks5 => "socks5",
            ProxyScheme::Socks5h => "socks5h",
        }
    }
}

/// User and password of a proxy, decoded. Debug shows neither.
#[derive(Clone)]
pub struct ProxyCredentials {
    /// At most 255 bytes for SOCKS.
    pub user: Zeroizing<String>,
    /// At most 255 bytes for SOCKS.
    pub password: Zeroizing<String>,
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl ProxyCredentials {
    /// `user:password`.
    pub fn pair(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", *self.user, *self.password))
    }

    /// `user:password` in base64, as the scheme `Basic` wants it. Source: RFC 7617.
    pub fn basic(&self) -> Zeroizing<String> {
        base64(self.pair().as_bytes())
    }
}

impl fmt::Debug for ProxyCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyCredentials(…)")
    }
}

fn base64(bytes: &[u8]) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| {
            bits << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            out.push(match at <= three.len() {
                true => char::from(BASE64[bits >> (18 - 6 * at) & 63]),
                false => '=',
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{ff}?~", "w78/fg=="),
        ] {
            assert_eq!(*base64(plain.as_bytes()), coded, "{plain}");
        }
    }

    #[test]
    fn debug_shows_neither_user_nor_password() {
        let credentials = ProxyCredentials {
            user: "alice".to_owned().into(),
            password: "fake-password".to_owned().into(),
        };
        assert_eq!(format!("{credentials:?}"), "ProxyCredentials(…)");
    }
}
