//! `neura-sandbox keys` with a running sandbox.

use serde_json::Value;

use crate::harness::{Running, SANDBOX, output};

fn run(sandbox: &Running, arguments: &[&str]) -> Value {
    let base_url = sandbox.field("base_url");
    let output = output(
        SANDBOX,
        &[&["keys"], arguments, &["--url", base_url]].concat(),
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn failure(arguments: &[&str]) -> (Option<i32>, String) {
    let output = output(SANDBOX, arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn the_keys_of_a_sandbox_without_a_file_are_made_and_revoked() {
    let sandbox = Running::sandbox(&[]);
    let made = run(
        &sandbox,
        &[
            "create",
            "--name",
            "a/b ü%",
            "--expires",
            "90d",
            "--environment",
            "staging",
            "--tier",
            "free",
        ],
    );
    let secret = made["api_key"].as_str().unwrap();
    let ask = || sandbox.ask_with(secret, "GET", "/models", "");
    assert_eq!(ask().status, 200);
    let list = run(&sandbox, &["list"]);
    assert_eq!(list[1]["id"], made["id"]);
    assert_eq!(list[1]["usage"]["requests"], 1);
    assert_eq!(list[1]["expires_at"], made["expires_at"]);
    assert_eq!(
        (&list[1]["environment"], &list[1]["tier"]),
        (&"staging".into(), &"free".into())
    );
    assert_eq!(run(&sandbox, &["expire", "a/b ü%"])["state"], "expired");
    assert_eq!(
        run(&sandbox, &["revoke", made["id"].as_str().unwrap()])["state"],
        "revoked"
    );
    assert_eq!(ask().error_code(), "revoked_api_key");
    let dead = run(&sandbox, &["create", "--name", "dead", "--expired"]);
    assert_eq!(dead["tier"], "unlimited");
}

#[test]
fn what_is_wrong_is_said_and_no_key_is_shown() {
    let sandbox = Running::sandbox(&[]);
    let url = sandbox.field("base_url");
    let secret = sandbox.field("api_key");
    for (arguments, code, words) in [
        (
            &["keys", "revoke", "unknown", "--url", url][..],
            1,
            "\"unknown\"",
        ),
        (
            &["keys", "revoke", secret, "--url", url],
            1,
            "no key has the id",
        ),
        (&["keys", "create", "--name", "", "--url", url], 2, "--name"),
        (&["keys", "list", "--url", url, "--db", "x"], 2, "--db"),
        (
            &["keys", "list", "--url", "http://192.0.2.1/v1"],
            2,
            "this machine",
        ),
        (
            &["keys", "list", "--url", "http://127.0.0.1:1"],
            2,
            "--db FILE",
        ),
    ] {
        let (got, said) = failure(arguments);
        assert_eq!(got, Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{words}: {said}");
        assert!(!said.contains(secret), "{said}");
    }
    let bare = Running::sandbox(&["--no-dashboard"]);
    let (code, said) = failure(&["keys", "list", "--url", bare.field("base_url")]);
    assert!(
        code == Some(2) && said.contains("no sandbox with a dashboard"),
        "{said}"
    );
}
