//! The named endpoints of the API.

use std::borrow::Cow;
use std::fmt;

use neura_transport::{Method, RequestBody, SharedBytes};

use super::chat_body::with_stream;
use super::parameters::{self, Endpoint};
use super::request::RequestParts;
use super::{Request, RequestOptions};
use crate::error::{Error, ErrorKind};
use crate::reply::Member;
use crate::url::encode_segment;

/// A call of a named endpoint. The bodies are JSON text.
#[doc(hidden)]
#[derive(Clone)]
pub enum Operation {
    /// `POST /chat/completions` with this request, not streamed.
    Chat(SharedBytes),
    /// `GET /models`.
    Models,
    /// `GET /models/{id}`.
    Model(String),
    /// `POST /embeddings` with this request.
    Embeddings(SharedBytes),
}

const CHAT_PATH: &str = "/chat/completions";

impl Operation {
    /// The member that a valid answer must have.
    pub(crate) fn member(&self) -> Member {
        match self {
            Operation::Chat(_) => Member::Choices,
            Operation::Models | Operation::Embeddings(_) => Member::Data,
            Operation::Model(_) => Member::Id,
        }
    }

    /// Its request. The parameters named in `unchecked` are not checked.
    pub(crate) fn request(self, unchecked: &[String]) -> Result<NamedRequest, Error> {
        match self {
            Operation::Chat(body) => {
                let body = with_stream(body, false, unchecked)?;
                Ok(NamedRequest::post(CHAT_PATH, body))
            }
            Operation::Models => Ok(NamedRequest::get("/models")),
            Operation::Model(id) if id.trim().is_empty() => {
                let message =
                    "the id of the model is empty. Give one that the service lists (GET /models)";
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            Operation::Model(id) => {
                let path = format!("/models/{}", encode_segment(&id));
                Ok(NamedRequest::get(path))
            }
            Operation::Embeddings(body) => {
                parameters::read(&body, Endpoint::Embeddings, unchecked)?;
                Ok(NamedRequest::post("/embeddings", body))
            }
        }
    }
}

/// The request of a named call, without its options.
pub(crate) struct NamedRequest {
    method: Method,
    path: Cow<'static, str>,
    body: RequestBody,
    json: bool,
}

impl NamedRequest {
    fn get(path: impl Into<Cow<'static, str>>) -> Self {
        NamedRequest {
            method: Method::Get,
            path: path.into(),
            body: RequestBody::default(),
            json: false,
        }
    }

    fn post(path: &'static str, json: SharedBytes) -> Self {
        NamedRequest {
            method: Method::Post,
            path: path.into(),
            body: json.into(),
            json: true,
        }
    }

    pub fn parts<'a>(&'a self, options: &'a RequestOptions) -> RequestParts<'a> {
        RequestParts {
            method: self.method,
            path: &self.path,
            body: &self.body,
            json: self.json,
            options,
        }
    }
}

/// The request of a streamed chat.
pub(crate) fn chat_stream(body: SharedBytes, options: RequestOptions) -> Result<Request, Error> {
    let body = with_stream(body, true, &options.unchecked)?;
    let request = Request::new(Method::Post, CHAT_PATH).json(body);
    Ok(request.options(options))
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A body may hold anything.
        f.write_str(match self {
            Operation::Chat(_) => "Chat",
            Operation::Models => "Models",
            Operation::Model(_) => "Model",
            Operation::Embeddings(_) => "Embeddings",
        })
    }
}
