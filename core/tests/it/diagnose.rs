//! What `diagnose` finds on this machine: keys, files, git.

use serde_json::{Value, json};

use crate::child::Place;
use crate::common::{FAKE_KEY, Server};
use crate::report::{Report, assert_complete};

#[test]
fn a_good_key_is_valid() {
    let (place, sandbox) = (Place::new(), Server::sandbox());
    let key = sandbox.key("api_key");
    let env = [
        ("NEURA_API_KEY", key),
        ("NEURA_BASE_URL", sandbox.base_url()),
    ];
    let report = Report::of(&place, &env, &json!({}));
    assert_complete(&report);
    assert_eq!(report.verdict(), "valid", "{}", report.0["text"]);
    report.assert("key_source", "ok", "environment variable NEURA_API_KEY");
    report.assert("tcp", "ok", "connected");
    report.assert("tls", "skipped", "plain http");
    report.assert("service", "ok", "accepts the key");
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
        assert_complete(&report);
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
    assert_complete(&report);
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
fn a_key_that_hides_another_is_reported() {
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
fn a_malformed_key_is_reported_without_the_key() {
    let place = Place::new();
    let env = [
        ("NEURA_API_KEY", "Bearer nk-fake-0123456789abcdef"),
        ("NEURA_BASE_URL", "http://127.0.0.1:9/v1"),
    ];
    let report = Report::of(&place, &env, &json!({}));
    assert_complete(&report);
    assert_eq!(report.verdict(), "malformed_api_key");
    report.assert("key_form", "failed", "without `Bearer`");
    assert!(!report.0.to_string().contains(FAKE_KEY));
}

#[test]
fn a_profile_that_does_not_exist_is_reported_with_those_that_do() {
    let place = Place::new();
    let credentials = "home/.config/neura/credentials.toml";
    place.write(
        credentials,
        b"[default]\napi_key = \"nk-fake-0123456789abcdef\"\n",
    );
    private(&place, credentials);
    let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
    let report = Report::of(&place, &env, &json!({"profile": "stagging"}));
    assert_complete(&report);
    assert_eq!(report.verdict(), "missing_api_key");
    report.assert("profile", "failed", "default");
    let report = Report::of(&place, &env, &json!({"profile": "../x"}));
    assert_complete(&report);
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
fn files_that_others_can_read_are_reported() {
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
    ask().assert("env_file_git", "ok", "not in a git repository");
    git(&["init", "--quiet"]);
    // A program that a hostile repository makes git run.
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
    assert_complete(&report);
    assert_eq!(report.verdict(), "config");
    report.assert("base_url", "failed", "names a base URL");
    // No request was sent to that host.
    assert_eq!(report.status("name_resolution"), "skipped");
}

#[test]
fn a_base_url_that_ends_in_an_endpoint_is_a_warning() {
    let place = Place::new();
    for end in [
        "chat/completions",
        "models/",
        "embeddings",
        "completions",
        "responses",
    ] {
        let url = format!("http://127.0.0.1:9/v1/{end}");
        let options = json!({"api_key": FAKE_KEY, "base_url": url});
        let report = Report::of(&place, &[], &options);
        assert_complete(&report);
        report.assert("base_url", "warning", "/v1/");
        let advice = "which the client adds by itself: give http://127.0.0.1:9/v1";
        assert!(
            report.0.to_string().contains(advice),
            "{}",
            report.0["text"]
        );
    }
}

#[test]
fn a_file_that_cannot_be_used_is_the_finding() {
    let place = Place::new();
    let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
    place.write("work/.env", b"NEURA_API_KEY=nk-\xff\n");
    let report = Report::of(&place, &env, &json!({}));
    assert_complete(&report);
    assert_eq!(
        (report.verdict(), &report.0["ok"]),
        ("config", &json!(false))
    );
    report.assert("key_source", "failed", "UTF-8");
    report.assert("env_file_permissions", "failed", "UTF-8");
    let env = [env[0], ("NEURA_API_KEY_FILE", "/nowhere/at/all")];
    let report = Report::of(&place, &env, &json!({}));
    report.assert("key_source", "failed", "is not there");
    // A key given as the name of its file must not be shown as a path.
    let env = [env[0], ("NEURA_API_KEY_FILE", FAKE_KEY)];
    let report = Report::of(&place, &env, &json!({}));
    report.assert("key_source", "failed", "NEURA_API_KEY_FILE");
    assert!(!report.0.to_string().contains(FAKE_KEY), "{}", report.0);
}

#[test]
fn every_env_file_of_a_profile_is_looked_at() {
    let place = Place::new();
    std::fs::remove_dir(place.path(".git")).unwrap();
    place.write("work/.env.staging", b"OTHER=1\n");
    place.write(
        "work/.env",
        b"NEURA_API_KEY_STAGING=nk-fake-0123456789abcdef\n",
    );
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let git = git.args(arguments).current_dir(place.path("work"));
        assert!(git.status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    git(&["add", ".env"]);
    let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
    let report = Report::of(&place, &env, &json!({"profile": "staging"}));
    report.assert("env_file_git", "failed", "git tracks ");
    assert!(report.found("env_file_git").ends_with("work/.env"));
    assert!(report.found("env_file_git").contains(".env.staging"));
}

/// A partial clone fetches missing objects with a program that the repository names.
#[test]
#[cfg(unix)]
fn git_fetches_nothing_by_a_hostile_repositorys_program() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    std::fs::remove_dir(place.path(".git")).unwrap();
    let (marker, program) = (place.path("ran"), place.path("evil.sh"));
    let script = format!("#!/bin/sh\ntouch {}\n", marker.display());
    place.write("evil.sh", script.as_bytes());
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    place.write(
        "work/.env",
        format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes(),
    );
    place.write("work/.gitignore", b"nothing\n");
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"]);
        let git = git.args(arguments).current_dir(place.path("work"));
        let done = git.output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    git(&["init", "--quiet"]);
    git(&["add", ".gitignore"]);
    git(&["commit", "--quiet", "-m", "one"]);
    let blob = git(&["rev-parse", "HEAD:.gitignore"]);
    let (folder, file) = blob.trim().split_at(2);
    git(&["update-index", "--skip-worktree", ".gitignore"]);
    std::fs::remove_file(place.path("work/.gitignore")).unwrap();
    std::fs::remove_file(place.path(&format!("work/.git/objects/{folder}/{file}"))).unwrap();
    for (name, value) in [
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://evil.example/x"),
        ("core.sshCommand", program.to_str().unwrap()),
    ] {
        git(&["config", name, value]);
    }
    let env = [("NEURA_BASE_URL", "http://127.0.0.1:9/v1")];
    Report::of(&place, &env, &json!({}));
    assert!(!marker.exists(), "the repository's program ran");
}
