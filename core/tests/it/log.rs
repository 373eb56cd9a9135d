//! `NEURA_LOG`: one line for each attempt, and no secret in it.

use std::ffi::OsStr;
use std::process::Command;

use serde_json::json;

use crate::common::{FAKE_KEY, Server};

const ASKED: &str = "NEURA_TEST_LOG_URL";

/// The stderr of a process that makes one call with this log level.
fn logged(level: Option<impl AsRef<OsStr>>, url: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "log::each_attempt_has_one_line", "--nocapture"])
        .env(ASKED, url)
        .env_remove("NEURA_LOG");
    if let Some(level) = level {
        command.env("NEURA_LOG", level);
    }
    let done = command.output().unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stderr).unwrap()
}

#[test]
fn each_attempt_has_one_line() {
    if let Ok(url) = std::env::var(ASKED) {
        let client = neura::Client::builder()
            .api_key(FAKE_KEY)
            .base_url(url)
            .build()
            .unwrap();
        let path = "/models?secret=query-word";
        let _ = client.get(path).header("x-own", "own-word").send();
        return;
    }
    let reply = |status: u16| {
        json!({
            "status": status,
            "headers": [
                ["retry-after-ms", "5"],
                ["x-request-id", "req_7"],
                ["x-echo", FAKE_KEY],
                ["server", format!("s\t{FAKE_KEY}")],
                ["set-cookie", "cookie-word"],
            ],
            "body": "{}",
        })
    };
    let server = Server::replies(json!([reply(503), reply(200)]));
    let text = logged(Some("info"), server.base_url());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(
        lines[0],
        "neura: GET /v1/models 503 attempt=1 wait=0ms request_id=req_7 key=e2e91c804cc9"
    );
    assert!(
        lines[1].starts_with("neura: GET /v1/models 200 attempt=2 wait=5ms"),
        "{text}"
    );

    let server = Server::replies(json!([reply(200)]));
    let text = logged(Some("debug"), server.base_url());
    assert!(text.contains("server=\"s\\t[redacted]\""), "{text}");
    assert!(text.contains("retry-after-ms=\"5\""), "{text}");
    for word in [FAKE_KEY, "cookie-word", "query-word", "own-word", "x-echo"] {
        assert!(!text.contains(word), "{word} in {text}");
    }

    let server = Server::replies(json!(["close"]));
    let text = logged(Some("info"), server.base_url());
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains(" connection attempt=3 "), "{text}");

    let server = Server::replies(json!([reply(200)]));
    assert_eq!(logged(None::<&str>, server.base_url()), "");
    for off in ["off", "OFF", "", " \t"] {
        assert_eq!(logged(Some(off), server.base_url()), "", "{off:?}");
    }
}

#[test]
fn fault_99_a_level_is_read_as_it_was_meant_or_named() {
    let server = Server::replies(json!([200]));
    for level in ["INFO", " info ", "Info\r", "\u{feff}info", "Debug\n"] {
        let text = logged(Some(level), server.base_url());
        assert!(
            text.starts_with("neura: GET /v1/models 200"),
            "{level:?}: {text}"
        );
    }
    let wrong = [
        (
            "\"debug\"",
            "NEURA_LOG has quotation marks around its value",
        ),
        ("'info'", "NEURA_LOG has quotation marks around its value"),
        ("debg", "must be off, info or debug: did you mean debug?"),
        ("DEUBG", "must be off, info or debug: did you mean debug?"),
        ("loud", "NEURA_LOG must be off, info or debug; nothing"),
        ("1", "NEURA_LOG must be off, info or debug; nothing"),
        (FAKE_KEY, "NEURA_LOG must be off, info or debug; nothing"),
    ];
    for (level, words) in wrong {
        let text = logged(Some(level), server.base_url());
        assert!(text.contains(words), "{level:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{level:?}: {text}");
        assert!(text.ends_with("; nothing is logged\n"), "{text}");
        assert!(!text.contains(FAKE_KEY), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn fault_99_a_level_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let server = Server::replies(json!([200]));
    let level = std::ffi::OsStr::from_bytes(b"inf\xff");
    let text = logged(Some(level), server.base_url());
    assert!(text.contains("NEURA_LOG is not UTF-8 text"), "{text}");
}
