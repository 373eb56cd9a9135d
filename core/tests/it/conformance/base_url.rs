use neura::Client;
use serde::Deserialize;

use super::form::{NotIn, run};
use crate::common::FAKE_KEY;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UrlCase {
    id: String,
    base_url: Option<String>,
    #[serde(default)]
    allow_http: bool,
    path: String,
    expect: Expect,
    #[serde(default)]
    not_in: NotIn,
    #[serde(rename = "socket")]
    _socket: bool,
}
case!(UrlCase);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    url: Option<String>,
    error: Option<String>,
}

#[test]
fn fault_50_base_url_cases() {
    run("base_url", |case: &UrlCase| {
        // Without a base the default is used, not the environment's.
        let url = Client::builder()
            .api_key(FAKE_KEY)
            .base_url(case.base_url.clone().unwrap_or_default())
            .allow_http(case.allow_http)
            .build()
            .and_then(|client| client.url(&case.path));
        let found = url.as_deref().map_err(|error| error.kind().name());
        let wanted = match &case.expect.url {
            Some(url) => Ok(url.as_str()),
            None => Err(case.expect.error.as_deref().unwrap()),
        };
        assert_eq!(found, wanted, "{}", case.id);
    });
}
