//! Revoking a key, after a question.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use super::key::{Id, find};
use super::keys::key_path;
use super::layout::{self, Tab};
use crate::dashboard::forms::Fields;
use crate::dashboard::problem::PageError;
use crate::dashboard::{Dashboard, path};
use crate::service::Upload;

pub(in crate::dashboard) async fn ask(
    State(dashboard): State<Arc<Dashboard>>,
    id: Id,
) -> Result<Response, PageError> {
    let key = find(&dashboard, id)?.record;
    let content = html! {
        h1 { "Revoke this key?" }
        p { "The key " strong { (layout::name(&key)) } " (" code { (key.mask) } ") was last used: "
            (layout::time(key.last_used_at.as_deref())) " UTC." }
        p { "Every request with it gets a 401 from then on. This cannot be undone." }
        form method="post" action={ (key_path(&key)) "/revoke" } {
            (layout::token(&dashboard.forms))
            p.actions {
                button.danger { "Revoke" }
                a.button href=(path::KEYS) { "Keep it" }
            }
        }
    };
    let title = format!("Revoke {}?", key.name);
    Ok(layout::page(
        StatusCode::OK,
        &title,
        Some(Tab::Keys),
        &content,
    ))
}

pub(in crate::dashboard) async fn revoke(
    State(dashboard): State<Arc<Dashboard>>,
    id: Id,
    Extension(upload): Extension<Upload>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    Fields::read(&dashboard.forms, &headers, &upload)?;
    let key = find(&dashboard, id)?.record;
    dashboard.sandbox.counted_store()?.revoke(&key.id)?;
    Ok(Redirect::to(path::KEYS).into_response())
}
