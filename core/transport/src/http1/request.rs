//! The bytes of a request's head.

use crate::method::Method;

/// The parts of a request's head.
pub(crate) struct RequestHead<'a> {
    pub method: Method,
    /// Path and query, beginning with a slash; empty for the root.
    pub target: &'a str,
    /// The value of `Host`.
    pub authority: &'a str,
    /// The other headers, each line with its line break.
    pub header_lines: &'a [u8],
    /// One more header, with a number as its value.
    pub number_header: Option<(&'static str, u64)>,
    /// `None` for a body that is sent in chunks.
    pub body_length: Option<u64>,
}

/// Room for the longest method, all fixed text and two numbers.
const FIXED: usize = 128;

impl RequestHead<'_> {
    /// At least the length of the head.
    pub fn max_length(&self) -> usize {
        let number = self.number_header.map_or(0, |(name, _)| name.len());
        self.header_lines.len() + self.target.len() + self.authority.len() + number + FIXED
    }

    /// Appends the head. The caller has checked its parts: none holds a line break.
    pub fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.method.as_str().as_bytes());
        into.push(b' ');
        // A URL may have a query right after its host.
        if !self.target.starts_with('/') {
            into.push(b'/');
        }
        into.extend_from_slice(self.target.as_bytes());
        into.extend_from_slice(b" HTTP/1.1\r\nhost: ");
        into.extend_from_slice(self.authority.as_bytes());
        into.extend_from_slice(b"\r\n");
        into.extend_from_slice(self.header_lines);
        if let Some((name, value)) = self.number_header {
            number(into, name, value);
        }
        match self.body_length {
            Some(0) if !self.method.always_has_body() => {}
            Some(length) => number(into, "content-length", length),
            None => into.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        }
        into.extend_from_slice(b"\r\n");
    }
}

/// Appends a header. Not with the formatter, which costs as much as the rest of the head.
fn number(into: &mut Vec<u8>, name: &str, mut value: u64) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    into.extend_from_slice(name.as_bytes());
    into.extend_from_slice(b": ");
    into.extend_from_slice(&digits[start..]);
    into.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        for value in [0, 7, 10, 305, u64::MAX] {
            let mut line = Vec::new();
            number(&mut line, "n", value);
            assert_eq!(line, format!("n: {value}\r\n").into_bytes());
        }
    }
}
