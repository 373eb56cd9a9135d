use std::io;

use neura_transport::{
    AttemptFacts, ConnectCause, ConnectFailure, Phase, Progress, ProxyFailure, ProxyStep,
    SystemError, Violation,
};

use super::*;

#[test]
fn a_budget_allows_a_hundred_retries_and_one_for_five_successes() {
    let budget = Budget::new();
    assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
    (0..12).for_each(|_| budget.give_back());
    assert_eq!((0..10).filter(|_| budget.take()).count(), 2);
    (0..10_000).for_each(|_| budget.give_back());
    assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
}

fn facts() -> AttemptFacts {
    AttemptFacts {
        phase: Phase::AwaitHead,
        request_sent: true,
        reply_began: false,
        has_time: true,
        body_lost: false,
    }
}

fn retryable(cause: Cause, facts: AttemptFacts) -> bool {
    retryable_failure(&Failure::new(cause).with_attempt(facts))
}

fn ended(end: ConnectionEnd) -> Cause {
    Cause::ConnectionEnded {
        end,
        certificate_wanted: false,
    }
}

fn no_connection() -> Cause {
    let refused: SystemError = io::Error::from(io::ErrorKind::ConnectionRefused).into();
    Cause::Connect(ConnectFailure {
        host: "gw.example".to_owned(),
        port: 443,
        cause: ConnectCause::LookUp(refused),
    })
}

fn at_proxy(cause: ProxyCause) -> Cause {
    let step = ProxyStep::ConnectReply;
    Cause::Proxy(ProxyFailure { step, cause })
}

#[test]
fn a_connection_that_was_not_made_or_said_nothing_is_tried_again() {
    assert!(retryable(no_connection(), facts()));
    assert!(retryable(ended(ConnectionEnd::BeforeReply), facts()));
    let began = AttemptFacts {
        reply_began: true,
        ..facts()
    };
    assert!(!retryable(ended(ConnectionEnd::Head { bytes: 3 }), began));
    let lost = AttemptFacts {
        body_lost: true,
        ..facts()
    };
    assert!(!retryable(ended(ConnectionEnd::BeforeReply), lost));
    // Outside of an attempt a reply had begun.
    assert!(!retryable_failure(&Failure::new(ended(
        ConnectionEnd::BeforeReply
    ))));
    assert!(!retryable(
        Cause::Protocol(Violation::SwitchedProtocols),
        facts()
    ));
}

#[test]
fn only_the_connect_limit_is_tried_again_and_only_if_nothing_was_sent() {
    let progress = Progress {
        phase: Phase::Connect,
        elapsed: Duration::ZERO,
        queued: Duration::ZERO,
        received: 0,
        reply_began: false,
    };
    let limit =
        |limit: fn(Duration) -> Limit| Cause::LimitPassed(limit(Duration::from_secs(1)), progress);
    let unsent = AttemptFacts {
        request_sent: false,
        ..facts()
    };
    assert!(retryable(limit(Limit::Connect), unsent));
    assert!(!retryable(limit(Limit::Connect), facts()));
    let late = AttemptFacts {
        has_time: false,
        ..unsent
    };
    assert!(!retryable(limit(Limit::Connect), late));
    for other in [Limit::Total, Limit::Head, Limit::Idle] {
        assert!(!retryable(limit(other), unsent));
    }
}

#[test]
fn a_proxy_that_may_be_overloaded_is_tried_again() {
    let refused = |status| ProxyCause::Refused {
        status,
        reason: String::new(),
        target: String::new(),
    };
    let reply = |code| ProxyCause::SocksReply {
        code,
        target: String::new(),
    };
    for (cause, again) in [
        (ProxyCause::Unreachable(no_connection().into()), true),
        (ProxyCause::TooSlow(Duration::ZERO), true),
        (ProxyCause::Closed(false), true),
        (refused(502), true),
        (refused(403), false),
        (reply(5), true),
        (reply(2), false),
        (reply(8), false),
        (ProxyCause::LoginRefused, false),
        (ProxyCause::NotHttp, false),
    ] {
        let shown = format!("{cause:?}");
        assert_eq!(retryable(at_proxy(cause), facts()), again, "{shown}");
    }
}

#[test]
fn a_retry_needs_retries_time_budget_and_leave_to_send_again() {
    let budget = Budget::new();
    let policy = |max_retries, unsent_only| RetryPolicy {
        max_retries,
        unsent_only,
        budget: &budget,
    };
    let state = |request_sent| CallState {
        retries_made: 0,
        request_sent,
        forked: false,
        left: Some(Duration::from_secs(1)),
    };
    let error = Error::new(ErrorKind::Connection, "gone").with_retryable(true);
    let wait = Some(Duration::from_millis(500));
    assert_eq!(decide(&error, &policy(1, false), &state(true), 0.0), wait);
    assert_eq!(decide(&error, &policy(1, true), &state(false), 0.0), wait);
    assert_eq!(decide(&error, &policy(1, true), &state(true), 0.0), None);
    assert_eq!(decide(&error, &policy(0, false), &state(true), 0.0), None);
    let forked = CallState {
        forked: true,
        ..state(true)
    };
    assert_eq!(decide(&error, &policy(1, false), &forked, 0.0), None);
    let late = CallState {
        left: wait,
        ..state(true)
    };
    assert_eq!(decide(&error, &policy(1, false), &late, 0.0), None);
    let final_one = error.clone().with_retryable(false);
    assert_eq!(
        decide(&final_one, &policy(1, false), &state(true), 0.0),
        None
    );
    while budget.take() {}
    assert_eq!(decide(&error, &policy(1, false), &state(true), 0.0), None);
    assert!(allows_another_key(&policy(0, false), &state(true)));
    assert!(!allows_another_key(&policy(0, true), &state(true)));
}

fn headers(list: &[(&str, &str)]) -> HeaderList {
    list.iter().copied().collect()
}

#[test]
fn waits_double_up_to_eight_seconds() {
    let without_jitter: Vec<u128> = (0..6).map(|n| wait(n, None, 0.0).as_millis()).collect();
    assert_eq!(without_jitter, [500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    assert_eq!(wait(0, None, 1.0).as_millis(), 375);
    assert_eq!(wait(u32::MAX, None, 0.0), LONGEST_WAIT);
}

#[test]
fn the_servers_wait_is_taken_as_it_is() {
    let asked = Duration::from_millis(1_234);
    assert_eq!(wait(5, Some(asked), 1.0), asked);
    assert_eq!(wait(0, Some(Duration::ZERO), 0.0), FIRST_WAIT);
}

#[test]
fn a_wait_that_is_too_long_is_reported() {
    let seconds = Duration::from_secs;
    for (asked, left) in [
        (None, None),
        (None, Some(Duration::ZERO)),
        (Some(seconds(120)), None),
        (Some(seconds(5)), Some(seconds(6))),
    ] {
        assert_eq!(too_long(asked, left, "limit"), None);
    }
    let words = too_long(Some(Duration::from_millis(120_001)), None, "limit").unwrap();
    assert!(
        words.contains("wait 121 s") && words.contains("120 s"),
        "{words}"
    );
    let words = too_long(Some(seconds(5)), Some(seconds(5)), "limit").unwrap();
    assert!(
        words.contains("wait 5 s") && words.contains("raise limit"),
        "{words}"
    );
}

#[test]
fn retry_after_is_read_in_all_its_forms() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (list, millis) in [
        (&[("retry-after", "7")][..], Some(7_000)),
        (&[("retry-after", "0.25")], Some(250)),
        (
            &[("retry-after", "9"), ("retry-after-ms", "1500")],
            Some(1_500),
        ),
        (
            &[("retry-after", "9"), ("retry-after-ms", "soon")],
            Some(9_000),
        ),
        (
            &[("retry-after", "Sun, 09 Sep 2001 01:46:50 GMT")],
            Some(10_000),
        ),
        (&[("retry-after", "Sun, 09 Sep 2001 01:46:30 GMT")], Some(0)),
        (&[("retry-after", "1e99")], None),
        (&[("retry-after", "inf")], None),
        (&[("retry-after", "-3")], None),
        (&[("retry-after", "")], None),
        (&[], None),
    ] {
        let found = retry_after(&headers(list), now).map(|wait| wait.as_millis());
        assert_eq!(found, millis, "{list:?}");
    }
    let endless = "9".repeat(400);
    assert!(retry_after(&headers(&[("retry-after", &endless)]), now).is_some());
}
