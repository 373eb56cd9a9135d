//! Joins the base URL and a path to the URL of a request. Pure: nothing here connects.

mod not_found;

use std::net::IpAddr;

use neura_transport::host::without_brackets;
use url::Url;

pub(crate) use not_found::{endpoint_in_base, why_not_found};

use crate::error::{Error, ErrorKind};
use crate::option_table::{self, Language, Scope};
use crate::pasted::{is_invisible, is_quoted, trim};
use crate::redact::quoted;

/// The default base URL. Source: the service's page.
pub const DEFAULT_BASE_URL: &str = "https://api.neura-ai.app/v1";

/// A checked base URL: an origin, and a path without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    origin: String,
    path: String,
}

impl BaseUrl {
    /// Reads a base URL. The scheme must be https, or http to a loopback address; `allow_http`
    /// allows http everywhere. `place` says where the text came from.
    pub fn parse(text: &str, allow_http: bool, place: &str) -> Result<Self, Error> {
        let text = match trim(text) {
            "" => DEFAULT_BASE_URL,
            text => text,
        };
        // The text itself is not quoted: it may hold user info.
        let wrong = |what: &str| config(format!("the base URL from {place} {what}"));
        if is_quoted(text) {
            return Err(wrong(
                "has quotation marks around it, which count as a part of it (docker's \
                 --env-file keeps them). Remove them",
            ));
        }
        if text.chars().any(is_invisible) {
            return Err(wrong(
                "has an invisible character in it, such as a zero-width space; remove it",
            ));
        }
        let url = Parts::of(text)
            .map_err(|what| wrong(&format!("{what}. Give it as https://host/v1")))?;
        if url.query {
            return Err(wrong("has a query; give only scheme, host and path"));
        }
        if url.fragment {
            return Err(wrong(
                "has a fragment (`#`); give only scheme, host and path",
            ));
        }
        if !url.secure && !allow_http {
            return Err(wrong(&format!(
                "is plain http to a host that is not loopback: anyone on the network could read \
                 the API key. Use https, or allow it with {} if you really mean it",
                option_table::ALLOW_HTTP
            )));
        }
        Ok(BaseUrl {
            origin: url.origin,
            path: url.path.trim_end_matches('/').to_owned(),
        })
    }

    /// Whether TLS is used, the host without brackets, and the port.
    pub fn endpoint(&self) -> (bool, &str, u16) {
        let (secure, rest) = match self.origin.split_once("://") {
            Some((scheme, rest)) => (scheme == "https", rest),
            None => (true, self.origin.as_str()),
        };
        let default = if secure { 443 } else { 80 };
        // An address in brackets contains colons.
        let after = rest.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match rest[after..].rfind(':') {
            Some(at) => (&rest[..after + at], rest[after + at + 1..].parse().ok()),
            None => (rest, None),
        };
        (secure, without_brackets(host), port.unwrap_or(default))
    }

    /// Host, and the port if it is not the scheme's default.
    pub fn authority(&self) -> &str {
        self.origin
            .split_once("://")
            .map_or(self.origin.as_str(), |(_, authority)| authority)
    }

    /// Path and query of a URL made by `join`.
    pub fn target_of<'u>(&self, url: &'u str) -> &'u str {
        url.get(self.origin.len()..).unwrap_or_default()
    }

    /// The URL of `path` under this base, with `params` added to its query. A full URL must have
    /// this base's origin, so that the key is sent nowhere else.
    pub fn join(&self, path: &str, params: &[(String, String)]) -> Result<String, Error> {
        if params.is_empty() && is_simple(path) {
            let mut url = String::with_capacity(self.origin.len() + self.path.len() + path.len());
            for part in [&self.origin, &self.path, path] {
                url.push_str(part);
            }
            return Ok(url);
        }
        let wrong = |what: &str| config(format!("the path of the request {what}"));
        check_characters(path).map_err(|what| {
            // C has no option for the query.
            match option_table::PARAMS.spelled(Language::current(), Scope::Request) {
                Some(params) => wrong(&format!("{what}, or use {params}")),
                None => wrong(what),
            }
        })?;
        let path = path.split('#').next().unwrap_or_default();
        let mut url = if is_full(path) {
            let parts = Parts::of(path).map_err(wrong)?;
            if parts.origin != self.origin {
                let (other, own) = (quoted(&parts.origin), quoted(&self.origin));
                return Err(config(format!(
                    "the request is for {other}, but the key goes to {own} only. Make a client \
                     with that base URL and its own key"
                )));
            }
            let rest = path.splitn(4, '/').nth(3).unwrap_or_default();
            check_segments(rest).map_err(wrong)?;
            format!("{}/{rest}", self.origin)
        } else {
            if path.starts_with("//") {
                return Err(wrong(
                    "begins with `//`, which names another host; begin it with one `/`",
                ));
            }
            check_segments(path).map_err(wrong)?;
            let path = path.strip_prefix('/').unwrap_or(path);
            let slash = if path.is_empty() || path.starts_with('?') {
                ""
            } else {
                "/"
            };
            format!("{}{}{slash}{path}", self.origin, self.path)
        };
        if !params.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(
                &url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(params)
                    .finish(),
            );
        }
        Ok(url)
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

/// Percent-encodes one segment of a path, for example a model's id.
pub(crate) fn encode_segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'@' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

struct Parts {
    origin: String,
    path: String,
    query: bool,
    fragment: bool,
    secure: bool,
}

impl Parts {
    /// Splits a full URL, or returns what is wrong with it.
    fn of(text: &str) -> Result<Self, &'static str> {
        check_characters(text)?;
        let scheme_end = text
            .find("://")
            .ok_or("has no scheme; it must begin with https://")?;
        let scheme = text[..scheme_end].to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            return Err("is neither https nor http");
        }
        let rest = &text[scheme_end + 3..];
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        if authority.contains('@') {
            return Err("has a user name or password in it; the key is the only credential");
        }
        if authority.ends_with(':') || authority.ends_with(":0") {
            return Err("has a port outside 1 to 65535");
        }
        // The crate parses only host and port: it would silently repair a path.
        let url = Url::parse(&format!("{scheme}://{authority}/"))
            .map_err(|_| "has no usable host and port")?;
        let host = url.host().ok_or("has no host")?;
        let loopback = is_loopback(without_brackets(&host.to_string()));
        let tail = &rest[authority.len()..];
        let path = &tail[..tail.find(['?', '#']).unwrap_or(tail.len())];
        check_segments(path)?;
        Ok(Parts {
            origin: url.origin().ascii_serialization(),
            path: path.to_owned(),
            query: tail
                .split('#')
                .next()
                .is_some_and(|tail| tail.contains('?')),
            fragment: tail.contains('#'),
            secure: scheme == "https" || loopback,
        })
    }
}

/// Whether a host is this machine: a loopback address, or the name `localhost`. No name is looked
/// up, so a name under `localhost` does not count: it may resolve to any address.
pub(crate) fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host
            .strip_suffix('.')
            .unwrap_or(host)
            .eq_ignore_ascii_case("localhost"),
    }
}

/// Whether a path needs no checks: most are like `/chat/completions`.
fn is_simple(path: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() | matches!(byte, b'/' | b'-' | b'_');
    // Without an end at the first other byte, many are checked at once.
    let all_plain = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & plain(byte));
    match path.as_bytes() {
        [b'/', b'/', ..] | [b'/'] => false,
        [b'/', rest @ ..] => all_plain(rest),
        _ => false,
    }
}

fn is_full(path: &str) -> bool {
    path.split(['/', '?', '#'])
        .next()
        .is_some_and(|first| first.ends_with(':'))
        && path.contains("://")
}

fn check_characters(text: &str) -> Result<(), &'static str> {
    let visible = |byte: u8| matches!(byte, 0x21..=0x7e) && byte != b'\\';
    match text.bytes().all(visible) {
        true => Ok(()),
        false => Err(
            "has white space, a control character, a backslash or a character outside \
                      ASCII in it; percent-encode it",
        ),
    }
}

/// Dot segments, plain or encoded, would leave the base URL's path.
fn check_segments(path: &str) -> Result<(), &'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let is_dots = |segment: &str| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        plain == "." || plain == ".."
    };
    match path.split('/').any(is_dots) {
        true => Err("has a `.` or `..` segment, which would leave the base URL; remove it"),
        false => Ok(()),
    }
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(base: &str, path: &str) -> Result<String, ErrorKind> {
        BaseUrl::parse(base, false, "the caller")
            .and_then(|base| base.join(path, &[]))
            .map_err(|error| error.kind())
    }

    #[test]
    fn attacks_on_the_origin_fail() {
        for (base, path) in [
            ("", "https://api.neura-ai.app.evil.example/v1"),
            ("", "https://api.neura-ai.app:444/v1"),
            ("", "http://api.neura-ai.app/v1"),
            ("", "https://api.neura-ai.app@evil.example/"),
            ("", "HTTPS://evil.example/"),
            ("", "ftp://api.neura-ai.app/"),
            ("", "/\\evil.example"),
            ("", "/a/../b"),
            ("", "/a/%2e%2E/b"),
            ("", "/./a"),
            ("", "/caf\u{e9}"),
            ("https://gw.example/a/../b", "/x"),
            ("https://gw.example/v1?x=1", "/x"),
            ("https://gw.example/v1#x", "/x"),
            ("https://gw.example:0/v1", "/x"),
            ("https://gw.example:70000/v1", "/x"),
            ("https://gw.example:/v1", "/x"),
            ("https:///v1", "/x"),
            ("http://localhost.evil.example/", "/x"),
            ("http://127.0.0.1.evil.example/", "/x"),
            ("http://0.0.0.0/", "/x"),
            ("http://[::ffff:10.0.0.1]/", "/x"),
        ] {
            assert_eq!(join(base, path), Err(ErrorKind::Config), "{base} {path}");
        }
    }

    #[test]
    fn scheme_and_host_are_lower_cased_and_a_fragment_is_dropped() {
        assert_eq!(
            join("HTTPS://GW.Example:443/V1", "/Models#x").as_deref(),
            Ok("https://gw.example/V1/Models")
        );
        assert_eq!(
            join("https://gw.example/v1", "https://GW.example/other?q=1").as_deref(),
            Ok("https://gw.example/other?q=1")
        );
        assert_eq!(
            join("https://gw.example/v1", "").as_deref(),
            Ok("https://gw.example/v1")
        );
        assert_eq!(
            join("https://gw.example/v1", "?a=b").as_deref(),
            Ok("https://gw.example/v1?a=b")
        );
    }

    #[test]
    fn params_are_encoded_and_added_to_a_query() {
        let base = BaseUrl::parse("", false, "the caller").unwrap();
        let params = [
            ("a b".to_owned(), "\u{e9}&=".to_owned()),
            ("a b".to_owned(), "2".to_owned()),
        ];
        assert_eq!(
            base.join("/models?x=1", &params).unwrap(),
            "https://api.neura-ai.app/v1/models?x=1&a+b=%C3%A9%26%3D&a+b=2"
        );
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(encode_segment("org/model x?"), "org%2Fmodel%20x%3F");
    }

    #[test]
    fn user_info_is_not_quoted_back() {
        let error = BaseUrl::parse("https://user:hunter2@gw.example", false, "the caller");
        assert!(!error.unwrap_err().message().contains("hunter2"));
    }
}
