//! A reply whose body is read as it arrives.

mod refusal;

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use neura_transport::memory::{self, Buffer, LARGE};
use neura_transport::{CancelToken, Method};

use crate::call::Call;
use crate::config::Sizes;
use crate::error::{Error, ErrorKind, LARGEST_BODY};
use crate::memory::afford_for;
use crate::reply::{Body, EventStream, Head, Response, closed_body, head_accessors};

/// A reply to a request, whatever its status. The body is read as it arrives: in pieces, through
/// [`io::Read`], as events, or the whole rest at once. The rules are the same for every status.
///
/// One thread at a time may read it. Dropping or closing it closes the connection at once; after a
/// body that was read to its end, the connection is reused.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// let reply = client.get("/models/gpt-0").send_streaming()?;
/// assert_eq!((reply.status(), reply.reason()), (404, "Not Found"));
/// let error = reply.into_response()?.check().unwrap_err();
/// assert_eq!(error.kind(), neura::ErrorKind::NotFound);
/// # Ok::<(), neura::Error>(())
/// ```
pub struct StreamingResponse {
    head: Box<Head>,
    rest: RefCell<Rest>,
    /// How many bytes were read and are not handed over yet.
    unread: usize,
    /// How many bytes were handed over since memory was last checked.
    unchecked: usize,
    call: Call,
    elapsed: Duration,
    sizes: Sizes,
    /// The error of a status outside 200 to 299, once enough of its body arrived.
    refusal: OnceCell<Error>,
    /// Until then, the bytes of the body that were handed over.
    said: Vec<u8>,
}

/// The rest of the body.
enum Rest {
    Unread(Body),
    Ended,
    Closed,
    /// The body cannot be read, for this reason.
    Failed(Error),
}

impl StreamingResponse {
    /// Takes the bytes of a refusal that have arrived, without waiting.
    pub(crate) fn new(
        head: Box<Head>,
        mut body: Body,
        call: Call,
        sizes: Sizes,
    ) -> Result<Self, Error> {
        let refusal = OnceCell::new();
        if !head.ok() {
            body.read_ahead(LARGEST_BODY, Duration::ZERO)
                .map_err(|cancelled| head.body_error(cancelled))?;
            if body.is_read_ahead(LARGEST_BODY) {
                let _ = refusal.set(head.error(body.ahead()));
            }
            call.begin_stream();
        }
        Ok(StreamingResponse {
            head,
            rest: RefCell::new(Rest::Unread(body)),
            unread: 0,
            unchecked: 0,
            elapsed: call.took(),
            call,
            sizes,
            refusal,
            said: Vec::new(),
        })
    }

    /// The same reply for another program, without secrets of the client or of the call in its URL,
    /// its headers and the rest of its body, in any form that errors redact. Each is replaced by
    /// `[redacted]`. The `content-length` is removed.
    ///
    /// Only bytes that may begin a secret are held back, until an empty line at the latest, so
    /// events of a stream are not delayed.
    ///
    /// A secret of fewer than 8 characters is not replaced. Instead, error text that holds it is
    /// left out up to the next empty line; an event is replaced by an event whose `error` says so.
    /// In an answer the secret stays. If the client has such a secret, up to 16 KiB of an event are
    /// held back.
    ///
    /// ```
    /// # let (sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let reply = client.get("/models").send_streaming()?.without_secrets();
    /// let body = reply.into_response()?;
    /// assert!(!body.text().contains(&sandbox.api_key));
    /// # Ok::<(), neura::Error>(())
    /// ```
    #[doc(hidden)]
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        let context = Arc::clone(&self.head.context);
        let is_error = !self.ok();
        self.head.clean();
        let rest = match self.rest.into_inner() {
            Rest::Unread(body) => {
                if self.head.method != Method::Head {
                    Arc::make_mut(&mut self.head.headers).remove("content-length");
                }
                self.unread = 0;
                Rest::Unread(body.filtered(Box::new(context.cleaner(is_error))))
            }
            rest => rest,
        };
        self.rest = RefCell::new(rest);
        self
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    head_accessors!();

    /// The time from the first byte of the last attempt's request to the headers of its reply.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether [`into_response`](Self::into_response) neither waits nor fails: the whole body of a
    /// status outside 200 to 299 has arrived with its head, and is within `max_body_bytes`.
    #[doc(hidden)]
    pub fn is_whole(&self) -> bool {
        match &*self.rest.borrow() {
            Rest::Unread(body) => body.is_all_ahead() && body.ahead().len() <= self.sizes.body,
            _ => false,
        }
    }

    /// A token that ends the reading from any thread, also while another thread waits in it.
    pub fn cancel_token(&self) -> CancelToken {
        self.call.cancel.clone()
    }

    /// Closes the connection. The rest of the body is dropped.
    pub fn close(&mut self) {
        let rest = self.rest.get_mut();
        if matches!(rest, Rest::Unread(_)) {
            *rest = Rest::Closed;
            self.unread = 0;
        }
    }

    /// The next bytes of the body, unpacked: at least one and at most `most`. Waits for the first
    /// byte only; `None` at the end. `max_body_bytes` does not apply.
    ///
    /// # Errors
    /// `connection`, `timeout` after `idle_timeout`, `tls`, `protocol`, `decode` for an invalid
    /// compression, `cancelled`, also after closing before the end; further calls return the same
    /// error. `invalid_argument` if `most` is 0.
    pub fn next_piece(&mut self, most: usize) -> Result<Option<Vec<u8>>, Error> {
        not_nothing(most)?;
        self.piece(most)
    }

    /// As [`next_piece`](Self::next_piece) for a caller with memory of its own: `hand_over` gets the
    /// bytes.
    #[doc(hidden)]
    pub fn read_piece<T>(
        &mut self,
        most: usize,
        hand_over: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, Error> {
        not_nothing(most)?;
        self.take(most, hand_over)
    }

    /// The next bytes that have arrived, at most `most`; `None` if [`next_piece`](Self::next_piece)
    /// would wait or return the end.
    #[doc(hidden)]
    pub fn ready_piece(&mut self, most: usize) -> Option<Vec<u8>> {
        if self.unread == 0 || most == 0 {
            return None; // Filling the buffer would wait.
        }
        if self.call.reports_body() {
            return None; // So would the caller's function, or it would close this response.
        }
        self.piece(most).ok().flatten()
    }

    /// A piece that the caller owns; it may be the whole of a body in memory. If there is no memory
    /// for it, the rest cannot be read.
    fn piece(&mut self, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let mut unchecked = self.unchecked;
        let piece = self.take(most, |there| copied(there, &mut unchecked))?;
        self.unchecked = unchecked;
        piece.transpose().map_err(|error| {
            let error = self.head.body_error(error);
            *self.rest.get_mut() = Rest::Failed(error.clone());
            self.unread = 0;
            error
        })
    }

    /// Hands over the available bytes; waits for the first one.
    fn take<T>(
        &mut self,
        most: usize,
        hand_over: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, Error> {
        let body = match self.rest.get_mut() {
            Rest::Unread(body) => body,
            Rest::Ended => return Ok(None),
            Rest::Closed => return Err(self.head.body_error(closed_body())),
            Rest::Failed(error) => return Err(error.clone()),
        };
        match body.fill() {
            Ok([]) => {
                *self.rest.get_mut() = Rest::Ended;
                Ok(None)
            }
            Ok(there) => {
                let length = there.len().min(most);
                let taken = hand_over(&there[..length]);
                if !self.head.ok() && self.refusal.get().is_none() {
                    let room = (LARGEST_BODY - self.said.len()).min(length);
                    self.said.extend_from_slice(&there[..room]);
                }
                self.unread = there.len() - length;
                body.consume(length);
                Ok(Some(taken))
            }
            Err(error) => {
                let error = self.head.body_error(error);
                *self.rest.get_mut() = Rest::Failed(error.clone());
                Err(error)
            }
        }
    }

    /// Reads the rest of the body, at most `max_body_bytes`. If nothing was read before, the result
    /// is that of [`RequestBuilder::send`](crate::RequestBuilder::send).
    ///
    /// # Errors
    /// As [`next_piece`](Self::next_piece), and `body_too_large`.
    pub fn into_response(self) -> Result<Response, Error> {
        let body = into_body(self.rest.into_inner(), &self.head, &self.call)?;
        let mut response = Response::read(self.head, body, self.sizes, &self.call)?;
        response.count_tokens();
        Ok(response)
    }

    /// Reads the rest of the body as events, whatever the status. A body that is JSON and not an
    /// event stream is one event.
    ///
    /// # Errors
    /// `decode` if the body is a web page, `cancelled` after closing, and for a JSON body those of
    /// [`next_piece`](Self::next_piece).
    pub fn into_events(self) -> Result<EventStream, Error> {
        let cancel = self.cancel_token();
        let body = into_body(self.rest.into_inner(), &self.head, &self.call)?;
        EventStream::new(self.head, body, cancel, self.sizes)
    }
}

/// Refuses a piece of no bytes: it would look like the end.
fn not_nothing(most: usize) -> Result<(), Error> {
    if most > 0 {
        return Ok(());
    }
    let message = "a piece of a body has at least one byte, so its limit cannot be 0";
    Err(Error::new(ErrorKind::InvalidArgument, message))
}

/// The memory that a piece needs in addition to its bytes, in the language that needs the most.
const PIECE_OVERHEAD: usize = 64;

/// A copy for a caller who may keep all copies. One copy is too small to check the memory for, but
/// many together may use all of it.
fn copied(there: &[u8], unchecked: &mut usize) -> Result<Vec<u8>, Error> {
    *unchecked = unchecked.saturating_add(there.len() + PIECE_OVERHEAD);
    if *unchecked >= LARGE {
        afford_for(LARGE, there.len(), Buffer::Piece)?;
        *unchecked = 0;
    }
    let mut piece = Vec::new();
    memory::append(&mut piece, there, there.len())
        .map_err(|no_memory| no_memory.of(Buffer::Piece))?;
    Ok(piece)
}

fn into_body(rest: Rest, head: &Head, call: &Call) -> Result<Body, Error> {
    match rest {
        Rest::Unread(body) => Ok(body),
        Rest::Ended => Ok(Body::in_memory(Vec::new(), call)),
        Rest::Failed(error) => Err(error),
        Rest::Closed => Err(head.body_error(closed_body())),
    }
}

/// The body, unpacked, as from [`next_piece`](StreamingResponse::next_piece). An [`io::Error`]
/// contains the [`Error`] of the failure.
impl io::Read for StreamingResponse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let copied = self.take(buffer.len(), |there| {
            buffer[..there.len()].copy_from_slice(there);
            there.len()
        });
        copied
            .map(Option::unwrap_or_default)
            .map_err(io::Error::other)
    }
}

impl fmt::Debug for StreamingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse")
            .field("status", &self.head.status)
            .field("unread", &matches!(*self.rest.borrow(), Rest::Unread(_)))
            .field("attempts", &self.head.attempts)
            .finish_non_exhaustive()
    }
}
