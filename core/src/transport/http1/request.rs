//! The bytes of a request's head.

use crate::headers::Fields;
use crate::method::Method;

/// What the first lines of a request say.
pub(crate) struct RequestHead<'a> {
    pub method: Method,
    /// Path and query, beginning with a slash; empty for the root.
    pub target: &'a str,
    /// Host, and the port where it is not the scheme's own.
    pub authority: &'a str,
    pub fields: &'a Fields,
    /// How often the request was sent before.
    pub sent_before: u32,
    /// `None` of a body that goes out in chunks.
    pub body_length: Option<u64>,
}

/// The longest method, all fixed words and two numbers in full.
const FIXED: usize = 128;

impl RequestHead<'_> {
    /// No head is longer.
    pub fn length(&self) -> usize {
        self.fields.lines().len() + self.target.len() + self.authority.len() + FIXED
    }

    /// Appends the head. Its parts were checked where they came from: no line break is in
    /// any of them.
    pub fn write(&self, into: &mut Vec<u8>) {
        let fields = self.fields.lines();
        into.extend_from_slice(self.method.as_str().as_bytes());
        into.push(b' ');
        // A query right behind the host belongs to its root.
        if !self.target.starts_with('/') {
            into.push(b'/');
        }
        into.extend_from_slice(self.target.as_bytes());
        into.extend_from_slice(b" HTTP/1.1\r\nhost: ");
        into.extend_from_slice(self.authority.as_bytes());
        into.extend_from_slice(b"\r\n");
        into.extend_from_slice(fields);
        if !self.fields.counted {
            number(into, "x-retry-count", self.sent_before.into());
        }
        match self.body_length {
            Some(0) if !self.method.always_has_body() => {}
            Some(length) => number(into, "content-length", length),
            None => into.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        }
        into.extend_from_slice(b"\r\n");
    }
}

/// Without the formatter, which costs as much as the rest of the head.
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
