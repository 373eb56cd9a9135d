//! faults.md 101: the reset time of a limit, in every form that servers use.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::common::Server;

/// The reset that a client reads from this text.
fn reset_of(reset: &str) -> Option<Duration> {
    let headers = json!([
        ["x-ratelimit-remaining-tokens", "7"],
        ["x-ratelimit-reset-tokens", reset],
    ]);
    let server =
        Server::replies(json!([{"status": 200, "headers": headers, "body": "{\"data\": []}"}]));
    let reply = server.client().build().unwrap().models().send().unwrap();
    let limit = reply.rate_limit();
    assert_eq!(limit.tokens.remaining, Some(7));
    assert_eq!(limit.requests.reset, None);
    limit.tokens.reset
}

#[test]
fn fault_101_a_reset_is_the_time_from_now() {
    for (text, millis) in [
        ("6m0s", 360_000),
        ("120ms", 120),
        ("1h2m3.5s", 3_723_500),
        ("1d", 86_400_000),
        ("30", 30_000),
    ] {
        assert_eq!(
            reset_of(text),
            Some(Duration::from_millis(millis)),
            "{text}"
        );
    }
    let in_an_hour = SystemTime::now() + Duration::from_secs(3_600);
    let since = in_an_hour.duration_since(UNIX_EPOCH).unwrap();
    let points = [
        since.as_secs().to_string(),
        since.as_millis().to_string(),
        time::OffsetDateTime::from(in_an_hour)
            .format(&time::format_description::well_known::Rfc3339)
            .unwrap(),
    ];
    for text in points {
        let left = reset_of(&text).unwrap().as_secs();
        assert!((3_540..=3_600).contains(&left), "{text}: {left}");
    }
    for past in ["1600000000", "1600000000000", "2020-09-13T12:26:40Z"] {
        assert_eq!(reset_of(past), Some(Duration::ZERO), "{past}");
    }
    for unknown in ["soon", "-5", "1 hour", "Sun, 13 Sep 2020 12:26:40 GMT"] {
        assert_eq!(reset_of(unknown), None, "{unknown}");
    }
}
