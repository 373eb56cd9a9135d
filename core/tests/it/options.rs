//! Invalid options.

use neura::{Client, ErrorKind};

use crate::common::FAKE_KEY;

#[test]
fn options_that_cannot_be_used_are_reported_by_name() {
    let builder = || {
        Client::builder()
            .api_key(FAKE_KEY)
            .base_url("http://127.0.0.1:9")
    };
    let zero = std::time::Duration::ZERO;
    for (built, name) in [
        (builder().timeout(zero).build(), "timeout"),
        (builder().connect_timeout(zero).build(), "connect_timeout"),
        (builder().idle_timeout(zero).build(), "idle_timeout"),
        (builder().max_in_flight(0).build(), "max_in_flight"),
        (builder().header("Host", "x").build(), "Host"),
        (builder().base_url("gw.example").build(), "base_url"),
    ] {
        let error = built.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        assert!(error.message().contains(name), "{error}");
    }
    let mut options = neura::Options::new();
    options.set_api_key(FAKE_KEY);
    options.give_max_retries(-1);
    assert_eq!(Client::new(options).unwrap_err().kind(), ErrorKind::Config);
    assert!(builder().timeout(None).build().is_ok());
}

#[test]
fn the_page_of_limits_says_the_defaults_of_the_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/design.md");
    let page = std::fs::read_to_string(page).unwrap();
    let table = neura::bindings::option_table();
    let mut said = 0;
    for row in table.as_array().unwrap() {
        let (name, default) = (row["name"].as_str().unwrap(), row["default"].as_str());
        let start = format!("| `{name}` |");
        let line = page.lines().find(|line| line.starts_with(&start));
        // Others are said in words.
        let default = default.filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
        if let (Some(line), Some(default)) = (line, default) {
            assert!(line.replace(',', "").contains(default), "{line}: {default}");
            said += 1;
        }
    }
    assert_eq!(said, 8);
}
