//! The calls as Rust programs write them: each is described, then sent.

mod chat;
mod endpoint;
mod settings;

use serde::Serialize;

pub use chat::ChatBuilder;
pub use endpoint::EndpointBuilder;
use settings::request_settings;

use super::{Client, IntoMethod, Request, RequestOptions};
use crate::error::{Error, ErrorKind};
use crate::reply::{EventStream, Response, StreamingResponse};
use neura_transport::{Method, RequestBody};

impl Client {
    /// Describes a request to `path`, which is joined to the base URL, or is a full URL on the
    /// base URL's own origin.
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

    /// Describes a `GET`.
    pub fn get(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Get, path)
    }

    /// Describes a `HEAD`.
    pub fn head(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Head, path)
    }

    /// Describes a `POST`.
    pub fn post(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Post, path)
    }

    /// Describes a `PUT`.
    pub fn put(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Put, path)
    }

    /// Describes a `PATCH`.
    pub fn patch(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Patch, path)
    }

    /// Describes a `DELETE`.
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
        // What a `Serialize` says is the caller's own text.
        let message = format!("the value cannot be written as JSON: {error}");
        Error::new(ErrorKind::InvalidArgument, message).with_source(error)
    })
}

/// A request that is being described; [`send`](Self::send),
/// [`send_streaming`](Self::send_streaming) or [`stream`](Self::stream) ends it. Made by
/// [`Client::request`], [`Client::get`] and the like.
#[must_use = "nothing is sent before `send`, `send_streaming` or `stream`"]
#[derive(Debug)]
pub struct RequestBuilder<'c> {
    client: &'c Client,
    request: Request,
    /// What is wrong with it, for when it is sent.
    fault: Option<Error>,
}

impl<'c> RequestBuilder<'c> {
    /// A body of JSON, with its `Content-Type`; the value is written once, now. One that cannot
    /// be written is `invalid_argument` when the request is sent.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        match json_text(value) {
            Ok(text) => self.request = self.request.json(text),
            Err(error) => self.fault = Some(error),
        }
        self
    }

    /// A body without a `Content-Type`: bytes, or a file or another [`RequestBody`], which is
    /// read a piece at a time while it goes out.
    pub fn body(mut self, body: impl Into<RequestBody>) -> Self {
        self.request = self.request.body(body);
        self
    }

    request_settings!();

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.request.options
    }

    /// Sends the request and reads the reply whole; any status is a response, and
    /// [`Response::check`] makes an error of a status outside 200 to 299.
    ///
    /// # Errors
    /// `config` and `invalid_argument` before anything is sent; `missing_api_key` and
    /// `malformed_api_key` where a function gives the key; `connection`, `timeout`, `tls`,
    /// `proxy`, `protocol`, `decode`, `body_too_large`, `out_of_memory`, `cancelled`. A body
    /// that cannot be read whole is an error whatever the status, which the error then has.
    pub fn send(self) -> Result<Response, Error> {
        let (client, request) = self.parts();
        client.send(request?)
    }

    /// Sends the request and returns when the headers of the reply came, whatever its status;
    /// the body is read as it comes. The `timeout` ends with the headers.
    ///
    /// # Errors
    /// As [`send`](Self::send), without those of a body that is still to be read.
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

    /// Sends the request and reads its reply as an event stream; returns when its headers came.
    ///
    /// # Errors
    /// As [`send`](Self::send), and the typed error of a status outside 200 to 299, which
    /// outweighs what is wrong with its body. `decode` where a page came instead of events.
    pub fn stream(self) -> Result<EventStream, Error> {
        let (client, request) = self.parts();
        client.open(request?)
    }

    /// The request, or what is wrong with it.
    pub(crate) fn parts(self) -> (&'c Client, Result<Request, Error>) {
        let request = match self.fault {
            None => Ok(self.request),
            Some(fault) => Err(fault),
        };
        (self.client, request)
    }
}
