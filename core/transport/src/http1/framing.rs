//! Where the body of a reply ends. Source: RFC 9112, section 6.3.

use super::{ChunkedDecoder, ReplyHead, malformed};
use crate::failure::Failure;
use crate::method::Method;

/// How the end of a body is found.
#[derive(Debug)]
pub(crate) enum Framing {
    /// This many bytes are left; 0 for a reply without a body.
    Length(u64),
    Chunked(ChunkedDecoder),
    /// The body ends with the connection.
    UntilClose,
}

impl Framing {
    /// How the body after this head ends, and whether the connection may be reused.
    ///
    /// # Errors
    /// The head contradicts itself.
    pub fn of(head: &ReplyHead, method: Method) -> Result<(Self, bool), Failure> {
        let reusable = !head.is_http_1_0 && !says(head, "connection", "close");
        let length = content_length(head)?;
        let coded = head.headers.find("transfer-encoding").is_some();
        if method == Method::Head || matches!(head.status, 204 | 304) {
            // If the head announces a body, the server may send it. It would be read as the
            // reply to the next request.
            let announced = coded || length.is_some_and(|length| length > 0);
            return Ok((Framing::Length(0), reusable && !announced));
        }
        if !coded {
            return Ok(match length {
                Some(length) => (Framing::Length(length), reusable),
                None => (Framing::UntilClose, false),
            });
        }
        let mut codings = head.headers.list("transfer-encoding");
        if !codings.all(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return Err(malformed("it has a transfer coding that was not asked for"));
        }
        // Transfer-Encoding wins over Content-Length, and a repeated `chunked` counts once. An
        // intermediary may disagree (request smuggling), so the connection is not reused.
        let once = head.headers.list("transfer-encoding").nth(1).is_none();
        let chunked = Framing::Chunked(ChunkedDecoder::default());
        Ok((chunked, reusable && length.is_none() && once))
    }
}

/// The promised length. Repeated ones must be equal.
fn content_length(head: &ReplyHead) -> Result<Option<u64>, Failure> {
    let mut values = head.headers.all("content-length");
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(text), None) => match decimal(text) {
            None => repeated_length(head),
            length => Ok(length),
        },
        _ => repeated_length(head),
    }
}

#[cold]
fn repeated_length(head: &ReplyHead) -> Result<Option<u64>, Failure> {
    let mut found = None;
    for text in head.headers.list("content-length") {
        let Some(length) = decimal(text) else {
            return Err(malformed("its Content-Length is not a number of bytes"));
        };
        if found.is_some_and(|found| found != length) {
            return Err(malformed("it has two different Content-Lengths"));
        }
        found = Some(length);
    }
    Ok(found)
}

fn decimal(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        let is_digit = digit < 10;
        number
            .checked_mul(10)?
            .checked_add(digit.into())
            .filter(|_| is_digit)
    })
}

/// Whether the list in the header `name` has this word.
fn says(head: &ReplyHead, name: &str, word: &str) -> bool {
    let mut words = head.headers.list(name);
    words.any(|value| value.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, headers: &[(&str, &str)]) -> Result<(Framing, bool), Failure> {
        let head = ReplyHead {
            status,
            reason: "".into(),
            headers: headers.iter().copied().collect(),
            is_http_1_0: false,
            length: 0,
        };
        Framing::of(&head, Method::Get)
    }

    #[test]
    fn a_length_is_a_length() {
        for (list, length) in [
            (&[("content-length", "7")][..], 7),
            (&[("content-length", "7"), ("content-length", "7")], 7),
            (&[("content-length", "7, 7")], 7),
            (&[("content-length", "0")], 0),
        ] {
            let (framing, reusable) = of(200, list).unwrap();
            assert!(matches!(framing, Framing::Length(found) if found == length));
            assert!(reusable);
        }
        for list in [
            &[("content-length", "7"), ("content-length", "8")][..],
            &[("content-length", "7, 8")],
            &[("content-length", "-1")],
            &[("content-length", "+1")],
            &[("content-length", "")],
            &[("content-length", "\u{a0}5")],
            &[("transfer-encoding", "chunked\u{2003}")],
            &[("content-length", "99999999999999999999")],
            &[("transfer-encoding", "gzip, chunked")],
            &[("transfer-encoding", "chunked, x")],
            &[("transfer-encoding", "chunked,")],
            &[
                ("transfer-encoding", "chunked"),
                ("transfer-encoding", "gzip"),
            ],
        ] {
            assert!(of(200, list).is_err(), "{list:?}");
        }
    }

    #[test]
    fn chunked_wins_over_a_length_and_ends_the_reuse() {
        let (framing, reusable) = of(200, &[("transfer-encoding", "Chunked")]).unwrap();
        assert!(matches!(framing, Framing::Chunked(_)) && reusable);
        let both = [("transfer-encoding", "chunked"), ("content-length", "3")];
        let (framing, reusable) = of(200, &both).unwrap();
        assert!(matches!(framing, Framing::Chunked(_)) && !reusable);
        for twice in [
            &[("transfer-encoding", "chunked, Chunked")][..],
            &[
                ("transfer-encoding", "chunked"),
                ("transfer-encoding", "chunked"),
            ],
        ] {
            let (framing, reusable) = of(200, twice).unwrap();
            assert!(matches!(framing, Framing::Chunked(_)) && !reusable);
        }
    }

    #[test]
    fn without_a_length_the_body_ends_with_the_connection() {
        assert!(matches!(
            of(200, &[]).unwrap(),
            (Framing::UntilClose, false)
        ));
        for status in [204, 304] {
            assert!(matches!(
                of(status, &[]).unwrap(),
                (Framing::Length(0), true)
            ));
        }
        let close = [("connection", "keep-alive, Close"), ("content-length", "1")];
        assert!(matches!(
            of(200, &close).unwrap(),
            (Framing::Length(1), false)
        ));
    }
}
