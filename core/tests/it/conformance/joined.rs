use neura::{ChatCompletion, Error};
use serde::Deserialize;
use serde_json::{Value, json};

use super::form::{NotIn, run};
use crate::common::Server;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinedCase {
    id: String,
    chunks: Vec<Value>,
    answer: Value,
    #[serde(default, rename = "sdk_differs")]
    _sdk_differs: String,
    #[serde(default)]
    not_in: NotIn,
    #[serde(rename = "socket")]
    _socket: bool,
}
case!(JoinedCase);

#[test]
fn joined_cases() {
    run("joined", |case: &JoinedCase| {
        let events = case.chunks.iter().map(|chunk| format!("data: {chunk}\n\n"));
        let reply = json!({
            "status": 200,
            "headers": [["content-type", "text/event-stream"]],
            "body": events.collect::<String>() + "data: [DONE]\n\n",
        });
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        let chunks = client.chat(&json!({})).stream().unwrap();
        let answer: Result<ChatCompletion, Error> = chunks.collect();
        let answer = serde_json::to_value(answer.unwrap()).unwrap();
        assert_eq!(without_nulls(answer), without_nulls(case.answer.clone()));
    });
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let given = members.into_iter().filter(|(_, value)| !value.is_null());
            given
                .map(|(name, value)| (name, without_nulls(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}
