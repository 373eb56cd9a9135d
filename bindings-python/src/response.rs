//! A reply, in the manner of `requests.Response`.

mod making;

use std::sync::Mutex;
use std::time::Duration;

use neura::bindings::{CallId, ReplyHead};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::body::Body;
use crate::charset;
use crate::errors::raise_not_json;
use crate::held;
use crate::json;
use crate::memory::Piece;
use crate::package;
use crate::pickling::{self, Reduced};
use crate::port::Port;
use crate::stream::Stream;
pub use making::NewReply;
use making::begun;

/// What `neura_ai.Response` stands on, which says how its body is read as it comes.
#[pyclass(frozen, subclass, weakref, name = "Reply", module = "neura_ai._native")]
pub struct Response {
    head: ReplyHead,
    body: Body,
    headers: PyOnceLock<Py<PyAny>>,
    content: PyOnceLock<Py<PyBytes>>,
    /// What the caller set in place of what the headers say.
    encoding: Mutex<Option<String>>,
}

#[pymethods]
impl Response {
    #[new]
    fn made(reply: &NewReply) -> PyResult<Self> {
        reply.take()
    }

    /// The HTTP status, as 200.
    #[getter]
    fn status_code(&self) -> u16 {
        self.head.status()
    }

    /// The words that the server sent with the status, as "Not Found"; empty if it sent none, or
    /// others than ASCII.
    #[getter]
    fn reason(&self) -> &str {
        self.head.reason()
    }

    /// Always empty: redirects are not followed.
    //: -> list[Response]
    #[getter]
    fn history<'py>(&self, py: Python<'py>) -> Bound<'py, PyList> {
        PyList::empty(py)
    }

    /// Always None: redirects are not followed.
    //: -> None
    #[getter]
    fn next(&self) -> Option<Py<PyAny>> {
        None
    }

    /// Always empty: cookies are not kept. The server's stand in `headers["set-cookie"]`.
    //: -> dict[str, str]
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
    //: -> dict[str, dict[str, str]]
    #[getter]
    fn links<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let header = self.header("link").unwrap_or_default();
        python!(py, "neura_ai._links", "links", (header,))
    }

    /// Whether the status is one of 200 to 299.
    #[getter]
    fn ok(&self) -> bool {
        self.head.ok()
    }

    /// The URL that was asked.
    #[getter]
    fn url(&self) -> &str {
        self.head.url()
    }

    /// What was asked: its `method` and `url`.
    //: -> RequestInfo
    #[getter]
    fn request<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let method = self.head.method();
        package::request(py, method, self.url())
    }

    /// The reply's headers: a mapping that knows no difference of case.
    //: -> Headers
    #[getter]
    fn headers(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        if let Some(made) = self.headers.get(py) {
            return Ok(made.clone_ref(py));
        }
        // No lock is held meanwhile: see `package::named`.
        let made = package::headers(py, self.head.headers())?;
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
    //: -> str
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
        set.unwrap_or_else(|| {
            neura::bindings::charset(self.head.headers())
                .unwrap_or("utf-8")
                .to_owned()
        })
    }

    #[setter(encoding)]
    pub fn set_encoding(&self, encoding: Option<String>) {
        *self.encoding() = encoding;
    }

    /// From the sending of the request to the headers of the reply, of the last attempt.
    #[getter]
    fn elapsed(&self) -> Duration {
        self.head.elapsed()
    }

    /// The service's name for this request, or None.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// How often the request was sent.
    #[getter]
    fn attempts(&self) -> u32 {
        self.head.attempts()
    }

    /// What the server said of its limits: `requests` and `tokens`, each with
    /// `limit`, `remaining` and `reset_ms`, None where it said nothing.
    //: -> Object
    #[getter]
    fn rate_limit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let limits = self.head.rate_limit();
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
        json::read_with(py, text, options)
    }

    /// Raises the error of a status outside 200 to 299; its `response` is this one. The words of
    /// a body that is still to come are waited for, 2 s at most; an `AsyncClient` did so before
    /// it returned the reply.
    fn raise_for_status(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.get().check(slf)
    }

    /// Closes the connection of a body that was not read to its end. Closing twice is fine.
    fn close(&self, py: Python<'_>) {
        self.body.close(py);
    }

    fn __bool__(&self) -> bool {
        self.ok()
    }

    fn __repr__(&self) -> String {
        format!("<Response [{}]>", self.status_code())
    }

    /// For `pickle`. What is still to come of a body is read first; every secret of the
    /// client is left out, also where the server sent it.
    //: -> tuple[Any, tuple[Any, ...]]
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        pickling::reduce(py, self.body.read(py)?, self.encoding().clone())
    }

    /// Another of the same reply. What is still to come of a body is read first.
    //: -> Response
    fn __copy__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let copy = Self::new(self.head.clone(), self.body.share(py)?);
        copy.set_encoding(self.encoding().clone());
        copy.into_py(py)
    }

    //: -> Response
    fn __deepcopy__<'py>(
        &self,
        py: Python<'py>,
        _seen: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
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
        self.body.events(py, self.head.clone())
    }

    fn _begin_events(&self, py: Python<'_>, port: &Port) -> PyResult<CallId> {
        begun(py, self.body.begin_events(port, self.head.clone()))
    }

    /// The headers one by one; a repeated name is repeated here.
    #[getter]
    fn _pairs(&self) -> Vec<(String, String)> {
        self.head.headers().to_vec()
    }

    /// The same reply without the client's secrets, for another library. It takes over the rest of
    /// the body.
    //: -> Response
    fn _without_secrets<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (head, body) = self.body.without_secrets(py)?;
        Self::new(head, body).into_py(py)
    }

    /// Whether the body is all in memory.
    #[getter]
    fn _is_read(&self) -> bool {
        self.body.is_read()
    }

    /// Whether a connection is held.
    #[getter]
    fn _is_open(&self) -> bool {
        self.body.is_open()
    }
}
