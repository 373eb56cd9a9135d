use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::form::{NotIn, run_where, words};
use crate::place::{Place, may_give_files_away, os_text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResolveCase {
    id: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    special: BTreeMap<String, String>,
    #[serde(default)]
    pipes: BTreeMap<String, String>,
    #[serde(default)]
    modes: BTreeMap<String, String>,
    cwd: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    env_bytes: BTreeMap<String, Vec<u8>>,
    #[serde(default)]
    options: Map<String, Value>,
    expect: Map<String, Value>,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(ResolveCase);

const FIELDS: [&str; 9] = [
    "source",
    "name",
    "path",
    "profile",
    "mask",
    "fingerprint",
    "base_url",
    "base_url_source",
    "key_age_days",
];

#[test]
fn resolve_cases() {
    run_where("resolve", can_be_made, |case: &ResolveCase| {
        let place = Place::new();
        // The case's own tree decides where a search ends.
        std::fs::remove_dir(place.path(".git")).unwrap();
        for (name, text) in &case.files {
            place.write(name, place.fill(text).as_bytes());
        }
        for (name, special) in &case.special {
            place.make_special(name, special);
        }
        for (name, text) in &case.pipes {
            place.make_pipe(name, text);
        }
        for (name, mode) in &case.modes {
            place.set_mode(name, mode);
        }
        let filled = case
            .env
            .iter()
            .map(|(name, value)| (name.clone(), place.fill(value).into()));
        let raw = case
            .env_bytes
            .iter()
            .map(|(name, bytes)| (name.clone(), os_text(bytes)));
        let cwd = case.cwd.as_deref().unwrap_or("work");
        let found = place.ask(
            cwd,
            filled.chain(raw).collect(),
            &Value::Object(case.options.clone()),
            "resolve",
        );
        compare(case, &place, &found);
    });
}

/// Only root may change the owner of a file.
fn can_be_made(case: &ResolveCase) -> bool {
    let can = may_give_files_away() || !case.special.values().any(|kind| kind == "foreign");
    if !can {
        eprintln!(
            "check not run: {} needs the right to give a file away",
            case.id
        );
    }
    can
}

fn compare(case: &ResolveCase, place: &Place, found: &Value) {
    let id = &case.id;
    for (name, wanted) in &case.expect {
        match name.as_str() {
            "error" => assert_eq!(found["error"], *wanted, "{id}: {found}"),
            "message" | "absent_message" => {
                let message = found["message"].as_str().unwrap();
                for part in wanted.as_array().unwrap() {
                    let has = message.contains(&words(part.as_str().unwrap()));
                    assert_eq!(has, name == "message", "{id}: {part} in {message}");
                }
            }
            "path" => {
                let wanted = wanted.as_str().map(|path| json!(place.path(path)));
                assert_eq!(found["path"], wanted.unwrap_or(Value::Null), "{id}");
            }
            field if FIELDS.contains(&field) => {
                assert_eq!(found[field], *wanted, "{id}: {field} in {found}");
            }
            other => panic!("{id}: expect.{other} is unknown"),
        }
    }
    let said = found.to_string();
    let texts = case
        .files
        .values()
        .chain(case.env.values())
        .chain(case.pipes.values())
        .map(String::as_str);
    let given = case.options.values().filter_map(Value::as_str);
    for word in texts
        .chain(given)
        .flat_map(|text| text.split(['=', '"', '\'', '\n', ' ']))
    {
        let key = word.starts_with("nk-fake-") || word.starts_with("shell-secret-");
        assert!(!(key && said.contains(word)), "{id}: a key in {said}");
    }
}
