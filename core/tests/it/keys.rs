//! Keys that change while a client lives: files, `set_api_key`, rings.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use neura::{Client, ErrorKind};
use serde_json::json;

use crate::child::Place;
use crate::common::{self, FAKE_KEY, OTHER_KEY, Server, keys_seen, unauthorized};

/// In one process: the file is named by an option, so no environment is needed.
#[test]
fn a_files_key_is_looked_up_again_after_a_401_once_for_all_threads() {
    let place = Place::new();
    place.write("mine.env", format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes());
    let sandbox = Server::sandbox();
    let client = Client::builder()
        .env_file(neura::EnvFile::Path(place.path("mine.env")))
        .base_url(sandbox.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidApiKey, 1)
    );
    let valid = sandbox.key("api_key");
    place.write("mine.env", format!("NEURA_API_KEY={valid}\n").as_bytes());
    let barrier = Barrier::new(16);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                barrier.wait();
                let response = client.get("/models").send().unwrap();
                assert!(response.ok(), "{}", response.text());
            });
        }
    });
    assert_eq!(client.key_info().source(), "env_file");
    let usage = client.usage();
    assert_eq!(usage.keys.len(), 2);
    assert_eq!(usage.keys[1].requests, 16);
}

#[test]
fn a_file_whose_url_changed_with_its_key_lets_the_401_stand() {
    let place = Place::new();
    let server = Server::replies(json!([unauthorized("expired_api_key"), 200]));
    let file = |key: &str, url: &str| format!("NEURA_API_KEY={key}\nNEURA_BASE_URL={url}\n");
    place.write("mine.env", file(FAKE_KEY, server.base_url()).as_bytes());
    let client = Client::builder()
        .env_file(neura::EnvFile::Path(place.path("mine.env")))
        .build()
        .unwrap();
    assert_eq!(client.key_info().to_json()["base_url_source"], "env_file");
    place.write(
        "mine.env",
        file(OTHER_KEY, "https://gw.example/v1").as_bytes(),
    );
    let error = client.models().send().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::ExpiredApiKey, 1)
    );
    assert_eq!(keys_seen(&server), [FAKE_KEY]);
    // A key from another source is not sent to the URL of the file.
    assert_eq!(
        client.set_api_key(OTHER_KEY).unwrap_err().kind(),
        ErrorKind::Config
    );
}

#[test]
fn set_api_key_under_load_fails_no_request() {
    let place = Place::new();
    let database = place.path("keys.sqlite");
    let sandbox = Server::sandbox_with_keys_in(&database);
    let keys = [
        sandbox.key("api_key").to_owned(),
        common::create_key(&database, "second"),
    ];
    let client = sandbox.client().build().unwrap();
    let stop = AtomicBool::new(false);
    let made = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    client.models().send().unwrap();
                    made.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..200 {
            client.set_api_key(&keys[round % 2]).unwrap();
            thread::sleep(Duration::from_millis(2));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let made = made.load(Ordering::Relaxed) as u64;
    let usage = client.usage();
    let requests: Vec<u64> = usage.keys.iter().map(|key| key.requests).collect();
    assert_eq!(requests.iter().sum::<u64>(), made);
    assert!(requests.iter().all(|each| *each > 20), "{requests:?}");
}

#[test]
fn a_new_key_is_used_by_the_next_request_and_the_old_one_is_never_shown() {
    let server = Server::replies(json!([
        200,
        {"status": 400, "body": format!("{{\"error\": \"old {FAKE_KEY}\"}}")},
    ]));
    let client = server.client().build().unwrap();
    assert!(client.get("/models").send().unwrap().ok());
    let error = client.set_api_key("Bearer x").unwrap_err();
    let words = "the API key from set_api_key ";
    assert!(error.message().starts_with(words), "{error}");
    assert_eq!(error.kind(), ErrorKind::MalformedApiKey);
    client.set_api_key(OTHER_KEY).unwrap();
    let error = client.models().send().unwrap_err();
    assert!(error.message().contains("old [redacted]"), "{error}");
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
    assert_eq!(client.auth_header().unwrap(), format!("Bearer {OTHER_KEY}"));
    assert_eq!(client.key_info().source(), "caller");
}

#[test]
fn a_ring_moves_on_for_all_threads_and_counts_each_key() {
    let sandbox = Server::sandbox();
    let (revoked, valid) = (sandbox.key("revoked_api_key"), sandbox.key("api_key"));
    let client = Client::builder()
        .api_keys([revoked.to_owned(), valid.to_owned()])
        .base_url(sandbox.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let barrier = Barrier::new(16);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                barrier.wait();
                client.models().send().unwrap();
            });
        }
    });
    let usage = client.usage();
    let (first, second) = (&usage.keys[0], &usage.keys[1]);
    assert_eq!(first.requests, first.unauthorized);
    assert!((1..=16).contains(&first.requests));
    assert_eq!((second.requests, second.unauthorized), (16, 0));
    assert!(first.first_used.is_some() && second.last_used >= second.first_used);
    let text = format!("{usage:?} {}", usage.to_json());
    assert!(!text.contains(revoked) && !text.contains(valid), "{text}");
}

#[test]
fn tokens_are_counted_from_replies_and_from_streams() {
    let sandbox = Server::sandbox();
    let client = sandbox.client().build().unwrap();
    client.chat(&common::hello()).send().unwrap();
    let mut ask = common::hello();
    ask["stream_options"] = json!({"include_usage": true});
    let chunks = client.chat_stream(&ask).unwrap().count();
    assert!(chunks > 2, "{chunks}");
    let usage = client.usage().to_json();
    let key = &usage["keys"][0];
    assert_eq!(key["requests"], 2);
    let (asked, answered) = (&key["prompt_tokens"], &key["completion_tokens"]);
    assert!(
        asked.as_u64() > Some(1) && answered.as_u64() > Some(1),
        "{usage}"
    );
    assert_eq!(
        answered.as_u64().unwrap() % 2,
        0,
        "both answers are the same: {usage}"
    );
    for time in ["first_used", "last_used"] {
        let text = key[time].as_str().unwrap();
        assert!(text.ends_with('Z') && text.contains('T'), "{text}");
    }
}

#[test]
fn a_budget_stops_a_retry_storm() {
    let server = Server::replies(json!([{"status": 503, "headers": [["retry-after-ms", "1"]]}]));
    let client = server.client().max_retries(1_000).build().unwrap();
    let made: u32 = thread::scope(|scope| {
        let calls = (0..8).map(|_| scope.spawn(|| client.models().send().unwrap_err().attempts()));
        calls
            .collect::<Vec<_>>()
            .into_iter()
            .map(|call| call.join().unwrap())
            .sum()
    });
    // 500 tokens at 5 for each retry, and one first attempt for each of the 8 calls.
    assert_eq!(made, 108);
}

/// The environment and the working directory of this test's process have no key.
#[test]
fn a_file_is_read_again_and_no_other_place_is_searched() {
    let place = Place::new();
    let server = Server::replies(json!([unauthorized("expired_api_key"), 200, 200]));
    place.write(
        "a/mine.env",
        format!("NEURA_API_KEY={FAKE_KEY}\n").as_bytes(),
    );
    let client = Client::builder()
        .env_file(neura::EnvFile::Path(place.path("a/mine.env")))
        .base_url(server.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    std::fs::remove_file(place.path("a/mine.env")).unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::ExpiredApiKey, 1)
    );
    assert!(
        error.message().contains("a/mine.env is not there"),
        "{error}"
    );
    place.write(
        "a/mine.env",
        format!("NEURA_API_KEY={OTHER_KEY}\n").as_bytes(),
    );
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(keys_seen(&server), [FAKE_KEY, FAKE_KEY]);
}
