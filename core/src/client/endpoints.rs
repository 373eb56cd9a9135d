//! The named endpoints of the API.

use std::fmt;

use neura_transport::Method;

use super::chat_body::with_stream;
use super::parameters::{self, Endpoint};
use super::{Request, RequestOptions};
use crate::error::{Error, ErrorKind};
use crate::reply::Member;
use crate::url::encode_segment;

/// A call of a named endpoint. The bodies are JSON text.
#[doc(hidden)]
#[derive(Clone)]
pub enum Operation {
    /// `POST /chat/completions` with this request, not streamed.
    Chat(Vec<u8>),
    /// `GET /models`.
    Models,
    /// `GET /models/{id}`.
    Model(String),
    /// `POST /embeddings` with this request.
    Embeddings(Vec<u8>),
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

    /// The request, with its options.
    pub(crate) fn request(self, options: RequestOptions) -> Result<Request, Error> {
        let unchecked = &options.unchecked;
        let request = match self {
            Operation::Chat(body) => {
                Request::new(Method::Post, CHAT_PATH).json(with_stream(body, false, unchecked)?)
            }
            Operation::Models => Request::new(Method::Get, "/models"),
            Operation::Model(id) if id.trim().is_empty() => {
                let message =
                    "the id of the model is empty. Give one that the service lists (GET /models)";
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
            Operation::Model(id) => {
                Request::new(Method::Get, format!("/models/{}", encode_segment(&id)))
            }
            Operation::Embeddings(body) => {
                parameters::read(&body, Endpoint::Embeddings, unchecked)?;
                Request::new(Method::Post, "/embeddings").json(body)
            }
        };
        Ok(request.options(options))
    }
}

/// The request of a streamed chat.
pub(crate) fn chat_stream(body: Vec<u8>, options: RequestOptions) -> Result<Request, Error> {
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
