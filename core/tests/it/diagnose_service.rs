//! What `diagnose` finds on the way to the service, and there.

use serde_json::json;

use crate::child::Place;
use crate::common::{FAKE_KEY, Server};
use crate::report::{Report, assert_complete};

#[test]
fn no_server_is_a_connection_verdict() {
    let place = Place::new();
    let options = json!({"api_key": FAKE_KEY, "base_url": "http://127.0.0.1:9/v1"});
    let report = Report::of(&place, &[], &options);
    assert_complete(&report);
    assert_eq!(report.verdict(), "connection");
    assert_eq!(report.status("name_resolution"), "ok");
    report.assert("tcp", "failed", "no server is listening");
    let options = json!({"api_key": FAKE_KEY, "base_url": "https://no-such-host.invalid/v1"});
    let report = Report::of(&place, &[], &options);
    assert_complete(&report);
    assert_eq!(report.verdict(), "connection");
    assert_eq!(report.status("name_resolution"), "failed");
}

#[test]
fn what_is_not_the_service_is_recognised() {
    let place = Place::new();
    let html = |status: u16, body: &str| json!({"status": status, "headers": [["content-type", "text/html"]], "body": body});
    for (reply, verdict, part) in [
        (
            html(200, "<html><title>Our  site</title></html>"),
            "decode",
            "Our site",
        ),
        (
            html(502, "<html><title>Bad gateway</title></html>"),
            "server",
            "Bad gateway",
        ),
        (
            html(200, "<form><input type=\"password\"></form>"),
            "decode",
            "login page",
        ),
        (
            html(401, "<form><input type='password'></form>"),
            "authentication",
            "login page",
        ),
        (
            json!({"status": 302, "headers": [["location", "https://sso.example/in"]], "body": ""}),
            "redirect",
            "sso.example",
        ),
        (
            json!({"status": 404, "headers": [], "body": "{}"}),
            "not_found",
            "/v1",
        ),
        (json!("close"), "connection", ""),
        (
            json!({"status": 200, "headers": [["content-type", "text/html"]],
                "body": format!("<title>{FAKE_KEY}</title>")}),
            "decode",
            "[redacted]",
        ),
    ] {
        // The probe of the connection is a connection without a request.
        let server = Server::replies(json!([reply]));
        let options = json!({"api_key": FAKE_KEY, "base_url": server.base_url()});
        let report = Report::of(&place, &[], &options);
        assert_complete(&report);
        assert_eq!(report.verdict(), verdict, "{}", report.0["text"]);
        report.assert("service", "failed", part);
        assert!(!report.0.to_string().contains(FAKE_KEY));
    }
}

#[test]
fn a_clock_that_is_wrong_is_reported() {
    let place = Place::new();
    let reply = json!({
        "status": 200,
        "headers": [["date", "Sun, 09 Sep 2001 01:46:40 GMT"], ["content-type", "application/json"]],
        "body": "{\"data\": []}",
    });
    let server = Server::replies(json!([reply]));
    let options = json!({"api_key": FAKE_KEY, "base_url": server.base_url()});
    let report = Report::of(&place, &[], &options);
    assert_eq!(report.verdict(), "valid");
    report.assert("clock", "warning", "ahead of");
}

#[test]
fn an_option_that_cannot_be_used_is_reported() {
    let place = Place::new();
    let options = json!({
        "api_key": FAKE_KEY,
        "base_url": "http://127.0.0.1:9/v1",
        "headers": [["Host", "evil.example"]],
    });
    let report = Report::of(&place, &[], &options);
    assert_complete(&report);
    assert_eq!(report.verdict(), "config");
    report.assert("options", "failed", "Host");
}

#[test]
fn a_proxy_of_the_environment_that_is_not_used_is_reported() {
    let place = Place::new();
    let proxy = "http://user:secret-word@proxy.invalid:3128";
    let options = json!({"api_key": FAKE_KEY, "base_url": "http://127.0.0.1:9/v1"});
    let report = Report::of(&place, &[("all_proxy", proxy)], &options);
    report.assert(
        "proxy",
        "ok",
        "all_proxy is set, but 127.0.0.1 is this machine",
    );
    assert!(!report.0.to_string().contains("secret-word"));

    let options = json!({"api_key": FAKE_KEY, "base_url": "https://api.service.invalid/v1"});
    let env = [("https_proxy", proxy), ("no_proxy", "service.invalid")];
    let report = Report::of(&place, &env, &options);
    report.assert("proxy", "ok", "no_proxy exempts api.service.invalid");
    assert_eq!(report.verdict(), "connection");
    assert!(!report.0.to_string().contains("secret-word"));

    let report = Report::of(&place, &[("HTTP_PROXY", proxy)], &options);
    report.assert("proxy", "warning", "set https_proxy");
    assert!(!report.0.to_string().contains("secret-word"));
}

#[test]
fn a_title_is_redacted_before_it_is_cut() {
    let place = Place::new();
    let page = format!(
        "<html><TITLE lang=en>{}{FAKE_KEY}</TITLE></html>",
        "x".repeat(60)
    );
    let reply = json!({"status": 502, "headers": [["content-type", "text/html"]], "body": page});
    let server = Server::replies(json!([reply]));
    let options = json!({"api_key": FAKE_KEY, "base_url": server.base_url()});
    let report = Report::of(&place, &[], &options);
    report.assert("service", "failed", "xxxx[redacted]");
    assert!(
        !report.0.to_string().contains(&FAKE_KEY[..12]),
        "{}",
        report.0
    );
}

#[test]
fn json_that_is_no_list_of_models_is_not_valid() {
    let place = Place::new();
    for body in ["\"hello\"", "{}", "[]"] {
        let json = [["content-type", "application/json"]];
        let server = Server::replies(json!([{"status": 200, "headers": json, "body": body}]));
        let options = json!({"api_key": FAKE_KEY, "base_url": server.base_url()});
        assert_eq!(
            Report::of(&place, &[], &options).verdict(),
            "decode",
            "{body}"
        );
    }
}

#[test]
fn an_authorization_among_the_options_is_reported() {
    let (place, sandbox) = (Place::new(), Server::sandbox());
    let header = format!("Bearer {}", sandbox.key("api_key"));
    let options = json!({
        "api_key": FAKE_KEY,
        "base_url": sandbox.base_url(),
        "headers": [["Authorization", header]],
    });
    let report = Report::of(&place, &[], &options);
    report.assert("service", "warning", "in place of the key");
}
