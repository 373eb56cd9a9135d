//! What a user's test makes itself, without a server: errors, events, limits, usage, answers.

use std::time::Duration;

use neura::{
    AttemptInfo, ChatCompletion, Error, ErrorKind, Event, KeyUsage, Quota, RateLimit, Usage,
};
use serde_json::json;

#[test]
fn a_test_of_a_user_can_make_the_values_that_the_client_returns() {
    let event = Event::new("message", r#"{"a": 1}"#, "7");
    assert_eq!(event.json::<serde_json::Value>().unwrap()["a"], 1);
    assert_eq!((event.event.as_str(), event.id.as_str()), ("message", "7"));

    let mut requests = Quota::default();
    requests.remaining = Some(3);
    requests.reset = Some(Duration::from_secs(2));
    let mut limit = RateLimit::default();
    limit.requests = requests;
    assert_eq!(limit.to_json()["requests"]["reset_ms"], 2000);

    let mut key = KeyUsage::default();
    key.requests = 2;
    let mut usage = Usage::default();
    usage.keys.push(key);
    assert_eq!(usage.to_json()["keys"][0]["requests"], 2);

    let mut attempt = AttemptInfo::default();
    attempt.path = "/v1/models";
    assert_eq!((attempt.status, attempt.path), (None, "/v1/models"));

    let error = Error::new(ErrorKind::RateLimited, "slow down");
    assert_eq!(error.message(), "slow down");

    let answer = json!({"choices": [{"message": {"content": "Hi"}}]});
    let answer: ChatCompletion = serde_json::from_value(answer).unwrap();
    assert_eq!(answer.text(), "Hi");
}

#[test]
fn the_list_of_kinds_can_grow() {
    let kinds: &'static [ErrorKind] = ErrorKind::ALL;
    assert!(kinds.len() >= 32);
    assert!(
        kinds
            .windows(2)
            .all(|pair| pair[0].number() < pair[1].number())
    );
}
