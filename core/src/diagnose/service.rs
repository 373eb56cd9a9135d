//! What the service says about the key, and the difference between its clock and ours.

use std::time::{Duration, SystemTime};

use neura_transport::{CancelToken, Method};

use super::Check;
use crate::client::{Client, Request};
use crate::config::{KeyInfo, Limit, Options};
use crate::error::ErrorKind;
use crate::headers;
use crate::redact::{Secrets, escaped};
use crate::reply::{Member, Response, is_web_page};
use crate::url::why_not_found;

/// The limit for the service's reply.
const LIMIT: Duration = Duration::from_secs(30);
/// A larger difference between the clocks gives a warning.
const CLOCK: Duration = Duration::from_secs(60);
/// The bytes of an HTML page that are searched.
const PAGE: usize = 64 * 1024;

/// Asks, and returns the verdict.
pub(super) fn checks(
    options: &Options,
    cancel: &CancelToken,
    checks: &mut Vec<Check>,
    key: &mut Option<KeyInfo>,
    secrets: &Secrets,
) -> &'static str {
    let asked = Client::new(options.clone()).and_then(|client| {
        let given = client.limits().total.unwrap_or(LIMIT).min(LIMIT);
        let mut request = Request::new(Method::Get, "/models");
        request.options.set_timeout(Limit::from(given));
        request.options.set_max_retries(0);
        request.options.set_cancel(cancel.child());
        let response = client.ask(request.parts());
        // A callable has given its key by now.
        *key = Some(client.key_info());
        // A callable that failed is not called again.
        if client.key_info().fingerprint().is_some()
            && let Ok(header) = client.auth_header()
        {
            secrets.add(header.trim_start_matches(headers::BEARER));
        }
        response
    });
    match asked {
        Err(error) => {
            checks.push(Check::skipped("clock", "no reply came"));
            checks.push(Check::failed("service", error.message()));
            error.kind().name()
        }
        Ok(response) => {
            checks.push(clock_check(&response, SystemTime::now()));
            let (check, verdict) = judge(&response, options, secrets);
            checks.push(check);
            verdict
        }
    }
}

fn clock_check(response: &Response, now: SystemTime) -> Check {
    let code = "clock";
    let date = response
        .header("date")
        .and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    let Some(date) = date else {
        return Check::skipped(code, "the reply has no Date header");
    };
    let (apart, word) = match now.duration_since(date) {
        Ok(apart) => (apart, "ahead of"),
        Err(error) => (error.duration(), "behind"),
    };
    let found = format!("this machine is {} s {word} the server", apart.as_secs());
    match apart > CLOCK {
        true => Check::warning(code, found)
            .advise("Set the clock: certificates and keys expire at a date"),
        false => Check::ok(code, found),
    }
}

fn judge(response: &Response, options: &Options, secrets: &Secrets) -> (Check, &'static str) {
    let code = "service";
    let page = page(response, secrets);
    let mut answer = response.clone();
    let checked = answer.check_answer(Member::Data);
    let error = match checked.and_then(|()| answer.listed()) {
        Ok(_) if headers::has_authorization(&options.headers) => {
            let found = "the service accepts the Authorization header in the options, which \
                         is sent in place of the key";
            return (Check::warning(code, found), "valid");
        }
        Ok(_) => {
            let found = "the service accepts the key";
            return (Check::ok(code, found), "valid");
        }
        Err(error) => error,
    };
    let check = match page {
        Some(Page::Login) => Check::failed(
            code,
            format!(
                "a login page came with status {}, not the service's answer",
                response.status()
            ),
        )
        .advise(
            "This network asks you to sign in: open the base URL in a browser, or use another \
             network",
        ),
        Some(Page::Other(title)) => Check::failed(
            code,
            format!(
                "an HTML page came with status {}{}, not the service's answer",
                response.status(),
                title
            ),
        )
        .advise("A gateway or a web site answered: are the base URL and its path right?"),
        None => Check::failed(code, error.message()),
    };
    let asked = response.url();
    let base = asked.strip_suffix("/models").unwrap_or(asked);
    let check = match error.kind() {
        ErrorKind::NotFound => match why_not_found(base, asked) {
            Some(cause) => check.advise(secrets.quoted(cause.trim_end_matches('.'))),
            None => check,
        },
        _ => check,
    };
    let check = match advice(error.kind()) {
        Some(text) if check.advice.is_none() => check.advise(text),
        _ => check,
    };
    (check, error.kind().name())
}

fn advice(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::InvalidApiKey => "Compare the key's last four characters with the dashboard's",
        ErrorKind::ExpiredApiKey | ErrorKind::RevokedApiKey => "Create a new key in the dashboard",
        ErrorKind::MissingApiKey => "A proxy or gateway may remove the Authorization header",
        ErrorKind::RateLimited => {
            "The key is valid. Send fewer requests, or ask for a higher limit"
        }
        ErrorKind::QuotaExceeded => "The key is valid. Check the account's plan and credit",
        ErrorKind::PermissionDenied => "The key is valid, but it may not list models",
        ErrorKind::NotFound => "Is the path of the base URL right? It usually ends with /v1",
        ErrorKind::Redirect => {
            "If you trust the address that it points to, give that as the base URL"
        }
        _ => return None,
    })
}

enum Page {
    Login,
    /// Its title, ready for a sentence.
    Other(String),
}

/// The HTML page that came instead of JSON, if it is one.
fn page(response: &Response, secrets: &Secrets) -> Option<Page> {
    let kind = response.header("content-type").unwrap_or_default();
    let body = response.bytes();
    let text = String::from_utf8_lossy(&body[..body.len().min(PAGE)]);
    let start = text.trim_start().get(..9).unwrap_or_default();
    let is_html = is_web_page(kind)
        || start.eq_ignore_ascii_case("<!doctype")
        || start.to_ascii_lowercase().starts_with("<html");
    if !is_html {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let asks = ["type=\"password\"", "type='password'", "type=password"];
    if asks.iter().any(|field| lower.contains(field)) {
        return Some(Page::Login);
    }
    let title = lower
        .find("<title")
        .and_then(|at| Some(at + lower[at..].find('>')? + 1))
        .and_then(|from| {
            let to = lower[from..].find("</title")? + from;
            text.get(from..to)
        })
        .map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "))
        // Cleaned before it is cut, so that no part of a key remains.
        .map(|title| escaped(&secrets.clean(&title)).into_owned())
        .filter(|title| !title.is_empty())
        .map(|title| format!(" (\"{}\")", title.chars().take(80).collect::<String>()))
        .unwrap_or_default();
    Some(Page::Other(title))
}
