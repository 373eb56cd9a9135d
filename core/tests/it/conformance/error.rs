use neura::Error;
use serde::Deserialize;
use serde_json::{Value, json};

use super::form::{NotIn, run};
use crate::common::Server;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorCase {
    id: String,
    reply: Value,
    expect: Expect,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(ErrorCase);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    kind: String,
    status: u16,
    code: Option<String>,
    #[serde(rename = "type")]
    type_: Option<String>,
    param: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    retry_after_ms: Option<u64>,
    retryable: bool,
}

fn as_json(error: &Error) -> Value {
    json!({
        "kind": error.kind().name(),
        "status": error.status(),
        "code": error.code(),
        "type": error.type_(),
        "param": error.param(),
        "request_id": error.request_id(),
        "retry_after_ms": error.retry_after().map(|wait| wait.as_millis() as u64),
        "retryable": error.retryable(),
    })
}

#[test]
fn error_cases() {
    run("error", |case: &ErrorCase| {
        let server = Server::replies(json!([case.reply]));
        let client = server.client().max_retries(0).build().unwrap();
        let response = client.get("/models").send().unwrap();
        let error = response.check().unwrap_err();
        let expect = &case.expect;
        let wanted = json!({
            "kind": expect.kind,
            "status": expect.status,
            "code": expect.code,
            "type": expect.type_,
            "param": expect.param,
            "request_id": expect.request_id,
            "retry_after_ms": expect.retry_after_ms,
            "retryable": expect.retryable,
        });
        assert_eq!(as_json(&error), wanted, "{}", case.id);
        let id = &case.id;
        match &expect.message {
            Some(said) => assert!(error.message().contains(said), "{id}: {error}"),
            None => assert!(!error.message().contains("said"), "{id}: {error}"),
        }
        assert_eq!(error.attempts(), 1, "{id}");
    });
}
