//! Each setting of each builder reaches the request.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use neura::{CancelToken, ErrorKind, Method, RequestBuilder, Response};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::asked::{header, requests};
use crate::common::{Server, hello};
use crate::silent::{LONG, Silent};

/// A reply of 200 that every named call accepts as an answer.
fn answer() -> Value {
    let body = json!({"id": "m", "choices": [], "data": []}).to_string();
    json!({"status": 200, "headers": [["content-type", "application/json"]], "body": body})
}

#[test]
fn every_builder_has_the_same_settings() {
    let server = Server::replies(json!([answer(), answer(), answer(), answer(), answer()]));
    let client = server.client().build().unwrap();
    let (seen, observed) = channel();
    macro_rules! set {
        ($builder:expr) => {{
            let seen = seen.clone();
            $builder
                .timeout(LONG)
                .connect_timeout(LONG)
                .idle_timeout(None)
                .head_timeout(LONG)
                .max_retries(0)
                .header("X-Team", "search")
                .param("page", 7)
                .idempotency_key("order-7")
                .cancel(&CancelToken::new())
                .observer(move |attempt| seen.send(attempt.status).unwrap())
        }};
    }
    set!(client.chat(&hello())).send().unwrap();
    set!(client.embeddings(&json!({"model": "m", "input": "a"})))
        .send()
        .unwrap();
    set!(client.models()).send().unwrap();
    set!(client.model("m")).send().unwrap();
    set!(client.put("/x").json(&hello())).send().unwrap();
    let requests = requests(&server);
    assert_eq!(requests.len(), 5);
    for request in &requests {
        assert_eq!(header(request, "x-team"), Some("search"));
        assert_eq!(header(request, "idempotency-key"), Some("order-7"));
        let target = request["target"]
            .as_str()
            .or(request["path"].as_str())
            .unwrap();
        assert!(target.ends_with("?page=7"), "{request}");
    }
    assert_eq!(observed.try_iter().collect::<Vec<_>>(), [Some(200); 5]);
}

#[test]
fn each_verb_and_each_form_of_a_method_is_sent() {
    let replies: Vec<Value> = (0..10).map(|_| answer()).collect();
    let server = Server::replies(replies.into());
    let client = server.client().build().unwrap();
    let send = |request: RequestBuilder<'_>| -> Response { request.send().unwrap() };
    send(client.get("/x"));
    send(client.head("/x"));
    send(client.post("/x"));
    send(client.put("/x"));
    send(client.patch("/x"));
    send(client.delete("/x"));
    send(client.request(Method::Options, "/x"));
    send(client.request("pAtCh", "/x"));
    send(client.request(http::Method::PUT, "/x"));
    send(client.request(&http::Method::DELETE, "/x"));
    let methods: Vec<String> = requests(&server)
        .iter()
        .map(|request| request["method"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        methods,
        [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PATCH", "PUT", "DELETE"
        ]
    );
    for error in [
        client
            .request(http::Method::TRACE, "/x")
            .send()
            .unwrap_err(),
        client.request("", "/x").send_streaming().unwrap_err(),
        client.stream("MY WAY", "/x", &hello()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }
}

#[test]
fn a_limit_of_a_builder_ends_its_call() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let short = Duration::from_millis(200);
    let started = Instant::now();
    for error in [
        client.chat(&hello()).timeout(short).send().unwrap_err(),
        client.chat(&hello()).timeout(short).stream().unwrap_err(),
        client.models().timeout(short).send().unwrap_err(),
        client
            .get("/x")
            .head_timeout(short)
            .max_retries(0)
            .send()
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
    assert!(started.elapsed() < LONG / 2);
    let error = client.models().timeout(Duration::ZERO).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let token = CancelToken::new();
    token.cancel();
    let error = client.model("m").cancel(&token).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

/// Counts how often it is serialized, and fails if the flag says so.
struct Written<'t>(&'t std::cell::Cell<usize>, bool);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.set(self.0.get() + 1);
        match self.1 {
            true => Err(serde::ser::Error::custom("no such colour")),
            false => hello().serialize(serializer),
        }
    }
}

#[test]
fn a_body_is_written_once_and_its_failure_is_the_calls() {
    let server = Server::replies(json!([500, 500, answer()]));
    let client = server.client().max_retries(2).build().unwrap();
    let count = std::cell::Cell::new(0);
    client.chat(&Written(&count, false)).send().unwrap();
    assert_eq!(count.get(), 1);
    assert_eq!(requests(&server).len(), 3);
    let bad = Written(&count, true);
    for error in [
        client.chat(&bad).send().unwrap_err(),
        client.chat(&bad).stream().unwrap_err(),
        client.chat_stream(&bad).unwrap_err(),
        client.embeddings(&bad).send().unwrap_err(),
        client.post("/x").json(&bad).send().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.message().contains("no such colour"), "{error}");
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(requests(&server).len(), 3);
}

#[test]
fn headers_can_be_had_in_the_type_of_the_crate_http() {
    let reply = json!({
        "status": 200,
        "headers": [["X-Team", "a"], ["x-team", "b"], ["x-latin", "\u{fc}"]],
        "body": "{}",
    });
    let server = Server::replies(json!([reply, reply]));
    let client = server.client().build().unwrap();
    let whole = client.get("/x").send().unwrap().header_map();
    let streaming = client.get("/x").send_streaming().unwrap().header_map();
    for map in [whole, streaming] {
        let team: Vec<_> = map.get_all("x-team").iter().collect();
        assert_eq!(team, ["a", "b"]);
        assert_eq!(map["x-latin"].as_bytes(), "\u{fc}".as_bytes());
    }
}
