//! The handle of an open stream, for Python's iterators to stand on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neura::bindings::{ChunkText, ClosableStream, ReplyHead, Shape, StreamItem};
use neura::{ChatStream, EventStream};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;

use crate::event::Event;
use crate::json::{self, Form, Template};
use crate::outcome::Outcome;
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
    head: ReplyHead,
    template: Mutex<Templates>,
}

/// What the chunks of a chat are read by.
#[derive(Default)]
struct Templates {
    current: Option<Arc<Template>>,
    /// How many were made.
    made: u8,
}

/// Where each chunk is another one, no more templates are made.
const MOST_TEMPLATES: u8 = 8;

#[pymethods]
impl Stream {
    #[getter]
    fn status_code(&self) -> u16 {
        self.head.status()
    }

    //: -> Headers
    #[getter]
    fn headers(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        package::headers(py, self.head.headers())
    }

    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    #[getter]
    fn attempts(&self) -> u32 {
        self.head.attempts()
    }

    //: -> Object
    #[getter]
    fn rate_limit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package::object(py, &self.head.rate_limit().to_json())
    }

    /// The next event, or the next chunk of chat; None at the end.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let interrupt = &self.reading.interrupt;
        let item = match self.core.ahead(&interrupt.cancel) {
            Some(item) => Some(item),
            None => interrupt.wait(py, || self.core.next(&interrupt.cancel))?,
        };
        self.given(py, item)
    }

    /// An item that has already arrived, or None.
    fn ahead<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.given(py, self.core.ahead(&self.reading.interrupt.cancel))
    }

    /// Begins to wait for the next item for an event loop; it arrives under the number returned,
    /// or None at the end.
    fn begin_next(&self, port: &Port) -> u64 {
        let core = Arc::clone(&self.core);
        let cancel = self.reading.interrupt.cancel.clone();
        let job = move |_: &_| core.next(&cancel).map(Outcome::Item);
        self.reading.begin(port, job)
    }

    /// The answer of a chat, once what is left was read: an object in the form of a completion.
    //: -> ChatCompletion
    fn whole<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let interrupt = &self.reading.interrupt;
        let text = interrupt.wait(py, || self.core.read_answer(&interrupt.cancel))?;
        package::answer(py, &text, self.head.clone(), Shape::ChatCompletion)
    }

    /// As `whole`, for an event loop; it arrives under the number returned.
    fn begin_whole(&self, port: &Port) -> u64 {
        let (core, head) = (Arc::clone(&self.core), self.head.clone());
        let whole = move |cancel: &_| {
            let text = core.read_answer(cancel)?;
            Ok(Outcome::Whole(text, Box::new(head)))
        };
        self.reading.begin(port, whole)
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
    /// As the class of the package that reads it. What an event loop makes of a stream of events
    /// was there before the request went out, and takes the handle itself.
    pub fn for_reader(
        opened: Opened,
        reading: Reading,
        py: Python<'_>,
    ) -> PyResult<Bound<'_, PyAny>> {
        let (is_async, is_chat) = (reading.is_async(), opened.is_chat);
        let stream = Self::new(opened, reading);
        match (is_async, is_chat) {
            (true, false) => stream.into_bound_py_any(py),
            (true, true) => {
                python!(
                    py,
                    "neura_ai._async_stream",
                    "AsyncChatCompletionStream",
                    (stream,)
                )
            }
            (false, true) => python!(py, "neura_ai._stream", "ChatCompletionStream", (stream,)),
            (false, false) => python!(py, "neura_ai._stream", "EventStream", (stream,)),
        }
    }

    pub fn new(opened: Opened, reading: Reading) -> Self {
        Self {
            core: opened.core,
            reading,
            head: opened.head,
            template: Mutex::default(),
        }
    }

    /// An item for Python. Where there is no memory for it, it is lost, so the stream is closed.
    fn given<'py>(
        &self,
        py: Python<'py>,
        item: Option<StreamItem>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let item = item
            .map(|item| match item {
                StreamItem::Chunk(chunk) => self.chunk(py, chunk),
                event => item_into_py(py, event),
            })
            .transpose();
        item.inspect_err(|error| {
            if error.is_instance_of::<PyMemoryError>(py) {
                self.close(py);
            }
        })
    }
}

impl Stream {
    /// A chunk, which is mostly like the one before it but for its words.
    fn chunk<'py>(&self, py: Python<'py>, chunk: ChunkText) -> PyResult<Bound<'py, PyAny>> {
        let current = self.templates().current.clone();
        if let Some(template) = current
            && let Some(value) = template.read(py, &chunk.data)?
        {
            return Ok(value);
        }
        let (data, words) = (chunk.data.clone(), chunk.words.clone());
        let value = item_into_py(py, StreamItem::Chunk(chunk))?;
        if let Some(words) = words
            && self.templates().made < MOST_TEMPLATES
        {
            // Without the lock: making objects may run a program's code, which may read on.
            let mut template =
                Template::of(&data, &words, &value, Form::Objects(Some(Shape::ChatChunk)))
                    .map(Arc::new);
            let mut templates = self.templates();
            templates.made += 1;
            std::mem::swap(&mut templates.current, &mut template);
            drop(templates);
        }
        Ok(value)
    }

    fn templates(&self) -> MutexGuard<'_, Templates> {
        self.template.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that is open, and what is known of it by then.
pub struct Opened {
    pub core: Arc<ClosableStream>,
    pub head: ReplyHead,
    pub is_chat: bool,
}

/// An item of a stream.
pub fn item_into_py(py: Python<'_>, item: StreamItem) -> PyResult<Bound<'_, PyAny>> {
    let form = Form::Objects(item.shape());
    match item {
        StreamItem::Event(event) => Event::from(event).into_bound_py_any(py),
        StreamItem::Chunk(chunk) => json::read(py, &chunk.data, form),
    }
}

impl Opened {
    pub fn events(core: Arc<ClosableStream>, head: ReplyHead) -> Self {
        Self {
            core,
            head,
            is_chat: false,
        }
    }
}

impl From<EventStream> for Opened {
    fn from(stream: EventStream) -> Self {
        let head = stream.reply_head();
        Self::events(Arc::new(ClosableStream::events(stream, STEP)), head)
    }
}

impl From<ChatStream> for Opened {
    fn from(stream: ChatStream) -> Self {
        Self {
            head: stream.reply_head(),
            core: Arc::new(ClosableStream::chat(stream, STEP)),
            is_chat: true,
        }
    }
}
