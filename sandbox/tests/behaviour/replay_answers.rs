//! Replies in the API's shape, for the tests of a user's program.

use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::harness::{Reply, Running, exchange, fetch};

pub fn replay(replies: Value) -> Running {
    Running::replay(&json!({"replies": replies}))
}

/// Sends a chat request over a new connection.
pub fn chat(replay: &Running, more: Value) -> Reply {
    let mut request = json!({
        "model": "gpt-5", "messages": [{"role": "user", "content": "one two three"}],
    });
    let more = more.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(more);
    let url = replay.url("/chat/completions");
    fetch("POST", &url, &[], &request.to_string())
}

pub fn embed(replay: &Running, request: Value) -> Value {
    let url = replay.url("/embeddings");
    fetch("POST", &url, &[], &request.to_string()).json()
}

/// The JSON of each event but the last, which must be `[DONE]`.
fn chunks(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    let mut events = reply.events();
    assert_eq!(events.pop(), Some("[DONE]"));
    let chunks = events.iter().map(|event| serde_json::from_str(event));
    chunks.collect::<Result<_, _>>().unwrap()
}

fn deltas(chunks: &[Value]) -> Vec<&Value> {
    let choices = chunks.iter().map(|chunk| &chunk["choices"][0]);
    choices.map(|choice| &choice["delta"]).collect()
}

fn seconds_since_1970() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn a_chat_is_a_whole_answer() {
    let replay = replay(
        json!([{"chat": "Hello you"}, {"chat": {"content": "b", "model": "m",
        "id": "x", "finish_reason": "length", "usage": {"total_tokens": 9}}}]),
    );
    let reply = chat(&replay, json!({}));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("x-request-id"), Some("req_replay_1"));
    let mut answer = reply.json();
    let created = answer["created"].take().as_u64().unwrap();
    assert!(created.abs_diff(seconds_since_1970()) < 60);
    assert_eq!(
        answer,
        json!({
            "id": "chatcmpl-replay-1", "object": "chat.completion", "created": null,
            "model": "gpt-5",
            "choices": [{
                "index": 0, "logprobs": null, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "Hello you", "refusal": null},
            }],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        })
    );
    let answer = chat(&replay, json!({})).json();
    assert_eq!(
        (&answer["id"], &answer["model"]),
        (&json!("x"), &json!("m"))
    );
    assert_eq!(answer["choices"][0]["finish_reason"], "length");
    assert_eq!(answer["usage"], json!({"total_tokens": 9}));
}

#[test]
fn a_message_of_the_api_is_a_chat() {
    let copied = json!({"role": "assistant", "content": "Hello", "refusal": null});
    let replay = replay(json!([{ "chat": copied }]));
    let answer = chat(&replay, json!({})).json();
    assert_eq!(answer["choices"][0]["message"], copied);
}

/// Assistant messages, as services with this API write them.
fn messages() -> Value {
    let function = json!({"name": "time", "arguments": "{}"});
    json!([
        {"role": "assistant", "content": "a", "refusal": null, "annotations": []},
        {"role": "assistant", "content": "a", "refusal": null, "annotations": [
            {"type": "url_citation", "url_citation": {"url": "https://x", "title": "x"}}]},
        {"role": "assistant", "content": "a", "refusal": null, "audio": null,
            "function_call": null, "tool_calls": null, "reasoning": null},
        {"role": "assistant", "content": "a", "refusal": null, "reasoning_content": "b c",
            "provider_specific_fields": {"a": 1}, "images": []},
        {"role": "assistant", "content": null, "refusal": null,
            "audio": {"id": "audio_1", "data": "AA==", "transcript": "a", "expires_at": 1}},
        {"role": "assistant", "content": null, "refusal": "no", "annotations": []},
        {"role": "assistant", "content": null, "refusal": null, "function_call": function},
        {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
            {"id": "c", "type": "function", "index": 0, "function": function,
                "extra_content": {"signature": "x"}},
            {"id": "d", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}}]},
    ])
}

#[test]
fn a_copied_message_is_sent_and_can_be_sent_back_with_all_its_members() {
    let messages = messages();
    let messages = messages.as_array().unwrap();
    let script = messages.iter().map(|message| json!({"chat": message}));
    let replay = replay(script.collect());
    let sandbox = Running::sandbox(&[]);
    let user = json!({"role": "user", "content": "a"});
    for message in messages {
        let answer = chat(&replay, json!({"messages": [message, user]})).json();
        assert_eq!(&answer["choices"][0]["message"], message);
        let request = json!({"model": "gpt-5", "messages": [user, message, user]});
        let reply = sandbox.ask("POST", "/chat/completions", &request.to_string());
        assert_eq!(reply.status, 200, "{message}");
    }
    let answer = chat(&replay, json!({})).json();
    assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
}

#[test]
fn a_stream_has_the_members_of_a_message() {
    let messages = messages();
    let messages = messages.as_array().unwrap();
    let script = messages.iter().map(|message| json!({"chat": message}));
    let replay = replay(script.collect());
    for message in messages {
        let chunks = chunks(&chat(&replay, json!({"stream": true})));
        let mut joined = serde_json::Map::new();
        for delta in deltas(&chunks) {
            for (name, value) in delta.as_object().unwrap() {
                joined.insert(name.clone(), value.clone());
            }
        }
        let members = message.as_object().unwrap().iter();
        for (name, value) in members.filter(|(_, value)| !value.is_null()) {
            match name.as_str() {
                "tool_calls" => assert_eq!(joined[name][0]["custom"], value[1]["custom"]),
                _ => assert_eq!(&joined[name], value),
            }
        }
    }
}

#[test]
fn members_that_the_api_writes_need_no_role() {
    let script = json!({"content": "a", "annotations": [], "reasoning": "b"});
    let replay = replay(json!([{ "chat": script }]));
    let message = chat(&replay, json!({})).json()["choices"][0]["message"].take();
    assert_eq!(
        message,
        json!({"role": "assistant", "content": "a", "refusal": null, "annotations": [],
            "reasoning": "b"})
    );
}

#[test]
fn tools_are_called_in_short_and_as_the_api_writes_it() {
    let full = json!({"id": "call_x", "type": "function",
        "function": {"name": "time", "arguments": "{not json"}});
    let short = json!({"name": "weather", "arguments": {"city": "Oslo"}});
    let calls = json!([short, full, {"name": "now"}]);
    let replay = replay(json!([
        {"chat": {"tool_calls": calls}}, {"chat": {"tool_calls": calls}},
        {"stream": [{"tool_calls": [short]}, {"tool_calls": [full]}]},
    ]));
    let answer = chat(&replay, json!({})).json();
    let choice = &answer["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["message"]["content"], Value::Null);
    let made = &choice["message"]["tool_calls"];
    assert_eq!(
        made[0],
        json!({"id": "call_1", "type": "function",
            "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}})
    );
    assert_eq!(made[1], full);
    assert_eq!(made[2]["function"]["arguments"], "{}");
    for count in [3, 2] {
        let chunks = chunks(&chat(&replay, json!({"stream": true})));
        let deltas = deltas(&chunks);
        assert_eq!(*deltas[0], json!({"role": "assistant", "content": null}));
        let calls = deltas.iter().filter_map(|delta| delta["tool_calls"].get(0));
        let mut joined = vec![String::new(); count];
        let mut ids = vec![Value::Null; count];
        for call in calls {
            let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            joined[index] += call["function"]["arguments"].as_str().unwrap();
            if call["id"].is_string() {
                ids[index] = call["id"].clone();
            }
        }
        assert_eq!(joined[..2], ["{\"city\":\"Oslo\"}", "{not json"]);
        assert_eq!(ids[..2], [json!("call_1"), json!("call_x")]);
        let last = chunks.last().unwrap();
        assert_eq!(last["choices"][0]["finish_reason"], "tool_calls");
    }
}

#[test]
fn a_stream_has_a_chunk_for_each_piece() {
    let replay = replay(json!([{"stream": ["Hel", "lo"]}]));
    let asked = json!({"stream": true, "stream_options": {"include_usage": true}});
    // Also for a request that does not ask for one.
    for (asked, with_usage) in [
        (json!({}), false),
        (json!({"stream": true}), false),
        (asked, true),
    ] {
        let reply = chat(&replay, asked);
        let chunks = chunks(&reply);
        let words: Vec<_> = deltas(&chunks)
            .into_iter()
            .filter_map(|delta| delta["content"].as_str())
            .collect();
        assert_eq!(words, ["", "Hel", "lo"]);
        assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
        assert_eq!(chunks[3]["choices"][0]["finish_reason"], "stop");
        assert_eq!(chunks.len(), if with_usage { 5 } else { 4 });
        for chunk in &chunks {
            assert_eq!(chunk["object"], "chat.completion.chunk");
            assert_eq!(
                (&chunk["model"], &chunk["id"]),
                (&json!("gpt-5"), &chunks[0]["id"])
            );
            assert_eq!(chunk.get("usage").is_some(), with_usage);
        }
        if with_usage {
            assert_eq!(chunks[4]["choices"], json!([]));
            assert_eq!(chunks[4]["usage"]["total_tokens"], 5);
        }
    }
}

#[test]
fn a_chat_is_streamed_if_the_request_asks_for_it() {
    let replay = replay(json!([{"chat": {"content": "Hello you", "tool_calls": [{"name": "f"}]}}]));
    let chunks = chunks(&chat(&replay, json!({"stream": true})));
    let deltas = deltas(&chunks);
    assert_eq!(deltas[1], &json!({"content": "Hello you"}));
    assert_eq!(deltas[2]["tool_calls"][0]["function"]["name"], "f");
}

#[test]
fn a_stream_ends_as_the_script_says() {
    let replay = replay(json!([
        {"stream": ["a", {"error": {"message": "Overloaded.", "code": "overloaded"}}]},
        {"stream": {"pieces": ["a"], "cut": true}},
        {"stream": {"pieces": ["a"], "finish_reason": null}},
        {"stream": {"pieces": ["a", {"data": "no json"}, {"data": {"b": 1}}, {"delta": {"c": 2}}],
            "finish_reason": "length", "usage": {"total_tokens": 1}}},
        {"stream": {"pieces": ["a"], "cut": true}, "then": "close"},
        {"stream": {"pieces": ["a"], "cut": true}, "then": "reset"},
    ]));
    let failed = chat(&replay, json!({}));
    let last: Value = serde_json::from_str(failed.events().pop().unwrap()).unwrap();
    assert_eq!(
        last,
        json!({"error": {"message": "Overloaded.", "type": "server_error", "param": null,
            "code": "overloaded"}})
    );
    let cut = chat(&replay, json!({}));
    assert_eq!(cut.events().len(), 2);
    assert!(cut.events()[1].contains(r#""content":"a""#));
    let unfinished = chat(&replay, json!({}));
    assert_eq!(unfinished.events()[2..], ["[DONE]"]);
    let odd = chat(&replay, json!({}));
    let events = odd.events();
    assert_eq!(events[2..4], ["no json", r#"{"b":1}"#]);
    assert!(events[4].contains(r#""delta":{"c":2}"#), "{}", events[4]);
    assert!(events[5].contains(r#""finish_reason":"length""#));
    assert!(events[6].contains(r#""usage":{"total_tokens":1}"#));
    // In the middle of the body: its last chunk is missing.
    for _ in 0..2 {
        let request = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n\r\n";
        let reply = exchange(replay.connect(), request);
        assert!(reply.contains(r#""content":"a""#), "{reply}");
        assert!(!reply.contains("\r\n0\r\n"), "{reply}");
    }
}

#[test]
fn events_are_written_one_by_one() {
    let replay = replay(json!([{"stream": ["a", "b"], "delay_ms": 150}]));
    let mut stream = replay.connect();
    let start = std::time::Instant::now();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut reads = Vec::new();
    let mut piece = [0; 4096];
    while let count @ 1.. = stream.read(&mut piece).unwrap() {
        reads.push(String::from_utf8_lossy(&piece[..count]).into_owned());
    }
    // The head; the role, two pieces, the reason and [DONE].
    assert_eq!(reads.len(), 6, "{reads:?}");
    assert!(reads[2].contains(r#""content":"a""#), "{reads:?}");
    assert!(start.elapsed().as_millis() >= 5 * 150);
}
