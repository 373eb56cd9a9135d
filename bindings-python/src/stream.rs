//! The handle of an open stream, for Python's iterators to stand on.

use std::sync::Arc;

use neura::bindings::{BatchEnd, Buffer, ClosableStream, StreamItem};
use neura::{ChatStream, EventStream, Method, RateLimit};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::event::Event;
use crate::memory;
use crate::outcome::{Outcome, failure};
use crate::package;
use crate::port::Port;
use crate::reading::Reading;

/// The most items of a batch, and the most bytes: they are converted in one go.
pub const STEP: (usize, usize) = (256, 1 << 20);

/// A stream of the core. The connection goes with the last item, an error,
/// `close` or the handle itself, whichever is first.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Stream {
    core: Arc<ClosableStream>,
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
        let item = match self.core.ahead(&interrupt.cancel) {
            Some(item) => Some(item),
            None => interrupt.wait(py, || self.core.next(&interrupt.cancel))?,
        };
        item.map(|item| item_into_py(py, item)).transpose()
    }

    /// Begins to read on for an event loop; a batch arrives under the number returned.
    fn begin_next(&self, port: &Port) -> u64 {
        let core = Arc::clone(&self.core);
        let cancel = self.reading.interrupt.cancel.clone();
        self.reading.begin(port, move |_| {
            let batch = core.next_batch(&cancel)?;
            Ok(Outcome::Batch(Batch(batch)))
        })
    }

    /// Whether the stream is still to be read or closed.
    #[getter]
    fn is_open(&self) -> bool {
        self.core.is_open(&self.reading.interrupt.cancel)
    }

    /// Closes the connection at once; a thread that waits in `next` is woken.
    fn close(&self, py: Python<'_>) {
        self.reading.interrupt.cancel.cancel();
        py.detach(|| self.core.close());
    }
}

impl Stream {
    pub fn new(opened: Opened, reading: Reading) -> Self {
        Self {
            core: opened.core,
            reading,
            head: opened.head,
        }
    }
}

/// What an event loop gets of a stream.
pub struct Batch(neura::bindings::Batch<StreamItem>);

impl Batch {
    /// The items, whether they are the last, and the exception behind them or None.
    pub fn into_py(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let neura::bindings::Batch { items: given, end } = self.0;
        let items = PyList::empty(py);
        for item in given {
            items.append(item_into_py(py, item)?)?;
        }
        let (last, failure) = match end {
            BatchEnd::More => (false, None),
            BatchEnd::Ended => (true, None),
            BatchEnd::Failed(error) => (true, Some(failure(py, &error))),
        };
        (items, last, failure).into_bound_py_any(py)
    }
}

/// A stream that is open, and what is known of it by then.
pub struct Opened {
    pub core: Arc<ClosableStream>,
    pub head: Head,
}

fn item_into_py(py: Python<'_>, item: StreamItem) -> PyResult<Bound<'_, PyAny>> {
    match item {
        StreamItem::Event(event) => Event::from(event).into_bound_py_any(py),
        StreamItem::Chunk(chunk) => Ok(memory::string(py, &chunk.data, Buffer::Event)?.into_any()),
    }
}

/// What came before the first item. Kept beside the stream, which a thread may
/// hold while another asks for this.
#[derive(Clone)]
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
            core: Arc::new(ClosableStream::events(stream, STEP)),
        }
    }
}

impl From<ChatStream> for Opened {
    fn from(stream: ChatStream) -> Self {
        Self {
            head: head_of!(stream),
            core: Arc::new(ClosableStream::chat(stream, STEP)),
        }
    }
}
