use neura::Client;
use serde::Deserialize;

use super::form::{NotIn, run};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyCase {
    id: String,
    given: String,
    expect: Expect,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(KeyCase);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    key: Option<String>,
    error: Option<String>,
    problem: Option<String>,
}

#[test]
fn fault_50_key_cases() {
    run("key", |case: &KeyCase| {
        let built = Client::builder()
            .api_key(&case.given)
            .base_url("http://127.0.0.1:9/v1")
            .build();
        match &case.expect.key {
            Some(key) => {
                let header = built.unwrap().auth_header().unwrap();
                assert_eq!(header, format!("Bearer {key}"), "{}", case.id);
            }
            None => {
                let error = built.unwrap_err();
                let expect = &case.expect;
                assert_eq!(
                    Some(error.kind().name()),
                    expect.error.as_deref(),
                    "{}",
                    case.id
                );
                assert_eq!(error.code(), expect.problem.as_deref(), "{}", case.id);
                let quoted = case.given.len() > 8 && format!("{error:?}").contains(&case.given);
                assert!(!quoted, "{} quotes the key: {error:?}", case.id);
            }
        }
    });
}
