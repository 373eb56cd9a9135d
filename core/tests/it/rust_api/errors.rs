//! An error's size, its marker traits, and its source.

use std::error::Error as _;
use std::io;

use neura::bindings::ResponseParts;
use neura::{Client, Error, ErrorKind};
use serde_json::{Value, json};

use crate::common::{FAKE_KEY, Server, hello};

fn client(port: u16) -> Client {
    let url = format!("http://127.0.0.1:{port}/v1");
    let client = Client::builder().api_key(FAKE_KEY).base_url(url);
    client.max_retries(0).build().unwrap()
}

#[test]
fn an_error_is_small_and_can_go_to_other_threads() {
    fn goes_anywhere<T: Send + Sync + 'static>() {}
    goes_anywhere::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let _: Box<dyn std::error::Error + Send + Sync> = Error::new(ErrorKind::Api, "x").into();
}

#[test]
fn the_systems_error_is_the_source() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let error = client(port).models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::ConnectionRefused);
    let copy = error.clone();
    assert!(copy.source().is_some());
}

#[test]
fn a_tls_error_is_the_source() {
    let server = Server::sandbox(); // Which speaks plain http.
    let url = server.base_url().replace("http://", "https://");
    let client = Client::builder().api_key(FAKE_KEY).base_url(url);
    let error = client
        .max_retries(0)
        .build()
        .unwrap()
        .models()
        .send()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    let source = error
        .source()
        .unwrap()
        .downcast_ref::<rustls::Error>()
        .unwrap();
    assert!(
        matches!(source, rustls::Error::InvalidMessage(_)),
        "{source}"
    );
}

#[test]
fn a_json_error_is_the_source_unless_it_would_quote_the_body() {
    let text = |body: &str| json!({"status": 200, "body": body});
    let secret = json!({"created": FAKE_KEY}).to_string();
    let server = Server::replies(json!([text("{\"a\": nope}"), text(&secret)]));
    let client = server.client().build().unwrap();
    let broken = client
        .get("/x")
        .send()
        .unwrap()
        .json::<Value>()
        .unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::Decode);
    let source = broken.source().unwrap().downcast_ref::<serde_json::Error>();
    assert!(source.unwrap().is_syntax());
    let other = client
        .get("/x")
        .send()
        .unwrap()
        .json::<neura::ChatCompletion>();
    let other = other.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Decode);
    assert!(other.source().is_none());
    let texts = format!("{other} {other:?}");
    assert!(!texts.contains(FAKE_KEY), "{texts}");
}

#[test]
fn an_error_of_the_service_has_no_source() {
    let server = Server::replies(json!([crate::common::unauthorized("invalid_api_key")]));
    let client = server.client().build().unwrap();
    let error = client.chat(&hello()).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey);
    assert!(error.source().is_none());
    let parts: ResponseParts = error.reply().unwrap().parts();
    assert_eq!(parts.status, 401);
}
