use serde_json::{Value, json};

use crate::harness::{Reply, Running};

fn hello() -> Value {
    json!({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})
}

fn ask(sandbox: &Running, body: &Value) -> Reply {
    sandbox.ask("POST", "/chat/completions", &body.to_string())
}

#[test]
fn the_answer_repeats_what_was_said() {
    let sandbox = Running::sandbox(&[]);
    let mut body = hello();
    body["n"] = 2.into();
    let reply = ask(&sandbox, &body).json();
    assert_eq!(reply["object"], "chat.completion");
    assert_eq!(reply["model"], "gpt-5");
    assert!(reply["id"].as_str().unwrap().starts_with("chatcmpl-"));
    let choices = reply["choices"].as_array().unwrap();
    for (index, choice) in choices.iter().enumerate() {
        assert_eq!(choice["index"], index);
        assert_eq!(choice["message"]["role"], "assistant");
        assert_eq!(choice["message"]["content"], "You said: Hello!");
        assert_eq!(choice["finish_reason"], "stop");
    }
    assert_eq!(choices.len(), 2);
    assert_eq!(
        reply["usage"],
        json!({"prompt_tokens": 1, "completion_tokens": 6, "total_tokens": 7})
    );
}

#[test]
fn a_stream_gives_the_answer_word_by_word() {
    let sandbox = Running::sandbox(&[]);
    let mut body = hello();
    body["stream"] = true.into();
    let reply = ask(&sandbox, &body);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    let mut events = reply.events();
    assert_eq!(events.pop(), Some("[DONE]"));
    let chunks: Vec<Value> = events
        .iter()
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let choices: Vec<_> = chunks.iter().map(|chunk| &chunk["choices"][0]).collect();
    let deltas: Vec<_> = choices
        .iter()
        .map(|choice| choice["delta"].clone())
        .collect();
    assert_eq!(
        deltas,
        [
            json!({"role": "assistant", "content": ""}),
            json!({"content": "You "}),
            json!({"content": "said: "}),
            json!({"content": "Hello!"}),
            json!({}),
        ]
    );
    let (last, others) = choices.split_last().unwrap();
    assert_eq!(last["finish_reason"], "stop");
    assert!(
        others
            .iter()
            .all(|choice| choice["finish_reason"].is_null())
    );
    for chunk in &chunks {
        assert_eq!(chunk["object"], "chat.completion.chunk");
        assert_eq!(chunk["id"], chunks[0]["id"]);
        assert!(chunk.get("usage").is_none(), "{chunk}");
    }
}

#[test]
fn a_stream_has_its_usage_if_the_request_asks_for_it() {
    let sandbox = Running::sandbox(&[]);
    let mut body = hello();
    body["stream"] = true.into();
    body["stream_options"] = json!({"include_usage": true});
    body["n"] = 2.into();
    let reply = ask(&sandbox, &body);
    let events = reply.events();
    let usage: Value = serde_json::from_str(events[events.len() - 2]).unwrap();
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(
        usage["usage"],
        json!({"prompt_tokens": 1, "completion_tokens": 6, "total_tokens": 7})
    );
    let first: Value = serde_json::from_str(events[0]).unwrap();
    assert_eq!(first.get("usage"), Some(&Value::Null));
    let finished = events
        .iter()
        .filter(|data| data.contains("\"stop\""))
        .count();
    assert_eq!(finished, 2);
}

#[test]
fn each_event_comes_as_soon_as_it_is_made() {
    use std::io::{Read, Write};

    let sandbox = Running::sandbox(&["--event-delay-ms", "300"]);
    let mut body = hello();
    body["stream"] = true.into();
    let body = body.to_string();
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        sandbox.field("api_key"),
        body.len()
    );
    let mut stream = sandbox.connect();
    stream.write_all(request.as_bytes()).unwrap();
    let mut seen = String::new();
    while !seen.contains("\"assistant\"") {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).unwrap();
        assert!(length > 0);
        seen += std::str::from_utf8(&piece[..length]).unwrap();
    }
    assert!(!seen.contains("[DONE]"), "{seen}");
}

#[test]
fn an_error_names_the_field() {
    let sandbox = Running::sandbox(&[]);
    let user = json!([{"role": "user", "content": "x"}]);
    for (body, status, param) in [
        (json!({}), 400, "model"),
        (json!({"model": null, "messages": user}), 400, "model"),
        (json!({"model": 5, "messages": user}), 400, "model"),
        (json!({"model": "gpt-6", "messages": user}), 404, "model"),
        (
            json!({"model": "text-embedding-3-small", "messages": user}),
            400,
            "model",
        ),
        (json!({"model": "gpt-5"}), 400, "messages"),
        (json!({"model": "gpt-5", "messages": []}), 400, "messages"),
        (
            json!({"model": "gpt-5", "messages": [{"role": "user"}]}),
            400,
            "messages[0].content",
        ),
        (
            json!({"model": "gpt-5", "messages": user, "n": 0}),
            400,
            "n",
        ),
        (
            json!({"model": "gpt-5", "messages": user, "stream": "yes"}),
            400,
            "stream",
        ),
        (
            json!({"model": "gpt-5", "messages": user, "stream_options": {}}),
            400,
            "stream_options",
        ),
    ] {
        let reply = ask(&sandbox, &body);
        assert_eq!(reply.status, status, "{body}");
        reply.error_code();
        assert_eq!(reply.json()["error"]["param"], param, "{body}");
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let sandbox = Running::sandbox(&[]);
    let mut body = hello();
    body["tools"] = json!([{"type": "function", "function": {"name": "f"}}]);
    body["temperature"] = json!(0.5);
    body["stream"] = json!(null);
    assert_eq!(ask(&sandbox, &body).status, 200);
}
