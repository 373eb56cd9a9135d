//! Models and embeddings.

use serde::Serialize;

use super::json_text;
use super::settings::request_settings;
use crate::client::{Client, Operation, RequestOptions};
use crate::error::Error;
use crate::reply::Response;

impl Client {
    /// Requests the models that the key can use: a [`ModelList`](crate::ModelList).
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::{ErrorKind, Model, ModelList};
    ///
    /// let models: ModelList = client.models().send()?.json()?;
    /// assert_eq!(models.data[0].id, "gpt-5");
    /// let model: Model = client.model("gpt-5").send()?.json()?;
    /// assert_eq!(model, models.data[0]);
    /// let error = client.model("gpt-0").send().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn models(&self) -> EndpointBuilder<'_> {
        self.endpoint(Ok(Operation::Models))
    }

    /// Requests one [`Model`](crate::Model) by its id; `not_found` if there is no such model.
    pub fn model(&self, id: impl Into<String>) -> EndpointBuilder<'_> {
        self.endpoint(Ok(Operation::Model(id.into())))
    }

    /// Turns text into vectors: an [`EmbeddingList`](crate::EmbeddingList). `request` is anything
    /// that serde serializes as a JSON object with `model`, `input` and the API's other parameters;
    /// it is serialized now, once.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let request = serde_json::json!({"model": "text-embedding-3-small", "input": "Hello!"});
    /// let list: neura::EmbeddingList = client.embeddings(&request).send()?.json()?;
    /// assert!(list.data[0].embedding.len() > 1);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn embeddings(&self, request: &(impl Serialize + ?Sized)) -> EndpointBuilder<'_> {
        let body = json_text(request);
        self.endpoint(body.map(|body| Operation::Embeddings(body.into())))
    }

    fn endpoint(&self, operation: Result<Operation, Error>) -> EndpointBuilder<'_> {
        EndpointBuilder {
            client: self,
            operation,
            options: RequestOptions::new(),
        }
    }
}

/// A builder of a call of another endpoint; [`send`](Self::send) sends it. Made by
/// [`Client::models`], [`Client::model`] and [`Client::embeddings`].
#[must_use = "nothing is sent before `send`"]
#[derive(Debug)]
pub struct EndpointBuilder<'c> {
    client: &'c Client,
    operation: Result<Operation, Error>,
    options: RequestOptions,
}

impl<'c> EndpointBuilder<'c> {
    request_settings!();

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    /// Sends the request and waits for the answer. [`json`](Response::json) reads it as the type
    /// that the method of [`Client`] names, or as another type.
    ///
    /// # Errors
    /// As [`ChatBuilder::send`](crate::ChatBuilder::send); the expected member is `data`, for one
    /// model `id`. For a model also `invalid_argument` if the id is blank, and `not_found`.
    pub fn send(self) -> Result<Response, Error> {
        let (client, operation, options) = self.parts();
        client.call(operation?, &options)
    }

    pub(crate) fn parts(self) -> (&'c Client, Result<Operation, Error>, RequestOptions) {
        (self.client, self.operation, self.options)
    }
}
