//! The credentials file: who may read it (faults.md 97), its previous key and its day.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{assert_config, resolve};
use crate::child::{Place, answer};
use crate::common::{FAKE_KEY, OTHER_KEY, Server, keys_seen, unauthorized};

const FILE: &str = "home/.config/neura/credentials.toml";

fn write(place: &Place, table: &str, mode: u32) {
    place.write(FILE, format!("[default]\n{table}\n").as_bytes());
    std::fs::set_permissions(place.path(FILE), PermissionsExt::from_mode(mode)).unwrap();
}

fn key(key: &str) -> String {
    format!("api_key = \"{key}\"")
}

#[test]
fn fault_97_roots_file_for_the_processs_group_is_read() {
    const NOBODY: u32 = 65_534;
    const MOUNTED: u32 = 54_321;
    let place = Place::new();
    write(&place, &key(FAKE_KEY), 0o440);
    let path = place.path(FILE);
    if chown(&path, Some(0), Some(MOUNTED)).is_err() {
        eprintln!("check not run: it needs the right to give a file away");
        return;
    }
    // The process's own group, as root or not.
    for (user, group, mode, read) in [
        (NOBODY, MOUNTED, 0o440, true),
        (NOBODY, MOUNTED, 0o640, true),
        (0, MOUNTED, 0o440, true),
        (0, 0, 0o440, false),
        (NOBODY, MOUNTED, 0o444, false),
        (NOBODY, MOUNTED, 0o460, true),
        (NOBODY, MOUNTED, 0o550, true),
        (NOBODY, MOUNTED, 0o750, true),
        (NOBODY, MOUNTED, 0o770, true),
        (0, MOUNTED, 0o550, true),
        (NOBODY, MOUNTED, 0o441, false),
        (NOBODY, MOUNTED, 0o752, false),
        (0, MOUNTED, 0o640, false),
        (0, MOUNTED, 0o620, false),
    ] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let mut command = place.command("work", Vec::new(), &json!({}), "resolve");
        command.uid(user).gid(group);
        let found = answer(&command.output().unwrap());
        let case = format!("{user} {group} {mode:o}: {found}");
        match read {
            true => assert_eq!(found["mask"], "…cdef", "{case}"),
            false => {
                let parts = ["credentials.toml", "chmod 600", "NEURA_API_KEY_FILE"];
                assert_config(&found, &parts);
            }
        }
    }
    // Closed to the process: by its mode, and by its group.
    for (group, mode) in [
        (MOUNTED, 0o400),
        (MOUNTED, 0o600),
        (NOBODY, 0o440),
        (NOBODY, 0o640),
    ] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let mut command = place.command("work", Vec::new(), &json!({}), "resolve");
        command.uid(NOBODY).gid(group);
        let found = answer(&command.output().unwrap());
        let parts = ["credentials.toml", "ermission denied", "NEURA_API_KEY_FILE"];
        assert_config(&found, &parts);
    }
    // Not owned by root, though the group is the process's.
    chown(&path, Some(NOBODY), Some(MOUNTED)).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o440)).unwrap();
    let mut command = place.command("work", Vec::new(), &json!({}), "resolve");
    command.uid(NOBODY).gid(MOUNTED);
    let found = answer(&command.output().unwrap());
    assert_config(&found, &["NEURA_API_KEY_FILE"]);
}

/// A client of this server whose key is in the credentials file.
fn client(place: &Place, server: &Server) -> Value {
    let env = [("NEURA_BASE_URL", server.base_url())];
    let env = env.map(|(name, value)| (name.to_owned(), value.into()));
    place.ask("work", env.into(), &json!({"max_retries": 0}), "models")
}

#[test]
fn the_previous_key_is_used_where_the_new_one_is_refused() {
    let place = Place::new();
    let both = format!("{}\nprevious_api_key = \"{OTHER_KEY}\"", key(FAKE_KEY));
    write(&place, &both, 0o600);
    let server = Server::replies(
        json!([unauthorized("invalid_api_key"), {"status": 200, "body": "{\"data\": []}"}]),
    );
    assert_eq!(client(&place, &server), json!({"data": []}));
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
    // Both are refused: each is tried once, and the error comes from the service.
    let no = unauthorized("expired_api_key");
    let server = Server::replies(json!([&no, &no, &no]));
    let found = client(&place, &server);
    assert_eq!(found["error"], "expired_api_key", "{found}");
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
    // The same key twice is one.
    write(
        &place,
        &format!("{}\nprevious_api_key = \"{FAKE_KEY}\"", key(FAKE_KEY)),
        0o600,
    );
    let server = Server::replies(json!([&no, &no]));
    assert_eq!(client(&place, &server)["error"], "expired_api_key");
    assert_eq!(keys_seen(&server), [FAKE_KEY]);
}

#[test]
fn what_cannot_be_a_previous_key_is_reported() {
    let place = Place::new();
    write(
        &place,
        &format!("{}\nprevious_api_key = \"Bearer nk-fake\"", key(FAKE_KEY)),
        0o600,
    );
    let found = resolve(&place, &[]);
    assert_eq!(found["error"], "malformed_api_key", "{found}");
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("previous_api_key in the table [default]"),
        "{message}"
    );
    write(
        &place,
        &format!("{}\nprevious_api_key = \" \"", key(FAKE_KEY)),
        0o600,
    );
    assert_eq!(resolve(&place, &[])["mask"], "…cdef");
    write(
        &place,
        &format!("{}\nprevious_api_key = 5", key(FAKE_KEY)),
        0o600,
    );
    assert_config(&resolve(&place, &[]), &["previous_api_key"]);
}

#[test]
fn a_command_in_the_file_is_run_at_the_first_request_and_again_after_a_401() {
    let place = Place::new();
    let marker = "{root}/work/run";
    let server = Server::replies(json!([
        unauthorized("invalid_api_key"), {"status": 200, "body": "{\"data\": []}"}
    ]));
    // Another key each time.
    let script = format!("echo nk-fake-$(date +%s%N); touch {marker}");
    let url = server.base_url();
    let table = format!("api_key_command = '''sh -c \"{script}\"'''\nbase_url = \"{url}\"");
    write(&place, &place.fill(&table), 0o600);
    let found = resolve(&place, &[]);
    assert_eq!(found["source"], "command", "{found}");
    assert_eq!(
        (&found["name"], &found["mask"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        found["path"].as_str().unwrap(),
        place.path(FILE).to_str().unwrap()
    );
    assert_eq!(found["base_url"], url);
    assert_eq!(found["base_url_source"], "credentials_file");
    assert!(!place.path("work/run").exists(), "it was run too early");
    let answer = place.ask("work", Vec::new(), &json!({"max_retries": 0}), "models");
    assert_eq!(answer, json!({"data": []}));
    let keys = keys_seen(&server);
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
}

#[test]
fn a_command_in_the_file_that_cannot_be_used_is_named() {
    let place = Place::new();
    let both = format!("{}\napi_key_command = \"true\"", key(FAKE_KEY));
    for (table, parts) in [
        (
            both.as_str(),
            &["credentials.toml", "api_key_command", "both"][..],
        ),
        (
            "api_key_command = \"echo 'open\"",
            &["[default]", "api_key_command", "quotation"],
        ),
        ("api_key_command = 5", &["api_key_command"]),
    ] {
        write(&place, table, 0o600);
        assert_config(&resolve(&place, &[]), parts);
    }
    write(&place, "api_key_command = \" \"", 0o600);
    assert_eq!(resolve(&place, &[])["error"], "missing_api_key");
    // One that needs the same key is not started again and again.
    write(&place, "api_key_command = \"neura header\"", 0o600);
    let found = resolve(&place, &[("NEURA_IN_API_KEY_COMMAND", "1")]);
    assert_config(&found, &["api_key_command", "password manager"]);
    // Without a shell, and what it prints on stderr is not shown.
    let url = "base_url = \"http://127.0.0.1:9/v1\"";
    for (command, part) in [
        ("false", "failed"),
        ("no-such-program-of-ours x", "installed"),
    ] {
        write(
            &place,
            &format!("api_key_command = \"{command}\"\n{url}"),
            0o600,
        );
        let found = place.ask("work", Vec::new(), &json!({}), "models");
        assert_config(&found, &["api_key_command", "[default]", part]);
    }
}

#[test]
fn the_keys_age_is_reported_if_the_file_has_the_day() {
    let place = Place::new();
    let day = SystemTime::now() - Duration::from_secs(10 * 86_400 + 3_600);
    let time = rfc_3339(day);
    for (added, age) in [
        (format!("added = {time}"), json!(10)),
        (format!("added = \"{time}\""), json!(10)),
        ("added = 2999-01-01".to_owned(), json!(0)),
        (String::new(), Value::Null),
    ] {
        write(&place, &format!("{}\n{added}", key(FAKE_KEY)), 0o600);
        assert_eq!(resolve(&place, &[])["key_age_days"], age, "{added}");
    }
    let ten = &time[..10];
    write(&place, &format!("{}\nadded = {ten}", key(FAKE_KEY)), 0o600);
    let age = resolve(&place, &[])["key_age_days"].as_u64().unwrap();
    assert!((10..=11).contains(&age), "{age}");
    for wrong in ["\"yesterday\"", "5", "10:00:00", "\"2026-13-01\""] {
        write(
            &place,
            &format!("{}\nadded = {wrong}", key(FAKE_KEY)),
            0o600,
        );
        assert_config(&resolve(&place, &[]), &["credentials.toml", "added"]);
    }
}

fn rfc_3339(at: SystemTime) -> String {
    time::OffsetDateTime::from(at)
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap()
}
