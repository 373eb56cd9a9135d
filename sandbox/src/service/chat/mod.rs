//! `POST /v1/chat/completions`: an answer that repeats the user's message, whole
//! or as a stream.

mod completion;
mod request;
mod stream;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Sandbox;
use super::api_error::{ApiError, json_response};
use super::body::Upload;
use super::request_id::random_id;
use completion::Completion;
use request::ChatRequest;

pub(super) async fn create(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(upload): Extension<Upload>,
) -> Result<Response, ApiError> {
    let request = ChatRequest::parse(&upload.object()?)?;
    let created = SystemTime::now().duration_since(UNIX_EPOCH);
    let completion = Completion {
        id: random_id("chatcmpl-"),
        created: created.unwrap_or_default().as_secs(),
        model: request.model,
        answer: format!("You said: {}", request.said),
        choices: request.choices,
        prompt_tokens: request.prompt_tokens,
    };
    let tokens = completion.tokens();
    let mut response = match request.stream {
        Some(options) => stream::response(completion, options, sandbox.event_delay),
        None => json_response(StatusCode::OK, &completion.whole()),
    };
    response.extensions_mut().insert(tokens);
    Ok(response)
}

/// The sandbox counts words between white space as tokens.
pub(crate) fn count_words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}
