//! The headers of a request that another library's client would send, below its adapter.

use neura_transport::UNPACKED_CODINGS;

use crate::client::RequestOptions;

/// The length of a body that its library knows, by the one `Content-Length`.
pub fn declared_length(headers: &[(String, String)]) -> Option<u64> {
    let is_length = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-length");
    let mut lengths = headers.iter().filter(is_length);
    match (lengths.next(), lengths.next()) {
        (Some((_, length)), None) => length.parse().ok(),
        _ => None,
    }
}

impl RequestOptions {
    /// Adds the headers of another library's request to `url`, whose body has this length. A header
    /// that the core sends itself is left out if it has the same value; with another value the
    /// request is refused when it is sent. `Accept-Encoding` keeps only the codings that the core
    /// unpacks.
    ///
    /// ```
    /// let mut options = neura::bindings::RequestOptions::new();
    /// let headers = [("Host", "x.example"), ("Accept-Encoding", "br, gzip;q=1"), ("X-Team", "a")];
    /// let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    /// options.add_library_headers(&headers, "https://x.example/v1/models", Some(0));
    /// ```
    pub fn add_library_headers(
        &mut self,
        headers: &[(String, String)],
        url: &str,
        length: Option<u64>,
    ) {
        for (name, value) in headers {
            if is_said_anyway(name, value, url, length) {
                continue;
            }
            match name.eq_ignore_ascii_case("accept-encoding") {
                true => self.add_header(name, unpacked_of(value)),
                false => self.add_header(name, value),
            }
        }
    }
}

fn is_said_anyway(name: &str, value: &str, url: &str, length: Option<u64>) -> bool {
    let value = value.trim();
    match name.to_ascii_lowercase().as_str() {
        "host" => host_of(url).eq_ignore_ascii_case(value),
        "content-length" => length.is_some_and(|length| length.to_string() == value),
        "transfer-encoding" => value.eq_ignore_ascii_case("chunked"),
        "connection" => value.eq_ignore_ascii_case("keep-alive"),
        _ => false,
    }
}

/// Host and port of a URL, as it writes them.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

fn unpacked_of(accepted: &str) -> String {
    let is_known = |coding: &&str| {
        let name = coding.split(';').next().unwrap_or_default().trim();
        let mut known = UNPACKED_CODINGS.iter().chain(&["identity"]);
        known.any(|it| it.eq_ignore_ascii_case(name))
    };
    let kept: Vec<&str> = accepted
        .split(',')
        .map(str::trim)
        .filter(is_known)
        .collect();
    match kept.is_empty() {
        true => "identity".to_owned(),
        false => kept.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_that_the_core_does_not_unpack_are_left_out() {
        assert_eq!(
            unpacked_of("br, GZip;q=0.5, deflate, identity"),
            "GZip;q=0.5, identity"
        );
        assert_eq!(unpacked_of("br"), "identity");
    }

    #[test]
    fn what_the_core_says_by_itself_is_left_out() {
        let url = "http://user:password@x.example:8080?q#f";
        for (name, value) in [
            ("Host", "X.example:8080"),
            ("content-length", " 5 "),
            ("Transfer-Encoding", "Chunked"),
            ("Connection", "Keep-Alive"),
        ] {
            assert!(is_said_anyway(name, value, url, Some(5)), "{name}");
        }
        for (name, value) in [
            ("Host", "x.example"),
            ("Content-Length", "6"),
            ("Transfer-Encoding", "gzip"),
            ("Connection", "close"),
            ("X-Team", "chunked"),
        ] {
            assert!(!is_said_anyway(name, value, url, Some(5)), "{name}");
        }
    }

    #[test]
    fn a_length_is_known_if_it_is_said_once() {
        let said = |lengths: &[&str]| {
            let headers = lengths
                .iter()
                .map(|it| ("Content-Length".to_owned(), it.to_string()));
            declared_length(&headers.collect::<Vec<_>>())
        };
        assert_eq!(said(&["5"]), Some(5));
        assert_eq!(said(&[]), None);
        assert_eq!(said(&["5", "5"]), None);
        assert_eq!(said(&["+5x"]), None);
    }
}
