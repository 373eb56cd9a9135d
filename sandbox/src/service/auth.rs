//! Checks the key of each request: present, known, valid, and within its limit.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Sandbox;
use super::api_error::ApiError;
use super::limits::Standing;
use super::meter::Metered;
use crate::keys::{KeyState, KnownKey, StoreError};

/// Passes a request to its route, or answers with an error.
pub(super) async fn layer(
    State(sandbox): State<Arc<Sandbox>>,
    request: Request,
    next: Next,
) -> Response {
    let metered = Metered::new(&request);
    let found = bearer(request.headers()).and_then(|key| look_up(&sandbox, key));
    let (key_id, response) = match found {
        Ok((known, None)) => {
            let standing = sandbox.limits.count(known.tier, known.id.clone());
            (Some(known.id), answer(standing, request, next).await)
        }
        Ok((known, Some(refusal))) => (Some(known.id), refusal.into_response()),
        Err(error) => (None, error.into_response()),
    };
    sandbox.meter.count(&metered, key_id, &response);
    response
}

async fn answer(standing: Option<Standing>, request: Request, next: Next) -> Response {
    let mut response = match standing.as_ref().and_then(Standing::refusal) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    if let Some(standing) = standing {
        standing.write_headers(response.headers_mut());
    }
    response
}

/// The key, and the refusal if it is no longer valid.
fn look_up(sandbox: &Sandbox, key: &str) -> Result<(KnownKey, Option<ApiError>), ApiError> {
    let known = sandbox
        .store
        .look_up(key)
        .map_err(store_failed)?
        .ok_or_else(|| {
            unauthorized(
                "invalid_api_key",
                format!(
                    "Incorrect API key provided: {}. This sandbox has no such key; \
                     `neura-sandbox keys create` makes one.",
                    mask(key)
                ),
            )
        })?;
    let ended = |code, how| {
        Some(unauthorized(
            code,
            format!("The API key {} {how}. Create a new one.", mask(key)),
        ))
    };
    let refusal = match known.state {
        KeyState::Active => None,
        KeyState::Expired => ended("expired_api_key", "has expired"),
        KeyState::Revoked => ended("revoked_api_key", "was revoked"),
    };
    Ok((known, refusal))
}

fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let malformed = |what: &str| {
        Err(unauthorized(
            "invalid_api_key",
            format!("{what}; it must be `Authorization: Bearer KEY`."),
        ))
    };
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match values.next() {
        Some(value) if !value.is_empty() => value,
        _ => {
            return Err(unauthorized(
                "missing_api_key",
                "You didn't provide an API key. Send it as `Authorization: Bearer KEY`.",
            ));
        }
    };
    if values.next().is_some() {
        return malformed("There is more than one Authorization header");
    }
    let Ok(text) = value.to_str() else {
        return malformed("The Authorization header has characters outside of ASCII");
    };
    let (scheme, key) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return malformed("The Authorization header does not begin with the scheme Bearer");
    }
    let key = key.trim_matches(' ');
    if key.is_empty() {
        return malformed("The Authorization header has no key after Bearer");
    }
    if key.contains([' ', '\t']) {
        return malformed("The Authorization header has more than one word after Bearer");
    }
    Ok(key)
}

/// Shows the last four characters of a long key, and none of a short one.
fn mask(key: &str) -> String {
    match key.char_indices().nth_back(3) {
        Some((start, _)) if key.len() >= 20 => format!("…{}", &key[start..]),
        _ => "…".into(),
    }
}

fn unauthorized(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, message)
        .code(code)
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn store_failed(error: StoreError) -> ApiError {
    let status = match error {
        StoreError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    ApiError::server(status, format!("The sandbox cannot look up keys: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_four_characters_of_a_long_key_and_none_of_a_short_one() {
        assert_eq!(mask("nk-sandbox-0123456789"), "…6789");
        assert_eq!(mask("sk-short"), "…");
    }
}
