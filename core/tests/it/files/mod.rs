//! faults.md 85 and 96 to 101: files, pipes, programs and variables that give a key or a base URL,
//! each in its own process.

#[cfg(unix)]
mod command;
#[cfg(unix)]
mod credentials;
mod diagnosis;
mod expansion;
#[cfg(unix)]
mod pipes;
mod text;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::child::Place;

/// The result of `resolve` in `work` with this environment.
fn resolve(place: &Place, env: &[(&str, &str)]) -> Value {
    let env: BTreeMap<String, String> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    place.resolve("work", &env, &json!({}))
}

/// `found` is an error of kind `config` whose message has all `parts`.
fn assert_config(found: &Value, parts: &[&str]) {
    assert_eq!(found["error"], "config", "{found}");
    let message = found["message"].as_str().unwrap();
    for part in parts {
        assert!(message.contains(part), "{part:?} in {message}");
    }
}
