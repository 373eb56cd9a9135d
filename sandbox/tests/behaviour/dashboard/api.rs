//! The JSON for programs.

use serde_json::{Value, json};

use crate::harness::Running;

#[test]
fn a_program_makes_expires_and_revokes_keys() {
    let sandbox = Running::sandbox(&[]);
    let made = sandbox.change(
        "keys",
        r#"{"name":"web","environment":"production","expires":"90d","tier":"basic"}"#,
    );
    assert_eq!(made.status, 201);
    let made = made.json();
    let names: Vec<_> = made.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        ["api_key", "environment", "expires_at", "id", "name", "tier"]
    );
    let secret = made["api_key"].as_str().unwrap();
    let ask = || sandbox.ask_with(secret, "GET", "/models", "");
    assert_eq!(ask().header("x-ratelimit-limit-requests"), Some("60"));
    let id = made["id"].as_str().unwrap();
    let expired = sandbox.change(&format!("keys/{id}/expire"), "").json();
    assert_eq!(
        (&expired["id"], &expired["state"]),
        (&made["id"], &json!("expired"))
    );
    assert_eq!(ask().error_code(), "expired_api_key");
    // A name does as well as the id, while it is unique.
    assert_eq!(
        sandbox.change("keys/web/revoke", "").json()["state"],
        "revoked"
    );
    assert_eq!(ask().error_code(), "revoked_api_key");
    let minimal = sandbox.change("keys", r#"{"name":"web"}"#).json();
    assert_eq!(minimal["tier"], "unlimited");
    assert_eq!(
        (&minimal["expires_at"], &minimal["environment"]),
        (&Value::Null, &Value::Null)
    );
    let twice = sandbox.change("keys/web/revoke", "");
    assert_eq!(
        (twice.status, twice.error_code()),
        (409, "ambiguous_name".into())
    );
    let dead = sandbox
        .change("keys", r#"{"name":"dead","expired":true}"#)
        .json();
    let reply = sandbox.ask_with(dead["api_key"].as_str().unwrap(), "GET", "/models", "");
    assert_eq!(reply.error_code(), "expired_api_key");
}

#[test]
fn a_wrong_body_is_refused_with_the_field() {
    let sandbox = Running::sandbox(&[]);
    for (body, param) in [
        ("", Value::Null),
        ("[]", Value::Null),
        ("{", Value::Null),
        ("{}", Value::Null),
        (r#"{"name":5}"#, json!("name")),
        (r#"{"name":""}"#, json!("name")),
        (r#"{"name":"  "}"#, json!("name")),
        (r#"{"name":"a\u0000"}"#, json!("name")),
        (r#"{"name":"x","tier":"gold"}"#, json!("tier")),
        (r#"{"name":"x","environment":"moon"}"#, json!("environment")),
        (r#"{"name":"x","expires":"soon"}"#, json!("expires")),
        (r#"{"name":"x","expires":90}"#, json!("expires")),
        (
            r#"{"name":"x","expires":"1d","expired":true}"#,
            json!("expired"),
        ),
        (r#"{"name":"x","nonsense":1}"#, json!("nonsense")),
    ] {
        let reply = sandbox.change("keys", body);
        assert_eq!(reply.status, 400, "{body}: {}", reply.text);
        assert_eq!(
            reply.json()["error"]["param"],
            param,
            "{body}: {}",
            reply.text
        );
    }
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(64 * 1024));
    assert_eq!(sandbox.change("keys", &large).status, 413);
    assert_eq!(sandbox.keys()["keys"].as_array().unwrap().len(), 1);
}
