//! The bodies of requests that may be sent again, and those of replies without secrets.

use std::io::{self, Cursor, Read};
use std::sync::Mutex;

use ::ureq::http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use ::ureq::{Body, BodyReader, SendBody};

use crate::reply::Head;
use neura_transport::{Filter, Method};

/// A longer body is not kept to be sent again.
const KEPT: usize = 8 << 20;
/// So much is read at a time.
const STEP: usize = 16 * 1024;

/// The body of a request that is to be sent again if need be.
pub(super) enum Kept<'b> {
    /// All of it.
    Whole(Vec<u8>),
    /// It is too long to be kept: its beginning, then the rest.
    Long(Box<dyn Read + 'b>),
}

impl<'b> Kept<'b> {
    /// Reads a body. Its length goes into the headers, for a reader has none of its own.
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

/// A body of these bytes; none where there are none.
pub(super) fn of(bytes: &[u8]) -> SendBody<'static> {
    match bytes {
        [] => SendBody::none(),
        bytes => SendBody::from_owned_reader(Cursor::new(bytes.to_vec())),
    }
}

/// The first bytes of a refusal's body, as far as they come.
pub(super) fn beginning(body: &mut Body, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What the status says outweighs what is wrong with its body.
    let _ = body.as_reader().take(most as u64).read_to_end(&mut bytes);
    bytes
}

/// A body in memory of the type of `of`.
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

/// ureq wants a reader that threads could share; the lock is never taken.
struct Clean(Mutex<Cleaning>);

struct Cleaning {
    body: BodyReader<'static>,
    filter: Box<dyn Filter>,
    /// What was cleaned, of which so much was taken.
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
