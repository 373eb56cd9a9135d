//! 95: below another library no key of another service is sent.

use neura::bindings::{FOREIGN_CREDENTIALS, Request, RequestOptions};
use neura::{Client, ErrorKind, Method, Response};
use serde_json::{Value, json};

use crate::common::{FAKE_KEY, Server};

const FOREIGN: &str = "sk-fake-of-another-service-000000";

/// A request as an adapter passes it on, with every header that may hold a foreign key.
fn adapted(path: &str, drop: bool) -> Request {
    let mut options = RequestOptions::new();
    for name in FOREIGN_CREDENTIALS {
        let mut shouted = name.to_uppercase();
        if name == "authorization" {
            shouted = "AuThOrIzAtIoN".into();
        }
        options.add_header(shouted, format!("Bearer {FOREIGN}"));
    }
    options.add_header("Proxy-Authorization", format!("Basic {FOREIGN}"));
    options.add_header("X-Stainless-Lang", "python");
    options.set_drop_foreign_credentials(drop);
    Request::new(Method::Post, path).json("{}").options(options)
}

fn headers(request: &Value) -> Vec<(String, String)> {
    let headers = request["headers"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    headers
        .map(|header| (text(&header[0]).to_lowercase(), text(&header[1])))
        .collect()
}

fn send(client: &Client, drop: bool) -> Response {
    client.send(adapted("/x", drop)).unwrap()
}

#[test]
fn fault_95_the_clients_own_key_goes_out_and_no_other() {
    let server = Server::replies(json!([500, 200]));
    let client = server.client().max_retries(1).build().unwrap();
    assert_eq!(send(&client, true).attempts(), 2);
    let report = server.report();
    for request in report["requests"].as_array().unwrap() {
        let sent = headers(request);
        assert!(!request.to_string().contains(FOREIGN), "{request}");
        let named = |wanted: &str| sent.iter().filter(|(name, _)| name == wanted).count();
        for name in FOREIGN_CREDENTIALS {
            assert_eq!(named(name), usize::from(name == "authorization"), "{name}");
        }
        assert!(sent.contains(&("authorization".into(), format!("Bearer {FAKE_KEY}"))));
        assert!(sent.contains(&("x-stainless-lang".into(), "python".into())));
    }
    // The client's own key is used and counted.
    assert_eq!(client.usage().keys[0].requests, 2);
}

#[test]
fn fault_95_a_refusal_goes_on_to_the_next_key_and_says_where_ours_came_from() {
    let server = Server::replies(json!([401]));
    let next = "nk-fake-0123456789abnext";
    let keys = [FAKE_KEY, next].map(str::to_owned);
    let client = server.client().api_keys(keys).build().unwrap();
    let error = send(&client, true).check().unwrap_err();
    assert_eq!(error.attempts(), 2, "{error}");
    assert!(!error.message().contains("the caller's own"), "{error}");
    let report = server.report();
    let sent = headers(&report["requests"][1]);
    assert!(sent.contains(&("authorization".into(), format!("Bearer {next}"))));
}

#[test]
fn fault_95_unless_asked_the_callers_headers_go_out_as_they_are() {
    let server = Server::replies(json!([200]));
    let client = server.client().build().unwrap();
    send(&client, false);
    let report = server.report();
    let sent = headers(&report["requests"][0]);
    for name in FOREIGN_CREDENTIALS {
        assert!(
            sent.contains(&(name.into(), format!("Bearer {FOREIGN}"))),
            "{name}"
        );
    }
}

#[test]
fn fault_95_a_foreign_key_is_a_secret_of_the_call() {
    // The server's words about it, whether or not a header sent it.
    let echo = format!("no such thing: {FOREIGN}");
    let body = json!({"error": {"message": echo, "code": "x"}}).to_string();
    let reply = json!({"status": 404, "body": body, "headers": [["x-request-id", FOREIGN]]});
    for drop in [true, false] {
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        let error = send(&client, drop).check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let shown = format!("{error} {error:?} {:?}", error.request_id());
        assert!(shown.contains("no such thing"), "{shown}");
        assert!(!shown.contains(FOREIGN), "{shown}");
    }
}

#[test]
fn fault_95_a_placeholder_for_a_key_costs_no_message() {
    let body = json!({"error": {"message": "an unused model"}}).to_string();
    let server = Server::replies(json!([{"status": 404, "body": body}]));
    let client = server.client().build().unwrap();
    let mut options = RequestOptions::new();
    options.add_header("Authorization", "Bearer unused");
    options.set_drop_foreign_credentials(true);
    let request = Request::new(Method::Get, "/x").options(options);
    let error = client.send(request).unwrap().check().unwrap_err();
    assert!(error.message().contains("an unused model"), "{error}");
}

#[test]
fn fault_95_headers_of_the_clients_options_stay() {
    let server = Server::replies(json!([200]));
    let own = server.client().header("X-Api-Key", "gateway-key-0000");
    send(&own.build().unwrap(), true);
    let report = server.report();
    let sent = headers(&report["requests"][0]);
    assert!(sent.contains(&("x-api-key".into(), "gateway-key-0000".into())));
}
