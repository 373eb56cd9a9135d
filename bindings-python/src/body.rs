//! The body of a reply, for Python: converts what `ClosableBody` of the core decides.

use std::sync::Arc;

use neura::bindings::{CallId, ClosableBody, ReplyHead};
use neura::{CancelToken, Error, ErrorKind, StreamingResponse};
use pyo3::prelude::*;

use crate::errors::raise;
use crate::held;
use crate::memory::{self, Piece};
use crate::outcome::Outcome;
use crate::port::Port;
use crate::reading::Reading;
use crate::stream::{Opened, STEP, Stream};
use crate::wait::Interrupt;

/// A body in memory, or one that is still arriving.
pub struct Body {
    core: Arc<ClosableBody>,
    /// How the rest is read; None for a body that was in memory from the start.
    reading: Option<Reading>,
}

impl Body {
    pub fn whole(reply: neura::Response) -> Self {
        Self {
            core: Arc::new(ClosableBody::whole(reply)),
            reading: None,
        }
    }

    pub fn open(reply: StreamingResponse, reading: Reading) -> Self {
        Self {
            core: Arc::new(ClosableBody::arriving(reply)),
            reading: Some(reading),
        }
    }

    /// Whether the body is all in memory.
    pub fn is_read(&self) -> bool {
        self.core.response().is_some()
    }

    /// The error of a status outside 200 to 299. Waits a little for its words, unless an event
    /// loop opened the reply.
    pub fn check(&self, py: Python<'_>) -> PyResult<()> {
        let checked = match (self.core.response(), &self.reading) {
            (None, Some(reading)) if reading.is_async() => {
                self.core.check_at_once(reading.cancel())
            }
            (None, Some(reading)) => {
                let check = || self.core.check(reading.cancel());
                return reading.interrupt.wait(py, check);
            }
            _ => self.core.check_at_once(&CancelToken::new()),
        };
        checked.map_err(|error| raise(py, &error))
    }

    /// The whole reply. Reads the rest of the body, unless an event loop opened the reply.
    pub fn read(&self, py: Python<'_>) -> PyResult<&neura::Response> {
        match (self.core.response(), &self.reading) {
            (Some(whole), _) => Ok(whole),
            (None, Some(reading)) => {
                let interrupt = self.waiting(py, reading)?;
                interrupt.wait(py, || self.core.read_whole(&interrupt.cancel, held::placed))
            }
            (None, None) => Err(raise(py, &read_twice())),
        }
    }

    /// Another handle of the same body, read whole as by `read`.
    pub fn share(&self, py: Python<'_>) -> PyResult<Self> {
        self.read(py)?;
        Ok(Self {
            core: Arc::clone(&self.core),
            reading: None,
        })
    }

    /// The same reply without the client's secrets. It takes over the rest of the body.
    pub fn without_secrets(&self, py: Python<'_>) -> PyResult<(ReplyHead, Self)> {
        let made = match (self.core.response(), &self.reading) {
            (None, Some(reading)) => self.core.take().map(|reply| {
                let reply = reply.without_secrets();
                (reply.reply_head(), Self::open(reply, reading.clone()))
            }),
            (Some(whole), _) => whole.try_parts().map(|parts| {
                let reply = neura::Response::from_parts(parts);
                (reply.reply_head(), Self::whole(reply))
            }),
            (None, None) => Err(read_twice()),
        };
        made.map_err(|error| raise(py, &error))
    }

    /// At most `most` bytes that have arrived; None if there are none yet.
    pub fn ready_piece(&self, most: usize) -> Option<Vec<u8>> {
        self.core.ready_piece(self.reading.as_ref()?.cancel(), most)
    }

    /// At most `most` bytes, as soon as there are any; None at the end.
    pub fn read_piece(&self, py: Python<'_>, most: usize) -> PyResult<Option<Vec<u8>>> {
        let Some(reading) = &self.reading else {
            return Ok(None);
        };
        let interrupt = self.waiting(py, reading)?;
        match self.ready_piece(most) {
            Some(piece) => Ok(Some(piece)),
            None => interrupt.wait(py, || self.core.next_piece(&interrupt.cancel, most)),
        }
    }

    /// A piece for Python. Where there is no memory for it, it is lost, so the body is closed.
    pub fn given<'py>(&self, py: Python<'py>, piece: Option<Vec<u8>>) -> Piece<'py> {
        memory::piece(py, piece).inspect_err(|_| self.close(py))
    }

    /// Begins to read for an event loop.
    fn begin(
        &self,
        port: &Port,
        read: impl FnOnce(&Arc<ClosableBody>, &CancelToken) -> Result<Outcome, Error> + Send + 'static,
    ) -> Result<CallId, Error> {
        let reading = self.reading.as_ref().ok_or_else(read_twice)?;
        let (core, cancel) = (Arc::clone(&self.core), reading.cancel().clone());
        Ok(reading.begin(port, move |_: &_| read(&core, &cancel)))
    }

    pub fn begin_read(&self, port: &Port) -> Result<CallId, Error> {
        self.begin(port, |core, cancel| {
            core.read_whole(cancel, held::placed)?;
            Ok(Outcome::Nothing)
        })
    }

    pub fn begin_piece(&self, port: &Port, most: usize) -> Result<CallId, Error> {
        let piece = move |core: &Arc<ClosableBody>, cancel: &_| core.next_piece(cancel, most);
        self.begin(port, move |core, cancel| {
            piece(core, cancel).map(Outcome::Piece)
        })
    }

    /// Begins to make the rest a stream of events.
    pub fn begin_events(&self, port: &Port, head: ReplyHead) -> Result<CallId, Error> {
        self.begin(port, |core, cancel| {
            let core = core.events(cancel, STEP)?;
            Ok(Outcome::Stream(Box::new(Opened::events(core, head))))
        })
    }

    /// The rest of the body as a stream of events.
    pub fn events(&self, py: Python<'_>, head: ReplyHead) -> PyResult<Stream> {
        let reading = match (self.is_read(), &self.reading) {
            (false, Some(reading)) => {
                self.waiting(py, reading)?;
                reading.clone()
            }
            _ => Reading::waiting(Interrupt::new()),
        };
        let interrupt = &reading.interrupt;
        let core = interrupt.wait(py, || self.core.events(&interrupt.cancel, STEP))?;
        Ok(Stream::new(Opened::events(core, head), reading))
    }

    /// Whether its connection is held.
    pub fn is_open(&self) -> bool {
        let reading = self.reading.as_ref();
        reading.is_some_and(|reading| self.core.is_open(reading.cancel()))
    }

    /// Closes the connection at once, also that of its events. A thread that reads is woken.
    pub fn close(&self, py: Python<'_>) {
        if let Some(reading) = &self.reading {
            py.detach(|| self.core.close(reading.cancel()));
        }
    }

    /// For a thread that may wait for the body: what interrupts it.
    fn waiting<'a>(&self, py: Python<'_>, reading: &'a Reading) -> PyResult<&'a Interrupt> {
        match reading.is_async() {
            true => {
                let error = self.core.failure().unwrap_or_else(wants_await);
                Err(raise(py, &error))
            }
            false => Ok(&reading.interrupt),
        }
    }
}

fn read_twice() -> Error {
    Error::new(ErrorKind::Internal, "a body in memory was read once more")
}

fn wants_await() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the body has not arrived yet, and this thread must not wait for it: `await \
         response.aread()` first, or read it with `async for` over aiter_content(), aiter_lines() \
         or aiter_events()",
    )
}
