//! The body of a reply that one thread reads and any thread may close, for languages whose objects
//! are shared.

use std::sync::{Arc, OnceLock, Weak};

use neura_transport::CancelToken;

use super::ClosableStream;
use super::one_reader::{Close, OneReader, busy, no_turn};
use crate::error::{Error, ErrorKind};
use crate::reply::{Response, StreamingResponse, closed_body};

/// The body of a reply: in memory, or still arriving. It is read in pieces, as events, or whole;
/// once it is whole, it stays in memory.
///
/// The connection is closed after the end, after an error, by [`close`](Self::close) or when the
/// body is dropped. Reading on after an early close is `cancelled`; after an error it is the same
/// error again.
///
/// Each method that reads takes the token that can interrupt it. Once the token is cancelled, the
/// body is closed.
pub struct ClosableBody {
    whole: OnceLock<Response>,
    /// The error of the reply's status, with the words that had arrived with its head.
    refusal: Option<Error>,
    rest: OneReader<Rest>,
}

/// What is left of a body.
enum Rest {
    Open {
        reply: Box<StreamingResponse>,
        /// Some of it was handed out.
        begun: bool,
    },
    /// It is read as events.
    Events(Weak<ClosableStream>),
    /// It was read to its end, in pieces or into memory, or was taken.
    Ended,
    Closed,
    /// It cannot be read, for this reason.
    Failed(Error),
}

impl ClosableBody {
    /// A body that is in memory.
    pub fn whole(reply: Response) -> Self {
        Self {
            whole: OnceLock::from(reply),
            refusal: None,
            rest: OneReader::new(Rest::Ended),
        }
    }

    /// A body that is still arriving.
    pub fn arriving(reply: StreamingResponse) -> Self {
        Self {
            whole: OnceLock::new(),
            refusal: reply.check_at_once().err(),
            rest: OneReader::new(Rest::Open {
                reply: Box::new(reply),
                begun: false,
            }),
        }
    }

    /// The reply with its whole body, if that is in memory.
    pub fn response(&self) -> Option<&Response> {
        self.whole.get()
    }

    /// The error of a status outside 200 to 299, as [`StreamingResponse::check`]: waits a little
    /// for its words. While another read is running or after a close, the words that had arrived
    /// with the head are used.
    ///
    /// # Errors
    /// That of the status.
    pub fn check(&self, cancel: &CancelToken) -> Result<(), Error> {
        self.check_by(cancel, StreamingResponse::check)
    }

    /// The same for a thread that must not wait: uses only the words that have arrived.
    ///
    /// # Errors
    /// That of the status.
    pub fn check_at_once(&self, cancel: &CancelToken) -> Result<(), Error> {
        self.check_by(cancel, StreamingResponse::check_at_once)
    }

    fn check_by(
        &self,
        cancel: &CancelToken,
        check: impl FnOnce(&StreamingResponse) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(whole) = self.response() {
            return whole.check();
        }
        let Some(refusal) = &self.refusal else {
            return Ok(());
        };
        let checked = self.rest.read(cancel, |rest| match rest {
            Rest::Open { reply, .. } => check(reply),
            _ => Err(refusal.clone()),
        });
        checked.unwrap_or_else(|| Err(refusal.clone()))
    }

    /// Reads the body into memory, at most `max_body_bytes`. `place` may move it into memory of
    /// the caller's language.
    ///
    /// # Errors
    /// Those of [`StreamingResponse::into_response`]; `cancelled` after an early close;
    /// `invalid_argument` if a part was handed out before, or while another read is running.
    pub fn read_whole(
        &self,
        cancel: &CancelToken,
        place: impl FnOnce(Response) -> Result<Response, Error>,
    ) -> Result<&Response, Error> {
        if let Some(whole) = self.response() {
            return Ok(whole);
        }
        self.reading(cancel, |rest| {
            if self.response().is_some() {
                return Ok(()); // Another thread was faster.
            }
            if matches!(rest, Rest::Open { begun: true, .. }) {
                return Err(handed_out());
            }
            let reply = rest.take()?;
            let read = reply.into_response().and_then(place);
            let whole = read.map_err(|error| rest.fail(error))?;
            let _ = self.whole.set(whole); // Under the lock, no other thread did.
            Ok(())
        })?;
        self.response().ok_or_else(handed_out)
    }

    /// As [`read_whole`](Self::read_whole), for a language whose object keeps the reply: here the
    /// body counts as handed out afterwards.
    ///
    /// # Errors
    /// Those of [`read_whole`](Self::read_whole).
    pub fn take_whole(&self, cancel: &CancelToken) -> Result<Response, Error> {
        self.reading(cancel, |rest| {
            if matches!(rest, Rest::Open { begun: true, .. }) {
                return Err(handed_out());
            }
            let reply = rest.take()?;
            reply.into_response().map_err(|error| rest.fail(error))
        })
    }

    /// The next bytes that have arrived, at most `most`, of a body that was begun; `None` if
    /// [`next_piece`](Self::next_piece) would wait, fail or return the end.
    pub fn ready_piece(&self, cancel: &CancelToken, most: usize) -> Option<Vec<u8>> {
        if cancel.is_cancelled() {
            return None;
        }
        self.rest.look(|rest| match rest {
            Rest::Open { reply, begun: true } => reply.ready_piece(most),
            _ => None,
        })?
    }

    /// Waits for the next bytes, at most `most`; `None` at the end, and for a body in memory.
    ///
    /// # Errors
    /// Those of [`StreamingResponse::next_piece`]; `cancelled` after an early close;
    /// `invalid_argument` for a body that is read as events, or while another read is running.
    pub fn next_piece(&self, cancel: &CancelToken, most: usize) -> Result<Option<Vec<u8>>, Error> {
        self.next_by(cancel, most, |reply| reply.next_piece(most))
    }

    /// As [`next_piece`](Self::next_piece), for a language whose caller has memory for the piece:
    /// `hand_over` gets the bytes.
    ///
    /// # Errors
    /// Those of [`next_piece`](Self::next_piece).
    pub fn read_piece<T>(
        &self,
        cancel: &CancelToken,
        most: usize,
        hand_over: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, Error> {
        self.next_by(cancel, most, |reply| reply.read_piece(most, hand_over))
    }

    fn next_by<T>(
        &self,
        cancel: &CancelToken,
        most: usize,
        next: impl FnOnce(&mut StreamingResponse) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        self.reading(cancel, |rest| {
            let (reply, begun) = match rest {
                Rest::Open { reply, begun } => (reply, begun),
                Rest::Ended => return Ok(None),
                _ => return Err(rest.why()),
            };
            match next(reply) {
                Ok(Some(piece)) => {
                    *begun = true;
                    Ok(Some(piece))
                }
                Ok(None) => {
                    *rest = Rest::Ended;
                    Ok(None)
                }
                Err(error) if most == 0 => Err(error), // The body can still be read.
                Err(error) => Err(rest.fail(error)),
            }
        })
    }

    /// The rest of the body as a stream of events; `step` as in [`ClosableStream::events`]. A body
    /// in memory may be read so any number of times.
    ///
    /// # Errors
    /// Those of [`StreamingResponse::into_events`]; `cancelled` after an early close;
    /// `invalid_argument` if the body was given away or read to its end in pieces, or while
    /// another read is running.
    pub fn events(
        &self,
        cancel: &CancelToken,
        step: (usize, usize),
    ) -> Result<Arc<ClosableStream>, Error> {
        if let Some(whole) = self.response() {
            return Ok(Arc::new(ClosableStream::events(whole.events()?, step)));
        }
        self.reading(cancel, |rest| {
            let reply = rest.take()?;
            let events = reply.into_events().map_err(|error| rest.fail(error))?;
            let events = Arc::new(ClosableStream::events(events, step));
            *rest = Rest::Events(Arc::downgrade(&events));
            Ok(events)
        })
    }

    /// The reply itself, to be read elsewhere; here its body counts as handed out.
    ///
    /// # Errors
    /// As [`read_whole`](Self::read_whole), before any reading.
    pub fn take(&self) -> Result<StreamingResponse, Error> {
        let taken = self.rest.look(|rest| rest.take().map(|reply| *reply));
        taken.unwrap_or_else(|| Err(busy("body")))
    }

    /// Why no more of the body can be read, if it was closed early or has failed.
    pub fn failure(&self) -> Option<Error> {
        self.rest.look(|rest| match rest {
            Rest::Closed | Rest::Failed(_) => Some(rest.why()),
            _ => None,
        })?
    }

    /// Whether its connection is held. One that is read as events is held by these.
    pub fn is_open(&self, cancel: &CancelToken) -> bool {
        // A thread that holds the lock is reading, or is about to notice the close.
        let open = |rest: &mut Rest| matches!(rest, Rest::Open { .. });
        !cancel.is_cancelled() && self.rest.look(open).unwrap_or(true)
    }

    /// Closes the connection at once, also that of its events. A thread that reads with `cancel`
    /// is woken, and closes the connection itself. Afterwards the token is cancelled, unless the
    /// body had ended or failed before.
    pub fn close(&self, cancel: &CancelToken) {
        let over = |rest: &mut Rest| matches!(rest, Rest::Ended | Rest::Closed | Rest::Failed(_));
        if self.rest.look(over).unwrap_or(false) {
            return;
        }
        cancel.cancel();
        self.rest.close();
    }

    fn reading<T>(
        &self,
        cancel: &CancelToken,
        read: impl FnOnce(&mut Rest) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let outcome = self.rest.read(cancel, read);
        outcome.unwrap_or_else(|| Err(no_turn("body", cancel, closed_body)))
    }
}

impl Rest {
    /// The reply, which leaves `Ended` behind; its reader sets what is left of it.
    fn take(&mut self) -> Result<Box<StreamingResponse>, Error> {
        match std::mem::replace(self, Self::Ended) {
            Self::Open { reply, .. } => Ok(reply),
            other => {
                *self = other;
                Err(self.why())
            }
        }
    }

    /// Why no more of the body can be read.
    fn why(&self) -> Error {
        match self {
            Self::Failed(error) => error.clone(),
            Self::Closed => closed_body(),
            _ => handed_out(),
        }
    }

    /// Keeps the error for each further read.
    fn fail(&mut self, error: Error) -> Error {
        *self = Self::Failed(error.clone());
        error
    }
}

impl Close for Rest {
    type Left = Option<Box<StreamingResponse>>;

    fn close(&mut self) -> Self::Left {
        match std::mem::replace(self, Self::Closed) {
            Self::Open { reply, .. } => return Some(reply),
            Self::Events(events) => {
                if let Some(events) = events.upgrade() {
                    events.close();
                }
            }
            Self::Closed => {}
            over @ (Self::Ended | Self::Failed(_)) => *self = over,
        }
        None
    }
}

fn handed_out() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the body was already read in pieces: it is not in memory",
    )
}
