use std::time::Duration;

use crate::harness::{Database, Running, keys};

#[test]
fn a_limited_key_is_counted_down_and_then_refused() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let key = sandbox.field("limited_api_key");
    for (left, reset) in [("2", "20s"), ("1", "40s"), ("0", "1m0s")] {
        let reply = sandbox.ask_with(key, "GET", "/models", "");
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("x-ratelimit-limit-requests"), Some("3"));
        assert_eq!(reply.header("x-ratelimit-remaining-requests"), Some(left));
        assert_eq!(reply.header("x-ratelimit-reset-requests"), Some(reset));
        assert_eq!(reply.header("retry-after"), None);
    }
    let reply = sandbox.ask_with(key, "GET", "/models", "");
    assert_eq!(reply.status, 429);
    assert_eq!(reply.error_code(), "rate_limit_exceeded");
    assert_eq!(reply.json()["error"]["type"], "requests");
    assert_eq!(reply.header("x-ratelimit-remaining-requests"), Some("0"));
    let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((15..=20).contains(&wait), "{wait}");
}

#[test]
fn an_unlimited_key_gets_no_rate_limit_headers() {
    let sandbox = Running::sandbox(&[]);
    for _ in 0..5 {
        let reply = sandbox.ask("GET", "/models", "");
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("x-ratelimit-limit-requests"), None);
    }
}

#[test]
fn a_client_that_waits_for_retry_after_succeeds() {
    let db = Database::new();
    let created = keys(&db, &["create", "--name", "t", "--tier", "trickle"]);
    let key = created["api_key"].as_str().unwrap();
    let sandbox = Running::sandbox(&["--db", db.path()]);
    assert_eq!(sandbox.ask_with(key, "GET", "/models", "").status, 200);
    let refused = sandbox.ask_with(key, "GET", "/models", "");
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("1"))
    );
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(sandbox.ask_with(key, "GET", "/models", "").status, 200);
}

#[test]
fn each_key_has_its_own_limit() {
    let db = Database::new();
    let make = || keys(&db, &["create", "--name", "t", "--tier", "trickle"]);
    let (first, second) = (make(), make());
    let sandbox = Running::sandbox(&["--db", db.path()]);
    for key in [first, second] {
        let key = key["api_key"].as_str().unwrap();
        assert_eq!(sandbox.ask_with(key, "GET", "/models", "").status, 200);
    }
}
