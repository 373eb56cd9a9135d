//! The body of a reply: in memory, or still to be read from its connection.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, TryLockError, Weak};
use std::time::Duration;

use neura::bindings::{CallId, ClosableStream, closed_body};
use neura::{CancelToken, Error, ErrorKind, StreamingResponse};
use pyo3::prelude::*;

use crate::errors::raise;
use crate::head_of;
use crate::held;
use crate::outcome::Outcome;
use crate::port::Port;
use crate::reading::Reading;
use crate::stream::{Head, Opened, Stream};
use crate::wait::Interrupt;

/// A reply whose body may still be on its way.
pub struct Body {
    whole: Arc<OnceLock<neura::Response>>,
    /// None where the body was in memory from the start.
    open: Option<Open>,
}

/// A body that was still to come when its reply was given to Python.
pub struct Open {
    pub head: Head,
    pub reason: &'static str,
    pub elapsed: Duration,
    pub ok: bool,
    /// The error of a status outside 200 to 299, in the words that came before it was given away.
    refusal: Option<Error>,
    rest: Arc<Mutex<Rest>>,
    reading: Reading,
}

/// What is left of a body.
enum Rest {
    Untouched(StreamingResponse),
    /// Some of it was handed out.
    Begun(StreamingResponse),
    /// A stream of events has it.
    Given(Weak<ClosableStream>),
    /// It was read to its end, in pieces or into memory.
    Ended,
    Closed,
    /// It cannot be read, for this reason.
    Failed(Error),
}

impl Body {
    pub fn whole(reply: neura::Response) -> Self {
        Self {
            whole: Arc::new(OnceLock::from(reply)),
            open: None,
        }
    }

    pub fn open(reply: StreamingResponse, reading: Reading) -> Self {
        let open = Open {
            head: head_of!(reply),
            reason: reply.reason(),
            elapsed: reply.elapsed(),
            ok: reply.ok(),
            refusal: reply.check_at_once().err(),
            rest: Arc::new(Mutex::new(Rest::Untouched(reply))),
            reading,
        };
        Self {
            whole: Arc::default(),
            open: Some(open),
        }
    }

    /// The whole reply, or else what is known of it before its body.
    pub fn known(&self) -> Result<&neura::Response, &Open> {
        match (self.whole.get(), &self.open) {
            (Some(whole), _) => Ok(whole),
            (None, Some(open)) => Err(open),
            (None, None) => unreachable!("a reply is whole from the start, or open"),
        }
    }

    /// The error of a status outside 200 to 299; its words are waited for, unless an event loop
    /// opened it.
    pub fn check(&self, py: Python<'_>) -> PyResult<()> {
        let open = match self.known() {
            Ok(whole) => return whole.check().map_err(|error| raise(py, &error)),
            Err(open) => open,
        };
        let said = || open.refusal.clone().map_or(Ok(()), Err);
        if open.ok {
            return Ok(());
        }
        let waits = !open.reading.is_async();
        let check = || match lock(&open.rest).as_deref() {
            Some(Rest::Untouched(reply) | Rest::Begun(reply)) if waits => reply.check(),
            Some(Rest::Untouched(reply) | Rest::Begun(reply)) => reply.check_at_once(),
            _ => said(),
        };
        match waits {
            true => open.reading.interrupt.wait(py, check),
            false => check().map_err(|error| raise(py, &error)),
        }
    }

    /// The whole reply; reads what is still to come, unless an event loop opened it.
    pub fn read(&self, py: Python<'_>) -> PyResult<&neura::Response> {
        if let Err(open) = self.known() {
            if open.reading.is_async() {
                return Err(raise(py, &open.not_here()));
            }
            let interrupt = &open.reading.interrupt;
            interrupt.wait(py, || read_whole(&open.rest, &self.whole))?;
        }
        self.whole.get().ok_or_else(|| raise(py, &gone()))
    }

    /// Another that is whole; reads what is still to come, as `read`.
    pub fn share(&self, py: Python<'_>) -> PyResult<Self> {
        self.read(py)?;
        Ok(Self {
            whole: Arc::clone(&self.whole),
            open: None,
        })
    }

    /// Another without the client's secrets, which has from now on what is still to come.
    pub fn without_secrets(&self, py: Python<'_>) -> PyResult<Self> {
        let open = match self.known() {
            Ok(whole) => {
                let parts = whole.try_parts().map_err(|error| raise(py, &error))?;
                return Ok(Self::whole(neura::Response::from_parts(parts)));
            }
            Err(open) => open,
        };
        let mut rest = lock(&open.rest).ok_or_else(|| raise(py, &busy()))?;
        let reply = rest.take().ok_or_else(|| raise(py, &rest.why()))?;
        Ok(Self::open(reply.without_secrets(), open.reading.clone()))
    }

    /// Begins to read the whole for an event loop.
    pub fn begin_read(&self, port: &Port) -> Result<CallId, Error> {
        let open = self.opened()?;
        let (rest, whole) = (Arc::clone(&open.rest), Arc::clone(&self.whole));
        let job = move |_: &_| read_whole(&rest, &whole).map(|()| Outcome::Nothing);
        Ok(open.reading.begin(port, job))
    }

    /// At most so many bytes, where some came already.
    pub fn ready_piece(&self, most: usize) -> Option<Vec<u8>> {
        match &mut *lock(&self.open.as_ref()?.rest)? {
            Rest::Begun(reply) => reply.ready_piece(most),
            _ => None,
        }
    }

    /// At most so many bytes, as soon as there are any; None at the end.
    pub fn read_piece(&self, py: Python<'_>, most: usize) -> PyResult<Option<Vec<u8>>> {
        let Some(open) = &self.open else {
            return Ok(None);
        };
        if open.reading.is_async() {
            return Err(raise(py, &open.not_here()));
        }
        if let Some(piece) = self.ready_piece(most) {
            return Ok(Some(piece));
        }
        let interrupt = &open.reading.interrupt;
        interrupt.wait(py, || next_piece(&open.rest, &interrupt.cancel, most))
    }

    /// Begins to read such a piece for an event loop.
    pub fn begin_piece(&self, port: &Port, most: usize) -> Result<CallId, Error> {
        let open = self.opened()?;
        let (rest, cancel) = (
            Arc::clone(&open.rest),
            open.reading.interrupt.cancel.clone(),
        );
        let job = move |_: &_| next_piece(&rest, &cancel, most).map(Outcome::Piece);
        Ok(open.reading.begin(port, job))
    }

    /// The body as a stream of events, of what was not read yet.
    pub fn events(&self, py: Python<'_>) -> PyResult<Stream> {
        let open = match self.known() {
            Ok(whole) => {
                let opened = whole.events().map_err(|error| raise(py, &error))?;
                return Ok(Stream::new(
                    opened.into(),
                    Reading::waiting(Interrupt::new()),
                ));
            }
            Err(open) if open.reading.is_async() => return Err(raise(py, &open.not_here())),
            Err(open) => open,
        };
        let interrupt = &open.reading.interrupt;
        let opened = interrupt.wait(py, || give(&open.rest, &interrupt.cancel))?;
        Ok(Stream::new(opened, open.reading.clone()))
    }

    /// Begins to make it such a stream for an event loop.
    pub fn begin_events(&self, port: &Port) -> Result<CallId, Error> {
        let open = self.opened()?;
        let (rest, whole) = (Arc::clone(&open.rest), Arc::clone(&self.whole));
        let cancel = open.reading.interrupt.cancel.clone();
        let job = move |_: &_| {
            // It may have been read since it was asked about.
            let events = match whole.get() {
                Some(whole) => whole.events()?.into(),
                None => give(&rest, &cancel)?,
            };
            Ok(Outcome::Stream(Box::new(events)))
        };
        Ok(open.reading.begin(port, job))
    }

    fn opened(&self) -> Result<&Open, Error> {
        let whole = || Error::new(ErrorKind::Internal, "a body in memory was read once more");
        self.open.as_ref().ok_or_else(whole)
    }

    /// Whether its connection is still held.
    pub fn is_open(&self) -> bool {
        let Some(open) = &self.open else {
            return false;
        };
        // Whoever holds the lock reads from it, or comes to see that it was closed.
        !open.reading.interrupt.cancel.is_cancelled()
            && lock(&open.rest)
                .is_none_or(|rest| matches!(*rest, Rest::Untouched(_) | Rest::Begun(_)))
    }

    /// Closes the connection at once, also that of its stream of events; whoever reads is woken.
    pub fn close(&self, py: Python<'_>) {
        let Some(open) = &self.open else {
            return;
        };
        let mut rest = lock(&open.rest);
        if let Some(Rest::Ended | Rest::Closed | Rest::Failed(_)) = rest.as_deref() {
            return;
        }
        open.reading.interrupt.cancel.cancel();
        let left = rest
            .as_deref_mut()
            .map(|rest| std::mem::replace(rest, Rest::Closed));
        drop(rest);
        py.detach(|| match left {
            Some(Rest::Given(events)) => {
                if let Some(events) = events.upgrade() {
                    events.close();
                }
            }
            left => drop(left),
        });
    }
}

impl Open {
    /// Why a thread that must not wait gets nothing of it.
    fn not_here(&self) -> Error {
        match lock(&self.rest).as_deref() {
            Some(rest @ (Rest::Closed | Rest::Failed(_))) => rest.why(),
            _ => wants_await(),
        }
    }
}

/// None while somebody reads: to wait would be for ever where a signal handler asks.
fn lock(rest: &Mutex<Rest>) -> Option<MutexGuard<'_, Rest>> {
    match rest.try_lock() {
        Ok(rest) => Some(rest),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl Rest {
    /// The reply, of which its reader says later what is left; where there is none, nothing
    /// changes.
    fn take(&mut self) -> Option<StreamingResponse> {
        match std::mem::replace(self, Self::Ended) {
            Self::Untouched(reply) | Self::Begun(reply) => Some(reply),
            other => {
                *self = other;
                None
            }
        }
    }

    /// Why no more of the body can be read.
    fn why(&self) -> Error {
        match self {
            Self::Failed(error) => error.clone(),
            Self::Closed => closed_body(),
            _ => gone(),
        }
    }
}

fn read_whole(rest: &Mutex<Rest>, whole: &OnceLock<neura::Response>) -> Result<(), Error> {
    let mut rest = lock(rest).ok_or_else(busy)?;
    if whole.get().is_some() {
        return Ok(());
    }
    let reply = match *rest {
        Rest::Begun(_) => None,
        _ => rest.take(),
    };
    let reply = reply.ok_or_else(|| rest.why())?;
    let reply = reply
        .into_response()
        .and_then(held::placed)
        .map_err(|error| failed(&mut rest, error))?;
    let _ = whole.set(reply); // Under the lock, nobody else did.
    Ok(())
}

fn next_piece(
    rest: &Mutex<Rest>,
    cancel: &CancelToken,
    most: usize,
) -> Result<Option<Vec<u8>>, Error> {
    let mut held = lock(rest).ok_or_else(busy)?;
    let Some(mut reply) = held.take() else {
        return match *held {
            Rest::Ended => Ok(None),
            _ => Err(held.why()),
        };
    };
    let piece = reply
        .next_piece(most)
        .map_err(|error| failed(&mut held, error))?;
    if piece.is_none() {
        return Ok(None);
    }
    *held = Rest::Begun(reply);
    drop(held);
    // Whoever closed it meanwhile could not take it away, and a piece came before the look
    // at the token that would have ended the wait for one.
    if cancel.is_cancelled() {
        let left = lock(rest).map(|mut rest| std::mem::replace(&mut *rest, Rest::Closed));
        drop(left);
    }
    Ok(piece)
}

/// Makes it a stream of events, which has it from then on.
fn give(rest: &Mutex<Rest>, cancel: &CancelToken) -> Result<Opened, Error> {
    let mut held = lock(rest).ok_or_else(busy)?;
    let reply = held.take().ok_or_else(|| held.why())?;
    let events = reply
        .into_events()
        .map_err(|error| failed(&mut held, error))?;
    let opened = Opened::from(events);
    *held = Rest::Given(Arc::downgrade(&opened.core));
    drop(held);
    // As in `next_piece`.
    if cancel.is_cancelled() {
        opened.core.close();
    }
    Ok(opened)
}

/// Why it cannot be read: the same each time that more is asked for.
fn failed(rest: &mut Rest, error: Error) -> Error {
    *rest = Rest::Failed(error.clone());
    error
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

fn busy() -> Error {
    invalid(
        "the body is already being read, by another thread, a task or under a signal handler: only \
         one at a time may read it",
    )
}

fn gone() -> Error {
    invalid("the body was already read in pieces: it is not in memory")
}

fn wants_await() -> Error {
    invalid(
        "the body has not arrived yet, and this thread must not wait for it: `await \
         response.aread()` first, or read it with `async for` over aiter_content(), aiter_lines() \
         or aiter_events()",
    )
}
