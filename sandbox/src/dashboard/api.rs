//! `/dashboard/api`: what the pages show and do, as JSON for programs.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::Dashboard;
use super::new_key::{Created, KeyRequest};
use crate::keys::{Piece, Refusal, Span, Store, StoreError, UsedKey};
use crate::service::{ApiError, Upload, json_response};

#[derive(Serialize)]
struct Keys<'a> {
    /// For the header of a request that changes something.
    token: &'a str,
    keys: Vec<UsedKey>,
}

#[derive(Serialize)]
struct KeyOverTime {
    #[serde(flatten)]
    key: UsedKey,
    #[serde(flatten)]
    usage_over_time: OverTime,
}

/// The charts of the pages.
#[derive(Serialize)]
struct OverTime {
    last_hour: Vec<Piece>,
    last_day: Vec<Piece>,
}

impl OverTime {
    /// Of one key, or of all.
    fn of(store: &Store, key_id: Option<&str>) -> Result<Self, StoreError> {
        Ok(Self {
            last_hour: store.usage_over(Span::HOUR, key_id)?,
            last_day: store.usage_over(Span::DAY, key_id)?,
        })
    }
}

#[derive(Serialize)]
struct Refusals {
    refusals: Vec<Refusal>,
}

type Id = Result<Path<String>, PathRejection>;

pub(super) async fn list(State(dashboard): State<Arc<Dashboard>>) -> Result<Response, ApiError> {
    let keys = Keys {
        token: dashboard.forms.token(),
        keys: dashboard.sandbox.counted_store()?.list()?,
    };
    Ok(json_response(StatusCode::OK, &keys))
}

pub(super) async fn create(
    State(dashboard): State<Arc<Dashboard>>,
    Extension(upload): Extension<Upload>,
) -> Result<Response, ApiError> {
    let created = KeyRequest::from_json(&upload)?.make(dashboard.sandbox.counted_store()?)?;
    Ok(json_response(StatusCode::CREATED, &Created::from(&created)))
}

pub(super) async fn show(
    State(dashboard): State<Arc<Dashboard>>,
    id: Id,
) -> Result<Response, ApiError> {
    let store = dashboard.sandbox.counted_store()?;
    let key = store.key(&text(id))?;
    let shown = KeyOverTime {
        usage_over_time: OverTime::of(store, Some(&key.record.id))?,
        key,
    };
    Ok(json_response(StatusCode::OK, &shown))
}

pub(super) async fn usage(State(dashboard): State<Arc<Dashboard>>) -> Result<Response, ApiError> {
    let usage = OverTime::of(dashboard.sandbox.counted_store()?, None)?;
    Ok(json_response(StatusCode::OK, &usage))
}

pub(super) async fn expire(
    State(dashboard): State<Arc<Dashboard>>,
    id: Id,
) -> Result<Response, ApiError> {
    let record = dashboard.sandbox.counted_store()?.expire(&text(id))?;
    Ok(json_response(StatusCode::OK, &record))
}

pub(super) async fn revoke(
    State(dashboard): State<Arc<Dashboard>>,
    id: Id,
) -> Result<Response, ApiError> {
    let record = dashboard.sandbox.counted_store()?.revoke(&text(id))?;
    Ok(json_response(StatusCode::OK, &record))
}

pub(super) async fn refusals(
    State(dashboard): State<Arc<Dashboard>>,
) -> Result<Response, ApiError> {
    let refusals = dashboard.sandbox.counted_store()?.refusals()?;
    Ok(json_response(StatusCode::OK, &Refusals { refusals }))
}

/// No key has an id that is not UTF-8.
fn text(id: Id) -> String {
    id.map_or_else(|_| "?".into(), |Path(id)| id)
}
