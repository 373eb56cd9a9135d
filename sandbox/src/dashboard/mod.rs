//! The dashboard: pages that do what the service's own dashboard does, and the
//! JSON that programs use for the same.
//!
//! The pages are written on the server and work without script. Whoever can reach
//! the port can use them, so they are for loopback alone, and `guard` keeps the
//! pages of other sites out.

mod api;
mod assets;
mod chart;
mod forms;
mod guard;
mod new_key;
mod pages;
mod problem;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};

use crate::keys::StoreError;
use crate::service::{self, ApiError, Sandbox};
use forms::Forms;

pub(crate) use forms::TOKEN_HEADER;
pub(crate) use guard::is_this_machine;
pub(crate) use new_key::{Created, KeyRequest};

/// The paths of the pages.
mod path {
    pub(super) const KEYS: &str = "/";
    pub(super) const CREATE: &str = "/dashboard/keys";
    pub(super) const USAGE: &str = "/dashboard/usage";
    pub(super) const PLAYGROUND: &str = "/dashboard/playground";
    /// Everything below it answers in JSON.
    pub(super) const API: &str = "/dashboard/api/";
}

/// What the pages share.
struct Dashboard {
    sandbox: Arc<Sandbox>,
    /// The API, for the playground without script.
    api: Router,
    forms: Forms,
}

/// The routes of the dashboard.
pub(crate) fn router(sandbox: &Arc<Sandbox>) -> Result<Router, StoreError> {
    let dashboard = Arc::new(Dashboard {
        sandbox: sandbox.clone(),
        api: service::api(sandbox),
        forms: Forms::new()?,
    });
    Ok(Router::new()
        .route(path::KEYS, get(pages::keys::show))
        .route("/dashboard", any(to_keys))
        .route("/dashboard/", any(to_keys))
        .route(path::CREATE, post(pages::keys::create))
        .route("/dashboard/keys/{id}", get(pages::key::show))
        .route(
            "/dashboard/keys/{id}/revoke",
            get(pages::revoke::ask).post(pages::revoke::revoke),
        )
        .route(path::USAGE, get(pages::usage::show))
        .route(
            path::PLAYGROUND,
            get(pages::playground::show).post(pages::playground::send),
        )
        .route("/dashboard/style.css", get(assets::style))
        .route("/dashboard/script.js", get(assets::script))
        .route("/dashboard/icon.svg", get(assets::icon))
        // Where a browser looks that shows JSON.
        .route("/favicon.ico", get(assets::icon))
        .route("/dashboard/api/keys", get(api::list).post(api::create))
        .route("/dashboard/api/keys/{id}", get(api::show))
        .route("/dashboard/api/keys/{id}/expire", post(api::expire))
        .route("/dashboard/api/keys/{id}/revoke", post(api::revoke))
        .route("/dashboard/api/usage", get(api::usage))
        .route("/dashboard/api/refusals", get(api::refusals))
        .route("/dashboard/{*rest}", any(unknown_path))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(service::read_layer))
        .layer(from_fn_with_state(dashboard.clone(), guard::layer))
        .with_state(dashboard))
}

async fn to_keys() -> Redirect {
    Redirect::to(path::KEYS)
}

async fn unknown_path(State(_): State<Arc<Dashboard>>, request: Request) -> Response {
    problem::response(
        request.uri().path(),
        ApiError::new(StatusCode::NOT_FOUND, "There is no such page.").code("not_found"),
    )
}

async fn wrong_method(request: Request) -> impl IntoResponse {
    problem::response(
        request.uri().path(),
        ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "This page does not take that method.",
        )
        .code("method_not_allowed"),
    )
}
