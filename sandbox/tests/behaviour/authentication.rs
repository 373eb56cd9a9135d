use crate::harness::{Running, exchange, fetch};

#[test]
fn each_kind_of_401_has_its_code() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let url = sandbox.url("/models");
    let expired = format!("Bearer {}", sandbox.field("expired_api_key"));
    let revoked = format!("Bearer {}", sandbox.field("revoked_api_key"));
    let doubled = format!("Bearer {0} {0}", sandbox.field("api_key"));
    for (authorization, code, words) in [
        (None, "missing_api_key", "didn't provide"),
        (Some(""), "missing_api_key", "didn't provide"),
        (Some("Bearer"), "invalid_api_key", "no key after Bearer"),
        (
            Some("Basic dXNlcjpwYXNz"),
            "invalid_api_key",
            "scheme Bearer",
        ),
        (
            Some(sandbox.field("api_key")),
            "invalid_api_key",
            "scheme Bearer",
        ),
        (Some(&doubled), "invalid_api_key", "more than one word"),
        (
            Some("Bearer nk-sandbox-unknown-0123456789"),
            "invalid_api_key",
            "…6789",
        ),
        (Some("Bearer short"), "invalid_api_key", "Incorrect API key"),
        (Some(&expired), "expired_api_key", "expired"),
        (Some(&revoked), "revoked_api_key", "revoked"),
    ] {
        let header = authorization.map(|value| ("authorization", value));
        let reply = fetch("GET", &url, header.as_slice(), "");
        assert_eq!(reply.status, 401, "{authorization:?}");
        assert_eq!(reply.error_code(), code, "{authorization:?}");
        assert_eq!(reply.json()["error"]["type"], "invalid_request_error");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert!(
            reply.text.contains(words),
            "{authorization:?}: {}",
            reply.text
        );
        let key = authorization.and_then(|value| value.strip_prefix("Bearer "));
        assert!(
            key.is_none_or(|key| !reply.text.contains(key)),
            "{}",
            reply.text
        );
    }
}

#[test]
fn a_valid_key_is_let_in_whatever_the_case_of_the_scheme() {
    let sandbox = Running::sandbox(&[]);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let authorization = format!("{scheme} {}", sandbox.field("api_key"));
        let reply = fetch(
            "GET",
            &sandbox.url("/models"),
            &[("authorization", &authorization)],
            "",
        );
        assert_eq!(reply.status, 200, "{scheme}");
    }
}

#[test]
fn two_authorization_headers_are_refused() {
    let sandbox = Running::sandbox(&[]);
    let key = sandbox.field("api_key");
    let request = format!(
        "GET /v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
         Authorization: Bearer {key}\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    let reply = exchange(sandbox.connect(), &request);
    assert!(reply.starts_with("HTTP/1.1 401 "), "{reply}");
    assert!(
        reply.contains("more than one Authorization header"),
        "{reply}"
    );
}

#[test]
fn the_key_is_checked_before_the_path_and_the_body() {
    let sandbox = Running::sandbox(&[]);
    for (method, path, body) in [
        ("GET", "/nowhere", ""),
        ("DELETE", "/models", ""),
        ("POST", "/chat/completions", "not JSON"),
        ("GET", "/models/unknown", ""),
    ] {
        let reply = fetch(method, &sandbox.url(path), &[], body);
        assert_eq!(
            (reply.status, reply.error_code()),
            (401, "missing_api_key".into()),
            "{path}"
        );
    }
}

#[test]
fn a_large_upload_without_a_key_gets_its_401() {
    let sandbox = Running::sandbox(&[]);
    let body = "x".repeat(8 * 1024 * 1024);
    let reply = fetch("POST", &sandbox.url("/chat/completions"), &[], &body);
    assert_eq!(
        (reply.status, reply.error_code()),
        (401, "missing_api_key".into())
    );
}
