//! A function that gives the key.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use neura::{Client, ErrorKind};
use serde_json::json;

use crate::common::{FAKE_KEY, OTHER_KEY, Server, keys_seen, unauthorized};

#[test]
fn a_callable_is_asked_at_the_first_request_and_once_for_all_threads() {
    let server = Server::replies(json!([200]));
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let client = Client::builder()
        .api_key_callback(move || {
            thread::sleep(Duration::from_millis(50));
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(format!(" {FAKE_KEY}\n"))
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    assert_eq!(client.key_info().mask(), None);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert!(client.get("/models").send().unwrap().ok()));
        }
    });
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(client.key_info().source(), "callable");
    assert_eq!(client.key_info().mask(), Some("…cdef"));
    assert!(keys_seen(&server).iter().all(|key| key == FAKE_KEY));
}

#[test]
fn a_callable_is_asked_again_after_a_401_and_the_request_is_sent_once_more() {
    let server = Server::replies(json!([unauthorized("expired_api_key"), 200]));
    let asked = AtomicUsize::new(0);
    let client = Client::builder()
        .api_key_callback(move || {
            Ok(match asked.fetch_add(1, Ordering::SeqCst) {
                0 => FAKE_KEY.to_owned(),
                _ => OTHER_KEY.to_owned(),
            })
        })
        .base_url(server.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let response = client.get("/models").send().unwrap();
    assert_eq!((response.status(), response.attempts()), (200, 2));
    assert_eq!(keys_seen(&server), [FAKE_KEY, OTHER_KEY]);
    let usage = client.usage().to_json();
    assert_eq!(usage["keys"][0]["unauthorized"], 1, "{usage}");
    assert_eq!(usage["keys"][1]["requests"], 1, "{usage}");
    assert_eq!(usage["keys"][0]["retries"], 0, "{usage}");
}

#[test]
fn a_callable_that_gives_the_same_key_again_lets_the_401_stand() {
    let server = Server::replies(json!([unauthorized("expired_api_key"), 200]));
    let client = Client::builder()
        .api_key_callback(|| Ok(FAKE_KEY.to_owned()))
        .base_url(server.base_url())
        .build()
        .unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::ExpiredApiKey, 1)
    );
}

#[test]
fn a_callable_that_fails_is_a_config_error_with_its_own_message() {
    let broken = AtomicBool::new(true);
    let server = Server::replies(json!([200]));
    let client = Client::builder()
        .api_key_callback(move || match broken.swap(false, Ordering::SeqCst) {
            true => Err("the vault is sealed".to_owned()),
            false => Ok(FAKE_KEY.to_owned()),
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("the vault is sealed"), "{error}");
    assert!(error.quotes_callback());
    // The next call asks again.
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn a_callables_malformed_key_is_never_shown() {
    let client = Client::builder()
        .api_key_callback(|| Ok("Bearer nk-fake-0123456789abcdef".to_owned()))
        .base_url("http://127.0.0.1:9/v1")
        .build()
        .unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MalformedApiKey);
    assert_eq!(error.code(), Some("bearer_prefix"));
    assert!(
        !format!("{error} {error:?}").contains(FAKE_KEY),
        "{error:?}"
    );
    assert!(error.message().contains("callable"), "{error}");
}

#[test]
fn a_callable_that_quotes_an_old_key_in_its_message_is_redacted() {
    let server = Server::replies(json!([unauthorized("expired_api_key")]));
    let asked = AtomicUsize::new(0);
    let client = Client::builder()
        .api_key_callback(move || match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(FAKE_KEY.to_owned()),
            _ => Err(format!("cannot renew {FAKE_KEY}")),
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExpiredApiKey);
    assert!(
        error.message().contains("cannot renew [redacted]"),
        "{error}"
    );
    assert!(
        !format!("{error} {error:?}").contains(FAKE_KEY),
        "{error:?}"
    );
}

#[test]
fn an_error_says_whether_it_quotes_a_callables_words_in_full() {
    let sealed = "the vault is sealed";
    let secret = &format!("{FAKE_KEY} is no key");
    for (gives_one_first, words, kind, whole) in [
        (false, sealed, ErrorKind::Config, true),
        (false, secret, ErrorKind::Config, false),
        (true, sealed, ErrorKind::ExpiredApiKey, true),
        (true, secret, ErrorKind::ExpiredApiKey, false),
    ] {
        let server = Server::replies(json!([unauthorized("expired_api_key")]));
        let (first, said) = (AtomicBool::new(gives_one_first), words.to_owned());
        let mut builder = Client::builder()
            .api_key_callback(move || match first.swap(false, Ordering::SeqCst) {
                true => Ok(FAKE_KEY.to_owned()),
                false => Err(said.clone()),
            })
            .base_url(server.base_url())
            .max_retries(0);
        if !gives_one_first {
            // A secret of the client before any callable returned it.
            builder = builder.header("Authorization", format!("Bearer {FAKE_KEY}"));
        }
        let error = builder.build().unwrap().models().send().unwrap_err();
        let actual = (error.kind(), error.quotes_callback());
        assert_eq!(actual, (kind, whole), "{error}");
    }
}

#[test]
fn an_error_of_another_cause_quotes_no_callables_words() {
    let server = Server::replies(json!([500]));
    let own: Arc<OnceLock<Client>> = Arc::default();
    let inside = Arc::clone(&own);
    let client = Client::builder()
        .api_key_callback(move || {
            // A key that was set in the meantime takes precedence over the failure.
            inside.get().unwrap().set_api_key(OTHER_KEY).unwrap();
            Err("the vault is sealed".to_owned())
        })
        .base_url(server.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    own.set(client.clone()).unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(!error.quotes_callback());
}

#[test]
fn a_panic_in_a_callable_leaves_the_client_usable() {
    let server = Server::replies(json!([200]));
    let first = AtomicBool::new(true);
    let client = Client::builder()
        .api_key_callback(move || {
            assert!(!first.swap(false, Ordering::SeqCst), "on purpose");
            Ok(FAKE_KEY.to_owned())
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    let error = neura::bindings::catch_panic(|| client.models().send()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn keys_and_a_callable_together_are_a_config_error() {
    let error = Client::builder()
        .api_key(FAKE_KEY)
        .api_key_callback(|| Ok(FAKE_KEY.to_owned()))
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn a_callable_that_uses_its_own_client_gets_an_error() {
    let server = Server::replies(json!([200]));
    let own: Arc<OnceLock<Client>> = Arc::default();
    let inside = Arc::clone(&own);
    let client = Client::builder()
        .api_key_callback(move || {
            let error = inside.get().unwrap().models().send().unwrap_err();
            Err(error.message().to_owned())
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    own.set(client.clone()).unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.message().contains("uses the client that calls it"),
        "{error}"
    );
}

#[test]
fn a_call_waits_for_anothers_slow_callable_no_longer_than_its_limits() {
    let server = Server::replies(json!([200]));
    let client = Client::builder()
        .api_key_callback(|| {
            thread::sleep(Duration::from_secs(2));
            Ok(FAKE_KEY.to_owned())
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    thread::scope(|scope| {
        let slow = scope.spawn(|| client.get("/models").send().unwrap().status());
        thread::sleep(Duration::from_millis(100));
        let started = Instant::now();
        let hasty = client.get("/models").timeout(Duration::from_millis(200));
        assert_eq!(hasty.send().unwrap_err().kind(), ErrorKind::Timeout);
        let token = neura::CancelToken::new();
        let cancelled = token.clone();
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(100));
            cancelled.cancel();
        });
        let error = client.get("/models").cancel(&token).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(started.elapsed() < Duration::from_secs(1));
        assert_eq!(slow.join().unwrap(), 200);
    });
}

#[test]
fn a_callable_that_waits_learns_that_its_call_is_over() {
    let server = Server::replies(json!([200]));
    let mut options = neura::Options::new();
    options.set_base_url(server.base_url());
    options.set_api_key_callback_for(|asking| {
        while !asking.is_over() {
            thread::sleep(Duration::from_millis(5));
        }
        Err("it never came".to_owned())
    });
    let client = Client::new(options).unwrap();
    let error = client.known_auth_header().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let started = Instant::now();
    let hasty = client.get("/models").timeout(Duration::from_millis(100));
    let error = hasty.send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(started.elapsed() < Duration::from_secs(2));
    client.set_api_key(FAKE_KEY).unwrap();
    assert!(client.known_auth_header().is_ok());
}

#[test]
fn a_callable_that_mints_a_key_for_each_lookup_is_called_only_once_more() {
    let server = Server::replies(json!([unauthorized("expired_api_key")]));
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let client = Client::builder()
        .api_key_callback(move || {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            Ok(format!("nk-fake-minted-{number:08}"))
        })
        .base_url(server.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let error = client.models().send().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::ExpiredApiKey, 2)
    );
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn auth_header_waits_for_anothers_callable_no_longer_than_its_limits() {
    let client = Client::builder()
        .api_key_callback(|| {
            thread::sleep(Duration::from_secs(2));
            Ok(FAKE_KEY.to_owned())
        })
        .base_url("http://127.0.0.1:9/v1")
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    thread::scope(|scope| {
        scope.spawn(|| client.models().send().unwrap_err());
        thread::sleep(Duration::from_millis(100));
        let started = Instant::now();
        assert_eq!(client.auth_header().unwrap_err().kind(), ErrorKind::Timeout);
        let token = neura::CancelToken::new();
        token.cancel();
        let mut options = neura::bindings::RequestOptions::new();
        options.set_cancel(token);
        let error = client.auth_header_with(&options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(started.elapsed() < Duration::from_secs(1));
    });
}
