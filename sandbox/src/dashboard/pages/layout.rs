//! What all pages have: the frame, tables, times, keys' names.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::dashboard::forms::{FORM_FIELD, Forms, TOKEN_FIELD};
use crate::dashboard::path;
use crate::keys::{KeyRecord, KeyState, Tier};
use crate::service::duration_text;

/// An entry of the navigation.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::dashboard) enum Tab {
    Keys,
    Usage,
    Playground,
}

const TABS: [(Tab, &str, &str); 3] = [
    (Tab::Keys, path::KEYS, "API Keys"),
    (Tab::Usage, path::USAGE, "Usage"),
    (Tab::Playground, path::PLAYGROUND, "Playground"),
];

/// A whole page around `content`, which begins with its `h1`.
pub(in crate::dashboard) fn page(
    status: StatusCode,
    title: &str,
    current: Option<Tab>,
    content: &Markup,
) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – NeuraAI sandbox" }
                link rel="icon" href="/dashboard/icon.svg";
                link rel="stylesheet" href="/dashboard/style.css";
                script src="/dashboard/script.js" defer {}
            }
            body {
                a.skip href="#main" { "To the content" }
                header {
                    p.brand { "NeuraAI " span { "sandbox" } }
                    nav aria-label="Dashboard" {
                        @for (tab, href, name) in TABS {
                            a href=(href) aria-current=[(Some(tab) == current).then_some("page")] {
                                (name)
                            }
                        }
                    }
                }
                main id="main" { (content) }
                footer {
                    p { "A local imitation of the service: its keys work only here." }
                }
            }
        }
    };
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.into_string()).into_response()
}

/// The field that shows that a form is ours.
pub(super) fn token(forms: &Forms) -> Markup {
    html! { input type="hidden" name=(TOKEN_FIELD) value=(forms.token()); }
}

/// The field of a form that may be sent only once.
pub(super) fn once(forms: &Forms) -> Markup {
    html! { input type="hidden" name=(FORM_FIELD) value=(forms.new_id()); }
}

/// A table, whose rows stand below each other on a narrow screen. The roles keep it a
/// table for screen readers then.
pub(in crate::dashboard) fn table(caption: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        table role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for column in columns {
                        th role="columnheader" scope="col" { (column) }
                    }
                }
            }
            tbody role="rowgroup" { (rows) }
        }
    }
}

/// A cell with the name of its column, which is shown on a narrow screen.
pub(in crate::dashboard) fn cell(column: &str, content: &Markup) -> Markup {
    html! { td role="cell" data-column=(column) { div { (content) } } }
}

/// A key's name. It may run in any direction: `bdi` keeps it from its surroundings.
pub(super) fn name(key: &KeyRecord) -> Markup {
    html! { bdi { (key.name) } }
}

/// A time in UTC, as the store gives it, to the second; or a dash.
pub(super) fn time(time: Option<&str>) -> Markup {
    html! {
        @match time {
            Some(time) => time datetime=(time) { (time.get(..19).unwrap_or(time).replace('T', " ")) },
            None => span { "–" },
        }
    }
}

pub(super) fn state(key: &KeyRecord) -> Markup {
    let (class, text) = match key.state {
        KeyState::Active => ("active", "active"),
        KeyState::Expired => ("ended", "expired"),
        KeyState::Revoked => ("ended", "revoked"),
    };
    html! { span class={ "state " (class) } { (text) } }
}

/// The limit of a tier in words.
pub(super) fn limit(tier: Tier) -> String {
    match tier.quota() {
        None => "no limit".into(),
        Some(quota) => format!(
            "{} at once, then one every {}",
            quota.requests,
            duration_text(quota.interval.as_secs())
        ),
    }
}
