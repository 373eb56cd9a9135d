//! Reading request bodies.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::api_error::ApiError;

/// The largest body that is taken.
const LIMIT: usize = 16 * 1024 * 1024;
/// How much of a larger one is read and dropped, so that its sender gets to
/// read the 413.
const DISCARD_LIMIT: usize = 256 * 1024 * 1024;

/// A request's body, read to its end before anything is decided.
#[derive(Clone)]
pub(super) enum Upload {
    /// All of it.
    Whole(Bytes),
    /// More than the limit.
    TooLarge,
    /// The sender stopped in the middle, or its framing is broken.
    Cut,
}

impl Upload {
    /// The body as a JSON object. The content type is not looked at: clients
    /// that forget it send JSON all the same.
    pub(super) fn object(&self) -> Result<Map<String, Value>, ApiError> {
        let bad = |message| ApiError::new(StatusCode::BAD_REQUEST, message);
        let bytes = match self {
            Self::Whole(bytes) => bytes,
            Self::TooLarge => {
                return Err(ApiError::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("The body is larger than {} MiB.", LIMIT / 1024 / 1024),
                ));
            }
            Self::Cut => return Err(bad("The body ended too early.".into())),
        };
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(bad("The body must be a JSON object.".into())),
            Err(_) if bytes.is_empty() => Err(bad("The body is empty; send a JSON object.".into())),
            Err(error) => Err(bad(format!("The body is not valid JSON: {error}."))),
        }
    }
}

/// Puts the [`Upload`] of a request beside it.
pub(super) async fn layer(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(read(body).await);
    next.run(Request::from_parts(parts, Body::empty())).await
}

async fn read(body: Body) -> Upload {
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk) = chunk else {
            return Upload::Cut;
        };
        length = length.saturating_add(chunk.len());
        if length > DISCARD_LIMIT {
            break;
        }
        if length > LIMIT {
            whole = Vec::new();
        } else {
            whole.extend_from_slice(&chunk);
        }
    }
    if length > LIMIT {
        Upload::TooLarge
    } else {
        Upload::Whole(whole.into())
    }
}
