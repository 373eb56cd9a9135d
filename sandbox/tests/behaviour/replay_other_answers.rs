//! What a script answers beside chats: errors, vectors, models, JSON, and what follows its end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Running, exchange, fetch};
use crate::replay_answers::{chat, embed, replay};

#[test]
fn an_error_has_the_apis_shape() {
    let replay = replay(json!([
        {"error": {"status": 429, "code": "rate_limit_exceeded", "message": "Slow down.",
            "retry_after": 1}},
        {"error": {"status": 401, "code": "invalid_api_key", "type": "t", "param": "p"},
            "headers": {"X-Request-Id": "mine"}},
        {"status": 503, "error": "Out of order."},
        {"error": {"status": 429, "retry_after": 0.5}},
        {"error": {"status": 529, "code": 529}},
    ]));
    let limited = chat(&replay, json!({}));
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("1"))
    );
    assert_eq!(limited.header("x-request-id"), Some("req_replay_1"));
    assert_eq!(
        limited.json(),
        json!({"error": {"message": "Slow down.", "type": "requests", "param": null,
            "code": "rate_limit_exceeded"}})
    );
    // Also for a request that wants a stream.
    let refused = chat(&replay, json!({"stream": true}));
    assert_eq!(
        (refused.status, refused.header("x-request-id")),
        (401, Some("mine"))
    );
    assert_eq!(
        refused.json(),
        json!({"error": {"message": "Unauthorized", "type": "t", "param": "p",
            "code": "invalid_api_key"}})
    );
    let broken = chat(&replay, json!({}));
    assert_eq!((broken.status, broken.error_code()), (503, Value::Null));
    assert_eq!(broken.json()["error"]["message"], "Out of order.");
    assert_eq!(chat(&replay, json!({})).header("retry-after"), Some("0.5"));
    let odd = chat(&replay, json!({}));
    assert_eq!((odd.status, odd.error_code()), (529, json!(529)));
}

#[test]
fn vectors_answer_the_texts_of_the_request() {
    let replay = replay(json!([
        {"embedding": [0.5, -1]}, {"embedding": [0.5, -1]}, {"embedding": [1]},
        {"embeddings": [[1], [2]]},
    ]));
    let one = embed(&replay, json!({"model": "e", "input": "a b"}));
    assert_eq!(
        one,
        json!({"object": "list", "model": "e",
            "data": [{"object": "embedding", "index": 0, "embedding": [0.5, -1.0]}],
            "usage": {"prompt_tokens": 2, "total_tokens": 2}})
    );
    let asked = json!({"model": "e", "input": ["a", "b"], "encoding_format": "base64"});
    let two = embed(&replay, asked);
    let bytes = [0.5_f32.to_le_bytes(), (-1.0_f32).to_le_bytes()].concat();
    for index in 0..2 {
        assert_eq!(two["data"][index]["index"], index);
        assert_eq!(two["data"][index]["embedding"], STANDARD.encode(&bytes));
    }
    let tokens = embed(&replay, json!({"model": "e", "input": [1, 2, 3]}));
    assert_eq!(tokens["data"].as_array().unwrap().len(), 1);
    let each = embed(&replay, json!({"model": "e", "input": ["a", "b"]}));
    assert_eq!(each["data"][1]["embedding"], json!([2.0]));
}

#[test]
fn models_are_listed_and_retrieved() {
    let replay = replay(json!([
        {"models": ["a", {"id": "b", "owned_by": "me", "created": 7}]}, {"model": "c"},
    ]));
    let list = fetch("GET", &replay.url("/models"), &[], "").json();
    assert_eq!(list["object"], "list");
    assert_eq!(list["data"][0]["id"], "a");
    assert_eq!(
        list["data"][1],
        json!({"id": "b", "object": "model", "created": 7, "owned_by": "me"})
    );
    let one = fetch("GET", &replay.url("/models/c"), &[], "").json();
    assert_eq!((&one["id"], &one["object"]), (&json!("c"), &json!("model")));
}

#[test]
fn json_is_sent_unchanged() {
    let replay = replay(json!([
        {"json": {"a": [1, null]}}, {"status": 404, "json": null, "headers": [["x-a", "1"]]},
    ]));
    let first = chat(&replay, json!({}));
    assert_eq!(
        (first.status, first.text.as_str()),
        (200, r#"{"a":[1,null]}"#)
    );
    assert_eq!(first.header("content-type"), Some("application/json"));
    let second = chat(&replay, json!({}));
    assert_eq!((second.status, second.text.as_str()), (404, "null"));
    assert_eq!(second.header("x-a"), Some("1"));
}

#[test]
fn a_script_that_runs_out_answers_as_it_says() {
    let left_over = |after: &str| {
        let replay = Running::replay(&json!({"replies": [{"chat": "a"}], "after": after}));
        let request = "POST / HTTP/1.1\r\nHost: a\r\n\r\n";
        let last = request.replace("Host", "Connection: close\r\nHost");
        let said = exchange(replay.connect(), &format!("{request}{last}"));
        let code = replay.close_stdin().code;
        (said, code)
    };
    let (said, code) = left_over("repeat");
    assert_eq!(
        (said.matches(r#""content":"a""#).count(), code),
        (2, Some(0))
    );
    let (said, code) = left_over("close");
    assert_eq!((said.matches("HTTP/1.1").count(), code), (1, Some(0)));
    let (said, code) = left_over("error");
    assert!(
        said.contains("HTTP/1.1 400 ") && said.contains("no_reply_left"),
        "{said}"
    );
    assert_eq!(code, Some(1));
}

#[test]
fn a_long_request_is_still_read_for_its_model() {
    let replay = replay(json!([{"chat": "a"}]));
    let request = json!({"messages": [{"content": "x".repeat(3 * 1024 * 1024)}], "model": "late"});
    let reply = fetch(
        "POST",
        &replay.url("/chat/completions"),
        &[],
        &request.to_string(),
    );
    assert_eq!(reply.json()["model"], "late");
    let none = fetch("POST", &replay.url("/chat/completions"), &[], "no json");
    assert_eq!(none.json()["model"], "replayed");
}
