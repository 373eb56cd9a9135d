use neura::Method;
use serde::Deserialize;
use serde_json::json;

use super::form::{NotIn, run};
use crate::common::Server;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamCase {
    #[serde(rename = "name")]
    id: String,
    stream: String,
    events: Vec<Event>,
    #[serde(rename = "retry_ms")]
    _retry_ms: Option<u64>,
    #[serde(default)]
    not_in: NotIn,
    #[serde(default, rename = "socket")]
    _socket: Option<bool>,
}
case!(StreamCase);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Event {
    event: String,
    data: String,
    id: String,
}

/// Over sockets; every split of the bytes is the parser's own test.
#[test]
fn event_stream_cases() {
    run("sse", |case: &StreamCase| {
        let done = |event: &&Event| event.data.trim() != "[DONE]";
        let wanted: Vec<&Event> = case.events.iter().take_while(done).collect();
        for bytes in [1, 7, 1 << 20] {
            let reply = json!({
                "status": 200,
                "headers": [["content-type", "text/event-stream"]],
                "body": case.stream,
                "chunk_bytes": bytes,
            });
            let server = Server::replies(json!([reply]));
            let client = server.client().build().unwrap();
            let events: Vec<Event> = client
                .stream(Method::Post, "/chat/completions", &json!({}))
                .unwrap()
                .map(|event| {
                    let neura::Event {
                        event, data, id, ..
                    } = event.unwrap();
                    Event { event, data, id }
                })
                .collect();
            let found: Vec<&Event> = events.iter().collect();
            assert_eq!(found, wanted, "{} in pieces of {bytes}", case.id);
        }
    });
}
