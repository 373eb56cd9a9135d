//! `neura keys rotate`: another key, without a refused request.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use neura::Client;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::keys::{assert_hidden, text, without_key, write};
use crate::neura::{Neura, Ran};
use crate::servers::{FAKE_KEY, OTHER_KEY, Server, binary, create_key};

/// The fingerprints of `FAKE_KEY` and `OTHER_KEY`.
fn fingerprint(key: &str) -> String {
    let client = Client::builder().api_key(key).build().unwrap();
    client.key_info().fingerprint().unwrap().to_owned()
}

fn rotated(neura: &Neura, ago: i64) {
    let at = OffsetDateTime::now_utc() - time::Duration::seconds(ago);
    let at = at.format(&Rfc3339).unwrap();
    write(
        neura,
        &format!(
            "[default]\napi_key = \"{OTHER_KEY}\"\nadded = {at}\nprevious_api_key = \"{FAKE_KEY}\"\n"
        ),
    );
}

/// A line of the usage file, of a use so many seconds ago.
fn line(application: &str, process: u64, key: &str, ago: i64) -> Value {
    let at = OffsetDateTime::now_utc() - time::Duration::seconds(ago);
    let at = at.format(&Rfc3339).unwrap();
    json!({
        "usage_form": 1, "application": application, "process": process,
        "fingerprint": fingerprint(key), "mask": "…", "source": "environment",
        "from": at, "to": at, "requests": 2,
    })
}

fn finish(neura: &Neura, lines: &[Value], args: &[&str]) -> Ran {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    neura.place.write("work/usage.jsonl", text.as_bytes());
    let args = [&["keys", "rotate", "--finish"], args].concat();
    neura.run(&args)
}

#[test]
fn the_new_key_is_put_in_front_of_the_old_one() {
    let place = Neura::new().place;
    fs::create_dir_all(place.path("work")).unwrap();
    let database = place.path("work/keys.sqlite");
    let sandbox = Server::sandbox_with_keys_in(&database);
    let [one, two, three] = ["one", "two", "three"].map(|name| create_key(&database, name));
    let neura = without_key(&sandbox);
    neura.feed(one.as_str(), &["keys", "add"]).ok();
    let before = text(&neura);
    // A wrong key, and the same one, change nothing.
    for (key, code, part) in [
        (
            FAKE_KEY,
            5,
            "nothing was changed: the API key from the input",
        ),
        (one.as_str(), 2, "in use already"),
        ("Bearer x", 4, "Bearer"),
        ("", 2, "standard input is empty"),
    ] {
        let ran = neura.feed(key, &["keys", "rotate"]);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.stderr.contains(part), "{ran:?}");
        assert!(!ran.stderr.contains(".."), "{ran:?}");
        assert_eq!(text(&neura), before);
    }
    let ran = neura.feed(two.as_str(), &["keys", "rotate"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("rotated: …"), "{ran:?}");
    assert!(ran.stderr.contains("--finish"), "{ran:?}");
    assert_hidden(&ran, &two);
    let after = text(&neura);
    assert!(after.contains(&format!("api_key = \"{two}\"")), "{after}");
    assert!(
        after.contains(&format!("previous_api_key = \"{one}\"")),
        "{after}"
    );
    let listed = neura.run(&["keys", "list"]).ok().stdout;
    assert!(listed.contains("--finish"), "{listed}");
    // Not another one on top of it.
    let ran = neura.feed(three.as_str(), &["keys", "rotate"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("--finish"), "{ran:?}");
    assert_eq!(text(&neura), after);
    // Without a file of usage it is not known who uses it.
    let ran = neura.run(&["keys", "rotate", "--finish"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("NEURA_USAGE_FILE") && ran.stderr.contains("--force"),
        "{ran:?}"
    );
    assert_eq!(text(&neura), after);
    let ran = neura.run(&["keys", "rotate", "--finish", "--force"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stderr.contains("delete that key in the dashboard"),
        "{ran:?}"
    );
    assert!(!text(&neura).contains(&one) && text(&neura).contains(&two));
    assert_eq!(neura.run(&["keys", "rotate", "--force"]).code, Some(2));
}

#[test]
fn the_old_key_stays_while_a_program_uses_it() {
    let neura = Neura::new().set("NEURA_USAGE_FILE", "usage.jsonl");
    let old = |process, ago| line("shop\u{1b}[2J", process, FAKE_KEY, ago);
    let new = |process, ago| line("shop\u{1b}[2J", process, OTHER_KEY, ago);
    let of = |mut line: Value, field: &str, value: &str| {
        line[field] = value.into();
        line
    };
    let from_file = |line| of(line, "source", "credentials_file");
    let in_file = |line, path: &str| of(from_file(line), "path", path);
    let own = neura.place.path("home/.config/neura/credentials.toml");
    let own = neura::bindings::quoted(own.to_str().unwrap());
    let ended = |mut line: Value| {
        line["last"] = true.into();
        line
    };
    let tokens = json!({"requests": 0, "prompt_tokens": 5});
    let late_tokens = {
        let mut line = old(1, 20);
        line.as_object_mut()
            .unwrap()
            .extend(tokens.as_object().unwrap().clone());
        line
    };
    // Who rotated how long ago, the lines, and why it is refused.
    for (ago, lines, why) in [
        // Used after programs should have gone over.
        (600, vec![old(1, 580)], Some("was used after the rotation")),
        (600, vec![new(1, 590), old(2, 500)], Some("2 requests")),
        // Another client of the same process has it from elsewhere, and a process of another
        // container the same number.
        (
            20,
            vec![old(1, 25), of(new(1, 5), "source", "env_file")],
            Some("Wait"),
        ),
        (
            20,
            vec![old(1, 25), of(new(1, 5), "run", "other")],
            Some("Wait"),
        ),
        // The same program goes on with both.
        (600, vec![old(1, 20), new(2, 10)], Some("environment")),
        // Not known yet.
        (20, vec![old(1, 25)], Some("Wait")),
        (20, vec![old(1, 25), old(2, 25), new(1, 5)], Some("Wait")),
        (600, vec![], Some("has no line")),
        (20, vec![ended(old(1, 25)), old(1, 22)], Some("Wait")),
        // It ended.
        (20, vec![old(1, 30), ended(old(1, 25))], None),
        // Each program is seen with the new one, or has had the time to write.
        (20, vec![old(1, 15), new(1, 5)], None),
        (20, vec![new(1, 5)], None),
        (600, vec![old(1, 700)], None),
        (600, vec![from_file(old(1, 595))], None),
        // A later use would have been written, also without another request.
        (600, vec![old(1, 595)], None),
        (600, vec![old(1, 595), new(2, 598)], None),
        (600, vec![old(1, 595), ended(old(1, 400))], Some("was used")),
        (600, vec![old(1, 595), ended(old(1, 590))], None),
        (600, vec![old(1, 595), new(1, 300)], None),
        (600, vec![old(1, 595), new(2, 300)], None),
        // Another credentials file has the same key, and only this one was rotated.
        (
            600,
            vec![in_file(old(1, 400), "/other"), new(2, 100)],
            Some("credentials_file /other"),
        ),
        (
            600,
            vec![
                in_file(old(1, 400), "/other"),
                in_file(new(1, 100), "/other"),
            ],
            None,
        ),
        (
            20,
            vec![in_file(old(1, 25), "/other"), in_file(new(1, 5), &own)],
            Some("Wait"),
        ),
        (600, vec![in_file(old(1, 400), &own), new(2, 100)], None),
        // It was restarted.
        (600, vec![old(1, 400), new(2, 100)], None),
        // The end of a reply is no use.
        (600, vec![old(1, 700), late_tokens], None),
    ] {
        rotated(&neura, ago);
        let before = text(&neura);
        let ran = finish(&neura, &lines, &[]);
        match why {
            Some(why) => {
                assert_eq!(ran.code, Some(1), "{lines:?}: {ran:?}");
                assert!(ran.stderr.contains(why), "{lines:?}: {ran:?}");
                assert!(!ran.stderr.contains('\u{1b}'), "{ran:?}");
                assert_eq!(text(&neura), before);
                let forced = finish(&neura, &lines, &["--force"]);
                assert_eq!(forced.code, Some(0), "{forced:?}");
            }
            None => assert_eq!(ran.code, Some(0), "{lines:?}: {ran:?}"),
        }
        assert!(!text(&neura).contains(FAKE_KEY));
    }
    rotated(&neura, 600);
    let found = finish(&neura, &[new(1, 5)], &["--json"]).ok().json();
    assert_eq!(found["removed"]["fingerprint"], fingerprint(FAKE_KEY));
    assert_eq!(found["shown_idle"], true);
    let missing = Neura::new().set("NEURA_USAGE_FILE", "nowhere.jsonl");
    rotated(&missing, 600);
    let ran = missing.run(&["keys", "rotate", "--finish"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("nowhere.jsonl"), "{ran:?}");
}

#[test]
fn the_test_of_a_new_key_is_no_sign_of_a_program() {
    let place = Neura::new().place;
    fs::create_dir_all(place.path("work")).unwrap();
    let database = place.path("work/keys.sqlite");
    let sandbox = Server::sandbox_with_keys_in(&database);
    let neura = without_key(&sandbox).set("NEURA_USAGE_FILE", "usage.jsonl");
    for (name, command) in [("one", "add"), ("two", "rotate")] {
        let key = create_key(&database, name);
        let ran = neura.feed(key, &["keys", command]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let ran = neura.run(&["keys", "rotate", "--finish"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("is not known"), "{ran:?}");
}

const LOAD: &str = "NEURA_TEST_LOAD";

/// The program under load: calls until the file that the variable names is there, and says how many
/// failed.
#[test]
fn load_process() {
    let Some(stop) = std::env::var_os(LOAD) else {
        return;
    };
    let client = Client::builder().max_retries(0).build().unwrap();
    let (calls, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !Path::new(&stop).exists() {
                    calls.fetch_add(1, Ordering::Relaxed);
                    if let Err(error) = client.models().send() {
                        failed.fetch_add(1, Ordering::Relaxed);
                        eprintln!("{error}");
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
        }
    });
    println!(
        "\nload: {}",
        json!({"calls": calls.into_inner(), "failed": failed.into_inner()})
    );
}

#[test]
fn a_program_under_load_goes_over_without_a_failed_request() {
    let place = Neura::new().place;
    fs::create_dir_all(place.path("work")).unwrap();
    let database = place.path("work/keys.sqlite");
    let sandbox = Server::sandbox_with_keys_in(&database);
    let [one, two] = ["one", "two"].map(|name| create_key(&database, name));
    let neura = without_key(&sandbox).set("NEURA_USAGE_FILE", "usage.jsonl");
    let neura = neura.set("NEURA_APPLICATION", "shop");
    neura.feed(one.as_str(), &["keys", "add"]).ok();
    let stop = neura.place.path("work/stop");
    let own = std::env::current_exe().unwrap();
    let args = ["--exact", "rotation::load_process", "--nocapture"];
    let mut load = neura.command_of(own.to_str().unwrap(), &args);
    load.env(LOAD, &stop)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let load = load.spawn().unwrap();
    let seen = |key: &str| {
        let usage = fs::read_to_string(neura.place.path("work/usage.jsonl")).unwrap_or_default();
        let of_load = format!("\"process\":{}", load.id());
        let is_of_key = |line: &&str| line.contains(&fingerprint(key)) && line.contains(&of_load);
        usage.lines().any(|line| is_of_key(&line))
    };
    wait(|| seen(&one));
    let ran = neura.feed(two.as_str(), &["keys", "rotate"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    wait(|| seen(&two));
    let ran = neura.run(&["keys", "rotate", "--finish"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut revoke = Command::new(binary("neura-sandbox"));
    let revoked = revoke
        .args(["keys", "revoke", "one", "--db"])
        .arg(&database)
        .output()
        .unwrap();
    assert!(revoked.status.success(), "{revoked:?}");
    std::thread::sleep(Duration::from_secs(1));
    fs::write(&stop, "").unwrap();
    let output = load.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let counts = said.lines().find_map(|line| line.strip_prefix("load: "));
    let counts: Value = serde_json::from_str(counts.unwrap()).unwrap();
    assert_eq!(counts["failed"], 0, "{counts} {output:?}");
    assert!(counts["calls"].as_u64() > Some(100), "{counts}");
    // All of it is in the usage, whatever key it had.
    let usage = neura.run(&["usage", "--json"]).ok().json();
    let lines = usage["usage"].as_array().unwrap().iter();
    let requests: u64 = lines
        .filter(|line| line["application"] == "shop")
        .map(|line| line["requests"].as_u64().unwrap())
        .sum();
    assert!(
        requests >= counts["calls"].as_u64().unwrap(),
        "{usage} {counts}"
    );
    assert_eq!(
        neura.run(&["usage", "--json"]).ok().json()["skipped_lines"],
        0
    );
}

/// Waits until this holds.
pub fn wait(until: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !until() {
        assert!(Instant::now() < end, "it did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}
