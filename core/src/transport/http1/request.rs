//! The bytes of a request's head.

use std::io::Write;

use crate::headers::Fields;
use crate::request::Method;

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
    pub body_length: usize,
}

impl RequestHead<'_> {
    /// Appends the head. Its parts were checked where they came from: no line break is in
    /// any of them.
    pub fn write(&self, into: &mut Vec<u8>) {
        let fields = self.fields.lines();
        into.reserve(fields.len() + self.target.len() + self.authority.len() + 96);
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
            number(into, "x-retry-count", self.sent_before as usize);
        }
        if self.body_length > 0 || self.method.always_has_body() {
            number(into, "content-length", self.body_length);
        }
        into.extend_from_slice(b"\r\n");
    }
}

fn number(into: &mut Vec<u8>, name: &str, value: usize) {
    // A vector takes all that is written to it.
    let _ = write!(into, "{name}: {value}\r\n");
}
