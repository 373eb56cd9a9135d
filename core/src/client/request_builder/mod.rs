//! The builders of requests: a call is built, then sent.

mod chat;
mod endpoint;
mod plain_settings;
mod settings;

use neura_transport::{Method, RequestBody};
use serde::Serialize;

pub use chat::ChatBuilder;
pub use endpoint::EndpointBuilder;
use settings::request_settings;

use super::{Client, IntoMethod, Request, RequestOptions};
use crate::error::{Error, ErrorKind};
use crate::reply::{EventStream, Response, StreamingResponse};

impl Client {
    /// Builds a request to `path`, which is joined to the base URL, or is a full URL on the base
    /// URL's own origin.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use std::time::Duration;
    ///
    /// let response = client
    ///     .request(neura::Method::Post, "/embeddings")
    ///     .json(&serde_json::json!({"model": "text-embedding-3-small", "input": "Hello!"}))
    ///     .timeout(Duration::from_secs(30))
    ///     .idempotency_key("order-7")
    ///     .send()?;
    /// assert_eq!(response.status(), 200);
    /// assert_eq!(response.attempts(), 1);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn request(&self, method: impl IntoMethod, path: impl Into<String>) -> RequestBuilder<'_> {
        let (method, fault) = match method.into_method() {
            Ok(method) => (method, None),
            Err(error) => (Method::default(), Some(error)),
        };
        RequestBuilder {
            client: self,
            request: Request::new(method, path),
            fault,
        }
    }

    /// Builds a `GET`.
    pub fn get(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Get, path)
    }

    /// Builds a `HEAD`.
    pub fn head(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Head, path)
    }

    /// Builds a `POST`.
    pub fn post(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Post, path)
    }

    /// Builds a `PUT`.
    pub fn put(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Put, path)
    }

    /// Builds a `PATCH`.
    pub fn patch(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Patch, path)
    }

    /// Builds a `DELETE`.
    pub fn delete(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Delete, path)
    }

    /// Sends a JSON request and reads its reply as an event stream: short for
    /// `request(method, path).json(json).stream()`.
    ///
    /// # Errors
    /// See [`RequestBuilder::stream`].
    pub fn stream(
        &self,
        method: impl IntoMethod,
        path: impl Into<String>,
        json: &(impl Serialize + ?Sized),
    ) -> Result<EventStream, Error> {
        self.request(method, path).json(json).stream()
    }
}

fn json_text(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| {
        // The error of a `Serialize` is the caller's own text.
        let message = format!("the value cannot be written as JSON: {error}");
        Error::new(ErrorKind::InvalidArgument, message).with_source(error)
    })
}

/// A builder of a request; [`send`](Self::send), [`send_streaming`](Self::send_streaming) or
/// [`stream`](Self::stream) sends it. Made by [`Client::request`], [`Client::get`] and the like.
#[must_use = "nothing is sent before `send`, `send_streaming` or `stream`"]
#[derive(Debug)]
pub struct RequestBuilder<'c> {
    client: &'c Client,
    request: Request,
    /// The first error, returned when the request is sent.
    fault: Option<Error>,
}

impl<'c> RequestBuilder<'c> {
    /// A JSON body, with its `Content-Type`. The value is serialized now, once; a failure is
    /// `invalid_argument` when the request is sent.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        match json_text(value) {
            Ok(text) => self.request = self.request.json(text),
            Err(error) => self.fault = Some(error),
        }
        self
    }

    /// A body without a `Content-Type`: bytes, a file or another [`RequestBody`], which is read in
    /// pieces while it is sent.
    pub fn body(mut self, body: impl Into<RequestBody>) -> Self {
        self.request = self.request.body(body);
        self
    }

    request_settings!();

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.request.options
    }

    /// Sends the request and reads the whole reply. Any status is a response; [`Response::check`]
    /// returns an error for a status outside 200 to 299.
    ///
    /// # Errors
    /// `config` and `invalid_argument` before anything is sent; `missing_api_key` and
    /// `malformed_api_key` if a function gives the key; `connection`, `timeout`, `tls`, `proxy`,
    /// `protocol`, `decode`, `body_too_large`, `out_of_memory`, `cancelled`. A body that cannot be
    /// read completely is an error whatever the status; the error then has the status.
    pub fn send(self) -> Result<Response, Error> {
        let (client, request) = self.parts();
        client.send(request?)
    }

    /// Sends the request and returns after the headers of the reply, whatever its status; the body
    /// is read as it arrives. The `timeout` ends with the headers.
    ///
    /// # Errors
    /// As [`send`](Self::send), except the errors of a body that is not read yet.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let mut reply = client.get("/models").send_streaming()?;
    /// assert!(reply.ok());
    /// let mut length = 0;
    /// while let Some(piece) = reply.next_piece(16 * 1024)? {
    ///     length += piece.len();
    /// }
    /// assert!(length > 0);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn send_streaming(self) -> Result<StreamingResponse, Error> {
        let (client, request) = self.parts();
        client.send_streaming(request?)
    }

    /// Sends the request and reads its reply as an event stream; returns after its headers.
    ///
    /// # Errors
    /// As [`send`](Self::send), and the typed error of a status outside 200 to 299, which takes
    /// precedence over a defect of its body. `decode` if the reply is a web page instead of events.
    pub fn stream(self) -> Result<EventStream, Error> {
        let (client, request) = self.parts();
        client.open(request?)
    }

    /// The request, or its first error.
    pub(crate) fn parts(self) -> (&'c Client, Result<Request, Error>) {
        let request = match self.fault {
            None => Ok(self.request),
            Some(fault) => Err(fault),
        };
        (self.client, request)
    }
}
