//! The whole life of a client against the sandbox.

use neura::{Client, Error, ErrorKind, Method};
use serde_json::{Value, json};

use crate::common::{self, Server, hello};

#[test]
fn a_chat_is_answered_whole_and_streamed() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();

    let reply = client.chat(&hello()).send().unwrap();
    assert!(reply.request_id().is_some_and(|id| id.starts_with("req_")));
    let answer: Value = reply.json().unwrap();
    let whole = answer["choices"][0]["message"]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(whole.contains("Hello!"));

    let chunks: Vec<_> = client
        .chat_stream(&hello())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let streamed: String = chunks.iter().map(neura::ChatChunk::text).collect();
    assert_eq!(streamed, whole);
    assert!(
        chunks.len() > 2,
        "the answer came in {} pieces",
        chunks.len()
    );
}

#[test]
fn usage_is_streamed_when_asked_for() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let mut request = hello();
    request["stream_options"] = json!({"include_usage": true});
    let last = client
        .chat_stream(&request)
        .unwrap()
        .map(Result::unwrap)
        .last()
        .unwrap();
    assert!(last.usage.unwrap().total_tokens > 0);
}

#[test]
fn models_and_embeddings_are_named_calls() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let list: Value = client.models().send().unwrap().json().unwrap();
    assert_eq!(list["data"][0]["object"], "model");
    let one: Value = client.model("gpt-5").send().unwrap().json().unwrap();
    assert_eq!(one["id"], "gpt-5");
    let error = client.model("no/such model").send().unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::NotFound, Some(404))
    );
    assert_eq!(
        client.model("..").send().unwrap_err().kind(),
        ErrorKind::Config
    );
    assert_eq!(
        client.model(" ").send().unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );

    let request = json!({"model": "text-embedding-3-small", "input": "Hello!"});
    let vectors: Value = client.embeddings(&request).send().unwrap().json().unwrap();
    assert!(
        !vectors["data"][0]["embedding"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_verb_returns_whatever_the_server_said() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let response = client.get("/nowhere").send().unwrap();
    assert_eq!(
        (response.status(), response.ok(), response.reason()),
        (404, false, "Not Found")
    );
    assert_eq!(response.check().unwrap_err().kind(), ErrorKind::NotFound);
    let response = client
        .request(Method::Post, "/chat/completions")
        .json(&hello())
        .send()
        .unwrap();
    assert!(response.check().is_ok());
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    assert_eq!(response.attempts(), 1);
}

#[test]
fn plain_streams_deliver_events_up_to_done() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let mut request = hello();
    request["stream"] = json!(true);
    let mut stream = client
        .stream(Method::Post, "/chat/completions", &request)
        .unwrap();
    assert_eq!(stream.status(), 200);
    let first: Value = stream.next().unwrap().unwrap().json().unwrap();
    assert_eq!(first["object"], "chat.completion.chunk");
    assert!(
        stream
            .by_ref()
            .all(|event| event.unwrap().data.trim() != "[DONE]")
    );
    assert!(stream.next().is_none());
}

#[test]
fn each_key_that_is_not_valid_has_its_kind() {
    let server = Server::sandbox();
    for (key, kind) in [
        ("nk-wrong-key-0000000000", ErrorKind::InvalidApiKey),
        (server.key("expired_api_key"), ErrorKind::ExpiredApiKey),
        (server.key("revoked_api_key"), ErrorKind::RevokedApiKey),
    ] {
        let client = server.client().api_key(key).build().unwrap();
        let error = client.chat(&hello()).send().unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(401)));
        assert_eq!(error.code(), Some(kind.name()));
        assert!(error.message().contains("the api_key option"), "{error}");
        assert!(!format!("{error:?} {error}").contains(key), "{error:?}");

        let check = client.check();
        assert!(!check.ok());
        assert_eq!(check.to_json()["kind"], kind.name());
        assert_eq!(check.to_json()["status"], 401);
        assert_eq!(client.chat_stream(&hello()).unwrap_err().kind(), kind);
    }
}

#[test]
fn a_valid_key_checks_out() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let check = client.check().to_json();
    assert_eq!(check["ok"], true);
    assert_eq!(check["kind"], Value::Null);
    assert_eq!(check["status"], 200);
    assert!(check["models"].as_u64() > Some(0));
    assert_eq!(check["key"]["source"], "caller");
    assert_eq!(check["key"]["base_url_source"], "caller");
    assert!(!check.to_string().contains(server.key("api_key")));
}

#[test]
fn a_limited_key_gets_rate_limits_and_then_429() {
    let server = Server::sandbox();
    let key = server.key("limited_api_key");
    let client = server.client().api_key(key).max_retries(0).build().unwrap();
    let response = client.get("/models").send().unwrap();
    assert!(response.rate_limit().requests.limit > Some(0));
    let error = (0..100)
        .find_map(|_| client.models().send().err())
        .expect("the limit is reached within a hundred requests");
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(error.retryable() && error.retry_after().is_some());
    assert_eq!(error.rate_limit().requests.remaining, Some(0));
}

#[test]
fn neither_client_nor_error_prints_the_key() {
    let server = Server::sandbox();
    let key = server.key("api_key");
    let builder = server
        .client()
        .header("Authorization", format!("Bearer {key}"));
    assert!(!format!("{builder:?}").contains(key));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?}").contains(key));
    assert!(!format!("{:?}", client.get("/models").header("X-Key", key)).contains(key));
    assert_eq!(client.auth_header().unwrap(), format!("Bearer {key}"));
}

#[test]
fn a_thousand_calls_over_many_threads_are_all_right_and_none_mixed() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..20 {
            let client = &client;
            scope.spawn(move || {
                for call in 0..50 {
                    let words = format!("thread {thread} call {call}.");
                    let request = json!({
                        "model": "gpt-5",
                        "messages": [{"role": "user", "content": words}],
                    });
                    let answer: Value = client.chat(&request).send().unwrap().json().unwrap();
                    let said = answer["choices"][0]["message"]["content"].as_str().unwrap();
                    assert!(said.contains(&words), "{said} is not for {words}");
                }
            });
        }
    });
}

#[test]
fn a_request_that_contradicts_itself_is_refused_before_it_is_sent() {
    let client = Client::builder()
        .api_key(common::FAKE_KEY)
        .base_url("http://127.0.0.1:9")
        .build();
    let client = client.unwrap();
    let mut request = hello();
    request["stream"] = json!(true);
    assert_eq!(
        client.chat(&request).send().unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    request["stream"] = json!(false);
    assert_eq!(
        client.chat_stream(&request).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(
        Error::from("BREW".parse::<Method>().unwrap_err()).kind(),
        ErrorKind::InvalidArgument
    );
}

#[test]
fn data_of_another_shape_is_a_decode_error_that_does_not_quote_it() {
    let data = format!("{{\"k\": \"{}\"}}", common::FAKE_KEY);
    let event = neura::Event::new("message", data, "");
    let error = event
        .json::<std::collections::BTreeMap<String, u32>>()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.message().contains(common::FAKE_KEY), "{error}");
}
