//! Reads the URL of a proxy. Pure.

use ::url::Host;
use neura_transport::{ProxyCredentials, ProxyScheme};
use zeroize::Zeroizing;

use super::{Proxy, default_port};
use crate::config::config_error;
use crate::error::Error;
use crate::pasted::{is_invisible, is_quoted, trim};

/// SOCKS sends user and password each after one byte of length. Source: RFC 1929.
const LONGEST_FOR_SOCKS: usize = 255;

/// Reads `[scheme://][user[:password]@]host[:port][/]`, as curl does: the default scheme is `http`,
/// and a path is ignored. `source` says where the text came from.
///
/// # Errors
/// `config`. The text is not quoted, because it may hold a password.
pub(super) fn parse(text: &str, source: &str) -> Result<Proxy, Error> {
    read(trim(text), source).map_err(|what| {
        config_error(format!(
            "the proxy from {source} {what}. Give it as http://user:password@host:port, with \
             http, https, socks5 or socks5h"
        ))
    })
}

fn read(text: &str, source: &str) -> Result<Proxy, &'static str> {
    if is_quoted(text) {
        return Err(
            "has quotation marks around it, which count as a part of it (docker's \
             --env-file keeps them); remove them",
        );
    }
    if text.chars().any(is_invisible) {
        return Err("has an invisible character in it, such as a zero-width space; remove it");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("has white space or a control character in it; percent-encode it");
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme_of(scheme)?, rest),
        None => (ProxyScheme::Http, text),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    // Otherwise a part of the password would be taken for the host, looked up and shown.
    if tail.contains('@') {
        return Err("has `/`, `?` or `#` in its user or password; percent-encode them");
    }
    let (user_info, place) = match authority.rsplit_once('@') {
        Some((user_info, place)) => (Some(user_info), place),
        None => (None, authority),
    };
    let (host, port) = split_port(place)?;
    let port = match port {
        "" => default_port(scheme),
        digits => port_of(digits).ok_or("has a port outside 1 to 65535")?,
    };
    let host = match Host::parse(host).map_err(|_| "names no usable host")? {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let credentials = user_info.map(credentials_of).transpose()?.flatten();
    let is_socks = matches!(scheme, ProxyScheme::Socks5 | ProxyScheme::Socks5h);
    if is_socks
        && credentials
            .as_ref()
            .is_some_and(|c| c.user.len().max(c.password.len()) > LONGEST_FOR_SOCKS)
    {
        return Err("has a user or password of more than 255 bytes, which SOCKS cannot carry");
    }
    Ok(Proxy {
        scheme,
        host,
        port,
        credentials,
        source: source.to_owned(),
    })
}

fn scheme_of(text: &str) -> Result<ProxyScheme, &'static str> {
    [
        ProxyScheme::Http,
        ProxyScheme::Https,
        ProxyScheme::Socks5,
        ProxyScheme::Socks5h,
    ]
    .into_iter()
    .find(|scheme| text.eq_ignore_ascii_case(scheme.name()))
    .ok_or("has a scheme that is not supported")
}

/// Host and port, unchanged; an address keeps its brackets.
fn split_port(place: &str) -> Result<(&str, &str), &'static str> {
    let after = match place.starts_with('[') {
        true => place.find(']').ok_or("has a bracket that is not closed")? + 1,
        false => place.find(':').unwrap_or(place.len()),
    };
    let (host, port) = place.split_at(after);
    match (port.is_empty(), port.strip_prefix(':')) {
        (true, _) => Ok((host, "")),
        (false, Some(port)) => Ok((host, port)),
        (false, None) => Err("has something other than a port after its address"),
    }
}

/// A port of digits only: Rust's own parser would accept a sign too.
pub(super) fn port_of(digits: &str) -> Option<u16> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| plain && *port > 0)
}

fn credentials_of(user_info: &str) -> Result<Option<ProxyCredentials>, &'static str> {
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let credentials = ProxyCredentials {
        user: decode(user)?,
        password: decode(password)?,
    };
    Ok(match user_info.trim_start_matches(':').is_empty() {
        true => None,
        false => Some(credentials),
    })
}

/// Decodes percent-encoding. A `%` without two hex digits is kept, as in curl.
fn decode(text: &str) -> Result<Zeroizing<String>, &'static str> {
    let bytes = text.as_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    if out.iter().any(u8::is_ascii_control) {
        return Err("has a control character in its user or password");
    }
    match std::str::from_utf8(&out) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err("has a user or password that is not UTF-8 when it is decoded"),
    }
}
