//! Request bodies that may be sent again, and reply bodies without secrets.

use std::io::{self, Cursor, Read};
use std::sync::Mutex;

use ::ureq::http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use ::ureq::{Body, BodyReader, SendBody};
use neura_transport::{Filter, Method};

use crate::reply::Head;

/// A larger body is not kept for sending it again.
const KEPT: usize = 8 << 20;
/// How many bytes are read at a time.
const STEP: usize = 16 * 1024;

/// The body of a request that may have to be sent again.
pub(super) enum Kept<'b> {
    /// The whole body.
    Whole(Vec<u8>),
    /// A body that is too large to be kept: its beginning, then the rest.
    Long(Box<dyn Read + 'b>),
}

impl<'b> Kept<'b> {
    /// Reads a body. Its length is set in the headers, because a reader has no length.
    pub fn read(body: SendBody<'b>, method: Method, headers: &mut HeaderMap) -> io::Result<Self> {
        let mut rest = body.into_reader();
        let mut bytes = Vec::new();
        (&mut rest).take(KEPT as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > KEPT {
            return Ok(Kept::Long(Box::new(Cursor::new(bytes).chain(rest))));
        }
        if !bytes.is_empty() || method.always_has_body() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        Ok(Kept::Whole(bytes))
    }
}

/// A body with these bytes; no body if there are none.
pub(super) fn of(bytes: &[u8]) -> SendBody<'static> {
    match bytes {
        [] => SendBody::none(),
        bytes => SendBody::from_owned_reader(Cursor::new(bytes.to_vec())),
    }
}

/// The first bytes of a refusal's body, as many as arrive.
pub(super) fn beginning(body: &mut Body, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // The status takes precedence over a defect of the body.
    let _ = body.as_reader().take(most as u64).read_to_end(&mut bytes);
    bytes
}

/// A body in memory with the content type of `of`.
pub(super) fn known(of: &Body, bytes: Vec<u8>) -> Body {
    typed(of).data(bytes)
}

/// The body of a reply without secrets.
pub(super) fn clean(body: Body, head: &Head) -> Body {
    let of = typed(&body);
    of.reader(Clean(Mutex::new(Cleaning {
        body: body.into_reader(),
        filter: Box::new(head.context.cleaner(!head.ok())),
        clean: Vec::new(),
        taken: 0,
        ended: false,
    })))
}

fn typed(of: &Body) -> ::ureq::BodyBuilder {
    let mut builder = Body::builder();
    if let Some(mime_type) = of.mime_type() {
        builder = builder.mime_type(mime_type);
    }
    match of.charset() {
        Some(charset) => builder.charset(charset),
        None => builder,
    }
}

/// ureq requires a reader that is `Sync`; the lock is never contended.
struct Clean(Mutex<Cleaning>);

struct Cleaning {
    body: BodyReader<'static>,
    filter: Box<dyn Filter>,
    /// The redacted bytes, and how many of them were taken.
    clean: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl Read for Clean {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let cleaning = self.0.get_mut().map_err(|_| io::ErrorKind::Other)?;
        cleaning.read(buffer)
    }
}

impl Cleaning {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.clean.len() && !self.ended && !buffer.is_empty() {
            self.clean.clear();
            self.taken = 0;
            let mut piece = [0; STEP];
            let length = self.body.read(&mut piece)?;
            match length {
                0 => {
                    self.ended = true;
                    self.filter.finish(&mut self.clean);
                }
                _ => self.filter.push(&piece[..length], &mut self.clean),
            }
        }
        let left = &self.clean[self.taken..];
        let length = left.len().min(buffer.len());
        buffer[..length].copy_from_slice(&left[..length]);
        self.taken += length;
        Ok(length)
    }
}
