//! Reads request bodies: whole for a route, or to drop them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::api_error::ApiError;

/// The largest body that is accepted.
const LIMIT: usize = 16 * 1024 * 1024;
/// How much of a larger body, or of one that no route needs, is read and dropped,
/// so that the client can read the answer.
const DISCARD_LIMIT: usize = 256 * 1024 * 1024;
/// The time limit for dropping a body after its answer was sent.
const DISCARD_TIME: Duration = Duration::from_secs(10);

/// A body that was not read.
#[derive(Clone)]
struct Unread(Arc<Mutex<Option<Body>>>);

impl Unread {
    fn take(&self) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A request's body, read to its end before its route runs.
#[derive(Clone)]
pub(crate) enum Upload {
    /// All of it.
    Whole(Bytes),
    /// It was larger than the limit.
    TooLarge,
    /// The client stopped before its end, or its framing is broken.
    Cut,
}

impl Upload {
    /// The body.
    pub(crate) fn bytes(&self) -> Result<&Bytes, ApiError> {
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::TooLarge => Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The body is larger than {} MiB.", LIMIT / 1024 / 1024),
            )),
            Self::Cut => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "The body ended too early.",
            )),
        }
    }

    /// The body as a JSON object. The content type is ignored: some clients forget
    /// it.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, ApiError> {
        let bad = |message| ApiError::new(StatusCode::BAD_REQUEST, message);
        let bytes = self.bytes()?;
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(bad("The body must be a JSON object.".into())),
            Err(_) if bytes.is_empty() => Err(bad("The body is empty; send a JSON object.".into())),
            Err(error) => Err(bad(format!("The body is not valid JSON: {error}."))),
        }
    }
}

/// Keeps the body unread until a route needs it. If no route does, the body is read
/// and dropped after the answer: otherwise a client in the middle of an upload would
/// get a reset connection instead of the answer. A client that waits for
/// `100 Continue` never sends the body.
pub(super) async fn hold_layer(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let waits = expects_continue(&parts.headers);
    let unread = Unread(Arc::new(Mutex::new(Some(body))));
    parts.extensions.insert(unread.clone());
    let response = next.run(Request::from_parts(parts, Body::empty())).await;
    if let Some(body) = unread.take()
        && !waits
    {
        tokio::spawn(tokio::time::timeout(DISCARD_TIME, discard(body)));
    }
    response
}

/// Reads the body, and adds it to the request as an [`Upload`].
pub(crate) async fn read_layer(mut request: Request, next: Next) -> Response {
    let refused = expects_continue(request.headers()) && is_declared_too_large(request.headers());
    let unread = request.extensions().get::<Unread>();
    let upload = match unread.filter(|_| !refused).and_then(Unread::take) {
        Some(body) => read(body).await,
        None => Upload::TooLarge,
    };
    request.extensions_mut().insert(upload);
    next.run(request).await
}

fn expects_continue(headers: &HeaderMap) -> bool {
    headers
        .get(EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn is_declared_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH);
    length
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .is_some_and(|length| length > LIMIT)
}

async fn discard(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        length += chunk.len();
        if length > DISCARD_LIMIT {
            break;
        }
    }
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
