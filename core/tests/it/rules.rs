//! faults.md 44 to 46 and 49 to 56, each by its number. 50 is `conformance/`, 51 the languages' own
//! types: a key that is not text does not compile here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::{Duration, Instant};

use neura::{Client, ErrorKind};
use serde_json::{Value, json};

use crate::child::Place;
use crate::common::{self, FAKE_KEY, OTHER_KEY, Server};

fn resolve(place: &Place, env: &[(&str, &str)], options: Value) -> Value {
    let env: BTreeMap<String, String> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    place.resolve("work", &env, &options)
}

#[test]
fn fault_44_an_echoed_key_is_redacted_before_the_text_is_cut() {
    let percent: String = FAKE_KEY
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    // The key is at the point where the message is shortened.
    let long = format!("{}{FAKE_KEY}", "y".repeat(990));
    for echo in [
        FAKE_KEY,
        &percent,
        "bmstZmFrZS0wMTIzNDU2Nzg5YWJjZGVm",
        &long,
    ] {
        let body = json!({"error": {"message": echo, "code": echo}}).to_string();
        let reply = json!({
            "status": 400,
            "headers": [["x-request-id", echo], ["content-type", "application/json"]],
            "body": body,
        });
        let server = Server::replies(json!([reply]));
        let error = server
            .client()
            .build()
            .unwrap()
            .models()
            .send()
            .unwrap_err();
        let texts = format!(
            "{error} {error:?} {:?} {:?}",
            error.body(),
            error.request_id()
        );
        assert!(texts.contains("[redacted]"), "{texts}");
        for part in [
            FAKE_KEY,
            &FAKE_KEY[..12],
            &percent,
            &echo[echo.len() - 20..],
        ] {
            assert!(!texts.contains(part), "{part} in {texts}");
        }
    }
}

#[test]
fn fault_45_one_deadline_covers_attempts_and_waits() {
    let slow =
        json!({"status": 503, "headers": [["retry-after-ms", "150"]], "delay_before_ms": 100});
    let server = Server::replies(json!([slow]));
    let client = server.client().max_retries(100).build().unwrap();
    let started = Instant::now();
    let limit = Duration::from_millis(800);
    let error = client
        .get("/models")
        .timeout(limit)
        .send()
        .and_then(|r| r.check());
    let error = error.unwrap_err();
    assert!(
        started.elapsed() < limit + Duration::from_millis(200),
        "{error}"
    );
    assert!((2..=5).contains(&error.attempts()), "{error:?}");
}

#[test]
fn fault_46_no_redirect_is_followed() {
    let elsewhere = Server::replies(json!([200]));
    for status in [300, 301, 302, 303, 307, 308] {
        let target = format!("{}/take", elsewhere.base_url());
        let reply = json!({"status": status, "headers": [["location", target]], "body": ""});
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        let error = client.chat(&common::hello()).send().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Redirect, 1));
        let origin = elsewhere.base_url().trim_end_matches("/v1");
        assert!(error.message().contains(origin), "{error}");
        assert!(!error.message().contains("take"), "{error}");
    }
    assert_eq!(elsewhere.report()["connections"], 0);
}

#[test]
fn fault_49_http_to_another_host_is_refused_unless_allowed() {
    let client = |url: &str| Client::builder().api_key(FAKE_KEY).base_url(url);
    for url in [
        "http://gw.example/v1",
        "http://127.0.0.1.example",
        "http://[::2]/v1",
    ] {
        let error = client(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
        assert!(error.message().contains("allow_http"), "{error}");
        client(url).allow_http(true).build().unwrap();
    }
    for url in [
        "http://127.0.0.1:1",
        "http://127.9.9.9/v1",
        "http://[::1]/v1",
        "http://localhost",
    ] {
        client(url).build().unwrap();
    }
}

#[test]
#[cfg(unix)]
fn fault_52_a_variable_that_is_not_utf8_is_malformed_and_named() {
    use std::os::unix::ffi::OsStringExt;
    let broken = OsString::from_vec(b"nk-\xff\xfe".to_vec());
    let place = Place::new();
    for (variable, kind) in [
        ("NEURA_API_KEY", "malformed_api_key"),
        ("NEURA_BASE_URL", "config"),
        ("NEURA_PROFILE", "config"),
    ] {
        let mut env = vec![("NEURA_API_KEY".to_owned(), OsString::from(FAKE_KEY))];
        env.retain(|(name, _)| name != variable);
        env.push((variable.to_owned(), broken.clone()));
        let found = place.ask("work", env, &json!({}), "resolve");
        assert_eq!(found["error"], kind, "{variable}: {found}");
        assert!(
            found["message"].as_str().unwrap().contains(variable),
            "{found}"
        );
    }
}

#[test]
#[cfg(unix)]
fn fault_53_what_is_no_file_is_passed_over_and_what_cannot_be_read_is_config() {
    let outer = format!("NEURA_API_KEY={FAKE_KEY}\n");
    let with = |make: &dyn Fn(&Place)| {
        let place = Place::new();
        place.write(".env", outer.as_bytes());
        make(&place);
        resolve(&place, &[], json!({}))
    };
    let folder = with(&|place| std::fs::create_dir(place.path("work/.env")).unwrap());
    assert_eq!(folder["source"], "env_file", "{folder}");
    let fifo = with(&|place| {
        let made = std::process::Command::new("mkfifo")
            .arg(place.path("work/.env"))
            .status();
        assert!(made.unwrap().success());
    });
    assert_eq!(fifo["source"], "env_file", "{fifo}");
    for (bytes, word) in [
        (vec![b'#'; (1 << 20) + 1], "1024 KiB"),
        (b"NEURA_API_KEY=nk-\xff\n".to_vec(), "UTF-8"),
    ] {
        let found = with(&|place| place.write("work/.env", &bytes));
        assert_eq!(found["error"], "config", "{found}");
        let message = found["message"].as_str().unwrap();
        assert!(
            message.contains("work/.env") && message.contains(word),
            "{message}"
        );
    }
    let whole = with(&|place| {
        let mut file = outer.clone().into_bytes();
        file.resize(1 << 20, b'#');
        place.write("work/.env", &file);
    });
    assert_eq!(
        whole["source"], "env_file",
        "exactly 1 MiB is read: {whole}"
    );
}

#[test]
fn fault_54_the_environment_beats_the_env_file() {
    let place = Place::new();
    place.write(
        "work/.env",
        format!("NEURA_API_KEY={OTHER_KEY}\n").as_bytes(),
    );
    let found = resolve(&place, &[("NEURA_API_KEY", FAKE_KEY)], json!({}));
    assert_eq!(
        (&found["source"], &found["mask"]),
        (&json!("environment"), &json!("…cdef"))
    );
    let found = resolve(&place, &[("NEURA_API_KEY", " ")], json!({}));
    assert_eq!(
        (&found["source"], &found["mask"]),
        (&json!("env_file"), &json!("…2222"))
    );
}

/// `environment.rs` tests the environment itself; files are part of it, too.
#[test]
fn fault_55_what_changes_after_the_client_was_built_has_no_effect() {
    let server = Server::replies(json!([200]));
    let place = Place::new();
    place.write("mine.env", format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes());
    let client = Client::builder()
        .env_file(neura::EnvFile::Path(place.path("mine.env")))
        .base_url(server.base_url())
        .build()
        .unwrap();
    place.write(
        "mine.env",
        format!("NEURA_API_KEY={OTHER_KEY}\n").as_bytes(),
    );
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(client.key_info().mask(), Some("…cdef"));
}

#[test]
fn fault_56_a_files_url_takes_no_key_from_elsewhere() {
    let place = Place::new();
    place.write("work/.env", b"NEURA_BASE_URL=https://evil.example/v1\n");
    let found = resolve(&place, &[("NEURA_API_KEY", FAKE_KEY)], json!({}));
    assert_eq!(found["error"], "config", "{found}");
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("NEURA_API_KEY") && message.contains("work/.env"),
        "{message}"
    );
    // With a URL from the caller or the environment, the file's URL is not read.
    let given = json!({"base_url": "https://gw.example/v1"});
    let found = resolve(&place, &[("NEURA_API_KEY", FAKE_KEY)], given);
    assert_eq!(found["base_url"], "https://gw.example/v1");

    let file = "NEURA_API_KEY=x${SHELL_SECRET}\nNEURA_BASE_URL=https://evil.example/v1\n";
    place.write("work/.env", file.as_bytes());
    let found = resolve(&place, &[("SHELL_SECRET", "word-of-the-shell")], json!({}));
    assert_eq!(found["error"], "config", "{found}");
    assert!(!found.to_string().contains("word-of-the-shell"), "{found}");
}
