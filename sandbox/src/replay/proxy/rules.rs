//! The script's settings of the proxy.

use std::collections::BTreeMap;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;
use serde_json::Value;

use crate::replay::script_error::read;

#[derive(Default)]
pub(in crate::replay) struct Rules {
    pub(super) login: Option<Login>,
    /// The addresses of these hosts.
    names: BTreeMap<String, String>,
    /// The address of every other host.
    target: Option<String>,
    /// Hosts that it reports as unreachable.
    unreachable: Vec<String>,
    /// Its certificate, if clients connect with TLS.
    pub(super) tls: Option<Arc<ServerConfig>>,
}

/// The required user and password.
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: String,
}

impl Login {
    /// The value of `Proxy-Authorization`.
    pub(super) fn basic(&self) -> String {
        let both = format!("{}:{}", self.user, self.password);
        format!("Basic {}", STANDARD.encode(both))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    user: Option<String>,
    password: Option<String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
    target: Option<String>,
    #[serde(default)]
    unreachable: Vec<String>,
    certificate: Option<String>,
    private_key: Option<String>,
}

impl Rules {
    /// Whether a script asks for a proxy.
    pub(in crate::replay) fn are_in(script: &Value) -> bool {
        script.get("proxy").is_some()
    }

    pub(in crate::replay) fn parse(script: &Value) -> Result<Self, String> {
        let others = script.as_object().into_iter().flatten();
        if let Some((other, _)) = others.into_iter().find(|(name, _)| *name != "proxy") {
            return Err(format!("{other} is not possible with proxy"));
        }
        let fields: Fields = read(&script["proxy"], "proxy")?;
        let login = both("user", fields.user, "password", fields.password)?;
        let (certificate, key) = (fields.certificate, fields.private_key);
        let pem = both("certificate", certificate, "private_key", key)?;
        for address in fields.names.values().chain(&fields.target) {
            let port = address
                .rsplit_once(':')
                .map(|(_, port)| port.parse::<u16>());
            if !matches!(port, Some(Ok(_))) {
                return Err(format!("proxy: {address:?} is not HOST:PORT"));
            }
        }
        Ok(Self {
            login: login.map(|(user, password)| Login { user, password }),
            names: fields.names,
            target: fields.target,
            unreachable: fields.unreachable,
            tls: pem
                .map(|(certificate, key)| tls(&certificate, &key))
                .transpose()?,
        })
    }

    /// Connects to this host, given without brackets.
    pub(super) fn dial(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        if let Some(address) = self.names.get(host) {
            return TcpStream::connect(address);
        }
        if self.unreachable.iter().any(|it| it == host) {
            return Err(io::ErrorKind::HostUnreachable.into());
        }
        match &self.target {
            Some(address) => TcpStream::connect(address),
            None => {
                let addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
                TcpStream::connect(&addresses[..])
            }
        }
    }
}

/// Two fields that are only valid together.
fn both(
    name: &str,
    one: Option<String>,
    other_name: &str,
    other: Option<String>,
) -> Result<Option<(String, String)>, String> {
    match (one, other) {
        (None, None) => Ok(None),
        (Some(one), Some(other)) => Ok(Some((one, other))),
        _ => Err(format!("proxy: give {name} and {other_name}, or neither")),
    }
}

fn tls(certificate: &str, key: &str) -> Result<Arc<ServerConfig>, String> {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("proxy.certificate: is not PEM: {error}"))?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
        .map_err(|error| format!("proxy.private_key: is not PEM: {error}"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map(Arc::new)
        .map_err(|error| format!("proxy.certificate: {error}"))
}
