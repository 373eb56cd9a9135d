//! The list of keys, and the form that makes one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{self, Tab, cell};
use super::query::Query;
use crate::dashboard::forms::{FORM_FIELD, Fields};
use crate::dashboard::new_key::KeyRequest;
use crate::dashboard::problem::PageError;
use crate::dashboard::{Dashboard, path};
use crate::keys::{CreatedKey, Environment, KeyRecord, KeyState, Tier, UsedKey};
use crate::service::{ApiError, Upload};

const COLUMNS: [&str; 9] = [
    "Name",
    "Environment",
    "Key",
    "Created",
    "Last used",
    "Expires",
    "Requests",
    "State",
    "Action",
];

/// The choices of a key's lifetime. The service advises to rotate keys every 90 days.
const LIFETIMES: [(&str, &str); 6] = [
    ("1h", "in 1 hour"),
    ("1d", "in 1 day"),
    ("30d", "in 30 days"),
    ("90d", "in 90 days"),
    ("365d", "in 1 year"),
    ("", "never"),
];
const DEFAULT_LIFETIME: &str = "90d";

pub(in crate::dashboard) async fn show(
    State(dashboard): State<Arc<Dashboard>>,
    uri: Uri,
) -> Result<Response, PageError> {
    list(&dashboard, Query::of(&uri), StatusCode::OK, None)
}

pub(in crate::dashboard) async fn create(
    State(dashboard): State<Arc<Dashboard>>,
    Extension(upload): Extension<Upload>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let fields = Fields::read(&dashboard.forms, &headers, &upload)?;
    let wanted = KeyRequest::from_form(&fields)?;
    let form = fields.text(FORM_FIELD)?;
    // Asked before the key is made, as two requests may come at once.
    if form.is_empty() || !dashboard.forms.send_once(form) {
        let message = "This form was sent before, and its key was shown then. A key is shown only \
                       once; if you have lost it, revoke it and create another.";
        return Err(ApiError::new(StatusCode::CONFLICT, message).into());
    }
    let made = dashboard.sandbox.counted_store();
    let made = made
        .map_err(ApiError::from)
        .and_then(|store| wanted.make(store));
    if made.is_err() {
        dashboard.forms.take_back(form);
    }
    match made {
        Ok(created) => Ok(show_once(&created)),
        Err(error) if error.status() == StatusCode::BAD_REQUEST => {
            let failed = Some((&wanted, &error));
            list(
                &dashboard,
                Query::default(),
                StatusCode::BAD_REQUEST,
                failed,
            )
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with the key itself: the reply to its form, so that no other request, and
/// no redirect, ever has the key.
fn show_once(created: &CreatedKey) -> Response {
    let key = &created.record;
    let content = html! {
        h1 { "Key created" }
        p { "This is the key " strong { (layout::name(key)) } ". Copy it now: "
            strong { "it is not shown again" } "." }
        div.secret {
            code id="api-key" { (created.secret.reveal()) }
            button type="button" data-copy="api-key" hidden { "Copy" }
            span role="status" data-copied {}
        }
        dl {
            dt { "Environment" } dd { (environment(key)) }
            dt { "Expires (UTC)" } dd { (layout::time(key.expires_at.as_deref())) }
            dt { "Tier" } dd { (key.tier.name()) ": " (layout::limit(key.tier)) }
        }
        p { "Keep it like a password: in NEURA_API_KEY, a mounted secret or the credentials file; \
             not in code, a repository, mail or logs." }
        p { a.button href=(path::KEYS) { "To the keys" } }
    };
    layout::page(StatusCode::OK, "Key created", Some(Tab::Keys), &content)
}

fn list(
    dashboard: &Dashboard,
    mut query: Query,
    status: StatusCode,
    failed: Option<(&KeyRequest, &ApiError)>,
) -> Result<Response, PageError> {
    let store = dashboard.sandbox.counted_store()?;
    let keys = store.list()?;
    let rows = html! {
        @for UsedKey { record: key, usage } in query.newest(&keys) {
            tr role="row" {
                th role="rowheader" scope="row" data-column="Name" {
                    a href=(key_path(key)) { (layout::name(key)) }
                }
                (cell("Environment", &environment(key)))
                (cell("Key", &html! { code { (key.mask) } }))
                (cell("Created", &layout::time(Some(&key.created_at))))
                (cell("Last used", &layout::time(key.last_used_at.as_deref())))
                (cell("Expires", &layout::time(key.expires_at.as_deref())))
                (cell("Requests", &html! { (usage.requests) }))
                (cell("State", &layout::state(key)))
                (cell("Action", &html! {
                    @if key.state == KeyState::Revoked { span { "–" } } @else {
                        a href={ (key_path(key)) "/revoke" } aria-label={ "Revoke " (key.name) } {
                            "Revoke"
                        }
                    }
                }))
            }
        }
    };
    let content = html! {
        h1 { "API Keys" }
        @if keys.is_empty() {
            p { "There is no key yet." }
        } @else {
            (layout::table("All keys, the newest first; times in UTC", &COLUMNS, &rows))
            (query.page_links(keys.len()))
        }
        (form(dashboard, failed))
    };
    let title = if failed.is_some() {
        "Error: API Keys"
    } else {
        "API Keys"
    };
    Ok(layout::page(status, title, Some(Tab::Keys), &content))
}

fn form(dashboard: &Dashboard, failed: Option<(&KeyRequest, &ApiError)>) -> Markup {
    let wanted = failed.map(|(wanted, _)| wanted);
    let chosen = wanted.map_or(DEFAULT_LIFETIME, |wanted| {
        wanted.expires.as_deref().unwrap_or("")
    });
    let environment = wanted.and_then(|wanted| wanted.environment);
    let tier = wanted
        .and_then(|wanted| wanted.tier)
        .unwrap_or(Tier::Unlimited);
    html! {
        form.card method="post" action=(path::CREATE) autocomplete="off"
            aria-labelledby="create-title" {
            h2 id="create-title" { "Create New API Key" }
            @if let Some((_, error)) = failed {
                p.error role="alert" id="create-error" { (error.message()) }
            }
            (layout::token(&dashboard.forms))
            (layout::once(&dashboard.forms))
            div.fields {
                div {
                    label for="name" { "Name" }
                    input id="name" name="name" required maxlength="100"
                        value=[wanted.map(|wanted| &wanted.name)]
                        aria-invalid=[failed.map(|_| "true")]
                        aria-describedby=[failed.map(|_| "create-error")];
                }
                div {
                    label for="environment" { "Environment" }
                    select id="environment" name="environment" {
                        option value="" { "not set" }
                        @for each in Environment::ALL {
                            option value=(each.name()) selected[Some(each) == environment] {
                                (each.name())
                            }
                        }
                    }
                }
                div {
                    label for="expires" { "Expires" }
                    select id="expires" name="expires" {
                        @for (value, words) in LIFETIMES {
                            option value=(value) selected[value == chosen] { (words) }
                        }
                    }
                }
                div {
                    label for="tier" { "Tier" }
                    select id="tier" name="tier" {
                        @for each in Tier::ALL {
                            option value=(each.name()) selected[each == tier] {
                                (each.name()) ": " (layout::limit(each))
                            }
                        }
                    }
                }
            }
            button { "Create New API Key" }
        }
    }
}

pub(super) fn key_path(key: &KeyRecord) -> String {
    format!("{}/{}", path::CREATE, key.id)
}

pub(super) fn environment(key: &KeyRecord) -> Markup {
    html! { (key.environment.map_or("–", Environment::name)) }
}
