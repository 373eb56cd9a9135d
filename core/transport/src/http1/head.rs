//! The head of a reply: from bytes to status and headers.

use std::borrow::Cow;
use std::mem::MaybeUninit;

use httparse::{ParserConfig, Status};

use super::malformed;
use crate::failure::Failure;
use crate::header_list::HeaderList;
use crate::memory::{self, Buffer, NoMemory};

/// The most headers of a reply. Source: faults.md, 17.
const MOST_HEADERS: usize = 128;
/// The most that nearly all replies have.
const USUAL_HEADERS: usize = 24;
const TOO_MANY_HEADERS: &str = "it has more than 128 headers";
/// The headers that say where the body ends.
const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];
/// The position of the status in `HTTP/1.1 200`.
const FIRST_DIGIT: usize = 9;

/// Whether a reply with this status has what was asked for.
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The head of a reply; it may be an interim one (1xx).
pub(crate) struct ReplyHead {
    pub status: u16,
    /// The words after the status; empty if there are none, or others than ASCII.
    pub reason: Cow<'static, str>,
    pub headers: HeaderList,
    /// The connection ends with the body.
    pub is_http_1_0: bool,
    /// The size of the head in bytes.
    pub length: usize,
}

/// Reads the head at the start of `bytes`; `None` while it is not whole. `searched` is the number
/// of bytes at the last call, so that a head that comes byte by byte is not parsed each time.
pub(crate) fn read_head(bytes: &[u8], searched: usize) -> Result<Option<ReplyHead>, Failure> {
    // Line breaks before the status line are not the empty line that ends a head.
    let start = bytes
        .iter()
        .position(|byte| !is_line_break(*byte))
        .unwrap_or(bytes.len());
    if !begins_like_http(&bytes[start..]) {
        return Err(malformed("it does not begin with a status line"));
    }
    // The empty line at the end may have begun in bytes that were there the last time. The first
    // time most heads are whole, so they are parsed without a search for it.
    let from = searched.saturating_sub(3).max(start);
    if searched > 0 && !has_empty_line(&bytes[from..]) {
        return Ok(None);
    }
    let parsed = match parse::<USUAL_HEADERS>(bytes, start) {
        Err(httparse::Error::TooManyHeaders) => parse::<MOST_HEADERS>(bytes, start),
        parsed => parsed,
    };
    match parsed {
        Ok(head) => head,
        Err(_) if !has_empty_line(&bytes[start..]) => Ok(None),
        // A line that begins with white space, perhaps.
        Err(httparse::Error::HeaderName) => read_folded(bytes),
        Err(error) => Err(malformed(why(error))),
    }
}

/// Parses a head of at most `MOST` headers, none of which continues in the next line. Not inlined:
/// their space would be part of the stack of every call in flight.
#[inline(never)]
fn parse<const MOST: usize>(
    bytes: &[u8],
    start: usize,
) -> Result<Result<Option<ReplyHead>, Failure>, httparse::Error> {
    let mut space = [const { MaybeUninit::uninit() }; MOST];
    let mut reply = httparse::Response::new(&mut []);
    let parsed = ParserConfig::default().parse_response_with_uninit_headers(
        &mut reply,
        &bytes[start..],
        &mut space,
    );
    let length = match parsed? {
        Status::Complete(length) => length,
        Status::Partial => return Ok(Ok(None)),
    };
    let fields = reply.headers.iter().map(|it| (it.name, it.value));
    let headers = HeaderList::of_head(&bytes[start..start + length], fields);
    Ok(ReplyHead::new(&reply, start + length, headers).map(Some))
}

/// As [`read_head`], for a head with lines that continue in the next one.
#[cold]
#[inline(never)]
fn read_folded(bytes: &[u8]) -> Result<Option<ReplyHead>, Failure> {
    let mut space = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut reply = httparse::Response::new(&mut []);
    let parsed = ParserConfig::default()
        .allow_obsolete_multiline_headers_in_responses(true)
        .parse_response_with_uninit_headers(&mut reply, bytes, &mut space);
    let length = match parsed {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(error) => return Err(malformed(why(error))),
    };
    let fields = unfolded(reply.headers, bytes)?;
    let fields = fields.iter().map(|(name, value)| (*name, &**value));
    ReplyHead::new(&reply, length, HeaderList::read(fields, length)).map(Some)
}

impl ReplyHead {
    fn new(
        reply: &httparse::Response<'_, '_>,
        length: usize,
        headers: Result<HeaderList, NoMemory>,
    ) -> Result<Self, Failure> {
        let no_memory = |no_memory: NoMemory| no_memory.of(Buffer::Head);
        Ok(ReplyHead {
            status: reply.code.unwrap_or_default(),
            reason: kept(reply.reason.unwrap_or_default().trim_ascii()).map_err(no_memory)?,
            headers: headers.map_err(no_memory)?,
            is_http_1_0: reply.version == Some(0),
            length,
        })
    }
}

/// Nearly all replies have the same reason, which takes no memory.
fn kept(reason: &str) -> Result<Cow<'static, str>, NoMemory> {
    match reason {
        "OK" => Ok(Cow::Borrowed("OK")),
        "" => Ok(Cow::Borrowed("")),
        other => {
            let mut kept = String::new();
            let room = kept.try_reserve_exact(other.len());
            room.map_err(|_| NoMemory(other.len()))?;
            kept.push_str(other);
            Ok(Cow::Owned(kept))
        }
    }
}

fn why(error: httparse::Error) -> &'static str {
    use httparse::Error;
    match error {
        Error::HeaderName => "invalid header name",
        Error::HeaderValue => "invalid header value",
        Error::NewLine => "invalid new line",
        Error::Status => "invalid response status",
        Error::Token => "invalid token",
        Error::TooManyHeaders => TOO_MANY_HEADERS,
        Error::Version => "invalid HTTP version",
    }
}

/// The name and the value of a header.
type Field<'h> = (&'h str, Cow<'h, [u8]>);

/// The headers of a head, each fold and the white space around it replaced by one space. A folded
/// header that frames the body is refused: other readers may read it differently, and then
/// disagree about where the body ends. Source: RFC 9112, section 5.2.
fn unfolded<'h>(headers: &[httparse::Header<'h>], head: &[u8]) -> Result<Vec<Field<'h>>, Failure> {
    let unfold = |header: &httparse::Header<'h>| {
        let frames = |name: &&str| header.name.eq_ignore_ascii_case(name);
        if FRAMING.iter().any(frames) && is_folded(header.name, head) {
            return Err(malformed(
                "its Content-Length or Transfer-Encoding spans two lines",
            ));
        }
        if memchr::memchr(b'\n', header.value).is_none() {
            return Ok((header.name, Cow::Borrowed(header.value)));
        }
        let mut value = Vec::new();
        memory::reserve(&mut value, header.value.len(), header.value.len())
            .map_err(|no_memory| no_memory.of(Buffer::Head))?;
        for line in header.value.split(|byte| is_line_break(*byte)) {
            let line = line.trim_ascii();
            if !line.is_empty() && !value.is_empty() {
                value.push(b' ');
            }
            value.extend_from_slice(line);
        }
        Ok((header.name, Cow::Owned(value)))
    };
    headers.iter().map(unfold).collect()
}

/// Whether the line of this header continues in the next one. `name` is a part of `head`. The
/// parser removes folds at the start and the end of a value, so the value does not show them.
fn is_folded(name: &str, head: &[u8]) -> bool {
    let start = name.as_ptr().addr() - head.as_ptr().addr();
    let line = &head[start..];
    let next = memchr::memchr(b'\n', line).and_then(|end| line.get(end + 1));
    matches!(next, Some(b' ' | b'\t'))
}

/// The text after the status of a head that was read.
pub(crate) fn reason(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    let line = text.lines().find(|line| !line.is_empty());
    let words = line.and_then(|line| line.splitn(3, ' ').nth(2));
    words.unwrap_or_default().trim().to_owned()
}

/// Whether this is the start of a status line such as `HTTP/1.1 200 OK`. A reply that is not HTTP
/// is an error with its first bytes, not only once its sender stops.
fn begins_like_http(bytes: &[u8]) -> bool {
    let mut line = *b"HTTP/1.1 200 ";
    for (place, byte) in line.iter_mut().zip(bytes) {
        *place = *byte;
    }
    let [start @ .., version, space, first, second, third, end] = line;
    start == *b"HTTP/1."
        && matches!(version, b'0' | b'1')
        && space == b' '
        && matches!(first, b'1'..=b'9')
        && second.is_ascii_digit()
        && third.is_ascii_digit()
        && (end == b' ' || is_line_break(end))
}

/// Whether the incomplete head at the start of `bytes` has a status of 300 or more.
pub(super) fn is_refusal(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|byte| !is_line_break(*byte));
    let line = start.map_or(&[][..], |start| &bytes[start..]);
    !matches!(line.get(FIRST_DIGIT), None | Some(b'1' | b'2'))
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
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
                // The empty line may begin before the new bytes.
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
    fn a_reply_that_is_not_http_is_refused_with_its_first_bytes() {
        for bytes in [
            &b"S"[..],
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/2.0 200 OK\r\n",
            b"\r\nhttp/1.1",
            b"HTTP/1.2",
            b"HTTP/1.1\r\n",
            b"HTTP/1.1  200",
            b"HTTP/1.1 abc",
            b"HTTP/1.1 099",
            b"HTTP/1.1 20 OK",
            b"HTTP/1.1 2000",
            b"<html>",
        ] {
            assert!(read_head(bytes, 0).is_err(), "{bytes:?}");
        }
        for bytes in [
            &b""[..],
            b"HT",
            b"HTTP/1.0 20",
            b"HTTP/1.1 999\n",
            b"HTTP/1.1 200 OK\r\n",
            b"\r\n",
        ] {
            assert_eq!(status(bytes), Some(None), "{bytes:?}");
        }
        assert!(read_head(b"HTTP/1.1 099 OK\r\n\r\n", 0).is_err());
        assert!(read_head(b"HTTP/1.1 2x0 OK\r\n\r\n", 0).is_err());
        assert!(read_head(b"HTTP/1.1 200 OK\r\nA b\r\n\r\n", 0).is_err());
    }

    #[test]
    fn a_head_that_is_not_utf8_is_read_as_latin_1() {
        for head in [
            &b"HTTP/1.1 200 \xfcber\r\nX-Empty:\r\nX-Team: \xc3\xbc\r\nX-Last: 1 \r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\nX-Empty: \r\nX-TEAM:\xfc\r\nx-last:\t1\r\n\r\n",
            b"\r\nHTTP/1.1 200 OK\nX-EMPTY:\nx-team: \xc3\xbc\nX-LAST: 1\n\n",
        ] {
            let headers = read_head(head, 0).unwrap().unwrap().headers;
            let wanted = [("x-empty", ""), ("x-team", "\u{fc}"), ("x-last", "1")];
            assert!(headers.iter().eq(wanted), "{head:?}");
        }
    }

    #[test]
    fn a_fold_becomes_one_space() {
        for (lines, value) in [
            ("A: b\r\n c", "b c"),
            ("A: b \t\r\n\t  c\n d", "b c d"),
            ("A:\r\n b", "b"),
            ("A: \r\n \r\n b", "b"),
            ("A: b\r\n \r\n c", "b c"),
            ("A: b\r\n ", "b"),
            ("A:\r\n ", ""),
            ("A: b\r\n : c", "b : c"),
        ] {
            let head = format!("HTTP/1.1 200 OK\r\n{lines}\r\nB: 1\r\n\r\n");
            let head = read_head(head.as_bytes(), 0).unwrap().unwrap();
            assert_eq!(head.headers.find("a"), Some(value), "{lines:?}");
            assert_eq!(head.headers.find("b"), Some("1"), "{lines:?}");
        }
        for lines in [
            " A: b",
            "Content-Length: 1\r\n 2",
            "content-length:\r\n 2",
            "Content-Length: 2\n ",
            "Transfer-Encoding: chunked,\r\n\tchunked",
            "A: b\r\n \u{1}",
        ] {
            let head = format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\n");
            assert!(read_head(head.as_bytes(), 0).is_err(), "{lines:?}");
        }
    }

    #[test]
    fn the_most_headers_fit_and_one_more_does_not() {
        for (count, fits) in [(128, true), (129, false)] {
            let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
            (0..count).for_each(|_| head.extend_from_slice(b"a: b\r\n"));
            head.extend_from_slice(b"\r\n");
            assert_eq!(read_head(&head, 0).is_ok(), fits);
        }
    }
}
