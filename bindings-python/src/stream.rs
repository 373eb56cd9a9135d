//! The handle of an open stream, for Python's iterators to stand on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use neura::{
    BatchEnd, Buffer, CancelToken, ChatStream, Error, ErrorKind, EventStream, Method, RateLimit,
};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::event::Event;
use crate::memory;
use crate::outcome::{Outcome, failure};
use crate::package;
use crate::port::Port;
use crate::reading::Reading;

/// One batch is at most so many items or so many bytes: they are made Python's in one go.
const ITEMS: usize = 256;
const BYTES: usize = 1 << 20;

/// A stream of the core. The connection goes with the last item, an error,
/// `close` or the handle itself, whichever is first.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Stream {
    place: Arc<Place>,
    reading: Reading,
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
    fn url(&self) -> &str {
        &self.head.url
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

    /// The next event, or the next chunk of chat; None at the end.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let interrupt = &self.reading.interrupt;
        let item = match self.place.ahead(&interrupt.cancel) {
            Some(item) => Some(item),
            None => interrupt.wait(py, || self.place.next(&interrupt.cancel))?,
        };
        item.map(|item| item.into_py(py)).transpose()
    }

    /// Begins to read on for an event loop; a batch arrives under the number returned.
    fn begin_next(&self, port: &Port) -> u64 {
        let place = Arc::clone(&self.place);
        let cancel = self.reading.interrupt.cancel.clone();
        self.reading.begin(port, move |_| {
            place.close_if(&cancel);
            let batch = {
                let mut state = place.lock().ok_or_else(busy)?;
                state.read();
                state.batch()
            };
            place.close_if(&cancel);
            Ok(Outcome::Batch(batch))
        })
    }

    /// Whether the stream is still to be read or closed.
    #[getter]
    fn is_open(&self) -> bool {
        // Whoever holds the lock reads from it, or comes to see that it was closed.
        !self.reading.interrupt.cancel.is_cancelled()
            && self.place.lock().is_none_or(|state| state.source.is_some())
    }

    /// Closes the connection at once; a thread that waits in `next` is woken.
    fn close(&self, py: Python<'_>) {
        self.reading.interrupt.cancel.cancel();
        py.detach(|| self.place.close());
    }
}

impl Stream {
    pub fn new(opened: Opened, reading: Reading) -> Self {
        Self {
            place: opened.place,
            reading,
            head: opened.head,
        }
    }
}

/// Where the core's stream is, and what it gave that nobody took yet.
pub struct Place(Mutex<State>);

struct State {
    /// None once the stream ended or was closed.
    source: Option<Source>,
    ahead: VecDeque<Item>,
    /// Why it gives no more where that is not its true end: raised after the items, each time
    /// that more is asked for.
    failure: Option<Error>,
}

impl Place {
    fn new(source: Source) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            source: Some(source),
            ahead: VecDeque::new(),
            failure: None,
        })))
    }

    /// Lets go of the connection, and of what nobody took. Where somebody reads meanwhile, who
    /// may be the very thread that runs a signal handler here, that one does: see `close_if`.
    pub fn close(&self) {
        let left = self.lock().map(|mut state| state.close());
        drop(left);
    }

    /// None while somebody reads: to wait would be for ever where a signal handler asks in
    /// the midst of a read.
    fn lock(&self) -> Option<MutexGuard<'_, State>> {
        match self.0.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// An item that came already, unless the stream was closed.
    fn ahead(&self, cancel: &CancelToken) -> Option<Item> {
        match cancel.is_cancelled() {
            true => None,
            false => self.lock()?.ahead.pop_front(),
        }
    }

    fn next(&self, cancel: &CancelToken) -> Result<Option<Item>, Error> {
        self.close_if(cancel);
        let mut state = self.lock().ok_or_else(busy)?;
        if state.ahead.is_empty() {
            state.read();
        }
        let item = match state.ahead.pop_front() {
            Some(item) => Ok(Some(item)),
            None => state.failure.clone().map_or(Ok(None), Err),
        };
        drop(state);
        self.close_if(cancel);
        item
    }

    /// Closes the connection for whoever could not while it was read: an item may come before
    /// the look at the token that would have ended the wait for one.
    fn close_if(&self, cancel: &CancelToken) {
        if cancel.is_cancelled() {
            self.close();
        }
    }
}

impl State {
    /// Waits for an item, then takes those that are here already.
    fn read(&mut self) {
        let Some(source) = &mut self.source else {
            return;
        };
        let end = match source {
            Source::Events(stream) => {
                let batch = stream.next_batch(ITEMS, BYTES);
                self.ahead.extend(batch.items.into_iter().map(Item::Event));
                batch.end
            }
            Source::Chat(stream) => {
                let batch = stream.next_batch(ITEMS, BYTES);
                let chunks = batch.items.into_iter().map(|chunk| chunk.data);
                self.ahead.extend(chunks.map(Item::Chunk));
                batch.end
            }
        };
        self.failure = match end {
            BatchEnd::Open => return,
            BatchEnd::Ended => None,
            BatchEnd::Failed(error) => Some(error),
        };
        self.source = None;
    }

    /// What is to be dropped under no lock. What nobody took of a stream that ended is missing
    /// to its reader as well.
    fn close(&mut self) -> (Option<Source>, VecDeque<Item>) {
        let left = (self.source.take(), std::mem::take(&mut self.ahead));
        if left.0.is_some() || !left.1.is_empty() {
            self.failure = Some(Error::new(
                ErrorKind::Cancelled,
                "the stream was closed before its end",
            ));
        }
        left
    }

    /// All that was read.
    fn batch(&mut self) -> Batch {
        Batch {
            items: self.ahead.drain(..).collect(),
            last: self.source.is_none(),
            failure: self.failure.clone(),
        }
    }
}

fn busy() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the stream is already being read, by another thread, a task or under a signal handler: \
         only one at a time may read it",
    )
}

/// What an event loop gets of a stream.
pub struct Batch {
    items: Vec<Item>,
    last: bool,
    failure: Option<Error>,
}

impl Batch {
    /// The items, whether they are the last, and the exception behind them or None.
    pub fn into_py(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let items = PyList::empty(py);
        for item in self.items {
            items.append(item.into_py(py)?)?;
        }
        let failure = self.failure.map(|error| failure(py, &error));
        (items, self.last, failure).into_bound_py_any(py)
    }
}

/// A stream that is open, and what is known of it by then.
pub struct Opened {
    pub place: Arc<Place>,
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
    /// JSON text.
    Chunk(String),
}

impl Item {
    fn into_py(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Event(event) => Event::from(event).into_bound_py_any(py),
            Self::Chunk(text) => Ok(memory::string(py, &text, Buffer::Event)?.into_any()),
        }
    }
}

/// What came before the first item. Kept beside the stream, which a thread may
/// hold while another asks for this.
pub struct Head {
    pub method: Method,
    pub status: u16,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub request_id: Option<String>,
    pub attempts: u32,
    pub rate_limit: RateLimit,
}

/// What has a head has the same calls, by no common trait.
#[macro_export]
macro_rules! head_of {
    ($reply:expr) => {
        $crate::stream::Head {
            method: $reply.method(),
            status: $reply.status(),
            url: $reply.url().to_owned(),
            headers: $reply.headers().to_vec(),
            request_id: $reply.request_id().map(str::to_owned),
            attempts: $reply.attempts(),
            rate_limit: $reply.rate_limit().clone(),
        }
    };
}

impl From<EventStream> for Opened {
    fn from(stream: EventStream) -> Self {
        Self {
            head: head_of!(stream),
            place: Place::new(Source::Events(stream)),
        }
    }
}

impl From<ChatStream> for Opened {
    fn from(stream: ChatStream) -> Self {
        Self {
            head: head_of!(stream),
            place: Place::new(Source::Chat(stream)),
        }
    }
}
