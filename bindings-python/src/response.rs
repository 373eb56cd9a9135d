//! A whole reply, in the manner of `requests.Response`.

use std::time::Duration;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::errors::raise;
use crate::package;

/// The server's reply, whatever its status, with its whole body in memory.
#[pyclass(frozen, module = "neura_ai")]
pub struct Response {
    reply: neura::Response,
    headers: PyOnceLock<Py<PyAny>>,
    content: PyOnceLock<Py<PyBytes>>,
}

impl From<neura::Response> for Response {
    fn from(reply: neura::Response) -> Self {
        Self {
            reply,
            headers: PyOnceLock::new(),
            content: PyOnceLock::new(),
        }
    }
}

#[pymethods]
impl Response {
    /// The HTTP status, as 200.
    #[getter]
    fn status_code(&self) -> u16 {
        self.reply.status()
    }

    /// The words beside the status, as "Not Found".
    #[getter]
    fn reason(&self) -> &str {
        self.reply.reason()
    }

    /// Whether the status is one of 200 to 299.
    #[getter]
    fn ok(&self) -> bool {
        self.reply.ok()
    }

    /// The URL that was asked.
    #[getter]
    fn url(&self) -> &str {
        self.reply.url()
    }

    /// The reply's headers: a mapping that knows no difference of case.
    #[getter]
    fn headers(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let made = self
            .headers
            .get_or_try_init(py, || package::headers(py, self.reply.headers()));
        made.map(|headers| headers.clone_ref(py))
    }

    /// The body as it came.
    #[getter]
    fn content(&self, py: Python<'_>) -> Py<PyBytes> {
        let made = self
            .content
            .get_or_init(py, || PyBytes::new(py, self.reply.bytes()).unbind());
        made.clone_ref(py)
    }

    /// The body as text; what is not UTF-8 in it becomes U+FFFD.
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &self.reply.text())
    }

    /// From the call to the end of the body, waits and retries included.
    #[getter]
    fn elapsed(&self) -> Duration {
        self.reply.elapsed()
    }

    /// The service's name for this request, or None.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.reply.request_id()
    }

    /// How often the request was sent.
    #[getter]
    fn attempts(&self) -> u32 {
        self.reply.attempts()
    }

    /// What the server told of its limits: `requests` and `tokens`, each with
    /// `limit`, `remaining` and `reset_ms`, None where it told nothing.
    #[getter]
    fn rate_limit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package::object(py, &self.reply.rate_limit().to_json())
    }

    /// The body as JSON; `options` are those of `json.loads`. A body that is not
    /// JSON is a `DecodeError`.
    #[pyo3(signature = (**options))]
    fn json<'py>(
        &self,
        py: Python<'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let text = self.reply.json_text().map_err(|error| raise(py, &error))?;
        package::loads(py, text, options)
    }

    /// Raises the error of a status outside 200 to 299.
    fn raise_for_status(&self, py: Python<'_>) -> PyResult<()> {
        self.reply.check().map_err(|error| raise(py, &error))
    }

    fn __bool__(&self) -> bool {
        self.reply.ok()
    }

    fn __repr__(&self) -> String {
        format!("<Response [{}]>", self.reply.status())
    }
}
