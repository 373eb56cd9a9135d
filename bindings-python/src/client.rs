//! The handle of a client: each call of the core, and nothing around it.

use std::sync::{PoisonError, RwLock};

use neura::{Error, ErrorKind, Method, Operation, Request};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::arguments::text;
use crate::errors::raise;
use crate::options::{ClientOptions, RequestOptions};
use crate::package;
use crate::response::Response;
use crate::stream::Stream;
use crate::wait::Interrupt;

/// A client of the core, until it is closed. Any number of threads may use it.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Client(RwLock<Option<neura::Client>>);

#[pymethods]
impl Client {
    #[new]
    fn new(py: Python<'_>, options: &ClientOptions) -> PyResult<Self> {
        let options = options.get();
        let client = Interrupt::new().wait(py, || neura::Client::new(options))?;
        Ok(Self(RwLock::new(Some(client))))
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
        Ok(self.open(py)?.auth_header())
    }

    /// What may be shown of the key; None once the client is closed.
    #[getter]
    fn mask(&self) -> Option<String> {
        let client = self.0.read().unwrap_or_else(PoisonError::into_inner);
        client
            .as_ref()
            .map(|client| client.key_info().mask().to_owned())
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
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}

impl Client {
    fn open(&self, py: Python<'_>) -> PyResult<neura::Client> {
        let client = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        client.ok_or_else(|| {
            raise(
                py,
                &Error::new(ErrorKind::InvalidArgument, "this client has been closed"),
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
