//! One key: its dates, its limit, and what it was used for.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use maud::html;

use super::keys::{environment, key_path};
use super::layout::{self, Tab};
use super::query::Query;
use crate::dashboard::Dashboard;
use crate::dashboard::chart::chart;
use crate::dashboard::problem::PageError;
use crate::keys::{KeyState, UsedKey};

pub(super) type Id = Result<Path<String>, PathRejection>;

pub(in crate::dashboard) async fn show(
    State(dashboard): State<Arc<Dashboard>>,
    id: Id,
    uri: Uri,
) -> Result<Response, PageError> {
    let UsedKey { record: key, usage } = find(&dashboard, id)?;
    let query = Query::of(&uri);
    let store = dashboard.sandbox.counted_store()?;
    let pieces = store.usage_over(query.span, Some(&key.id))?;
    let content = html! {
        h1 { (layout::name(&key)) }
        div.columns {
            section aria-labelledby="about" {
                h2 id="about" { "Key" }
                dl {
                    dt { "State" } dd { (layout::state(&key)) }
                    dt { "Key" } dd { code { (key.mask) } }
                    dt { "Id" } dd { code { (key.id) } }
                    dt { "Environment" } dd { (environment(&key)) }
                    dt { "Created (UTC)" } dd { (layout::time(Some(&key.created_at))) }
                    dt { "Last used (UTC)" } dd { (layout::time(key.last_used_at.as_deref())) }
                    dt { "Expires (UTC)" } dd { (layout::time(key.expires_at.as_deref())) }
                    @if key.revoked_at.is_some() {
                        dt { "Revoked (UTC)" } dd { (layout::time(key.revoked_at.as_deref())) }
                    }
                    dt { "Rate limit" } dd { (key.tier.name()) ": " (layout::limit(key.tier)) }
                }
                @if key.state != KeyState::Revoked {
                    p { a.button.danger href={ (key_path(&key)) "/revoke" } { "Revoke" } }
                }
            }
            section aria-labelledby="used" {
                h2 id="used" { "Usage" }
                dl {
                    dt { "Requests" } dd { (usage.requests) }
                    dt { "401 (refused key)" } dd { (usage.unauthorized) }
                    dt { "429 (rate limit)" } dd { (usage.rate_limited) }
                    dt { "Other errors" } dd { (usage.failed) }
                    dt { "Tokens of requests" } dd { (usage.prompt_tokens) }
                    dt { "Tokens of answers" } dd { (usage.completion_tokens) }
                }
            }
        }
        (query.span_links())
        (chart(query.span, &pieces, "this key"))
    };
    let title = format!("{} – API Keys", key.name);
    Ok(layout::page(
        StatusCode::OK,
        &title,
        Some(Tab::Keys),
        &content,
    ))
}

/// The key that a path names by its id.
pub(super) fn find(dashboard: &Dashboard, id: Id) -> Result<UsedKey, PageError> {
    // No key has an id that is not UTF-8.
    let id = id.map_or_else(|_| "?".into(), |Path(id)| id);
    Ok(dashboard.sandbox.counted_store()?.key(&id)?)
}
