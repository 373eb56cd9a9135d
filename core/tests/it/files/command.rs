//! design.md, where the key comes from, point 2: a program that prints the key.

#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{assert_config, resolve};
use crate::child::Place;
use crate::common::{FAKE_KEY, OTHER_KEY, Server, keys_seen, unauthorized};

/// The outcome of a call whose key comes from this command.
fn asked(place: &Place, server: &Server, command: &str, options: &Value) -> Value {
    let env = [
        ("NEURA_API_KEY_COMMAND", place.fill(command)),
        ("NEURA_BASE_URL", server.base_url().to_owned()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.into()));
    place.ask("work", env.into(), options, "models")
}

fn good() -> Value {
    json!({"status": 200, "body": "{\"data\": []}"})
}

#[test]
fn the_first_line_that_a_program_prints_is_the_key() {
    let place = Place::new();
    place.write(
        "work/print it",
        format!("{FAKE_KEY}\r\nuser: me\n").as_bytes(),
    );
    for command in [
        format!("printf {FAKE_KEY}"),
        format!("echo {FAKE_KEY}"),
        "cat 'print it'".to_owned(),
        "cat \"{root}/work/print it\"".to_owned(),
        "cat {root}/work/print\\ it".to_owned(),
        format!("sh -c 'echo {FAKE_KEY}; echo more; echo complaint >&2'"),
        // No shell syntax is interpreted.
        format!("echo {FAKE_KEY}\u{a0}"),
    ] {
        let server = Server::replies(json!([good()]));
        let found = asked(&place, &server, &command, &json!({}));
        assert_eq!(found, json!({"data": []}), "{command}");
        assert_eq!(keys_seen(&server), [FAKE_KEY], "{command}");
    }
    let server = Server::replies(json!([good()]));
    let found = asked(&place, &server, "echo $HOME ; echo x", &json!({}));
    assert_eq!(found["error"], "malformed_api_key", "{found}");
    assert_eq!(found["code"], "whitespace", "{found}");
}

#[test]
fn fault_99_quotation_marks_around_a_program_are_named() {
    let place = Place::new();
    place.write("work/secret", FAKE_KEY.as_bytes());
    let server = Server::replies(json!([good()]));
    for command in [
        "\"cat secret\"",
        "'cat secret'",
        " \"cat secret\" ",
        "\u{feff}\"cat secret\"",
        "\"\"",
        "''",
        "\"cat secret",
        "cat secret'",
        "\u{201c}cat secret\u{201d}",
        "`cat secret`",
    ] {
        let found = asked(&place, &server, command, &json!({}));
        assert_config(
            &found,
            &["NEURA_API_KEY_COMMAND", "quotation mark", "docker"],
        );
        assert!(!found.to_string().contains("secret"), "{found}");
    }
    // Quotes in a program's name and invisible characters do no harm.
    for command in [
        "\"cat\" secret",
        "'cat' 'secret'",
        "\u{feff}cat secret\u{200b}",
    ] {
        let server = Server::replies(json!([good()]));
        let found = asked(&place, &server, command, &json!({}));
        assert_eq!(found, json!({"data": []}), "{command}");
    }
    let found = asked(&place, &server, "\"no such program\" x", &json!({}));
    assert!(!found.to_string().contains("quotation"), "{found}");
}

#[test]
fn fault_98_a_program_that_prints_utf_16_gets_a_clear_error() {
    let place = Place::new();
    let server = Server::replies(json!([good()]));
    for text in [
        FAKE_KEY.to_owned(),
        format!("{FAKE_KEY}\r\nuser\r\n"),
        format!("\n{FAKE_KEY}"),
    ] {
        for text in [text.clone(), format!("\u{feff}{text}")] {
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
                place.write("work/printed", &bytes);
                let found = asked(&place, &server, "cat printed", &json!({}));
                assert_config(&found, &["NEURA_API_KEY_COMMAND", "UTF-16", "UTF-8"]);
            }
        }
    }
}

#[test]
fn the_program_is_run_at_the_first_request_and_again_after_a_401() {
    let place = Place::new();
    let script = format!(
        "echo run >>log; case $(wc -l <log) in *1) echo {FAKE_KEY};; *) echo {OTHER_KEY};; esac"
    );
    place.write("work/key.sh", script.as_bytes());
    let runs = || {
        std::fs::read_to_string(place.path("work/log"))
            .unwrap_or_default()
            .lines()
            .count()
    };
    let found = resolve(&place, &[("NEURA_API_KEY_COMMAND", "sh key.sh")]);
    assert_eq!(found["source"], "command", "{found}");
    assert_eq!(found["name"], "NEURA_API_KEY_COMMAND", "{found}");
    assert_eq!(found["mask"], Value::Null, "{found}");
    assert_eq!(runs(), 0, "it was run to resolve");
    let server = Server::replies(json!([unauthorized("expired_api_key"), good()]));
    assert_eq!(
        asked(&place, &server, "sh key.sh", &json!({})),
        json!({"data": []})
    );
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
    assert_eq!(runs(), 2);
    // The same key again: the 401 remains, and the program ran once more.
    let server = Server::replies(json!([unauthorized("expired_api_key")]));
    let found = asked(&place, &server, "sh key.sh", &json!({}));
    assert_eq!(found["error"], "expired_api_key", "{found}");
    assert_eq!(runs(), 4);
    // With a key from the caller, the program does not run.
    let server = Server::replies(json!([good()]));
    let found = asked(&place, &server, "sh key.sh", &json!({"api_key": FAKE_KEY}));
    assert_eq!((found, runs()), (json!({"data": []}), 4));
}

#[test]
fn what_goes_wrong_is_reported_without_what_was_printed() {
    let place = Place::new();
    place.write("work/not-a-program", b"text");
    let secret = "nk-fake-secret-000000000003333";
    for (command, parts) in [
        (
            format!("sh -c 'echo {secret}; echo {secret} >&2; exit 3'"),
            &["failed", "3", "by hand"][..],
        ),
        ("sh -c 'kill -9 $$'".to_owned(), &["failed", "signal"]),
        (secret.to_owned(), &["cannot be started", "PATH"]),
        ("./not-a-program".to_owned(), &["cannot be started"]),
        ("''".to_owned(), &["cannot be started"]),
        ("yes".to_owned(), &["more than 64 KiB"]),
        ("head -c 70000 /dev/zero".to_owned(), &["more than 64 KiB"]),
    ] {
        let server = Server::replies(json!([good()]));
        let found = asked(&place, &server, &command, &json!({}));
        assert_config(&found, &[&["NEURA_API_KEY_COMMAND"], parts].concat());
        assert!(!found.to_string().contains(secret), "{found}");
        assert!(keys_seen(&server).is_empty());
    }
    for (command, code) in [
        ("true", "empty"),
        ("echo Bearer nk-fake", "bearer_prefix"),
        ("printf '\\377\\200'", "non_ascii"),
    ] {
        let server = Server::replies(json!([good()]));
        let found = asked(&place, &server, command, &json!({}));
        assert_eq!(found["error"], "malformed_api_key", "{command}: {found}");
        assert_eq!(found["code"], code, "{command}: {found}");
        assert!(
            found["message"]
                .as_str()
                .unwrap()
                .contains("NEURA_API_KEY_COMMAND"),
            "{found}"
        );
    }
}

/// Whether a process with this argument runs.
#[cfg(target_os = "linux")]
fn runs(argument: &str) -> bool {
    std::fs::read_dir("/proc").unwrap().any(|entry| {
        let line = std::fs::read(entry.unwrap().path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|word| word == argument.as_bytes())
    })
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_that_does_not_end_is_ended_with_all_that_it_started() {
    let place = Place::new();
    let server = Server::replies(json!([good()]));
    let started = Instant::now();
    let command = "sh -c 'sleep 98765.25 & sleep 98765.5; echo x'";
    let found = asked(&place, &server, command, &json!({}));
    assert_config(&found, &["NEURA_API_KEY_COMMAND", "10 s"]);
    let took = started.elapsed();
    assert!((9_500..14_000).contains(&took.as_millis()), "{took:?}");
    for argument in ["98765.25", "98765.5"] {
        let end = Instant::now() + Duration::from_secs(5);
        while runs(argument) {
            assert!(Instant::now() < end, "{argument} still runs");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    // A child that keeps its output open does not delay the key.
    let started = Instant::now();
    let command = format!("sh -c 'sleep 8 & echo {FAKE_KEY}'");
    assert_eq!(
        asked(&place, &server, &command, &json!({})),
        json!({"data": []})
    );
    assert!(started.elapsed() < Duration::from_secs(6));
}
