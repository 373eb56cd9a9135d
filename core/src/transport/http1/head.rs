//! A reply's head: from bytes to status and headers.

use std::mem::MaybeUninit;

use httparse::{ParserConfig, Status};

use super::protocol;
use crate::error::Error;
use crate::header_list::HeaderList;
use crate::memory::Buffer;

/// So many headers are read. Source: faults.md, 17.
const MOST_HEADERS: usize = 128;
/// Where a status begins: `HTTP/1.1 200`.
const FIRST_DIGIT: usize = 9;

/// A reply's head, which may be an interim one (1xx).
pub(crate) struct ReplyHead {
    pub status: u16,
    pub headers: HeaderList,
    /// HTTP/1.0: the connection ends with the body.
    pub old: bool,
    /// How many bytes it was.
    pub length: usize,
}

/// Reads the head at the start of `bytes`; `None` while it is not whole. `searched` is how
/// many of the bytes were there the last time: a head that comes byte by byte is not parsed
/// anew for each.
pub(crate) fn read_head(bytes: &[u8], searched: usize) -> Result<Option<ReplyHead>, Error> {
    // Line breaks before a status line are no part of the head, and end none.
    let start = bytes
        .iter()
        .position(|byte| !matches!(byte, b'\r' | b'\n'))
        .unwrap_or(bytes.len());
    if !begins_like_http(&bytes[start..]) {
        return Err(protocol("it does not begin with a status line"));
    }
    // The empty line that ends a head may have begun among the bytes that were there.
    let from = searched.saturating_sub(3).max(start);
    if !has_empty_line(&bytes[from..]) {
        return Ok(None);
    }
    let mut space = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut reply = httparse::Response::new(&mut []);
    let parsed =
        ParserConfig::default().parse_response_with_uninit_headers(&mut reply, bytes, &mut space);
    let length = match parsed {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(protocol(&format!(
                "it has more than {MOST_HEADERS} headers"
            )));
        }
        Err(error) => return Err(protocol(&error.to_string())),
    };
    let status = reply.code.unwrap_or_default();
    if status < 100 {
        return Err(protocol("its status is below 100"));
    }
    let fields = reply.headers.iter().map(|it| (it.name, it.value));
    let headers = HeaderList::read(fields, length).map_err(|it| it.of(Buffer::Head))?;
    Ok(Some(ReplyHead {
        status,
        headers,
        old: reply.version == Some(0),
        length,
    }))
}

/// The words behind the status of a head that was read, for people.
pub(crate) fn reason(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    let line = text.lines().find(|line| !line.is_empty());
    let words = line.and_then(|line| line.splitn(3, ' ').nth(2));
    words.unwrap_or_default().trim().to_owned()
}

/// Whether this can still become a status line. What is no HTTP at all is told at once, not
/// when its sender stops.
fn begins_like_http(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .zip(b"HTTP/1.")
        .all(|(have, wanted)| have == wanted)
}

/// Whether these bytes begin with an answer that the rest of the request cannot change: a
/// status of 300 or more, behind interim heads or none. A success may come early too, but
/// wants the whole request. Source: RFC 9112, section 9.5.
pub(crate) fn refuses(mut bytes: &[u8]) -> bool {
    loop {
        match bytes.get(FIRST_DIGIT) {
            None => return false,
            Some(b'1') => match memchr::memmem::find(bytes, b"\r\n\r\n") {
                Some(end) => bytes = &bytes[end + 4..],
                None => return false,
            },
            Some(digit) => return matches!(digit, b'3'..=b'5'),
        }
    }
}

fn has_empty_line(bytes: &[u8]) -> bool {
    let end = |at: usize| matches!(bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]);
    memchr::memchr_iter(b'\n', bytes).any(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(bytes: &[u8]) -> Option<Option<u16>> {
        read_head(bytes, 0)
            .ok()
            .map(|head| head.map(|head| head.status))
    }

    #[test]
    fn a_head_is_the_same_however_its_bytes_come() {
        for head in [
            &b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-B:2\r\n\r\n"[..],
            b"\r\n\r\nHTTP/1.0 404\r\n\r\n",
            b"HTTP/1.1 204 No Content\nA: b\n\n",
        ] {
            let mut whole = head.to_vec();
            whole.extend_from_slice(b"body");
            let mut found = None;
            for end in 1..=whole.len() {
                // A line break that begins the empty line may lie before what is new.
                let next = read_head(&whole[..end], end - 1).unwrap();
                if let Some(head) = next {
                    found.get_or_insert((end, head.length, head.status));
                }
            }
            let status = status(&whole).flatten().unwrap();
            assert_eq!(found, Some((head.len(), head.len(), status)));
        }
    }

    #[test]
    fn what_is_no_http_is_told_with_its_first_bytes() {
        for bytes in [
            &b"S"[..],
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/2.0 200 OK\r\n",
            b"\r\nhttp/1.1",
            b"<html>",
        ] {
            assert!(read_head(bytes, 0).is_err(), "{bytes:?}");
        }
        for bytes in [&b""[..], b"HT", b"HTTP/1.1 200 OK\r\n", b"\r\n"] {
            assert_eq!(status(bytes), Some(None), "{bytes:?}");
        }
        assert!(read_head(b"HTTP/1.1 099 OK\r\n\r\n", 0).is_err());
        assert!(read_head(b"HTTP/1.1 2x0 OK\r\n\r\n", 0).is_err());
        assert!(read_head(b"HTTP/1.1 200 OK\r\nA b\r\n\r\n", 0).is_err());
    }

    #[test]
    fn as_many_headers_as_are_allowed_fit() {
        for (count, fits) in [(128, true), (129, false)] {
            let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
            (0..count).for_each(|_| head.extend_from_slice(b"a: b\r\n"));
            head.extend_from_slice(b"\r\n");
            assert_eq!(read_head(&head, 0).is_ok(), fits);
        }
    }
}
