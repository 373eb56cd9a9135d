//! The client's key in a program's own `ureq::Agent`, over real sockets.

use std::sync::atomic::{AtomicUsize, Ordering};

use neura::ureq::{KeyMiddleware, error_of};
use neura::{Client, ErrorKind};
use serde_json::{Value, json};
use ureq::Agent;

use crate::asked::{header, requests};
use crate::common::{FAKE_KEY, OTHER_KEY, Server, hello, keys_seen, unauthorized};
use crate::wire::Wire;

/// Larger than a body that is kept for sending it again.
const LONG_BODY: usize = 9 << 20;
/// A third key.
const THIRD_KEY: &str = "nk-fake-third-0000000000003333";

fn agent(middleware: KeyMiddleware) -> Agent {
    let config = Agent::config_builder().middleware(middleware);
    config.build().new_agent()
}

fn agent_of(client: &Client) -> Agent {
    agent(KeyMiddleware::new(client))
}

fn two_keys(server: &Server) -> Client {
    let keys = [FAKE_KEY, OTHER_KEY].map(str::to_owned);
    server.client().api_keys(keys).build().unwrap()
}

/// The typed error, whose texts do not contain the key.
fn refusal(error: &ureq::Error) -> &neura::Error {
    let found = error_of(error).unwrap_or_else(|| panic!("{error:?}"));
    let reply = found.reply().map(|reply| reply.text().into_owned());
    let texts = format!(
        "{error} {error:?} {found} {found:?} {:?} {reply:?}",
        found.body()
    );
    for key in [FAKE_KEY, OTHER_KEY, THIRD_KEY] {
        assert!(!texts.contains(key), "{texts}");
    }
    found
}

#[test]
fn the_sandbox_takes_the_key() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let agent = agent_of(&client);
    let url = client.url("/chat/completions").unwrap();
    let mut reply = agent
        .post(&url)
        .content_type("application/json")
        .send(hello().to_string())
        .unwrap();
    let answer: neura::ChatCompletion =
        serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(answer.text(), "You said: Hello!");
    assert_eq!(client.usage().keys[0].requests, 1);
}

#[test]
fn a_key_of_another_service_is_not_sent_unless_it_is_kept() {
    let server = Server::replies(json!([200, 200]));
    let client = server.client().build().unwrap();
    let send = |agent: Agent| {
        let url = client.url("/x").unwrap();
        let request = agent
            .get(&url)
            .header("Authorization", "Bearer sk-of-another");
        request
            .header("api-key", "another-0123456789")
            .call()
            .unwrap();
    };
    send(agent_of(&client));
    send(agent(KeyMiddleware::new(&client).keep_authorization(true)));
    let requests = requests(&server);
    let ours = format!("Bearer {FAKE_KEY}");
    assert_eq!(header(&requests[0], "authorization"), Some(ours.as_str()));
    assert_eq!(header(&requests[0], "api-key"), None);
    assert_eq!(
        header(&requests[1], "authorization"),
        Some("Bearer sk-of-another")
    );
    assert_eq!(header(&requests[1], "api-key"), Some("another-0123456789"));
    assert_eq!(client.usage().keys[0].requests, 1);
}

#[test]
fn after_a_401_the_next_key_is_used_and_the_body_is_sent_again() {
    for body in ["", "a body"] {
        let server = Server::replies(json!([unauthorized("invalid_api_key"), 200, 200]));
        let client = two_keys(&server);
        let agent = agent_of(&client);
        let url = client.url("/x").unwrap();
        assert_eq!(agent.post(&url).send(body).unwrap().status(), 200);
        assert_eq!(agent.get(&url).call().unwrap().status(), 200);
        assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY, OTHER_KEY]);
        let requests = requests(&server);
        assert_eq!(requests[0]["body"], requests[1]["body"]);
        let length = body.len().to_string();
        for request in &requests[..2] {
            assert_eq!(header(request, "content-length").unwrap_or("0"), length);
            assert_eq!(header(request, "transfer-encoding"), None);
        }
        let usage = client.usage();
        assert_eq!(usage.keys[0].unauthorized, 1);
        assert_eq!(usage.keys[1].requests, 2);
    }
}

#[test]
fn after_a_401_a_function_is_asked_again() {
    let server = Server::replies(json!([unauthorized("expired_api_key"), 200]));
    let asked = AtomicUsize::new(0);
    let client = Client::builder()
        .base_url(server.base_url())
        .api_key_callback(move || {
            let keys = [FAKE_KEY, OTHER_KEY];
            Ok(keys[asked.fetch_add(1, Ordering::SeqCst).min(1)].to_owned())
        });
    let client = client.build().unwrap();
    let agent = agent_of(&client);
    assert!(agent.get(client.url("/x").unwrap()).call().is_ok());
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
}

#[test]
fn when_no_key_is_taken_the_last_refusal_is_the_error() {
    let refuse = || unauthorized("invalid_api_key");
    let server = Server::replies(json!([refuse(), refuse(), unauthorized("missing_api_key")]));
    let client = two_keys(&server);
    let agent = agent_of(&client);
    let url = client.url("/x").unwrap();
    let error = agent.get(&url).call().unwrap_err();
    let error = refusal(&error);
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey);
    assert_eq!((error.status(), error.attempts()), (Some(401), 2));
    assert!(error.message().contains("…2222"), "{error}");
    // A key that did not reach the service is not refused.
    let error = agent.get(&url).call().unwrap_err();
    assert_eq!(refusal(&error).kind(), ErrorKind::MissingApiKey);
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY, FAKE_KEY]);
}

#[test]
fn where_nothing_is_sent_again_the_next_request_has_the_next_key() {
    let server = Server::replies(json!([unauthorized("revoked_api_key"), 200]));
    let client = two_keys(&server);
    let agent = agent(KeyMiddleware::new(&client).send_again(false));
    let url = client.url("/x").unwrap();
    let error = agent.get(&url).call().unwrap_err();
    assert_eq!(refusal(&error).kind(), ErrorKind::RevokedApiKey);
    assert!(agent.get(&url).call().is_ok());
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
}

#[test]
fn a_long_body_goes_out_whole_and_once() {
    let (seen, lengths) = std::sync::mpsc::channel();
    let server = Wire::start(move |peer, number| {
        let Some(head) = peer.head() else { return };
        let chunked = head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked");
        let mut body = peer.ahead(usize::MAX);
        while !body.ends_with(b"\r\n0\r\n\r\n") {
            let mut piece = [0; 65536];
            let length = std::io::Read::read(&mut peer.stream, &mut piece).unwrap();
            body.extend_from_slice(&piece[..length]);
        }
        let length = body.iter().filter(|byte| **byte == b'x').count();
        assert_eq!(length, LONG_BODY);
        seen.send((number, chunked)).unwrap();
        let body = r#"{"error":{"code":"invalid_api_key"}}"#;
        peer.send(crate::wire::whole(401, "connection: close\r\n", body));
    });
    let keys = [FAKE_KEY, OTHER_KEY].map(str::to_owned);
    let client = server.client().api_keys(keys).build().unwrap();
    let body = vec![b'x'; LONG_BODY];
    let error = agent_of(&client)
        .post(client.url("/x").unwrap())
        .send(&body)
        .unwrap_err();
    assert_eq!(refusal(&error).kind(), ErrorKind::InvalidApiKey);
    assert_eq!(lengths.try_iter().collect::<Vec<_>>(), [(0, true)]);
}

#[test]
fn the_key_goes_only_to_its_own_origin() {
    let server = Server::replies(json!([200]));
    let elsewhere = Server::replies(json!([200]));
    let client = server.client().build().unwrap();
    let agent = agent_of(&client);
    for url in [
        format!("{}/x", elsewhere.base_url()),
        elsewhere.base_url().replace("127.0.0.1", "localhost"),
        server.base_url().replace("http://", "https://"),
        server.base_url().replace("://", "://user:password@"),
    ] {
        let error = agent.get(&url).call().unwrap_err();
        assert_eq!(refusal(&error).kind(), ErrorKind::Config, "{url}");
    }
    assert_eq!(elsewhere.report()["requests"], json!([]));
    assert_eq!(server.report()["requests"], json!([]));
}

#[test]
fn a_redirect_is_an_error_and_is_not_followed() {
    let elsewhere = Server::replies(json!([200]));
    for status in [301, 302, 303, 307, 308] {
        let to = json!([["location", format!("{}/y", elsewhere.base_url())]]);
        let server = Server::replies(json!([{"status": status, "headers": to, "body": ""}]));
        let client = server.client().build().unwrap();
        let url = client.url("/x").unwrap();
        let error = agent_of(&client).get(&url).call().unwrap_err();
        let error = refusal(&error);
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Redirect, Some(status))
        );
    }
    assert_eq!(elsewhere.report()["requests"], json!([]));
}

#[test]
fn a_refusal_is_the_typed_error_with_the_servers_words() {
    for (status, kind) in [
        (400, ErrorKind::BadRequest),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        (503, ErrorKind::Server),
    ] {
        let body = json!({"error": {"message": format!("No, {FAKE_KEY}."), "param": "model"}});
        let headers = json!([["retry-after", "7"], ["x-request-id", "req-1"]]);
        let reply = json!({"status": status, "headers": headers, "body": body.to_string()});
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        let url = client.url("/x").unwrap();
        let error = agent_of(&client).get(&url).call().unwrap_err();
        let error = refusal(&error);
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
        assert_eq!(error.param(), Some("model"));
        assert_eq!(error.request_id(), Some("req-1"));
        assert!(error.message().contains("No, [redacted]."), "{error}");
    }
}

#[test]
fn what_a_server_echoes_of_a_key_is_redacted() {
    let echo = json!({"key": FAKE_KEY, "words": "all else"}).to_string();
    let headers = json!([
        ["content-type", "application/json"],
        ["x-echo", format!("Bearer {FAKE_KEY}")],
        ["x-other", "as it was"],
    ]);
    let reply = |status: u16| json!({"status": status, "headers": headers, "body": echo});
    let server = Server::replies(json!([reply(200), reply(418)]));
    let client = server.client().build().unwrap();
    let agent = agent(KeyMiddleware::new(&client).http_status_as_error(false));
    for status in [200, 418] {
        let mut reply = agent.get(client.url("/x").unwrap()).call().unwrap();
        assert_eq!(reply.status(), status);
        assert_eq!(reply.headers()["x-echo"], "Bearer [redacted]");
        assert_eq!(reply.headers()["x-other"], "as it was");
        assert!(!reply.headers().contains_key("content-length"));
        assert_eq!(reply.body().mime_type(), Some("application/json"));
        let text = reply.body_mut().read_to_string().unwrap();
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body, json!({"key": "[redacted]", "words": "all else"}));
    }
}

#[test]
fn an_event_is_there_as_soon_as_it_came() {
    let (read, goes_on) = std::sync::mpsc::channel::<()>();
    let goes_on = std::sync::Mutex::new(goes_on);
    let server = Wire::start(move |peer, _| {
        peer.request().unwrap();
        peer.send(format!("{}data: one\n\n", crate::wire::STREAM));
        // The second event is sent only after the first was read.
        goes_on.lock().unwrap().recv().unwrap();
        peer.send("data: two\n\n");
    });
    let client = server.client().build().unwrap();
    let mut reply = agent_of(&client)
        .get(client.url("/x").unwrap())
        .call()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(reply.body_mut().as_reader()));
    assert_eq!(lines.next().unwrap().unwrap(), "data: one");
    read.send(()).unwrap();
    assert_eq!(lines.nth(1).unwrap().unwrap(), "data: two");
}

#[test]
fn an_error_of_ureqs_own_stays_one() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", closed.local_addr().unwrap());
    drop(closed);
    let client = Client::builder()
        .api_key(FAKE_KEY)
        .base_url(url)
        .build()
        .unwrap();
    let error = agent_of(&client)
        .get(client.url("/x").unwrap())
        .call()
        .unwrap_err();
    assert!(error_of(&error).is_none());
    assert!(!format!("{error} {error:?}").contains(FAKE_KEY));
    let error = agent_of(&client)
        .run(
            ureq::http::Request::trace(client.url("/x").unwrap())
                .body(())
                .unwrap(),
        )
        .unwrap_err();
    assert_eq!(refusal(&error).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn the_middleware_prints_no_key() {
    let client = Client::builder().api_key(FAKE_KEY).build().unwrap();
    let text = format!("{:?}", KeyMiddleware::new(&client));
    assert!(!text.contains(FAKE_KEY), "{text}");
}

#[test]
fn the_example_prints_the_answer() {
    let server = Server::sandbox();
    let run = std::process::Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "-p",
            "neura",
            "--features",
            "ureq",
            "--example",
            "ureq",
        ])
        .env("NEURA_API_KEY", server.key("api_key"))
        .env("NEURA_BASE_URL", server.base_url())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    assert_eq!(
        String::from_utf8_lossy(&run.stdout).trim(),
        "You said: Hello!"
    );
}
