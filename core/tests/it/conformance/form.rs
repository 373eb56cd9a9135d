//! Reads the cases: an unknown field fails, and the cases that ran are counted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The language of this runner, as `not_in` names it.
const LANGUAGE: &str = "rust";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    #[serde(rename = "source")]
    _source: String,
    cases: Vec<T>,
}

/// The languages in which a case cannot run, each with the reason.
pub type NotIn = BTreeMap<String, String>;

/// The fields that every case has.
pub trait Case: DeserializeOwned {
    fn id(&self) -> &str;
    fn not_in(&self) -> &NotIn;
}

/// Implements [`Case`] for a struct with the fields `id` and `not_in`.
#[macro_export]
macro_rules! case {
    ($name:ident) => {
        impl $crate::conformance::form::Case for $name {
            fn id(&self) -> &str {
                &self.id
            }
            fn not_in(&self) -> &$crate::conformance::form::NotIn {
                &self.not_in
            }
        }
    };
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance")
}

/// Runs `check` for each case of `name.json` that can run in Rust, and prints how many did. A
/// failure names the case.
pub fn run<T: Case>(name: &str, check: impl Fn(&T)) {
    run_where(name, |_| true, check);
}

/// As [`run`], for the cases that this machine can run; the others do not count.
pub fn run_where<T: Case>(name: &str, can: impl Fn(&T) -> bool, check: impl Fn(&T)) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    let file: File<T> =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut seen = BTreeSet::new();
    let mut ran = 0;
    let mut failed = Vec::new();
    for case in &file.cases {
        assert!(seen.insert(case.id()), "{name}: {} stands twice", case.id());
        if case.not_in().contains_key(LANGUAGE) || !can(case) {
            continue;
        }
        ran += 1;
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(case)));
        if checked.is_err() {
            failed.push(case.id().to_owned());
        }
    }
    assert!(failed.is_empty(), "{name}: {failed:?} failed, see above");
    println!("{name}: {ran} cases ran");
    save_count(name, ran);
}

/// Words of a message: `{option:api_key}` is the option as the language spells it.
pub fn words(part: &str) -> String {
    let (mut words, mut rest) = (String::new(), part);
    while let Some((before, (name, after))) = rest
        .split_once("{option:")
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        words = words + before + name;
        rest = after;
    }
    words + rest
}

/// Saves the count for the comparison of all languages.
fn save_count(name: &str, ran: usize) {
    let folder = folder().join("../target/conformance").join(LANGUAGE);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), format!("{ran}\n")).unwrap();
}
