use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::form::{NotIn, run};
use crate::child::Place;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCase {
    #[serde(rename = "name")]
    id: String,
    file: String,
    env: BTreeMap<String, String>,
    expect: Option<String>,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(FileCase);

/// The public API shows a value only as a key or as the error of a malformed key. The parser's own
/// test compares the values themselves.
#[test]
fn fault_50_dotenv_cases() {
    run("dotenv", |case: &FileCase| {
        let place = Place::new();
        place.write("work/.env", case.file.as_bytes());
        let found = place.resolve("work", &case.env, &json!({}));
        let without_file = Place::new();
        let wanted = match &case.expect {
            None => without_file.resolve("work", &BTreeMap::new(), &json!({})),
            Some(value) => {
                without_file.resolve("work", &BTreeMap::new(), &json!({"api_key": value}))
            }
        };
        let blank = case
            .expect
            .as_deref()
            .is_some_and(|value| value.trim().is_empty());
        if blank {
            assert_eq!(found["error"], "missing_api_key", "{}", case.id);
        } else {
            for field in ["fingerprint", "error", "code"] {
                assert_eq!(found[field], wanted[field], "{}: {found} {wanted}", case.id);
            }
        }
    });
}
