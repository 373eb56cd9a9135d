//! The outermost layer: a request id on every reply, and the log.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::Sandbox;
use crate::keys::without_key;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id, for whoever keeps a record of the request.
#[derive(Clone)]
pub(super) struct RequestId(pub(super) Arc<str>);

pub(super) async fn layer(
    State(sandbox): State<Arc<Sandbox>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id: Arc<str> = random_id("req_").into();
    request.extensions_mut().insert(RequestId(id.clone()));
    let line = sandbox.log.then(|| {
        let (method, path) = (request.method().as_str(), request.uri().path());
        format!("{} {}", without_key(method), without_key(path))
    });
    let mut response = next.run(request).await;
    if let Some(line) = line {
        eprintln!("{line} {} {id}", response.status().as_u16());
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// An id that is unique but not secret: it uses the standard library's hasher keys,
/// which come from the system's random source once for each thread.
pub(crate) fn random_id(prefix: &str) -> String {
    let word = || RandomState::new().hash_one(0);
    format!("{prefix}{:016x}{:016x}", word(), word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ() {
        assert_ne!(random_id("req_"), random_id("req_"));
        assert_eq!(random_id("req_").len(), 36);
    }
}
