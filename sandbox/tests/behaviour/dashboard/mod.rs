//! The dashboard over sockets. `sandbox/browser` has its tests in a browser.

mod api;
mod command;
mod guard;
mod keys;
mod migration;
mod playground;
#[cfg(unix)]
mod readme;
mod usage;
mod ways;

use serde_json::Value;

use crate::harness::{Reply, Running, fetch};

impl Running {
    /// The URL of a page.
    fn page_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    fn page(&self, path: &str) -> Reply {
        fetch("GET", &self.page_url(path), &[], "")
    }

    /// What `GET /dashboard/api/keys` has.
    fn keys(&self) -> Value {
        self.page("/dashboard/api/keys").json()
    }

    fn token(&self) -> String {
        self.keys()["token"].as_str().unwrap().to_owned()
    }

    /// The key of that name, as the JSON has it.
    fn key(&self, name: &str) -> Value {
        let keys = self.keys()["keys"].take();
        let found = keys.as_array().unwrap().iter();
        let mut found = found.filter(|key| key["name"] == name);
        found
            .next()
            .unwrap_or_else(|| panic!("no {name} in {keys}"))
            .clone()
    }

    /// Sends JSON as a program does.
    fn change(&self, path: &str, body: &str) -> Reply {
        let url = self.page_url(&format!("/dashboard/api/{path}"));
        let token = self.token();
        let headers = [
            ("x-dashboard-token", token.as_str()),
            ("content-type", "application/json"),
        ];
        fetch("POST", &url, &headers, body)
    }

    /// Sends a form as a browser does.
    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.token();
        self.raw_form(path, &[&[("token", token.as_str())], fields].concat())
    }

    fn raw_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(fields).finish();
        let origin = self.page_url("");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin.as_str()),
        ];
        fetch("POST", &self.page_url(path), &headers, &body)
    }
}

/// The key that a page or a reply shows.
fn secret_in(text: &str) -> &str {
    let start = text
        .find("nk-sandbox-")
        .unwrap_or_else(|| panic!("no key in {text}"));
    let rest = &text[start..];
    let end = rest.find(['<', '"']).unwrap();
    &rest[..end]
}
