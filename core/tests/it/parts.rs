//! A response that is stored and restored.

use std::time::Duration;

use neura::bindings::ResponseParts;
use neura::{Error, ErrorKind, Method, Response};
use serde_json::{Value, json};

use crate::common::{FAKE_KEY, OTHER_KEY, Server};
use crate::wire::{Wire, whole};

fn again(response: &Response) -> Response {
    let parts = response.parts();
    let again = Response::from_parts(parts.clone());
    assert_eq!(again.parts(), parts);
    again
}

/// Every detail of an error except the body and the wait, which may be a time of day.
fn details(error: &Error) -> impl PartialEq + std::fmt::Debug {
    (
        (error.kind(), error.message().to_owned(), error.status()),
        [
            error.code(),
            error.type_(),
            error.param(),
            error.request_id(),
        ]
        .map(|it| it.map(str::to_owned)),
        (
            error.retryable(),
            error.attempts(),
            error.rate_limit().to_json(),
        ),
    )
}

fn assert_same_error(response: &Response, again: &Response) {
    let (error, same) = (response.check().unwrap_err(), again.check().unwrap_err());
    assert_eq!(details(&error), details(&same));
    assert_eq!(error.body(), same.body());
    let wait = |error: &Error| error.retry_after().map(|wait| wait.as_secs_f64());
    match (wait(&error), wait(&same)) {
        (Some(wait), Some(other)) => assert!((wait - other).abs() < 5.0, "{error:?}"),
        (wait, other) => assert_eq!(wait, other, "{error:?}"),
    }
}

/// All bytes of the parts.
fn bytes_of(parts: &ResponseParts) -> String {
    let body = String::from_utf8_lossy(&parts.body);
    let texts = [&parts.url, &parts.key, &parts.base_url]
        .map(String::as_str)
        .join("\n");
    format!(
        "{texts}\n{:?}\n{body}\n{:?}\n{parts:?}",
        parts.headers, parts.note
    )
}

#[test]
fn every_error_is_the_same_again() {
    let text = include_str!("../../../conformance/error.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let replies: Vec<&Value> = cases.iter().map(|case| &case["reply"]).collect();
    let server = Server::replies(json!(replies));
    let client = server.client().max_retries(0).build().unwrap();
    let mut errors = 0;
    for case in cases {
        let Ok(response) = client.get("/models").send() else {
            continue; // A cut body: nothing to store.
        };
        let again = again(&response);
        assert_eq!(again.status(), response.status());
        assert_eq!(again.method(), response.method());
        assert_eq!(again.url(), response.url());
        assert_eq!(again.request_id(), response.request_id(), "{case}");
        assert_eq!(again.attempts(), response.attempts());
        assert_eq!(again.rate_limit(), response.rate_limit());
        assert_eq!(again.elapsed(), response.elapsed());
        assert_eq!(again.reason(), response.reason());
        if !response.ok() {
            assert_same_error(&response, &again);
            errors += 1;
        }
    }
    assert!(errors >= 30, "{errors}");
}

#[test]
fn a_reply_without_a_secret_is_kept_to_the_byte() {
    let packed = "\u{0}\u{1}".to_owned() + "{\"data\": [\"\u{fc}\"]}";
    let server = Wire::start(move |peer, _| {
        let headers = "X-Team: A\r\nx-team: b\r\nx-request-id: req_7\r\n";
        while peer.request().is_some() && peer.send(whole(200, headers, &packed)) {}
    });
    let client = server.client().build().unwrap();
    let response = client.get("/models").param("a", "b").send().unwrap();
    let again = again(&response);
    assert_eq!(again.bytes(), response.bytes());
    assert_eq!(again.headers(), response.headers());
    assert_eq!(
        again.url(),
        format!("http://{}/v1/models?a=b", server.address)
    );
    assert!(again.ok() && again.check().is_ok());
    assert_eq!(again.request_id(), Some("req_7"));
}

#[test]
fn the_reason_is_the_servers_own() {
    let sent = |reason: &str| format!("HTTP/1.1 404{reason}\r\nContent-Length: 0\r\n\r\n");
    let echo = format!(" No {FAKE_KEY} here");
    for (reason, read) in [
        (" Not Found", "Not Found"),
        (" Nothing  of that name ", "Nothing  of that name"),
        (" ", ""),
        ("", ""),
        (" Introuvable \u{e0}", ""),
        (&echo, "No [redacted] here"),
    ] {
        let head = sent(reason);
        let server = Wire::start(
            move |peer, _| {
                while peer.request().is_some() && peer.send(&head) {}
            },
        );
        let client = server.client().build().unwrap();
        let response = client.get("/models").send().unwrap();
        assert_eq!(response.reason(), read, "{reason}");
        assert_eq!(again(&response).reason(), read, "{reason}");
        let open = client.get("/models").send_streaming().unwrap();
        assert_eq!(open.reason(), read, "{reason}");
    }
}

#[test]
fn no_key_that_the_client_ever_held_is_among_the_parts() {
    const CALLERS: &str = "nk-fake-of-the-caller";
    let encoded = OTHER_KEY.replace('-', "%2D");
    let said = json!({"error": {
        "message": format!("{FAKE_KEY} and {encoded} and {CALLERS} are wrong"),
        "code": "invalid_api_key",
    }});
    let said = said.to_string();
    let server = Wire::start(move |peer, _| {
        let headers = format!(
            "x-request-id: {FAKE_KEY}\r\nrequest-id: req_7\r\nX-{FAKE_KEY}: 1\r\n\
             x-echo: Bearer {OTHER_KEY}\r\nlocation: https://{FAKE_KEY}.example/\r\n"
        );
        for status in [401, 401, 302] {
            peer.request().unwrap();
            peer.send(whole(status, &headers, &said));
        }
        peer.request().unwrap();
        let body = [b"\xff\xfe", FAKE_KEY.as_bytes(), b"\x80"].concat();
        peer.send(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
            body.len()
        ));
        peer.send(body);
    });
    let client = server
        .client()
        .api_keys([FAKE_KEY, OTHER_KEY].map(str::to_owned))
        .build()
        .unwrap();
    let asks = || {
        let request = client.get("/models").param("key", FAKE_KEY);
        request.header("Proxy-Authorization", format!("Basic {CALLERS}"))
    };
    for status in [401, 302] {
        let response = asks().send().unwrap();
        assert_eq!(response.status(), status);
        let parts = response.parts();
        let bytes = bytes_of(&parts);
        for secret in [FAKE_KEY, OTHER_KEY, &encoded, CALLERS] {
            assert!(!bytes.contains(secret), "{secret} in {bytes}");
        }
        assert!(bytes.contains("[redacted] and [redacted] and [redacted] are wrong"));
        let again = again(&response);
        assert_same_error(&response, &again);
        assert_eq!(again.request_id(), response.request_id());
        assert_eq!(again.request_id(), Some("req_7"));
    }
    let response = asks().send().unwrap();
    assert_eq!(response.parts().body, b"\xff\xfe[redacted]\x80");
}

#[test]
fn with_a_short_secret_a_text_goes_and_its_error_stays() {
    let said = r#"{"error": {"message": "abc1 is wrong", "code": "invalid_api_key"}}"#;
    let server = Wire::start(move |peer, _| {
        for status in [401, 200] {
            peer.request().unwrap();
            peer.send(whole(status, "x-echo: abc1\r\n", said));
        }
    });
    let client = server.client().api_key("abc1").build().unwrap();
    let response = client.get("/models").send().unwrap();
    let parts = response.parts();
    assert!(!bytes_of(&parts).contains("abc1"), "{}", bytes_of(&parts));
    let (error, same) = (
        response.check().unwrap_err(),
        again(&response).check().unwrap_err(),
    );
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey);
    assert_eq!(details(&error), details(&same));
    let parts = client.get("/models").send().unwrap().parts();
    assert_eq!(parts.body, b"");
    assert_eq!(parts.url, format!("http://{}/v1/models", server.address));
}

#[test]
fn a_restored_error_says_why_no_other_key_could_be_tried() {
    let server = Wire::start(
        |peer, _| {
            while peer.request().is_some() && peer.send(whole(401, "", "{}")) {}
        },
    );
    let mut options = neura::Options::new();
    options.set_base_url(format!("http://{}/v1", server.address));
    let asked = std::sync::atomic::AtomicBool::new(false);
    options.set_api_key_callback(move || {
        match asked.swap(true, std::sync::atomic::Ordering::SeqCst) {
            false => Ok(FAKE_KEY.to_owned()),
            true => Err("the vault is closed".to_owned()),
        }
    });
    let client = neura::Client::new(options).unwrap();
    let response = client.get("/models").send().unwrap();
    let again = again(&response);
    assert_same_error(&response, &again);
    let error = again.check().unwrap_err();
    assert!(error.message().contains("the vault is closed"), "{error}");
    assert!(!error.quotes_callback());
}

#[test]
fn an_error_that_a_call_raises_holds_its_reply_without_a_secret() {
    let said = format!(r#"{{"error": {{"message": "{FAKE_KEY} is wrong"}}}}"#);
    let server = Wire::start(move |peer, _| {
        let headers = format!("retry-after: 7\r\nx-echo: {FAKE_KEY}\r\n");
        while peer.request().is_some() && peer.send(whole(401, &headers, &said)) {}
    });
    let client = server.client().max_retries(0).build().unwrap();
    let url = format!("http://{}/v1/models/{FAKE_KEY}", server.address);
    let error = client.model(FAKE_KEY).send().unwrap_err();
    let reply = error.reply().unwrap();
    assert_eq!(
        (reply.status(), reply.header("Retry-After")),
        (401, Some("7"))
    );
    assert_eq!(
        reply.text(),
        r#"{"error": {"message": "[redacted] is wrong"}}"#
    );
    assert_eq!(error.request(), Some((Method::Get, reply.url())));
    assert!(!bytes_of(&reply.parts()).contains(FAKE_KEY));
    assert!(!format!("{error:?}{reply:?}").contains(FAKE_KEY));
    let response = client.get(format!("/models/{FAKE_KEY}")).send().unwrap();
    assert_eq!(
        (response.method(), response.url()),
        (Method::Get, url.as_str())
    );
    let error = response.check().unwrap_err();
    assert!(error.reply().is_none());
    assert!(!error.request().unwrap().1.contains(FAKE_KEY));
}

#[test]
fn fault_37_the_limit_of_an_event_holds_for_a_reply_that_was_put_away() {
    let events = format!("data: {}\n\n", "x".repeat(2000));
    let server = Wire::start(move |peer, _| {
        let headers = "Content-Type: text/event-stream\r\n";
        while peer.request().is_some() && peer.send(whole(200, headers, &events)) {}
    });
    let client = server.client().max_event_bytes(1000).build().unwrap();
    let response = client.get("/x").send().unwrap();
    let again = again(&response);
    for response in [response, again] {
        let mut events = response.events().unwrap();
        let error = events.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
        assert!(error.message().contains("max_event_bytes"), "{error}");
    }
}

#[test]
fn parts_may_hold_anything() {
    let odd = ResponseParts {
        status: 0,
        headers: vec![("X-ODD".to_owned(), "\u{0}\n".to_owned())],
        body: vec![0xff],
        elapsed: Duration::MAX,
        ..ResponseParts::default()
    };
    let response = Response::from_parts(odd);
    assert_eq!((response.status(), response.reason()), (0, ""));
    assert_eq!(response.header("x-odd"), Some("\u{0}\n"));
    assert_eq!(response.check().unwrap_err().kind(), ErrorKind::Api);
    assert!(response.json::<Value>().is_err());
}
