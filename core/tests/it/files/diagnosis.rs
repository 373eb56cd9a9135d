//! The report of `diagnose` about a `.env` with a URL, pipes and programs.

use serde_json::{Value, json};

use crate::child::Place;
use crate::common::{FAKE_KEY, Server};

/// The check with this name: its status, and its text followed by its advice.
fn check(place: &Place, env: &[(&str, &str)], code: &str) -> (String, String) {
    let env = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()));
    let report = place.ask(
        "work",
        env.collect(),
        &json!({"max_retries": 0}),
        "diagnose",
    );
    assert!(!report.to_string().contains(FAKE_KEY), "{report}");
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["code"] == code).unwrap();
    let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
    (
        text("status"),
        format!("{} {}", text("found"), text("advice")),
    )
}

#[test]
fn a_key_of_more_than_90_days_is_a_warning() {
    let place = Place::new();
    let file = "home/.config/neura/credentials.toml";
    let proxy = [("https_proxy", "http://127.0.0.1:9")];
    for (added, wanted, part) in [
        ("added = 2020-01-01", "warning", "neura keys rotate"),
        ("added = 2999-01-01", "ok", "0 days"),
        ("", "skipped", "not known"),
        (
            "api_key_command = 'echo KEY'\nadded = 2020-01-01",
            "warning",
            "the program that prints it",
        ),
    ] {
        let key = match added.contains("command") {
            true => added.replace("KEY", FAKE_KEY),
            false => format!("api_key = \"{FAKE_KEY}\"\n{added}"),
        };
        let text = format!("[default]\n{key}\n");
        place.write(file, text.as_bytes());
        place.set_mode(file, "600");
        let (status, text) = check(&place, &proxy, "key_age");
        assert_eq!(status, wanted, "{text}");
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_env_file_that_sends_prompts_to_an_unknown_host_is_a_warning() {
    let place = Place::new();
    let write = |url: &str| {
        let text = format!("NEURA_API_KEY={FAKE_KEY}\nNEURA_BASE_URL={url}\n");
        place.write("work/.env", text.as_bytes());
    };
    for url in [
        "https://gw.invalid/v1",
        "https://api.neura-ai.app.invalid/v1",
        "https://192.0.2.1/v1",
    ] {
        write(url);
        // A limit, because there is no answer.
        let (status, text) = check(&place, &[("https_proxy", "http://127.0.0.1:9")], "base_url");
        assert_eq!(status, "warning", "{text}");
        let host = url.split('/').nth(2).unwrap();
        for part in [host, "prompts", "work/.env", "NEURA_BASE_URL"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    let server = Server::replies(json!([{"status": 200, "body": "{\"data\": []}"}]));
    for url in [
        server.base_url(),
        "http://localhost:9/v1",
        "https://[::1]:9/v1",
    ] {
        write(url);
        let (status, text) = check(&place, &[], "base_url");
        assert_eq!(status, "ok", "{text}");
    }
    // A file that the user named is used.
    write("https://gw.invalid/v1");
    let env = [
        ("NEURA_BASE_URL", "https://gw.invalid/v1"),
        ("https_proxy", "http://127.0.0.1:9"),
    ];
    assert_eq!(check(&place, &env, "base_url").0, "ok");
}

#[test]
#[cfg(unix)]
fn a_program_is_named_and_runs_only_with_the_service_checks() {
    let place = Place::new();
    let server = Server::replies(json!([{"status": 200, "body": "{\"data\": []}"}]));
    let command = format!("sh -c 'echo run >>log; echo {FAKE_KEY}'");
    let env = [
        ("NEURA_API_KEY_COMMAND", command.as_str()),
        ("NEURA_BASE_URL", server.base_url()),
    ];
    let env: Vec<_> = env
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into();
    let report = place.ask("work", env.clone(), &json!({}), "diagnose");
    assert_eq!(report["verdict"], "valid", "{report}");
    assert_eq!(report["key"]["source"], "command", "{report}");
    assert_eq!(report["key"]["mask"], "…cdef", "{report}");
    assert!(!report.to_string().contains(FAKE_KEY), "{report}");
    let runs = || std::fs::read_to_string(place.path("work/log")).unwrap_or_default();
    assert_eq!(runs(), "run\n");
    let found = place.ask("work", env, &json!({}), "resolve");
    assert_eq!((&found["mask"], runs().as_str()), (&Value::Null, "run\n"));
}
