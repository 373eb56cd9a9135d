//! What `diagnose` finds, each in a process of its own.

#[path = "common/child.rs"]
mod child;
mod common;

use std::ffi::OsString;

use child::Place;
use common::{FAKE_KEY, Server};
use serde_json::{Value, json};

/// A report, with its readable text as `text`.
struct Report(Value);

impl Report {
    fn of(place: &Place, env: &[(&str, &str)], options: &Value) -> Self {
        let env = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        Report(place.ask("work", env.collect(), options, "diagnose"))
    }

    fn verdict(&self) -> &str {
        self.0["verdict"].as_str().unwrap()
    }

    fn check(&self, code: &str) -> &Value {
        let checks = self.0["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["code"] == code);
        found.unwrap_or_else(|| panic!("no {code} in {}", self.0))
    }

    fn status(&self, code: &str) -> &str {
        self.check(code)["status"].as_str().unwrap()
    }

    fn found(&self, code: &str) -> &str {
        self.check(code)["found"].as_str().unwrap()
    }

    fn assert(&self, code: &str, status: &str, part: &str) {
        let (text, advice) = (self.found(code), &self.check(code)["advice"]);
        assert_eq!(self.status(code), status, "{code}: {text}");
        let has = text.contains(part) || advice.as_str().is_some_and(|a| a.contains(part));
        assert!(has, "{code}: {part:?} in {text:?} {advice}");
    }
}

/// In the order in which they are documented.
const CODES: [&str; 15] = [
    "profile",
    "key_source",
    "key_shadowed",
    "key_form",
    "env_file_permissions",
    "env_file_git",
    "credentials_file",
    "options",
    "base_url",
    "proxy",
    "name_resolution",
    "tcp",
    "tls",
    "clock",
    "service",
];

fn assert_whole(report: &Report) {
    let codes: Vec<&str> = report.0["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, CODES);
    let text = report.0["text"].as_str().unwrap();
    assert!(CODES.iter().all(|code| text.contains(code)), "{text}");
    let failed = report.0["checks"]
        .as_array()
        .unwrap()
        .iter()
        .any(|check| check["status"] == "failed");
    assert_eq!(report.0["ok"], !failed);
}

#[test]
fn a_good_key_is_valid() {
    let (place, sandbox) = (Place::new(), Server::sandbox());
    let key = sandbox.key("api_key");
    let env = [
        ("NEURA_API_KEY", key),
        ("NEURA_BASE_URL", sandbox.base_url()),
    ];
    let report = Report::of(&place, &env, &json!({}));
    assert_whole(&report);
    assert_eq!(report.verdict(), "valid", "{}", report.0["text"]);
    report.assert("key_source", "ok", "environment variable NEURA_API_KEY");
    report.assert("tcp", "ok", "connected");
    report.assert("tls", "skipped", "plain http");
    report.assert("service", "ok", "takes the key");
    assert_eq!(report.0["key"]["source"], "environment");
    assert_eq!(report.0["base_url"], sandbox.base_url());
    assert!(!report.0.to_string().contains(key));
}

#[test]
fn the_services_word_on_a_key_is_the_verdict() {
    let (place, sandbox) = (Place::new(), Server::sandbox());
    for (key, verdict) in [
        (sandbox.key("expired_api_key"), "expired_api_key"),
        (sandbox.key("revoked_api_key"), "revoked_api_key"),
        (FAKE_KEY, "invalid_api_key"),
    ] {
        let env = [
            ("NEURA_API_KEY", key),
            ("NEURA_BASE_URL", sandbox.base_url()),
        ];
        let report = Report::of(&place, &env, &json!({}));
        assert_whole(&report);
        assert_eq!(report.verdict(), verdict);
        assert_eq!(report.status("service"), "failed");
        assert!(!report.0.to_string().contains(key));
    }
    let limited = sandbox.key("limited_api_key");
    let options = json!({"api_key": limited, "base_url": sandbox.base_url()});
    let verdicts: Vec<String> = (0..5)
        .map(|_| Report::of(&place, &[], &options).verdict().to_owned())
        .collect();
    assert!(
        verdicts.contains(&"rate_limited".to_owned()),
        "{verdicts:?}"
    );
}

#[test]
fn without_a_key_every_place_is_named_and_the_way_is_still_looked_at() {
    let (place, sandbox) = (Place::new(), Server::sandbox());
    let env = [("NEURA_BASE_URL", sandbox.base_url())];
    let report = Report::of(&place, &env, &json!({}));
    assert_whole(&report);
    assert_eq!(report.verdict(), "missing_api_key");
    for part in [
        "api_key option",
        "NEURA_API_KEY",
        ".env",
        "credentials.toml",
    ] {
        report.assert("key_source", "failed", part);
    }
    assert_eq!(report.status("tcp"), "ok");
    assert_eq!(report.status("service"), "skipped");
    assert_eq!(report.0["key"], Value::Null);
}

#[test]
fn a_key_that_hides_another_is_told() {
    let place = Place::new();
    place.write(
        "work/.env",
        b"NEURA_API_KEY=nk-fake-second-000000000002222\n",
    );
    let env = [
        ("NEURA_API_KEY", FAKE_KEY),
        ("NEURA_BASE_URL", "http://127.0.0.1:9/v1"),
    ];
    let report = Report::of(&place, &env, &json!({}));
    report.assert("key_source", "ok", "environment variable NEURA_API_KEY");
    report.assert("key_shadowed", "warning", "…2222");
    place.write(
        "work/.env",
        format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes(),
    );
    let report = Report::of(&place, &env, &json!({}));
    report.assert("key_shadowed", "ok", "the same key");
}

#[test]
fn a_malformed_key_is_told_without_the_key() {
    let place = Place::new();
    let env = [
        ("NEURA_API_KEY", "Bearer nk-fake-0123456789abcdef"),
        ("NEURA_BASE_URL", "http://127.0.0.1:9/v1"),
    ];
    let report = Report::of(&place, &env, &json!({}));
    assert_whole(&report);
    assert_eq!(report.verdict(), "malformed_api_key");
    report.assert("key_form", "failed", "without `Bearer`");
    assert!(!report.0.to_string().contains(FAKE_KEY));
}

#[test]
fn a_profile_that_does_not_exist_is_told_with_those_that_do() {
    let place = Place::new();
    let credentials = "home/.config/neura/credentials.toml";
    place.write(
        credentials,
        b"[default]\napi_key = \"nk-fake-0123456789abcdef\"\n",
    );
    private(&place, credentials);
    let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
    let report = Report::of(&place, &env, &json!({"profile": "stagging"}));
    assert_whole(&report);
    assert_eq!(report.verdict(), "missing_api_key");
    report.assert("profile", "failed", "default");
    let report = Report::of(&place, &env, &json!({"profile": "../x"}));
    assert_whole(&report);
    assert_eq!(
        (report.verdict(), report.status("profile")),
        ("config", "failed")
    );
}

#[cfg(unix)]
fn private(place: &Place, name: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(place.path(name), PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
#[cfg(unix)]
fn files_that_others_can_read_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let credentials = "home/.config/neura/credentials.toml";
    place.write(
        credentials,
        b"[default]\napi_key = \"nk-fake-0123456789abcdef\"\n",
    );
    let open = PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(place.path(credentials), open).unwrap();
    place.write("work/.env", b"OTHER=1\n");
    let open = PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(place.path("work/.env"), open).unwrap();
    let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
    let report = Report::of(&place, &env, &json!({}));
    report.assert("env_file_permissions", "warning", "chmod 600");
    report.assert("credentials_file", "failed", "chmod 600");
    assert_eq!(report.verdict(), "config");
}

#[test]
fn git_is_asked_about_the_env_file_and_runs_nothing_of_the_repositorys() {
    let place = Place::new();
    std::fs::remove_dir(place.path(".git")).unwrap();
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"])
            .args(arguments)
            .current_dir(place.path("work"))
            .env("HOME", place.path("home"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    };
    let ask = || {
        let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
        Report::of(&place, &env, &json!({}))
    };
    place.write(
        "work/.env",
        format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes(),
    );
    ask().assert("env_file_git", "ok", "no git repository");
    git(&["init", "--quiet"]);
    // What a hostile repository would have git run.
    let marker = place.path("ran");
    place.write(
        "monitor.sh",
        format!("#!/bin/sh\ntouch {}\n", marker.display()).as_bytes(),
    );
    std::process::Command::new("chmod")
        .arg("+x")
        .arg(place.path("monitor.sh"))
        .status()
        .unwrap();
    let monitor = place.path("monitor.sh");
    git(&["config", "core.fsmonitor", monitor.to_str().unwrap()]);
    ask().assert("env_file_git", "warning", ".gitignore");
    place.write("work/.gitignore", b".env\n");
    ask().assert("env_file_git", "ok", "ignores");
    assert!(!marker.exists(), "the repository's monitor ran");
    git(&["-c", "core.fsmonitor=false", "add", "--force", ".env"]);
    let report = ask();
    report.assert("env_file_git", "failed", "revoke");
    assert!(!marker.exists(), "the repository's monitor ran");
}

#[test]
fn a_hostile_env_files_url_is_the_finding() {
    let place = Place::new();
    place.write("work/.env", b"NEURA_BASE_URL=https://evil.example/v1\n");
    let report = Report::of(&place, &[("NEURA_API_KEY", FAKE_KEY)], &json!({}));
    assert_whole(&report);
    assert_eq!(report.verdict(), "config");
    report.assert("base_url", "failed", "names a base URL");
    // Nothing was asked of that host.
    assert_eq!(report.status("name_resolution"), "skipped");
}

#[test]
fn no_server_is_a_connection_verdict() {
    let place = Place::new();
    let options = json!({"api_key": FAKE_KEY, "base_url": "http://127.0.0.1:9/v1"});
    let report = Report::of(&place, &[], &options);
    assert_whole(&report);
    assert_eq!(report.verdict(), "connection");
    assert_eq!(report.status("name_resolution"), "ok");
    report.assert("tcp", "failed", "nobody listens");
    let options = json!({"api_key": FAKE_KEY, "base_url": "https://no-such-host.invalid/v1"});
    let report = Report::of(&place, &[], &options);
    assert_whole(&report);
    assert_eq!(report.verdict(), "connection");
    assert_eq!(report.status("name_resolution"), "failed");
}

#[test]
fn what_is_not_the_service_is_told_apart() {
    let place = Place::new();
    let html = |status: u16, body: &str| json!({"status": status, "headers": [["content-type", "text/html"]], "body": body});
    for (reply, verdict, part) in [
        (
            html(200, "<html><title>Our  site</title></html>"),
            "decode",
            "Our site",
        ),
        (
            html(502, "<html><title>Bad gateway</title></html>"),
            "server",
            "Bad gateway",
        ),
        (
            html(200, "<form><input type=\"password\"></form>"),
            "decode",
            "login page",
        ),
        (
            html(401, "<form><input type='password'></form>"),
            "authentication",
            "login page",
        ),
        (
            json!({"status": 302, "headers": [["location", "https://sso.example/in"]], "body": ""}),
            "redirect",
            "sso.example",
        ),
        (
            json!({"status": 404, "headers": [], "body": "{}"}),
            "not_found",
            "/v1",
        ),
        (json!("close"), "connection", ""),
        (
            json!({"status": 200, "headers": [["content-type", "text/html"]],
                "body": format!("<title>{FAKE_KEY}</title>")}),
            "decode",
            "[redacted]",
        ),
    ] {
        // The probe of the connection is a connection without a request.
        let server = Server::replies(json!([reply]));
        let options = json!({"api_key": FAKE_KEY, "base_url": server.base_url()});
        let report = Report::of(&place, &[], &options);
        assert_whole(&report);
        assert_eq!(report.verdict(), verdict, "{}", report.0["text"]);
        report.assert("service", "failed", part);
        assert!(!report.0.to_string().contains(FAKE_KEY));
    }
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let place = Place::new();
    let reply = json!({
        "status": 200,
        "headers": [["date", "Sun, 09 Sep 2001 01:46:40 GMT"], ["content-type", "application/json"]],
        "body": "{\"data\": []}",
    });
    let server = Server::replies(json!([reply]));
    let options = json!({"api_key": FAKE_KEY, "base_url": server.base_url()});
    let report = Report::of(&place, &[], &options);
    assert_eq!(report.verdict(), "valid");
    report.assert("clock", "warning", "ahead of");
}

#[test]
fn an_option_that_cannot_be_used_is_told() {
    let place = Place::new();
    let options = json!({
        "api_key": FAKE_KEY,
        "base_url": "http://127.0.0.1:9/v1",
        "headers": [["Host", "evil.example"]],
    });
    let report = Report::of(&place, &[], &options);
    assert_whole(&report);
    assert_eq!(report.verdict(), "config");
    report.assert("options", "failed", "Host");
}

#[test]
fn a_proxy_of_the_environment_is_told() {
    let place = Place::new();
    let env = [("https_proxy", "http://user:secret-word@proxy.example:3128")];
    let options = json!({"api_key": FAKE_KEY, "base_url": "http://127.0.0.1:9/v1"});
    let report = Report::of(&place, &env, &options);
    report.assert("proxy", "warning", "https_proxy");
    assert!(!report.0.to_string().contains("secret-word"));
}
