use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::form::{NotIn, run_where, words};
use crate::child::Place;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResolveCase {
    id: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    special: BTreeMap<String, Special>,
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

/// A path that is not a regular file.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Special {
    Directory,
    Fifo,
    Foreign,
    Huge,
    NotUtf8,
    Unreadable,
    Utf16,
    #[serde(rename = "utf16_without_mark")]
    Utf16WithoutMark,
}

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
            make(&place, name, *special);
        }
        for (name, text) in &case.pipes {
            make(&place, name, Special::Fifo);
            write_once_read(&place, name, text);
        }
        for (name, mode) in &case.modes {
            set_mode(&place, name, u32::from_str_radix(mode, 8).unwrap());
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
#[cfg(unix)]
fn can_be_made(case: &ResolveCase) -> bool {
    use std::os::unix::fs::MetadataExt;
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let foreign = case.special.values().any(|s| *s == Special::Foreign);
    if foreign && !is_root {
        eprintln!(
            "check not run: {} needs the right to give a file away",
            case.id
        );
    }
    is_root || !foreign
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

#[cfg(unix)]
fn make(place: &Place, name: &str, special: Special) {
    use std::os::unix::fs::symlink;
    let path = place.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    match special {
        Special::Directory => std::fs::create_dir(&path).unwrap(),
        Special::Fifo => {
            let made = std::process::Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap();
            assert!(made.success());
        }
        Special::Foreign => {
            std::fs::write(&path, "NEURA_API_KEY=nk-fake-of-somebody-else\n").unwrap();
            std::os::unix::fs::chown(&path, Some(65_534), None).unwrap();
        }
        Special::Huge => std::fs::write(&path, vec![b'#'; (1 << 20) + 1]).unwrap(),
        Special::NotUtf8 => std::fs::write(&path, b"NEURA_API_KEY=nk-\xff\xfe\n").unwrap(),
        Special::Utf16 => {
            let units = "\u{feff}NEURA_API_KEY=nk-fake\r\n".encode_utf16();
            std::fs::write(&path, units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
        }
        Special::Utf16WithoutMark => {
            let units = "NEURA_API_KEY=nk-fake\n".encode_utf16();
            std::fs::write(&path, units.flat_map(u16::to_be_bytes).collect::<Vec<_>>()).unwrap();
        }
        // The user's own regular file whose reading fails for every user.
        Special::Unreadable => symlink("/proc/self/mem", &path).unwrap(),
    }
}

/// Writes the text to a FIFO as soon as a reader opens it.
fn write_once_read(place: &Place, name: &str, text: &str) {
    let (path, text) = (place.path(name), text.to_owned());
    std::thread::spawn(move || std::fs::write(path, text).unwrap());
}

#[cfg(unix)]
fn set_mode(place: &Place, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(place.path(name), PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
pub fn os_text(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}
