//! The handle of a client: each call of the core, and nothing around it.

use std::sync::{PoisonError, RwLock};

use neura::{Error, ErrorKind, Method, Operation, Request};
use pyo3::prelude::*;
use pyo3::types::PyString;
use pyo3::{PyTraverseError, PyVisit};

use crate::api_key::{self, Callable};
use crate::arguments::text;
use crate::errors::raise;
use crate::options::{ClientOptions, RequestOptions};
use crate::package;
use crate::response::Response;
use crate::stream::Stream;
use crate::wait::Interrupt;

/// A client of the core, until it is closed. Any number of threads may use it.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Client(RwLock<Option<Open>>);

/// What a client has until it is closed.
struct Open {
    client: neura::Client,
    /// Whom the core asks for the key; kept to be shown to the garbage collector.
    callable: Option<Callable>,
}

#[pymethods]
impl Client {
    #[new]
    fn new(py: Python<'_>, options: &ClientOptions) -> PyResult<Self> {
        let (options, callable) = options.get(py);
        let client = Interrupt::new().wait(py, || neura::Client::new(options))?;
        Ok(Self(RwLock::new(Some(Open { client, callable }))))
    }

    /// Any request; any status is a reply.
    fn send(
        &self,
        py: Python<'_>,
        method: &str,
        path: &Bound<'_, PyString>,
        json: Option<&[u8]>,
        data: Option<&[u8]>,
        options: &RequestOptions,
    ) -> PyResult<Response> {
        let request = request(py, method, path, json, data)?;
        self.call(py, options, |client, options| {
            client.send(request.options(options))
        })
        .map(Response::from)
    }

    /// Any request whose reply is a stream of events.
    fn stream(
        &self,
        py: Python<'_>,
        method: &str,
        path: &Bound<'_, PyString>,
        json: Option<&[u8]>,
        data: Option<&[u8]>,
        options: &RequestOptions,
    ) -> PyResult<Stream> {
        let request = request(py, method, path, json, data)?;
        let client = self.open(py)?;
        Stream::open(py, options, |options| client.open(request.options(options)))
    }

    /// A streamed chat; the body is the JSON text of the request.
    fn chat_stream(
        &self,
        py: Python<'_>,
        body: &[u8],
        options: &RequestOptions,
    ) -> PyResult<Stream> {
        let (client, body) = (self.open(py)?, body.to_vec());
        Stream::open(py, options, |options| client.open_chat(body, options))
    }

    fn chat(&self, py: Python<'_>, body: &[u8], options: &RequestOptions) -> PyResult<Response> {
        self.operation(py, Operation::Chat(body.to_vec()), options)
    }

    fn embeddings(
        &self,
        py: Python<'_>,
        body: &[u8],
        options: &RequestOptions,
    ) -> PyResult<Response> {
        self.operation(py, Operation::Embeddings(body.to_vec()), options)
    }

    fn models(&self, py: Python<'_>, options: &RequestOptions) -> PyResult<Response> {
        self.operation(py, Operation::Models, options)
    }

    fn model(
        &self,
        py: Python<'_>,
        id: &Bound<'_, PyString>,
        options: &RequestOptions,
    ) -> PyResult<Response> {
        self.operation(py, Operation::Model(text(id, "the model's id")?), options)
    }

    /// What `GET /models` says of the key, as a `neura_ai.Object`.
    fn check<'py>(&self, py: Python<'py>, options: &RequestOptions) -> PyResult<Bound<'py, PyAny>> {
        let check = self.call(
            py,
            options,
            |client, options| Ok(client.check_with(options)),
        )?;
        package::object(py, &check.to_json())
    }

    /// `Bearer` and the key: the secret itself.
    fn auth_header(&self, py: Python<'_>) -> PyResult<String> {
        let client = self.open(py)?;
        let interrupt = Interrupt::new();
        interrupt.wait(py, || client.auth_header_with(&interrupt.cancel))
    }

    /// Uses another key from the next request on.
    fn set_api_key(&self, py: Python<'_>, key: &Bound<'_, PyString>) -> PyResult<()> {
        let (client, key) = (self.open(py)?, api_key::text(key));
        // Detached: the core may wait for a thread that asks a callable just now.
        Interrupt::new().wait(py, || client.set_api_key(key))
    }

    /// How much each key was used, as a `neura_ai.Object`.
    fn usage<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package::object(py, &self.open(py)?.usage().to_json())
    }

    /// The base URL, and the mask of the key or else the sort of place that is to give it;
    /// None once the client is closed.
    #[getter]
    fn shown(&self) -> Option<(String, String)> {
        let client = self.current()?;
        let key = client.key_info();
        let mask = key.mask().unwrap_or(key.source());
        Some((client.base_url().to_owned(), mask.to_owned()))
    }

    /// The URL that a request to `path` would ask.
    fn url(&self, py: Python<'_>, path: &Bound<'_, PyString>) -> PyResult<String> {
        let path = text(path, "the path")?;
        self.open(py)?.url(&path).map_err(|error| raise(py, &error))
    }

    #[getter]
    fn base_url(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.open(py)?.base_url().to_owned())
    }

    /// Lets go of the core's client; calls that run keep it until they end.
    fn close(&self) {
        // Let go after the lock: the callable's own end may be Python code that comes here.
        let open = self
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(open);
    }

    /// A callable may well refer to what holds the client: such a ring is to be found.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(state) = self.0.try_read() else {
            return Ok(()); // Somebody closes it right now.
        };
        let callable = state.as_ref().and_then(|open| open.callable.as_ref());
        callable.map_or(Ok(()), |callable| visit.call(callable.as_ref()))
    }

    fn __clear__(&self) {
        self.close();
    }
}

impl Client {
    fn current(&self) -> Option<neura::Client> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        state.as_ref().map(|open| open.client.clone())
    }

    fn open(&self, py: Python<'_>) -> PyResult<neura::Client> {
        self.current().ok_or_else(|| {
            raise(
                py,
                &Error::new(ErrorKind::InvalidArgument, "the client is closed"),
            )
        })
    }

    fn operation(
        &self,
        py: Python<'_>,
        operation: Operation,
        options: &RequestOptions,
    ) -> PyResult<Response> {
        self.call(py, options, |client, options| {
            client.call(operation, options)
        })
        .map(Response::from)
    }

    fn call<T: Send>(
        &self,
        py: Python<'_>,
        options: &RequestOptions,
        run: impl FnOnce(&neura::Client, neura::RequestOptions) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let client = self.open(py)?;
        let interrupt = Interrupt::new();
        let options = options.with_cancel(&interrupt.cancel);
        interrupt.wait(py, || run(&client, options))
    }
}

fn request(
    py: Python<'_>,
    method: &str,
    path: &Bound<'_, PyString>,
    json: Option<&[u8]>,
    data: Option<&[u8]>,
) -> PyResult<Request> {
    let method = method
        .parse::<Method>()
        .map_err(|error| raise(py, &error))?;
    let mut request = Request::new(method, text(path, "the path")?);
    if let Some(json) = json {
        request = request.json(json);
    }
    if let Some(data) = data {
        request = request.body(data);
    }
    Ok(request)
}
