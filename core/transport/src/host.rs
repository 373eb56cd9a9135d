//! Brackets around an IPv6 address: a URL has them, a socket does not.

/// The host without brackets.
pub fn without_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// `host:port` as in a URL, with an IPv6 address in brackets. `host` may have them already.
pub fn authority(host: &str, port: u16) -> String {
    match host.contains(':') && !host.starts_with('[') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_brackets_in_a_url_only() {
        for (host, in_url) in [
            ("gw.example", "gw.example:443"),
            ("127.0.0.1", "127.0.0.1:443"),
            ("::1", "[::1]:443"),
            ("[::1]", "[::1]:443"),
        ] {
            assert_eq!(authority(host, 443), in_url);
        }
        assert_eq!(without_brackets("[::1]"), "::1");
        assert_eq!(without_brackets("gw.example"), "gw.example");
    }
}
