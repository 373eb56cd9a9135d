//! What all keys were used for, the last refused requests, and the limits.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::keys::key_path;
use super::layout::{self, Tab, cell};
use super::query::Query;
use crate::dashboard::Dashboard;
use crate::dashboard::chart::chart;
use crate::dashboard::problem::PageError;
use crate::keys::{Refusal, Tier, UsedKey};

/// How many refused requests the page shows; the JSON has all that are kept.
const SHOWN_REFUSALS: usize = 20;

const BY_KEY: [&str; 7] = [
    "Key",
    "Requests",
    "401",
    "429",
    "Other errors",
    "Tokens of requests",
    "Tokens of answers",
];
const REFUSED: [&str; 5] = ["Time", "Request", "Key", "Status", "Why"];

pub(in crate::dashboard) async fn show(
    State(dashboard): State<Arc<Dashboard>>,
    uri: Uri,
) -> Result<Response, PageError> {
    let store = dashboard.sandbox.counted_store()?;
    let (keys, refusals) = (store.list()?, store.refusals()?);
    let mut query = Query::of(&uri);
    let by_key = html! {
        @for key in query.newest(&keys) { (key_row(key)) }
    };
    let refused = html! {
        @for refusal in refusals.iter().take(SHOWN_REFUSALS) { (refusal_row(refusal, &keys)) }
    };
    let limits = html! {
        @for tier in Tier::ALL {
            tr role="row" {
                th role="rowheader" scope="row" data-column="Tier" { (tier.name()) }
                (cell("Requests", &html! { (layout::limit(tier)) }))
            }
        }
    };
    let content = html! {
        h1 { "Usage" }
        (query.span_links())
        (chart(query.span, &store.usage_over(query.span, None)?, "all keys"))
        h2 { "By key" }
        (layout::table("Since each key was made", &BY_KEY, &by_key))
        (query.page_links(keys.len()))
        h2 { "Refused requests" }
        @if refusals.is_empty() {
            p { "No request was refused." }
        } @else {
            (layout::table("The last ones, the newest first; times in UTC", &REFUSED, &refused))
        }
        h2 { "Rate limits" }
        (layout::table("By tier", &["Tier", "Requests"], &limits))
    };
    Ok(layout::page(
        StatusCode::OK,
        "Usage",
        Some(Tab::Usage),
        &content,
    ))
}

fn key_row(UsedKey { record: key, usage }: &UsedKey) -> Markup {
    let numbers = [
        usage.requests,
        usage.unauthorized,
        usage.rate_limited,
        usage.failed,
        usage.prompt_tokens,
        usage.completion_tokens,
    ];
    html! {
        tr role="row" {
            th role="rowheader" scope="row" data-column="Key" {
                a href=(key_path(key)) { (layout::name(key)) }
            }
            @for (column, number) in BY_KEY[1..].iter().zip(numbers) {
                (cell(column, &html! { (number) }))
            }
        }
    }
}

fn refusal_row(refusal: &Refusal, keys: &[UsedKey]) -> Markup {
    let key = refusal.key_id.as_ref();
    let key = key.and_then(|id| keys.iter().find(|key| key.record.id == *id));
    html! {
        tr role="row" {
            (cell("Time", &layout::time(Some(&refusal.at))))
            (cell("Request", &html! { code { (refusal.method) " " (refusal.path) } }))
            (cell("Key", &html! {
                @match key { Some(key) => (layout::name(&key.record)), None => "unknown" }
            }))
            (cell("Status", &html! {
                (refusal.status) @if let Some(code) = &refusal.code { " " code { (code) } }
            }))
            (cell("Why", &html! { (refusal.message) }))
        }
    }
}
