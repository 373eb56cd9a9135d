//! A report of `diagnose`, made in its own process.

use std::ffi::OsString;

use serde_json::Value;

use crate::child::Place;

/// A report, with its readable text as `text`.
pub struct Report(pub Value);

impl Report {
    pub fn of(place: &Place, env: &[(&str, &str)], options: &Value) -> Self {
        let env = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        Report(place.ask("work", env.collect(), options, "diagnose"))
    }

    pub fn verdict(&self) -> &str {
        self.0["verdict"].as_str().unwrap()
    }

    pub fn check(&self, code: &str) -> &Value {
        let checks = self.0["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["code"] == code);
        found.unwrap_or_else(|| panic!("no {code} in {}", self.0))
    }

    pub fn status(&self, code: &str) -> &str {
        self.check(code)["status"].as_str().unwrap()
    }

    pub fn found(&self, code: &str) -> &str {
        self.check(code)["found"].as_str().unwrap()
    }

    pub fn assert(&self, code: &str, status: &str, part: &str) {
        let (text, advice) = (self.found(code), &self.check(code)["advice"]);
        assert_eq!(self.status(code), status, "{code}: {text}");
        let has = text.contains(part) || advice.as_str().is_some_and(|a| a.contains(part));
        assert!(has, "{code}: {part:?} in {text:?} {advice}");
    }
}

/// In the documented order.
const CODES: [&str; 16] = [
    "profile",
    "key_source",
    "key_shadowed",
    "key_form",
    "key_age",
    "env_file_permissions",
    "env_file_git",
    "credentials_file",
    "options",
    "base_url",
    "proxy",
    "name_resolution",
    "tcp",
    "tls",
    "clock",
    "service",
];

pub fn assert_complete(report: &Report) {
    let codes: Vec<&str> = report.0["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, CODES);
    let text = report.0["text"].as_str().unwrap();
    assert!(CODES.iter().all(|code| text.contains(code)), "{text}");
    let failed = report.0["checks"]
        .as_array()
        .unwrap()
        .iter()
        .any(|check| check["status"] == "failed");
    assert_eq!(report.0["ok"], !failed);
}
