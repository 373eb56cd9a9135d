use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::Deserialize;
use serde_json::{Value, json};

use super::form::{NotIn, run};
use crate::child::Place;
use crate::common::FAKE_KEY;
use crate::place::os_text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProxyCase {
    id: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    env_bytes: BTreeMap<String, Vec<u8>>,
    proxy: Option<String>,
    target: String,
    expect: Expect,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(ProxyCase);

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Expect {
    Refused {
        error: String,
        message: Vec<String>,
    },
    Chosen {
        proxy: Option<String>,
        source: Option<String>,
        why: Option<String>,
    },
}

#[test]
fn proxy_cases() {
    run("proxy", |case: &ProxyCase| {
        let text = case
            .env
            .iter()
            .map(|(name, value)| (name.clone(), OsString::from(value)));
        let raw = case
            .env_bytes
            .iter()
            .map(|(name, bytes)| (name.clone(), os_text(bytes)));
        let mut options = json!({
            "api_key": FAKE_KEY,
            "base_url": case.target,
            "allow_http": true,
        });
        if let Some(proxy) = &case.proxy {
            options["proxy"] = proxy.as_str().into();
        }
        let found = Place::new().ask("work", text.chain(raw).collect(), &options, "proxy");
        compare(case, &found);
    });
}

fn compare(case: &ProxyCase, found: &Value) {
    let id = &case.id;
    match &case.expect {
        Expect::Refused { error, message } => {
            assert_eq!(found["error"], *error, "{id}: {found}");
            let said = found["message"].as_str().unwrap();
            for part in message {
                assert!(said.contains(part), "{id}: {part:?} in {said}");
            }
        }
        Expect::Chosen { proxy, source, why } => {
            let said = found["proxy"].as_str();
            let said = said.unwrap_or_else(|| panic!("{id}: {found}"));
            let start = match proxy {
                Some(proxy) => format!("{proxy}, from "),
                None => "no proxy is used".to_owned(),
            };
            assert!(said.starts_with(&start), "{id}: {said}");
            for part in [source, why].into_iter().flatten() {
                assert!(said.contains(part), "{id}: {part:?} in {said}");
            }
        }
    }
    let said = found.to_string();
    for secret in [
        "alice",
        "al%40ice",
        "fake-p",
        "fake/p",
        "fake-token",
        FAKE_KEY,
    ] {
        assert!(!said.contains(secret), "{id}: {secret} in {said}");
    }
}
