//! Compares the recording with the script's expectations.

use serde_json::Value;

use super::head::values;
use super::recording::{Recording, Request};
use super::script::{Expect, ExpectedRequest, Script};

/// The waits between the end of each reply and the next request.
pub(super) fn waits_ms(recording: &Recording) -> Vec<u64> {
    let pairs = recording.requests.windows(2);
    pairs
        .map(|pair| {
            let answered = pair[0].answered_at_ms.unwrap_or(pair[0].at_ms);
            pair[1].at_ms.saturating_sub(answered)
        })
        .collect()
}

/// All differences from the expectations, as messages.
pub(super) fn problems(script: &Script, recording: &Recording) -> Vec<String> {
    let expect = &script.expect;
    let mut problems = recording.faults.clone();
    let requests = &recording.requests;
    let mut count = |what: &str, expected: Option<usize>, found: usize| {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            problems.push(format!("{found} {what} instead of {expected}"));
        }
    };
    let attempts = expect.attempts;
    let received = attempts.map(|attempts| script.requests_in(attempts));
    count("requests", received, requests.len());
    count("connections", expect.connections, recording.connections);
    for (index, request) in requests.iter().enumerate() {
        let nothing = ExpectedRequest::default();
        let own = expect.requests.get(index).unwrap_or(&nothing);
        let found = request_problems(expect, own, script.attempt_of(index), request);
        problems.extend(
            found
                .into_iter()
                .map(|what| format!("request {}: {what}", index + 1)),
        );
    }
    problems.extend(missing(script, recording));
    for (index, wait) in waits_ms(recording).into_iter().enumerate() {
        let early = expect.min_wait_ms.filter(|least| wait < *least);
        let late = expect.max_wait_ms.filter(|most| wait > *most);
        let bounds = early.map(|least| format!("at least {least}"));
        if let Some(bound) = bounds.or(late.map(|most| format!("at most {most}"))) {
            problems.push(format!(
                "request {} came {wait} ms after the reply before it instead of {bound}",
                index + 2
            ));
        }
    }
    problems
}

/// The expectations of requests that never came.
fn missing(script: &Script, recording: &Recording) -> Vec<String> {
    let expect = &script.expect;
    let received = recording.requests.len();
    let number_expected = expect.attempts.map(|attempts| script.requests_in(attempts));
    if received == 0 && (number_expected == Some(0) || expect.connections == Some(0)) {
        return Vec::new();
    }
    let counts = expect.retry_count_headers.as_ref().map_or(0, Vec::len);
    let expected = expect.requests.len().max(script.requests_in(counts));
    let mut problems: Vec<_> = (received + 1..=expected)
        .map(|number| format!("request {number} never came"))
        .collect();
    let unmet = [
        ("method", expect.method.is_some(), 1),
        ("target", expect.target.is_some(), 1),
        ("headers", !expect.headers.is_empty(), 1),
        ("absent_headers", !expect.absent_headers.is_empty(), 1),
        // A wait needs two requests. A maximum may hold without any wait.
        ("min_wait_ms", expect.min_wait_ms.is_some(), 2),
        ("max_wait_ms", expect.max_wait_ms.is_some(), 1),
    ];
    for (name, given, needed) in unmet {
        if given && received < needed && number_expected.is_none_or(|expected| expected >= needed) {
            problems.push(format!(
                "{name}: nothing to compare, because {received} requests came"
            ));
        }
    }
    problems
}

fn request_problems(
    expect: &Expect,
    own: &ExpectedRequest,
    attempt: usize,
    request: &Request,
) -> Vec<String> {
    let mut problems = Vec::new();
    let mut same = |what: &str, expected: Option<&String>, found: Option<&String>| {
        if expected.is_some_and(|expected| Some(expected) != found) {
            problems.push(format!("the {what} is {found:?} instead of {expected:?}"));
        }
    };
    for (method, target) in [(&expect.method, &expect.target), (&own.method, &own.target)] {
        same("method", method.as_ref(), request.method.as_ref());
        same("target", target.as_ref(), request.target.as_ref());
    }
    let body = String::from_utf8_lossy(&request.body.kept).into_owned();
    same("body", own.body.as_ref(), Some(&body));
    if let Some(expected) = &own.json {
        match serde_json::from_slice(&request.body.kept) {
            Ok(found) => problems.extend(difference("the body", expected, &found)),
            Err(error) => problems.push(format!("the body is not JSON: {error}")),
        }
    }
    let mut header = |name: &str, expected: &str| {
        let found: Vec<_> = values(&request.headers, name).collect();
        if found != [expected] {
            problems.push(format!(
                "the header {name} is {found:?} instead of {expected:?}"
            ));
        }
    };
    for (name, expected) in expect.headers.iter().chain(&own.headers) {
        header(name, expected);
    }
    let retry_counts = expect.retry_count_headers.as_ref();
    if let Some(expected) = retry_counts.and_then(|counts| counts.get(attempt)) {
        header("x-retry-count", expected);
    }
    for name in expect.absent_headers.iter().chain(&own.absent_headers) {
        if values(&request.headers, name).next().is_some() {
            problems.push(format!("it has the header {name}"));
        }
    }
    problems
}

/// The first difference from the expected JSON. An object may have more members.
fn difference(place: &str, expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().find_map(|(name, expected)| {
                let place = format!("{place}.{name}");
                match found.get(name) {
                    Some(found) => difference(&place, expected, found),
                    None => Some(format!("{place} is missing")),
                }
            })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found).enumerate();
            pairs.into_iter().find_map(|(index, (expected, found))| {
                difference(&format!("{place}[{index}]"), expected, found)
            })
        }
        // 1 and 1.0 are the same number.
        (Value::Number(expected), Value::Number(found)) if expected.as_f64() == found.as_f64() => {
            None
        }
        _ if expected == found => None,
        _ => Some(format!("{place} is {found} instead of {expected}")),
    }
}
