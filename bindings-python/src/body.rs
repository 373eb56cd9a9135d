//! The body of a reply, for Python: converts what `ClosableBody` of the core decides.

use std::sync::Arc;
use std::time::Duration;

use neura::bindings::{CallId, ClosableBody};
use neura::{CancelToken, Error, ErrorKind, StreamingResponse};
use pyo3::prelude::*;

use crate::errors::raise;
use crate::head_of;
use crate::held;
use crate::memory::{self, Piece};
use crate::outcome::Outcome;
use crate::port::Port;
use crate::reading::Reading;
use crate::stream::{Head, Opened, STEP, Stream};
use crate::wait::Interrupt;

/// A reply whose body is in memory or still arriving.
pub struct Body {
    core: Arc<ClosableBody>,
    /// None if the body was in memory from the start.
    open: Option<Open>,
}

/// What is known of a reply whose body was still arriving.
pub struct Open {
    pub head: Head,
    pub reason: &'static str,
    pub elapsed: Duration,
    pub ok: bool,
    reading: Reading,
}

impl Body {
    pub fn whole(reply: neura::Response) -> Self {
        Self {
            core: Arc::new(ClosableBody::whole(reply)),
            open: None,
        }
    }

    pub fn open(reply: StreamingResponse, reading: Reading) -> Self {
        let open = Open {
            head: head_of!(reply),
            reason: reply.reason(),
            elapsed: reply.elapsed(),
            ok: reply.ok(),
            reading,
        };
        Self {
            core: Arc::new(ClosableBody::arriving(reply)),
            open: Some(open),
        }
    }

    /// The whole reply, or else what is known of it before its body.
    pub fn known(&self) -> Result<&neura::Response, &Open> {
        match (self.core.response(), &self.open) {
            (Some(whole), _) => Ok(whole),
            (None, Some(open)) => Err(open),
            (None, None) => unreachable!("a reply is whole from the start, or open"),
        }
    }

    /// The error of a status outside 200 to 299. Waits a little for its words, unless an event
    /// loop opened the reply.
    pub fn check(&self, py: Python<'_>) -> PyResult<()> {
        let checked = match self.known() {
            Ok(whole) => whole.check(),
            Err(open) if open.reading.is_async() => self.core.check_at_once(open.cancel()),
            Err(open) => {
                let check = || self.core.check(open.cancel());
                return open.reading.interrupt.wait(py, check);
            }
        };
        checked.map_err(|error| raise(py, &error))
    }

    /// The whole reply. Reads the rest of the body, unless an event loop opened the reply.
    pub fn read(&self, py: Python<'_>) -> PyResult<&neura::Response> {
        let open = match self.known() {
            Ok(whole) => return Ok(whole),
            Err(open) => open,
        };
        let interrupt = self.waiting(py, open)?;
        interrupt.wait(py, || self.core.read_whole(open.cancel(), held::placed))
    }

    /// Another handle of the same body, read whole as by `read`.
    pub fn share(&self, py: Python<'_>) -> PyResult<Self> {
        self.read(py)?;
        Ok(Self {
            core: Arc::clone(&self.core),
            open: None,
        })
    }

    /// The same reply without the client's secrets. It takes over the rest of the body.
    pub fn without_secrets(&self, py: Python<'_>) -> PyResult<Self> {
        let made = match self.known() {
            Ok(whole) => whole
                .try_parts()
                .map(|parts| Self::whole(neura::Response::from_parts(parts))),
            Err(open) => self
                .core
                .take()
                .map(|reply| Self::open(reply.without_secrets(), open.reading.clone())),
        };
        made.map_err(|error| raise(py, &error))
    }

    /// Begins to read the whole body for an event loop.
    pub fn begin_read(&self, port: &Port) -> Result<CallId, Error> {
        let (core, open) = self.opened()?;
        let cancel = open.cancel().clone();
        let job = move |_: &_| {
            core.read_whole(&cancel, held::placed)?;
            Ok(Outcome::Nothing)
        };
        Ok(open.reading.begin(port, job))
    }

    /// At most `most` bytes that have arrived; None if there are none yet.
    pub fn ready_piece(&self, most: usize) -> Option<Vec<u8>> {
        self.core.ready_piece(self.open.as_ref()?.cancel(), most)
    }

    /// At most `most` bytes, as soon as there are any; None at the end.
    pub fn read_piece(&self, py: Python<'_>, most: usize) -> PyResult<Option<Vec<u8>>> {
        let Some(open) = &self.open else {
            return Ok(None);
        };
        let interrupt = self.waiting(py, open)?;
        match self.ready_piece(most) {
            Some(piece) => Ok(Some(piece)),
            None => interrupt.wait(py, || self.core.next_piece(open.cancel(), most)),
        }
    }

    /// A piece for Python. Where there is no memory for it, it is lost, so the body is closed.
    pub fn given<'py>(&self, py: Python<'py>, piece: Option<Vec<u8>>) -> Piece<'py> {
        memory::piece(py, piece).inspect_err(|_| self.close(py))
    }

    /// Begins to read such a piece for an event loop.
    pub fn begin_piece(&self, port: &Port, most: usize) -> Result<CallId, Error> {
        let (core, open) = self.opened()?;
        let cancel = open.cancel().clone();
        let job = move |_: &_| core.next_piece(&cancel, most).map(Outcome::Piece);
        Ok(open.reading.begin(port, job))
    }

    /// The rest of the body as a stream of events.
    pub fn events(&self, py: Python<'_>) -> PyResult<Stream> {
        let (head, reading) = match self.known() {
            Ok(whole) => (head_of!(whole), Reading::waiting(Interrupt::new())),
            Err(open) => {
                self.waiting(py, open)?;
                (open.head.clone(), open.reading.clone())
            }
        };
        let interrupt = &reading.interrupt;
        let core = interrupt.wait(py, || self.core.events(&interrupt.cancel, STEP))?;
        Ok(Stream::new(Opened { core, head }, reading))
    }

    /// Begins to make it such a stream for an event loop.
    pub fn begin_events(&self, port: &Port) -> Result<CallId, Error> {
        let (core, open) = self.opened()?;
        let (cancel, head) = (open.cancel().clone(), open.head.clone());
        let job = move |_: &_| {
            let core = core.events(&cancel, STEP)?;
            Ok(Outcome::Stream(Box::new(Opened { core, head })))
        };
        Ok(open.reading.begin(port, job))
    }

    fn opened(&self) -> Result<(Arc<ClosableBody>, &Open), Error> {
        let whole = || Error::new(ErrorKind::Internal, "a body in memory was read once more");
        let open = self.open.as_ref().ok_or_else(whole)?;
        Ok((Arc::clone(&self.core), open))
    }

    /// Whether its connection is held.
    pub fn is_open(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| self.core.is_open(open.cancel()))
    }

    /// Closes the connection at once, also that of its events. A thread that reads is woken.
    pub fn close(&self, py: Python<'_>) {
        if let Some(open) = &self.open {
            py.detach(|| self.core.close(open.cancel()));
        }
    }

    /// For a thread that may wait for the body: what interrupts it.
    fn waiting<'a>(&self, py: Python<'_>, open: &'a Open) -> PyResult<&'a Interrupt> {
        match open.reading.is_async() {
            true => {
                let error = self.core.failure().unwrap_or_else(wants_await);
                Err(raise(py, &error))
            }
            false => Ok(&open.reading.interrupt),
        }
    }
}

impl Open {
    fn cancel(&self) -> &CancelToken {
        &self.reading.interrupt.cancel
    }
}

fn wants_await() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the body has not arrived yet, and this thread must not wait for it: `await \
         response.aread()` first, or read it with `async for` over aiter_content(), aiter_lines() \
         or aiter_events()",
    )
}
