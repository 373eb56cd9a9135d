//! `neura check` and `neura diagnose`.

use serde_json::json;

use crate::neura::Neura;
use crate::servers::{FAKE_KEY, Server};

#[test]
fn a_key_that_works_is_said_to() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let ran = neura.run(&["check"]).ok();
    let mask = format!(
        "…{}",
        &sandbox.key("api_key")[sandbox.key("api_key").len() - 4..]
    );
    assert!(
        ran.stdout
            .starts_with(&format!("ok: the key {mask} works at ")),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("(environment): 3 models"), "{ran:?}");
    let report = neura.run(&["check", "--json"]).ok().json();
    assert_eq!(report["ok"], true);
    assert_eq!(report["models"], 3);
    assert_eq!(report["key"]["source"], "environment");
}

/// `neura keys` changes the credentials file alone.
#[test]
fn the_advice_for_a_refused_key_names_where_it_is_replaced() {
    let sandbox = Server::sandbox();
    let neura = || Neura::at(&sandbox).unset("NEURA_API_KEY");
    let variable = neura().set("NEURA_API_KEY", FAKE_KEY);
    let file = neura().set("NEURA_API_KEY_FILE", "key");
    file.place.write("work/key", FAKE_KEY.as_bytes());
    let env_file = neura();
    env_file
        .place
        .write("work/.env", format!("NEURA_API_KEY={FAKE_KEY}").as_bytes());
    let stored = neura();
    crate::keys::write(&stored, &format!("[default]\napi_key = \"{FAKE_KEY}\"\n"));
    let rotate = "`neura keys rotate` puts a new key in place";
    let there = ": put a new one there";
    for (neura, place, advice) in [
        (variable, "the environment variable NEURA_API_KEY", there),
        (file, "that NEURA_API_KEY_FILE names", there),
        (env_file, "NEURA_API_KEY in ", there),
        (stored, "", rotate),
    ] {
        for command in ["check", "models"] {
            let ran = neura.run(&[command]);
            assert_eq!(ran.code, Some(5), "{ran:?}");
            let said = ran.stderr.lines().last().unwrap();
            assert!(said.contains("`neura diagnose` looks"), "{ran:?}");
            assert!(said.contains(place) && said.ends_with(advice), "{ran:?}");
        }
    }
}

#[test]
fn each_refused_key_has_its_kind_and_exit_code() {
    let sandbox = Server::sandbox();
    for (key, kind) in [
        (FAKE_KEY, "invalid_api_key"),
        (sandbox.key("expired_api_key"), "expired_api_key"),
        (sandbox.key("revoked_api_key"), "revoked_api_key"),
    ] {
        let neura = Neura::with_key(&sandbox, key);
        let ran = neura.run(&["check"]);
        assert_eq!(ran.code, Some(5), "{ran:?}");
        assert!(
            ran.stdout.starts_with(&format!("{kind}: the key …")),
            "{ran:?}"
        );
        assert!(
            ran.stderr.contains("`neura diagnose` looks for the reason"),
            "{ran:?}"
        );
        let ran = neura.run(&["--json", "check"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(5), ""));
        assert_eq!(ran.json()["kind"], kind);
        let ran = neura.run(&["diagnose"]);
        assert_eq!(ran.code, Some(5), "{ran:?}");
        assert!(
            ran.stdout.ends_with(&format!("verdict: {kind}\n")),
            "{ran:?}"
        );
        let report = neura.run(&["diagnose", "--json"]);
        assert_eq!(report.code, Some(5));
        assert_eq!(report.json()["verdict"], kind);
        for ran in [neura.run(&["check"]), neura.run(&["diagnose"])] {
            assert!(!ran.stdout.contains(key) && !ran.stderr.contains(key));
        }
    }
}

#[test]
fn without_a_key_it_says_where_to_put_one() {
    let neura = Neura::new();
    for command in ["check", "which", "models"] {
        let ran = neura.run(&[command]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(4), ""));
        assert!(
            ran.stderr
                .starts_with("neura: missing_api_key: no API key was found"),
            "{ran:?}"
        );
        assert!(ran.stderr.contains("`neura keys add`"), "{ran:?}");
        // The command has no such option.
        assert!(!ran.stderr.contains("api_key option"), "{ran:?}");
        let ran = neura.run(&[command, "--json"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(4), ""));
        assert_eq!(ran.error()["kind"], "missing_api_key");
    }
    let ran = neura.run(&["diagnose"]);
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.stdout.ends_with("verdict: missing_api_key\n"),
        "{ran:?}"
    );
}

#[test]
fn with_a_profile_the_advice_names_it() {
    let ran = Neura::new().run(&["check", "--profile", "staging"]);
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.stderr.contains(
            "Set NEURA_API_KEY_STAGING, or keep it with `neura keys add --profile staging`"
        ),
        "{ran:?}"
    );
}

#[test]
fn an_unreachable_service_is_told_from_a_wrong_key() {
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    let neura = neura.set("NEURA_BASE_URL", "http://127.0.0.1:1/v1");
    let ran = neura.run(&["check", "--max-retries", "0"]);
    assert_eq!(ran.code, Some(9), "{ran:?}");
    assert!(ran.stdout.starts_with("connection: "), "{ran:?}");
    let ran = neura.run(&["diagnose"]);
    assert_eq!(ran.code, Some(9), "{ran:?}");
    assert!(ran.stdout.contains("failed  tcp"), "{ran:?}");
}

#[test]
fn a_report_for_people_has_every_check_once() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let report = neura.run(&["diagnose", "--json"]).ok().json();
    let text = neura.run(&["diagnose"]).ok().stdout;
    let checks = report["checks"].as_array().unwrap();
    assert_eq!(text.lines().count(), checks.len() + 1, "{text}");
    for (line, check) in text.lines().zip(checks) {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        assert_eq!(json!(words), json!([check["status"], check["code"]]));
    }
}
