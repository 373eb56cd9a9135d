//! The calls as Rust programs like to write them.

use std::time::Duration;

use neura_transport::{CancelToken, Method, RequestBody};
use serde::Serialize;
use serde_json::Value;

use super::Client;
use super::Operation;
use super::builder::limit_of;
use super::{Request, RequestOptions};
use crate::error::{Error, ErrorKind};
use crate::reply::{ChatStream, EventStream, OpenResponse, Response};

impl Client {
    /// Begins to describe a request.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let response = client
    ///     .request(neura::Method::Post, "/embeddings")
    ///     .json(&serde_json::json!({"model": "text-embedding-3-small", "input": "Hello!"}))
    ///     .idempotency_key("order-7")
    ///     .send()?;
    /// assert_eq!(response.status(), 200);
    /// assert_eq!(response.attempts(), 1);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RequestBuilder<'_> {
        RequestBuilder {
            client: self,
            request: Request::new(method, path),
            fault: None,
        }
    }

    /// Begins a `GET`.
    pub fn get(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Get, path)
    }

    /// Begins a `POST`.
    pub fn post(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.request(Method::Post, path)
    }

    /// Asks for a chat completion and waits for the whole answer.
    ///
    /// # Errors
    /// See [`Client::call`].
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let reply = client.chat(&serde_json::json!({
    ///     "model": "gpt-5",
    ///     "messages": [{"role": "user", "content": "Hello!"}],
    /// }))?;
    /// let answer: serde_json::Value = reply.json()?;
    /// assert_eq!(answer["choices"][0]["message"]["content"], "You said: Hello!");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn chat(&self, request: &Value) -> Result<Response, Error> {
        self.call(Operation::Chat(text(request)?), RequestOptions::new())
    }

    /// Asks for a chat completion in pieces.
    ///
    /// # Errors
    /// See [`Client::open_chat`].
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let request = serde_json::json!({
    ///     "model": "gpt-5",
    ///     "messages": [{"role": "user", "content": "Hello!"}],
    /// });
    /// let mut answer = String::new();
    /// for chunk in client.chat_stream(&request)? {
    ///     answer += &chunk?.text();
    /// }
    /// assert_eq!(answer, "You said: Hello!");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn chat_stream(&self, request: &Value) -> Result<ChatStream, Error> {
        self.open_chat(text(request)?, RequestOptions::new())
    }

    /// The models that the key can use.
    ///
    /// # Errors
    /// See [`Client::call`].
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let models: serde_json::Value = client.models()?.json()?;
    /// assert_eq!(models["data"][0]["id"], "gpt-5");
    /// let error = client.model("gpt-0").unwrap_err();
    /// assert_eq!(error.kind(), neura::ErrorKind::NotFound);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn models(&self) -> Result<Response, Error> {
        self.call(Operation::Models, RequestOptions::new())
    }

    /// One model.
    ///
    /// # Errors
    /// See [`Client::call`]; `not_found` where there is none of this id.
    pub fn model(&self, id: &str) -> Result<Response, Error> {
        self.call(Operation::Model(id.to_owned()), RequestOptions::new())
    }

    /// Turns text into vectors.
    ///
    /// # Errors
    /// See [`Client::call`].
    pub fn embeddings(&self, request: &Value) -> Result<Response, Error> {
        self.call(Operation::Embeddings(text(request)?), RequestOptions::new())
    }

    /// Opens an event stream with a JSON request.
    ///
    /// # Errors
    /// See [`Client::open`].
    pub fn stream(
        &self,
        method: Method,
        path: impl Into<String>,
        json: &Value,
    ) -> Result<EventStream, Error> {
        self.request(method, path).json(json).stream()
    }
}

fn text(value: &Value) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| unwritable(&error))
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        format!("the value cannot be written as JSON: {error}"),
    )
}

/// A request that is being described; [`send`](Self::send), [`send_open`](Self::send_open) or
/// [`stream`](Self::stream) ends it.
#[must_use = "nothing is sent before `send`, `send_open` or `stream`"]
#[derive(Debug)]
pub struct RequestBuilder<'c> {
    client: &'c Client,
    request: Request,
    fault: Option<Error>,
}

impl RequestBuilder<'_> {
    /// A body of JSON.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(text) => self.request = self.request.json(text),
            Err(error) => self.fault = Some(unwritable(&error)),
        }
        self
    }

    /// A body without a `Content-Type`: bytes, or a file or another [`RequestBody`], which is
    /// read a piece at a time while it goes out.
    pub fn body(mut self, body: impl Into<RequestBody>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// A header; it replaces the client's own of this name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.options.add_header(name, value);
        self
    }

    /// A parameter of the query, percent-encoded here.
    pub fn param(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.request.options.add_param(name, value.to_string());
        self
    }

    /// One deadline over the whole call; `None` for no limit.
    pub fn timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.request.options.set_timeout(limit_of(limit));
        self
    }

    /// How often to try again.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.request.options.set_max_retries(retries.into());
        self
    }

    /// `Idempotency-Key`, the same on every attempt.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.request.options.set_idempotency_key(key);
        self
    }

    /// Lets `token` cancel the call from any thread.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.request.options.set_cancel(token.clone());
        self
    }

    /// Sends the request; any status is a response. See [`Client::send`].
    ///
    /// # Errors
    /// See [`Client::send`].
    pub fn send(self) -> Result<Response, Error> {
        match self.fault {
            Some(fault) => Err(fault),
            None => self.client.send(self.request),
        }
    }

    /// Sends the request and leaves the body of its reply to be read as it comes. See
    /// [`Client::send_open`].
    ///
    /// # Errors
    /// See [`Client::send_open`].
    pub fn send_open(self) -> Result<OpenResponse, Error> {
        match self.fault {
            Some(fault) => Err(fault),
            None => self.client.send_open(self.request),
        }
    }

    /// Sends the request and opens its reply as an event stream.
    ///
    /// # Errors
    /// See [`Client::open`].
    pub fn stream(self) -> Result<EventStream, Error> {
        match self.fault {
            Some(fault) => Err(fault),
            None => self.client.open(self.request),
        }
    }
}
