//! A reply, in the manner of `requests.Response`.

#[macro_use]
mod making;

use std::sync::Mutex;
use std::time::Duration;

use neura::bindings::CallId;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::arguments;
use crate::body::Body;
use crate::charset;
use crate::errors::raise_not_json;
use crate::held;
use crate::memory::Piece;
use crate::package;
use crate::pickling::{self, Reduced};
use crate::port::Port;
use crate::stream::Stream;
use making::begun;

/// The server's reply, whatever its status. Its body is in memory, or with `stream=True` read
/// as it comes.
#[pyclass(frozen, weakref, module = "neura_ai")]
pub struct Response {
    body: Body,
    headers: PyOnceLock<Py<PyAny>>,
    content: PyOnceLock<Py<PyBytes>>,
    /// What the caller set in place of what the headers say.
    encoding: Mutex<Option<String>>,
}

#[pymethods]
impl Response {
    /// The HTTP status, as 200.
    #[getter]
    fn status_code(&self) -> u16 {
        fact!(self, status, open => open.head.status)
    }

    /// The usual words for the status, as "Not Found"; what the server wrote is not kept.
    #[getter]
    fn reason(&self) -> &str {
        fact!(self, reason, open => open.reason)
    }

    /// Always empty: redirects are not followed.
    #[getter]
    fn history<'py>(&self, py: Python<'py>) -> Bound<'py, PyList> {
        PyList::empty(py)
    }

    /// Always None: redirects are not followed.
    #[getter]
    fn next(&self) -> Option<Py<PyAny>> {
        None
    }

    /// Always empty: cookies are not kept. The server's stand in `headers["set-cookie"]`.
    #[getter]
    fn cookies<'py>(&self, py: Python<'py>) -> Bound<'py, PyDict> {
        PyDict::new(py)
    }

    /// Whether this is a redirect that names its target, in `headers["location"]`.
    #[getter]
    fn is_redirect(&self) -> bool {
        matches!(self.status_code(), 301..=303 | 307 | 308) && self.header("location").is_some()
    }

    /// Whether it is one for good.
    #[getter]
    fn is_permanent_redirect(&self) -> bool {
        matches!(self.status_code(), 301 | 308) && self.is_redirect()
    }

    /// The Link header: each link by its `rel`, or else by its `url`.
    #[getter]
    fn links<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package::links(py, self.header("link").unwrap_or_default())
    }

    /// Whether the status is one of 200 to 299.
    #[getter]
    fn ok(&self) -> bool {
        fact!(self, ok, open => open.ok)
    }

    /// The URL that was asked.
    #[getter]
    fn url(&self) -> &str {
        fact!(self, url, open => &open.head.url)
    }

    /// What was asked: its `method` and `url`.
    #[getter]
    fn request<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let method = fact!(self, method, open => open.head.method);
        package::request(py, method, self.url())
    }

    /// The reply's headers: a mapping that knows no difference of case.
    #[getter]
    fn headers(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        if let Some(made) = self.headers.get(py) {
            return Ok(made.clone_ref(py));
        }
        // No lock is held meanwhile: see `package::named`.
        let made = package::headers(py, self.pairs())?;
        let _ = self.headers.set(py, made.clone_ref(py));
        Ok(self
            .headers
            .get(py)
            .map_or(made, |first| first.clone_ref(py)))
    }

    /// The body as it came. What is still to come of a stream is read first.
    #[getter]
    fn content(&self, py: Python<'_>) -> PyResult<Py<PyBytes>> {
        let reply = self.body.read(py)?;
        let made = self
            .content
            .get_or_try_init(py, || held::object_of(py, reply));
        Ok(made?.clone_ref(py))
    }

    /// The body as text, read by `encoding`; what that cannot read becomes U+FFFD.
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let encoding = self.encode_by();
        match encoding.eq_ignore_ascii_case("utf-8") {
            true => charset::utf_8(py, self.body.read(py)?),
            false => charset::decode(py, self.content(py)?.bind(py), &encoding),
        }
    }

    /// What the body itself looks like, for a server that names a wrong charset: "utf-8", or
    /// else "ISO-8859-1".
    #[getter]
    fn apparent_encoding(&self, py: Python<'_>) -> PyResult<&'static str> {
        let valid = std::str::from_utf8(self.body.read(py)?.bytes()).is_ok();
        Ok(if valid { "utf-8" } else { "ISO-8859-1" })
    }

    /// How `text` and `decode_unicode` read the body: the charset of the Content-Type, else
    /// "utf-8". Another may be set.
    #[getter(encoding)]
    fn encode_by(&self) -> String {
        let set = self.encoding().clone();
        set.unwrap_or_else(|| charset::named(self.pairs()).unwrap_or("utf-8").to_owned())
    }

    #[setter(encoding)]
    pub fn set_encoding(&self, encoding: Option<String>) {
        *self.encoding() = encoding;
    }

    /// From the sending of the request to the headers of the reply, of the last attempt.
    #[getter]
    fn elapsed(&self) -> Duration {
        fact!(self, elapsed, open => open.elapsed)
    }

    /// The service's name for this request, or None.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        fact!(self, request_id, open => open.head.request_id.as_deref())
    }

    /// How often the request was sent.
    #[getter]
    fn attempts(&self) -> u32 {
        fact!(self, attempts, open => open.head.attempts)
    }

    /// What the server said of its limits: `requests` and `tokens`, each with
    /// `limit`, `remaining` and `reset_ms`, None where it said nothing.
    #[getter]
    fn rate_limit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let limits = fact!(self, rate_limit, open => &open.head.rate_limit);
        package::object(py, &limits.to_json())
    }

    /// The body as JSON; `options` are those of `json.loads`. A body that is not
    /// JSON is a `DecodeError`, and a `json.JSONDecodeError` too.
    #[pyo3(signature = (**options))]
    fn json<'py>(
        &self,
        py: Python<'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let reply = self.body.read(py)?;
        let text = reply
            .json_text()
            .map_err(|error| raise_not_json(py, &error, reply.bytes()))?;
        package::loads(py, text, options)
    }

    /// Raises the error of a status outside 200 to 299; its `response` is this one. The words of
    /// a body that is still to come are waited for, 2 s at most; an `AsyncClient` did so before
    /// it returned the reply.
    fn raise_for_status(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.get().check(slf)
    }

    /// The body in pieces of at most `chunk_size` bytes, as soon as they are there; None sets
    /// no limit. With `decode_unicode` they are text, read by `encoding`.
    #[pyo3(
        signature = (chunk_size=Some(1), decode_unicode=false),
        text_signature = "($self, chunk_size=1, decode_unicode=False)"
    )]
    fn iter_content<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = arguments::chunk_size)] chunk_size: Option<i64>,
        decode_unicode: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "iter_content", (slf, chunk_size, decode_unicode))
    }

    /// The lines of the body, without their ends, each as soon as it is there; `delimiter`
    /// ends them in place of a line break.
    #[pyo3(
        signature = (chunk_size=Some(512), decode_unicode=false, delimiter=None),
        text_signature = "($self, chunk_size=512, decode_unicode=False, delimiter=None)"
    )]
    fn iter_lines<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = arguments::chunk_size)] chunk_size: Option<i64>,
        decode_unicode: bool,
        delimiter: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (slf, chunk_size, decode_unicode, delimiter);
        package::read(slf.py(), "iter_lines", arguments)
    }

    /// The events of the body, which is an event stream, to the first whose data is
    /// `[DONE]`: an `EventStream`.
    fn iter_events<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "iter_events", (slf,))
    }

    /// Closes the connection of a body that was not read to its end. Closing twice is fine.
    fn close(&self, py: Python<'_>) {
        self.body.close(py);
    }

    /// Reads what is still to come, and returns the body: `content` for an event loop.
    fn aread<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "aread", (slf,))
    }

    /// As `iter_content`, for `async for`.
    #[pyo3(
        signature = (chunk_size=Some(1), decode_unicode=false),
        text_signature = "($self, chunk_size=1, decode_unicode=False)"
    )]
    fn aiter_content<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = arguments::chunk_size)] chunk_size: Option<i64>,
        decode_unicode: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "aiter_content", (slf, chunk_size, decode_unicode))
    }

    /// As `iter_lines`, for `async for`.
    #[pyo3(
        signature = (chunk_size=Some(512), decode_unicode=false, delimiter=None),
        text_signature = "($self, chunk_size=512, decode_unicode=False, delimiter=None)"
    )]
    fn aiter_lines<'py>(
        slf: &Bound<'py, Self>,
        #[pyo3(from_py_with = arguments::chunk_size)] chunk_size: Option<i64>,
        decode_unicode: bool,
        delimiter: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (slf, chunk_size, decode_unicode, delimiter);
        package::read(slf.py(), "aiter_lines", arguments)
    }

    /// As `iter_events`, for `async for`: an `AsyncEventStream`.
    fn aiter_events<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "aiter_events", (slf,))
    }

    /// As `close`, which does not wait either.
    fn aclose<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "aclose", (slf,))
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::iter_content(slf, Some(128), false)
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _trace: &Bound<'_, PyAny>,
    ) {
        self.body.close(py);
    }

    fn __aenter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        package::read(slf.py(), "aenter", (slf,))
    }

    fn __aexit__<'py>(
        slf: &Bound<'py, Self>,
        _kind: &Bound<'py, PyAny>,
        _error: &Bound<'py, PyAny>,
        _trace: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::aclose(slf)
    }

    fn __bool__(&self) -> bool {
        self.ok()
    }

    fn __repr__(&self) -> String {
        format!("<Response [{}]>", self.status_code())
    }

    /// For `pickle`. What is still to come of a body is read first; every secret of the
    /// client is left out, also where the server sent it.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        pickling::reduce(py, self.body.read(py)?, self.encoding().clone())
    }

    /// Another of the same reply. What is still to come of a body is read first.
    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        let copy = Self::new(self.body.share(py)?);
        copy.set_encoding(self.encoding().clone());
        Ok(copy)
    }

    fn __deepcopy__(&self, py: Python<'_>, _seen: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    // For `_body.py`: at most `most` bytes, as soon as there are any; None at the end.
    fn _piece<'py>(&self, py: Python<'py>, most: usize) -> Piece<'py> {
        self.body.given(py, self.body.read_piece(py, most)?)
    }

    /// At most `most` bytes that have arrived; None if there are none yet.
    fn _ready_piece<'py>(&self, py: Python<'py>, most: usize) -> Piece<'py> {
        self.body.given(py, self.body.ready_piece(most))
    }

    fn _begin_piece(&self, py: Python<'_>, port: &Port, most: usize) -> PyResult<CallId> {
        begun(py, self.body.begin_piece(port, most))
    }

    fn _begin_read(&self, py: Python<'_>, port: &Port) -> PyResult<CallId> {
        begun(py, self.body.begin_read(port))
    }

    fn _events(&self, py: Python<'_>) -> PyResult<Stream> {
        self.body.events(py)
    }

    fn _begin_events(&self, py: Python<'_>, port: &Port) -> PyResult<CallId> {
        begun(py, self.body.begin_events(port))
    }

    /// The headers one by one; a repeated name is repeated here.
    #[getter]
    fn _pairs(&self) -> Vec<(String, String)> {
        self.pairs().to_vec()
    }

    /// The same reply without the client's secrets, for another library. It takes over the rest of
    /// the body.
    fn _without_secrets(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self::new(self.body.without_secrets(py)?))
    }

    /// Whether the body is all in memory.
    #[getter]
    fn _is_read(&self) -> bool {
        self.body.known().is_ok()
    }

    /// Whether a connection is held.
    #[getter]
    fn _is_open(&self) -> bool {
        self.body.is_open()
    }
}
