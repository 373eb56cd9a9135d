//! An observer is called for each attempt, and sees no secret.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use neura::bindings::{Operation, Request, RequestOptions};
use neura::{AttemptInfo, Client, Error, ErrorKind, Method};

use crate::wire::{self, STREAM, Wire, whole};

/// The fingerprint of `wire::KEY`.
const FINGERPRINT: &str = "e2e91c804cc9";

/// An attempt, as the observer saw it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    method: Method,
    path: String,
    ended: Result<u16, ErrorKind>,
    number: u32,
    waited: Duration,
    request_id: Option<String>,
    key: Option<String>,
    took: Duration,
    thread: ThreadId,
    debug: String,
}

type Attempts = Arc<Mutex<Vec<Seen>>>;

fn observed() -> (RequestOptions, Attempts) {
    let attempts = Attempts::default();
    let all = Arc::clone(&attempts);
    let mut options = RequestOptions::new();
    options.set_observer(move |attempt: &AttemptInfo<'_>| {
        assert_eq!(attempt.ok, matches!(attempt.status, Some(200..=299)));
        all.lock().unwrap().push(Seen {
            method: attempt.method,
            path: attempt.path.to_owned(),
            ended: match (attempt.status, attempt.error) {
                (Some(status), None) => Ok(status),
                (None, Some(kind)) => Err(kind),
                both => panic!("{both:?}"),
            },
            number: attempt.number,
            waited: attempt.waited,
            request_id: attempt.request_id.map(str::to_owned),
            key: attempt.key_fingerprint.map(str::to_owned),
            took: attempt.took,
            thread: thread::current().id(),
            debug: format!("{attempt:?}"),
        });
    });
    (options, attempts)
}

/// The attempts of the call, as its observer saw them.
fn attempts_of<T>(call: impl FnOnce(RequestOptions) -> T) -> Vec<Seen> {
    let (options, attempts) = observed();
    drop(call(options));
    let seen = attempts.lock().unwrap();
    seen.clone()
}

fn get(client: &Client, path: &str, options: RequestOptions) -> Result<(), Error> {
    client
        .send(Request::new(Method::Get, path).options(options))
        .map(drop)
}

#[test]
fn each_attempt_is_reported_with_its_wait_and_its_time() {
    let server = Wire::start(|peer, _| {
        let pause = Duration::from_millis(60);
        peer.request().unwrap();
        thread::sleep(pause);
        let headers = "x-request-id: req_7\r\nretry-after-ms: 5\r\n";
        peer.send(whole(503, headers, "{}"));
        peer.request().unwrap();
        peer.answer("{}");
    });
    let client = server.client().max_retries(2).build().unwrap();
    let seen = attempts_of(|options| get(&client, "/models?secret=query-word", options).unwrap());
    let [first, second] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!(
        (first.method, first.path.as_str()),
        (Method::Get, "/v1/models")
    );
    assert_eq!((first.ended, first.number), (Ok(503), 1));
    assert_eq!(first.waited, Duration::ZERO);
    assert_eq!(first.request_id.as_deref(), Some("req_7"));
    assert_eq!(first.key.as_deref(), Some(FINGERPRINT));
    assert!(first.took >= Duration::from_millis(60), "{first:?}");
    assert_eq!((second.ended, second.number), (Ok(200), 2));
    assert_eq!(second.waited, Duration::from_millis(5));
    assert_eq!(second.request_id, None);
    assert!(seen.iter().all(|it| it.thread == thread::current().id()));
}

#[test]
fn an_attempt_without_a_reply_is_reported_by_the_kind_of_its_error() {
    let server = Wire::start(|peer, _| {
        peer.request();
    });
    let client = server.client().max_retries(1).build().unwrap();
    let seen = attempts_of(|options| get(&client, "/models", options).unwrap_err());
    let ended: Vec<_> = seen.iter().map(|it| (it.number, it.ended)).collect();
    let lost = Err(ErrorKind::Connection);
    assert_eq!(ended, [(1, lost), (2, lost)]);
}

#[test]
fn what_fails_before_it_is_sent_is_no_attempt() {
    let server = Wire::start(|peer, _| peer.answer_all());
    let client = server.client().build().unwrap();
    let seen =
        attempts_of(|options| get(&client, "https://other.example/v1", options).unwrap_err());
    assert_eq!(seen, []);
}

#[test]
fn every_kind_of_call_reports_its_attempts() {
    let server = Wire::start(|peer, _| {
        while let Some(asked) = peer.request() {
            if asked.head.contains("event-stream") {
                peer.send(format!("{STREAM}data: {{}}\n\ndata: [DONE]\n\n"));
                return;
            }
            peer.answer(r#"{"data": []}"#);
        }
    });
    let client = server.client().build().unwrap();
    type Call = fn(&Client, RequestOptions) -> Result<(), Error>;
    let calls: [(Call, &str); 5] = [
        (
            |client, options| get(client, "/models", options),
            "GET /v1/models",
        ),
        (
            |client, options| {
                let request = Request::new(Method::Delete, "/x").options(options);
                client.send_streaming(request).map(drop)
            },
            "DELETE /v1/x",
        ),
        (
            |client, options| {
                let request = Request::new(Method::Post, "/x").options(options);
                client.open(request).map(drop)
            },
            "POST /v1/x",
        ),
        (
            |client, options| client.open_chat("{}", options).map(drop),
            "POST /v1/chat/completions",
        ),
        (
            |client, options| {
                client.call(Operation::Models, &options)?;
                assert!(client.check_with(RequestOptions::new()).ok());
                Ok(())
            },
            "GET /v1/models",
        ),
    ];
    for (call, line) in calls {
        let seen = attempts_of(|options| call(&client, options).unwrap());
        let lines: Vec<_> = seen
            .iter()
            .map(|it| format!("{} {}", it.method.as_str(), it.path))
            .collect();
        assert_eq!(lines, [line]);
    }
    let seen = attempts_of(|options| client.check_with(options));
    assert_eq!(seen.len(), 1);
}

#[test]
fn no_secret_is_reported() {
    let server = Wire::start(|peer, _| {
        while peer.request().is_some() {
            let headers = format!("x-request-id: id-{}\r\n", wire::KEY);
            peer.send(whole(200, &headers, "{}"));
        }
    });
    let client = server.client().build().unwrap();
    let seen = attempts_of(|mut options| {
        options.add_header("Authorization", "Bearer nk-fake-of-the-caller");
        let path = format!(
            "/files/{}/nk%2Dfake-of-the-caller?key={}",
            wire::KEY,
            wire::KEY
        );
        get(&client, &path, options).unwrap();
    });
    let [attempt] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!(attempt.path, "/v1/files/[redacted]/[redacted]");
    assert_eq!(attempt.request_id, None);
    assert_eq!(attempt.key, None, "the client's key was not sent");
    assert!(!attempt.debug.contains("nk-fake"), "{}", attempt.debug);
}
