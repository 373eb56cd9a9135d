//! Chat completions, whole and streamed.

use serde::Serialize;

use super::json_text;
use super::settings::request_settings;
use crate::client::{Client, Operation, RequestOptions};
use crate::error::Error;
use crate::reply::{ChatStream, Response};

impl Client {
    /// Requests a chat completion: [`send`](ChatBuilder::send) returns the whole answer,
    /// [`stream`](ChatBuilder::stream) its chunks. `request` is anything that serde serializes as a
    /// JSON object with `model`, `messages` and the API's other parameters; it is serialized now,
    /// once.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::ChatCompletion;
    ///
    /// let request = serde_json::json!({
    ///     "model": "gpt-5",
    ///     "messages": [{"role": "user", "content": "Hello!"}],
    /// });
    /// let answer: ChatCompletion = client.chat(&request).send()?.json()?;
    /// assert_eq!(answer.text(), "You said: Hello!");
    /// let untyped: serde_json::Value = client.chat(&request).send()?.json()?;
    /// assert_eq!(untyped["choices"][0]["message"]["content"], "You said: Hello!");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn chat(&self, request: &(impl Serialize + ?Sized)) -> ChatBuilder<'_> {
        ChatBuilder {
            client: self,
            body: json_text(request),
            options: RequestOptions::new(),
        }
    }

    /// Requests a streamed chat completion: short for `chat(request).stream()`.
    ///
    /// # Errors
    /// See [`ChatBuilder::stream`].
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let request = serde_json::json!({
    ///     "model": "gpt-5",
    ///     "messages": [{"role": "user", "content": "Hello!"}],
    /// });
    /// let mut answer = String::new();
    /// for chunk in client.chat_stream(&request)? {
    ///     answer += chunk?.text();
    /// }
    /// assert_eq!(answer, "You said: Hello!");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn chat_stream(&self, request: &(impl Serialize + ?Sized)) -> Result<ChatStream, Error> {
        self.chat(request).stream()
    }
}

/// A builder of a chat completion; [`send`](Self::send) or [`stream`](Self::stream) sends it. Made
/// by [`Client::chat`].
#[must_use = "nothing is sent before `send` or `stream`"]
#[derive(Debug)]
pub struct ChatBuilder<'c> {
    client: &'c Client,
    /// The JSON text of the request.
    body: Result<Vec<u8>, Error>,
    options: RequestOptions,
}

impl<'c> ChatBuilder<'c> {
    request_settings!();

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    /// Sends the request and waits for the whole answer. [`json`](Response::json) reads it as a
    /// [`ChatCompletion`](crate::ChatCompletion) or another type.
    ///
    /// # Errors
    /// As [`RequestBuilder::send`](crate::RequestBuilder::send), and the typed error of a status
    /// outside 200 to 299, which takes precedence over a defect of its body. A reply of 200 that
    /// holds an error instead of an answer is that error: its kind comes from the number or the
    /// words of the body, its status stays 200. `decode` if the body is not a JSON object or has no
    /// `choices`. `invalid_argument` if the request is not a JSON object, asks for a stream, or has
    /// a mistyped parameter.
    pub fn send(self) -> Result<Response, Error> {
        let (client, body, options) = self.parts();
        client.call(Operation::Chat(body?.into()), &options)
    }

    /// Sends the request and streams the answer; returns after the headers. `"stream": true` is
    /// added to the request if it is missing.
    ///
    /// # Errors
    /// As [`RequestBuilder::stream`](crate::RequestBuilder::stream); `invalid_argument` if the
    /// request is not a JSON object, has a `stream` that is not true, or a mistyped parameter.
    pub fn stream(self) -> Result<ChatStream, Error> {
        let (client, body, options) = self.parts();
        client.open_chat(body?, options)
    }

    pub(crate) fn parts(self) -> (&'c Client, Result<Vec<u8>, Error>, RequestOptions) {
        (self.client, self.body, self.options)
    }
}
