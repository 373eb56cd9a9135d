//! The head of a request, parsed strictly: faults that a lenient server would
//! ignore are recorded.

/// Request line and headers.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) target: String,
    /// As received, in order.
    pub(super) headers: Vec<(String, String)>,
    pub(super) framing: Framing,
    /// Whether the client asks to close the connection after the reply.
    pub(super) last: bool,
    /// The rules of HTTP that it breaks, though it can be parsed.
    pub(super) faults: Vec<String>,
}

/// The framing of the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Framing {
    None,
    Length(u64),
    Chunked,
}

impl Head {
    /// Parses the bytes up to the empty line. The error says why they cannot be
    /// parsed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let mut faults = Vec::new();
        if bytes
            .iter()
            .zip(bytes.iter().skip(1))
            .any(|(a, b)| *b == b'\n' && *a != b'\r')
        {
            faults.push("a line ends with LF instead of CRLF".into());
        }
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let parts: Vec<_> = first.split(' ').collect();
        let [method, target, version] = parts[..] else {
            return Err(format!("{first:?} is not a request line"));
        };
        if !is_token(method) || !version.starts_with("HTTP/1.") {
            return Err(format!("{first:?} is not a request line"));
        }
        let mut headers = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| "a header line has no colon".to_string())?;
            if !is_token(name) {
                faults.push(format!("{name:?} is not a header name"));
            }
            let value = value.trim_matches([' ', '\t']);
            if value.chars().any(|c| c.is_control() && c != '\t') {
                faults.push(format!("the value of {name} has control characters"));
            }
            headers.push((name.to_owned(), value.to_owned()));
        }
        let hosts = values(&headers, "host").count();
        if hosts != 1 && version == "HTTP/1.1" {
            faults.push(format!("{hosts} Host headers instead of one"));
        }
        let framing = framing(&headers, &mut faults)?;
        let last = version == "HTTP/1.0"
            || values(&headers, "connection").any(|value| value.eq_ignore_ascii_case("close"));
        Ok(Self {
            last,
            method: method.into(),
            target: target.into(),
            headers,
            framing,
            faults,
        })
    }

    pub(super) fn expects_continue(&self) -> bool {
        values(&self.headers, "expect").any(|value| value.eq_ignore_ascii_case("100-continue"))
    }
}

/// The values of all headers with this name.
pub(super) fn values<'a>(
    headers: &'a [(String, String)],
    name: &'a str,
) -> impl Iterator<Item = &'a str> {
    let named = headers
        .iter()
        .filter(move |header| header.0.eq_ignore_ascii_case(name));
    named.map(|header| header.1.as_str())
}

fn framing(headers: &[(String, String)], faults: &mut Vec<String>) -> Result<Framing, String> {
    let lengths: Vec<_> = values(headers, "content-length").collect();
    let chunked = values(headers, "transfer-encoding").next();
    if chunked.is_some() && !lengths.is_empty() {
        faults.push("both Content-Length and Transfer-Encoding".into());
    }
    if lengths.len() > 1 {
        faults.push("more than one Content-Length".into());
    }
    match (chunked, lengths.first()) {
        (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
        (Some(coding), _) => Err(format!("the transfer coding {coding:?} is unknown")),
        (None, None) => Ok(Framing::None),
        (None, Some(length)) => match length.parse() {
            Ok(0) => Ok(Framing::None),
            Ok(length) => Ok(Framing::Length(length)),
            Err(_) => Err(format!("the Content-Length {length:?} is not a number")),
        },
    }
}

pub(super) fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_head_has_no_faults() {
        let head = Head::parse(b"POST /v1/x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
        let head = head.unwrap();
        assert_eq!(
            (head.method.as_str(), head.target.as_str()),
            ("POST", "/v1/x?y")
        );
        assert_eq!(head.framing, Framing::Length(3));
        assert!(head.faults.is_empty(), "{:?}", head.faults);
    }

    #[test]
    fn a_head_that_breaks_the_rules_is_recorded() {
        for (head, fault) in [
            ("GET / HTTP/1.1\r\n\r\n", "0 Host"),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "2 Host"),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "not a header name"),
            (
                "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
                "LF instead of CRLF",
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "both",
            ),
        ] {
            let faults = Head::parse(head.as_bytes()).unwrap().faults.join("; ");
            assert!(faults.contains(fault), "{head:?}: {faults}");
        }
        for head in [
            "hello\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
        ] {
            assert!(Head::parse(head.as_bytes()).is_err(), "{head:?}");
        }
    }
}
