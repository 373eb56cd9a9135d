//! The routes of the service.

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use super::api_error::{ApiError, json_response};
use super::{Sandbox, auth, body, chat, connection, embeddings, models, request_id};
use crate::keys::without_key;

/// All routes: the API's, and those of the dashboard.
pub(super) fn router(sandbox: Arc<Sandbox>, dashboard: Router) -> Router {
    let dashboard = identified(dashboard, &sandbox);
    api(&sandbox)
        .merge(dashboard)
        .layer(from_fn(connection::layer))
}

/// The API. Every path except `/healthz` checks the key first, so that a
/// stranger cannot find out what exists.
pub(crate) fn api(sandbox: &Arc<Sandbox>) -> Router {
    let api = Router::new()
        .route("/v1/models", get(models::list))
        .route("/v1/models/{id}", get(models::retrieve))
        .route("/v1/chat/completions", post(chat::create))
        .route("/v1/embeddings", post(embeddings::create))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(body::read_layer))
        .layer(from_fn_with_state(sandbox.clone(), auth::layer));
    let api = Router::new()
        .route("/healthz", get(health))
        .method_not_allowed_fallback(wrong_method)
        .merge(api)
        .with_state(sandbox.clone());
    identified(api, sandbox)
}

fn identified(routes: Router, sandbox: &Arc<Sandbox>) -> Router {
    routes
        .layer(from_fn(body::hold_layer))
        .layer(from_fn_with_state(sandbox.clone(), request_id::layer))
}

async fn health() -> Response {
    json_response(StatusCode::OK, &json!({"status": "ok"}))
}

async fn unknown_path(method: Method, uri: Uri) -> ApiError {
    let hint = if uri.path().starts_with("/v1/") {
        ""
    } else {
        " The paths of this API begin with /v1."
    };
    ApiError::new(
        StatusCode::NOT_FOUND,
        format!(
            "Unknown request URL: {} {}.{hint}",
            without_key(method.as_str()),
            without_key(uri.path())
        ),
    )
    .code("unknown_url")
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!(
            "{} does not take {}.",
            without_key(uri.path()),
            without_key(method.as_str())
        ),
    )
    .code("method_not_allowed")
}
