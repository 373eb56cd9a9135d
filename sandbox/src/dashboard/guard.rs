//! Keeps other sites out of the dashboard, and puts the headers on every page that
//! keep it safe in a browser.
//!
//! A site can make its own name point to 127.0.0.1 (DNS rebinding). The browser then
//! takes the sandbox for that site, but says so in `Host`. A site can also send a form
//! here; the browser names that site in `Origin`, and the form has no token.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::forms::TOKEN_HEADER;
use super::{Dashboard, path, problem};
use crate::service::ApiError;

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                   connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// `same-origin`, not `no-referrer`: with that, browsers send `Origin: null` with our
/// own forms.
const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, CSP),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

pub(super) async fn layer(
    State(dashboard): State<Arc<Dashboard>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match check(&dashboard, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => problem::response(request.uri().path(), error),
    };
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

fn check(dashboard: &Dashboard, request: &Request) -> Result<(), ApiError> {
    let (uri, headers) = (request.uri(), request.headers());
    let host = host(uri, headers)?;
    check_origin(&host, headers)?;
    // The token of a page's form is in its body: `Fields::read` checks it.
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if uri.path().starts_with(path::API) && !is_safe {
        let token = headers.get(TOKEN_HEADER);
        let token = token.and_then(|token| token.to_str().ok());
        dashboard.forms.check_token(token)?;
    }
    Ok(())
}

/// The name by which the client reached the server: this machine's own.
fn host(uri: &Uri, headers: &HeaderMap) -> Result<String, ApiError> {
    let mut values = headers.get_all(HOST).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    };
    let named = |text: &str| {
        let authority: Option<Authority> = text.parse().ok();
        authority.is_some_and(|authority| is_this_machine(&authority))
    };
    let target = uri.authority().map(Authority::as_str);
    match value {
        Some(value) if named(value) && target.is_none_or(named) => Ok(value.to_owned()),
        _ => Err(refused(
            "wrong_host",
            "The dashboard answers only at 127.0.0.1, [::1] and localhost; the header Host names \
             another place.",
        )),
    }
}

/// Whether a URL's authority is a loopback address or `localhost`.
pub(crate) fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let is_loopback = address
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    !authority.as_str().contains('@') && (is_loopback || host.eq_ignore_ascii_case("localhost"))
}

/// A browser that sends an `Origin` sends it from a page of this server.
fn check_origin(host: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    let own = format!("http://{host}");
    let is_own = |origin: &HeaderValue| origin.as_bytes().eq_ignore_ascii_case(own.as_bytes());
    if headers.get_all(ORIGIN).iter().all(is_own) {
        return Ok(());
    }
    Err(refused(
        "wrong_origin",
        "The request comes from a page of another site.",
    ))
}

fn refused(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, message).code(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_taken() {
        for host in [
            "127.0.0.1:8080",
            "localhost",
            "LocalHost:1",
            "[::1]:8080",
            "127.8.8.8",
        ] {
            assert!(is_this_machine(&host.parse().unwrap()), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:8080",
            "localhost.",
            "a@localhost",
            "127.0.0.1@evil.example",
            "0.0.0.0",
            "[::]",
            "10.0.0.1",
        ] {
            assert!(!is_this_machine(&host.parse().unwrap()), "{host}");
        }
    }
}
