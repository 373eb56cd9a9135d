//! Errors of the dashboard: as JSON for programs, as a page for people.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::pages::layout;
use super::path;
use crate::keys::StoreError;
use crate::service::ApiError;

/// An error that is shown as a page.
pub(super) struct PageError(ApiError);

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, message) = (self.0.status(), self.0.message());
        let title = status.canonical_reason().unwrap_or("Error");
        layout::page(
            status,
            title,
            None,
            &html! {
                h1 { (title) }
                p { (message) }
                p { a href=(path::KEYS) { "To the keys" } }
            },
        )
    }
}

/// The error in the form that this path answers in.
pub(super) fn response(path: &str, error: ApiError) -> Response {
    if path.starts_with(path::API) {
        error.into_response()
    } else {
        PageError(error).into_response()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::UnknownKey { .. } => {
                return Self::new(StatusCode::NOT_FOUND, format!("{error}.")).code("unknown_key");
            }
            StoreError::AmbiguousName { .. } => {
                return Self::new(StatusCode::CONFLICT, format!("{error}.")).code("ambiguous_name");
            }
            StoreError::BadName => return Self::field("name", format!("{error}.")),
            StoreError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::server(code, format!("The sandbox failed: {error}."))
    }
}
