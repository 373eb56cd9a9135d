//! A form as `multipart/form-data`.
//!
//! Sources: RFC 7578; for the names of fields and files WHATWG HTML, "multipart/form-data encoding
//! algorithm", which `requests` follows too. Values are sent as they are given.

use std::hash::{BuildHasher, RandomState};

use neura_transport::{RequestBody, joined_body};

use crate::error::Error;
use crate::headers;

/// A form, part by part.
pub struct Multipart {
    /// What begins each part. It cannot be guessed from the parts.
    boundary: String,
    has_begun: bool,
    parts: Vec<RequestBody>,
}

impl Default for Multipart {
    fn default() -> Self {
        let random = || RandomState::new().hash_one(());
        Multipart {
            boundary: format!("neura-{:016x}{:016x}", random(), random()),
            has_begun: false,
            parts: Vec::new(),
        }
    }
}

impl Multipart {
    /// Adds a field, or a file if it has a name. `more` are further headers of the part, such as
    /// its `Content-Type`.
    ///
    /// # Errors
    /// `config` for a header that cannot be sent.
    pub fn add(
        &mut self,
        name: &[u8],
        file_name: Option<&str>,
        more: &[(String, String)],
        value: impl Into<RequestBody>,
    ) -> Result<(), Error> {
        let head = self.head(name, file_name, more)?;
        self.parts.extend([head.into(), value.into()]);
        Ok(())
    }

    /// What comes before the value of the next part, for a caller that sends the parts itself.
    ///
    /// # Errors
    /// As for [`add`](Self::add).
    pub fn head(
        &mut self,
        name: &[u8],
        file_name: Option<&str>,
        more: &[(String, String)],
    ) -> Result<Vec<u8>, Error> {
        headers::check(more)?;
        let mut head = match std::mem::replace(&mut self.has_begun, true) {
            true => b"\r\n".to_vec(),
            false => Vec::new(),
        };
        head.extend(format!("--{}\r\n", self.boundary).bytes());
        head.extend(b"Content-Disposition: form-data; name=\"");
        escape(&with_full_line_breaks(name), &mut head);
        if let Some(file_name) = file_name {
            head.extend(b"\"; filename=\"");
            escape(file_name.as_bytes(), &mut head);
        }
        head.extend(b"\"\r\n");
        // Another Content-Disposition would contradict this one.
        let is_ours = |name: &str| name.eq_ignore_ascii_case("content-disposition");
        for (name, value) in more.iter().filter(|(name, _)| !is_ours(name)) {
            head.extend(format!("{name}: {value}\r\n").bytes());
        }
        head.extend(b"\r\n");
        Ok(head)
    }

    /// What comes after the last part.
    pub fn end(&self) -> String {
        let line_break = if self.has_begun { "\r\n" } else { "" };
        format!("{line_break}--{}--\r\n", self.boundary)
    }

    /// The header of a request with this body.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The whole form of the parts that were added. Its length is known if those of all values are.
    pub fn body(mut self) -> RequestBody {
        self.parts.push(self.end().into());
        joined_body(self.parts)
    }
}

/// Each line break as CR and LF.
fn with_full_line_breaks(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    for (at, &byte) in name.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && name[at - 1] == b'\r' => {}
            b'\r' | b'\n' => out.extend(b"\r\n"),
            _ => out.push(byte),
        }
    }
    out
}

fn escape(text: &[u8], out: &mut Vec<u8>) {
    for byte in text {
        match byte {
            b'\n' => out.extend(b"%0A"),
            b'\r' => out.extend(b"%0D"),
            b'"' => out.extend(b"%22"),
            _ => out.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn escaped(name: &str) -> String {
        let mut out = Vec::new();
        escape(&with_full_line_breaks(name.as_bytes()), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_are_escaped_as_browsers_do() {
        for (name, wanted) in [
            ("a b", "a b"),
            ("\u{e4}\u{20ac}", "\u{e4}\u{20ac}"),
            ("a\"b", "a%22b"),
            ("a\nb\rc\r\nd", "a%0D%0Ab%0D%0Ac%0D%0Ad"),
            ("a\\b%22", "a\\b%22"),
        ] {
            assert_eq!(escaped(name), wanted);
        }
    }

    #[test]
    fn the_length_is_known_if_each_part_has_one() {
        let mut form = Multipart::default();
        form.add(b"a", None, &[], "value").unwrap();
        let sized = RequestBody::sized_reader(Cursor::new("abc"), 3);
        form.add(b"f", Some("n"), &[], sized).unwrap();
        let boundary = form.boundary.clone();
        let whole = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\n\r\nabc\r\n\
             --{boundary}--\r\n"
        );
        assert_eq!(form.body().length(), Some(whole.len() as u64));

        let mut form = Multipart::default();
        form.add(
            b"f",
            Some("n"),
            &[],
            RequestBody::reader(Cursor::new("abc")),
        )
        .unwrap();
        assert_eq!(form.body().length(), None);
    }

    #[test]
    fn each_form_has_a_boundary_of_its_own() {
        let boundaries: std::collections::BTreeSet<_> =
            (0..100).map(|_| Multipart::default().boundary).collect();
        assert_eq!(boundaries.len(), 100);
        assert!(boundaries.iter().all(|it| it.len() == 38));
    }

    #[test]
    fn a_header_that_would_break_a_line_is_refused() {
        let mut form = Multipart::default();
        let header = [("X-A".to_owned(), "b\r\nX-C: d".to_owned())];
        assert!(form.add(b"a", None, &header, "").is_err());
    }
}
