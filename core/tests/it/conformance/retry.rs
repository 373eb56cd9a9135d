use std::time::Duration;

use neura::Method;
use neura::bindings::{Limit, Request, RequestOptions};
use serde::Deserialize;
use serde_json::{Value, json};

use super::form::{NotIn, run};
use crate::common::Server;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetryCase {
    id: String,
    replies: Vec<Value>,
    max_retries: i64,
    timeout_ms: Option<u64>,
    expect: Expect,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(RetryCase);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    attempts: u32,
    status: Option<u16>,
    kind: Option<String>,
    min_wait_ms: Option<u64>,
    max_wait_ms: Option<u64>,
    retry_count_headers: Option<Vec<String>>,
}

#[test]
fn retry_cases() {
    run("retry", |case: &RetryCase| {
        let (id, expect) = (&case.id, &case.expect);
        let mut judged = json!({"attempts": expect.attempts});
        for (name, bound) in [
            ("min_wait_ms", expect.min_wait_ms),
            ("max_wait_ms", expect.max_wait_ms),
        ] {
            if let Some(bound) = bound {
                judged[name] = bound.into();
            }
        }
        if let Some(counts) = &expect.retry_count_headers {
            judged["retry_count_headers"] = json!(counts);
        }
        let server = Server::replay(&json!({"replies": case.replies, "expect": judged}));
        let client = server.client().build().unwrap();
        let mut options = RequestOptions::new();
        options.set_max_retries(case.max_retries);
        if let Some(millis) = case.timeout_ms {
            options.set_timeout(Limit::from(Duration::from_millis(millis)));
        }
        let outcome = client
            .send(Request::new(Method::Get, "/models").options(options))
            .and_then(|response| {
                response.check()?;
                Ok((response.status(), response.attempts()))
            });
        match outcome {
            Ok((status, made)) => {
                assert_eq!(Some(status), expect.status, "{id}");
                assert_eq!(made, expect.attempts, "{id}");
            }
            Err(error) => {
                let report = server.report();
                assert_eq!(
                    Some(error.kind().name()),
                    expect.kind.as_deref(),
                    "{id}: {error:?} {report}"
                );
                assert_eq!(error.attempts(), expect.attempts, "{id}");
            }
        }
        // Attempts at a closed port reach no server that could count them.
        if !case.replies.contains(&json!("refuse")) {
            let report = server.report();
            assert_eq!(report["ok"], true, "{id}: {}", report["problems"]);
        }
    });
}
