//! The handle of an open stream, for Python's iterators to stand on.

use std::sync::{Mutex, TryLockError};

use neura::{ChatStream, Error, ErrorKind, EventStream, RateLimit};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::event::Event;
use crate::options::RequestOptions;
use crate::package;
use crate::wait::Interrupt;

/// A stream of the core. The connection goes with the last item, an error,
/// `close` or the handle itself, whichever is first.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Stream {
    source: Mutex<Option<Source>>,
    interrupt: Interrupt,
    head: Head,
}

#[pymethods]
impl Stream {
    #[getter]
    fn status_code(&self) -> u16 {
        self.head.status
    }

    #[getter]
    fn headers(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        package::headers(py, &self.head.headers)
    }

    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.head.request_id.as_deref()
    }

    #[getter]
    fn attempts(&self) -> u32 {
        self.head.attempts
    }

    #[getter]
    fn rate_limit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package::object(py, &self.head.rate_limit.to_json())
    }

    /// The next event, or the JSON text of the next chunk of chat; None at the end.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let item = self.interrupt.wait(py, || {
            let mut source = match self.source.try_lock() {
                Ok(source) => source,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                // To wait would be for ever where a signal handler asks in the midst of a read.
                Err(TryLockError::WouldBlock) => return Err(busy()),
            };
            let item = source.as_mut().and_then(Source::next).transpose();
            if !matches!(item, Ok(Some(_))) {
                source.take();
            }
            item
        })?;
        match item {
            Some(Item::Event(event)) => Event::from(event).into_bound_py_any(py).map(Some),
            Some(Item::Chunk(text)) => text.into_bound_py_any(py).map(Some),
            None => Ok(None),
        }
    }

    /// Closes the connection at once; a thread that waits in `next` is woken.
    fn close(&self, py: Python<'_>) {
        self.interrupt.cancel.cancel();
        // Whoever reads meanwhile closes it, and may be the very thread that runs a signal
        // handler here: there is nothing to wait for.
        let source = match self.source.try_lock() {
            Ok(mut source) => source.take(),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        };
        py.detach(|| drop(source));
    }
}

impl Stream {
    /// Opens a stream with the options of one call.
    pub fn open<S: Into<Opened>>(
        py: Python<'_>,
        options: &RequestOptions,
        open: impl FnOnce(neura::RequestOptions) -> Result<S, Error> + Send,
    ) -> PyResult<Self> {
        let interrupt = Interrupt::new();
        let options = options.with_cancel(&interrupt.cancel);
        let Opened { source, head } = interrupt.wait(py, || open(options).map(S::into))?;
        Ok(Self {
            source: Mutex::new(Some(source)),
            interrupt,
            head,
        })
    }
}

fn busy() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the stream is being read already, by another thread or under a signal handler: one at a \
         time may read it",
    )
}

/// A stream that is open, and what is known of it by then.
pub struct Opened {
    source: Source,
    head: Head,
}

/// A stream of either sort.
enum Source {
    Events(EventStream),
    Chat(ChatStream),
}

/// One step of a stream.
enum Item {
    Event(neura::Event),
    Chunk(String),
}

impl Source {
    fn next(&mut self) -> Option<Result<Item, Error>> {
        match self {
            Self::Events(stream) => stream.next().map(|event| event.map(Item::Event)),
            Self::Chat(stream) => stream
                .next()
                .map(|chunk| chunk.map(|it| Item::Chunk(it.data))),
        }
    }
}

/// What came before the first item. Kept beside the stream, which a thread may
/// hold while another asks for this.
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    request_id: Option<String>,
    attempts: u32,
    rate_limit: RateLimit,
}

/// Both sorts of stream have the same calls, by no common trait.
macro_rules! opened {
    ($stream:ty, $sort:path) => {
        impl From<$stream> for Opened {
            fn from(stream: $stream) -> Self {
                let head = Head {
                    status: stream.status(),
                    headers: stream.headers().to_vec(),
                    request_id: stream.request_id().map(str::to_owned),
                    attempts: stream.attempts(),
                    rate_limit: stream.rate_limit().clone(),
                };
                Self {
                    source: $sort(stream),
                    head,
                }
            }
        }
    };
}

opened!(EventStream, Source::Events);
opened!(ChatStream, Source::Chat);
