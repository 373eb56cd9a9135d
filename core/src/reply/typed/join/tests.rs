use serde_json::json;

use super::*;

fn joined(chunks: Value) -> ChatCompletion {
    let chunks: Vec<ChatChunk> = serde_json::from_value(chunks).unwrap();
    chunks.into_iter().collect()
}

/// A chunk of one choice.
fn of(delta: &Value) -> Value {
    json!({"id": "c", "object": "chat.completion.chunk", "model": "m", "created": 5,
           "choices": [{"index": 0, "delta": delta}]})
}

fn call(piece: &Value) -> Value {
    of(&json!({"tool_calls": [piece]}))
}

#[test]
fn texts_are_appended_and_the_last_usage_counts() {
    let whole = joined(json!([
        of(&json!({"role": "assistant", "content": ""})),
        of(&json!({"content": "He", "reasoning_content": "a"})),
        of(&json!({"content": "llo", "reasoning_content": "b", "refusal": null})),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
         "usage": {"total_tokens": 3}},
        {"choices": [], "usage": {"total_tokens": 9}},
    ]));
    assert_eq!(whole.text(), "Hello");
    assert_eq!(
        (whole.object.as_str(), whole.created),
        ("chat.completion", 5)
    );
    assert_eq!(whole.choices[0].finish_reason, "stop");
    let message = whole.message().unwrap();
    assert_eq!(message.reasoning_content.as_deref(), Some("ab"));
    assert_eq!(
        (message.role.as_str(), message.refusal.as_ref()),
        ("assistant", None)
    );
    assert_eq!(whole.usage.unwrap().total_tokens, 9);
}

#[test]
fn choices_are_in_the_order_of_their_index() {
    let piece =
        |index: u64, text: &str| json!({"choices": [{"index": index, "delta": {"content": text}}]});
    let whole = joined(json!([
        piece(u64::MAX, "x"),
        piece(0, "a"),
        piece(7, "b"),
        piece(0, "c")
    ]));
    let texts: Vec<_> = whole
        .choices
        .iter()
        .map(|choice| (choice.index, choice.message.content.as_deref().unwrap()))
        .collect();
    assert_eq!(texts, [(0, "ac"), (7, "b"), (u64::MAX, "x")]);
}

#[test]
fn tool_calls_are_joined_by_index_and_id() {
    let whole = joined(json!([
        call(&json!({"index": 1, "id": "b", "type": "function",
                     "function": {"name": "g", "arguments": ""}})),
        call(&json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{\"x\""}})),
        call(&json!({"index": 0, "function": {"arguments": ":1}"}})),
        call(&json!({"index": 1, "id": "b", "function": {"arguments": "{}"}})),
    ]));
    let message = whole.message().unwrap();
    assert_eq!(message.content, None);
    let calls: Vec<_> = message.tool_calls.as_ref().unwrap().iter().collect();
    let words = |call: &ToolCall| {
        let function = call.function.clone().unwrap();
        [
            call.id.clone(),
            call.type_.clone(),
            function.name,
            function.arguments,
        ]
    };
    assert_eq!(words(calls[0]), ["a", "function", "f", "{\"x\":1}"]);
    assert_eq!(words(calls[1]), ["b", "function", "g", "{}"]);
}

#[test]
fn another_id_at_the_same_index_is_another_call() {
    let piece = |id: &str, arguments: &str| {
        call(&json!({"index": 0, "id": id, "function": {"name": id, "arguments": arguments}}))
    };
    let whole = joined(json!([piece("a", "1"), piece("b", "2"), piece("", "3")]));
    let calls = whole.message().unwrap().tool_calls.clone().unwrap();
    let told: Vec<_> = calls
        .into_iter()
        .map(|call| (call.id, call.function.unwrap().arguments))
        .collect();
    let expected = [("a", "1"), ("b", "23")].map(|(id, text)| (id.to_owned(), text.to_owned()));
    assert_eq!(told, expected);
}

#[test]
fn custom_calls_audio_and_logprobs_are_joined() {
    let whole = joined(json!([
        call(&json!({"index": 0, "id": "a", "custom": {"name": "sql", "input": "SEL"}})),
        call(&json!({"index": 0, "custom": {"input": "ECT"}})),
        of(&json!({"audio": {"id": "u", "data": "AA", "transcript": "hi"}})),
        of(&json!({"audio": {"data": "BB", "transcript": " you", "expires_at": 8}})),
        {"choices": [{"index": 0, "delta": {}, "logprobs": {"content": [{"token": "a"}]}}]},
        {"choices": [{"index": 0, "delta": {}, "logprobs": {"content": [{"token": "b"}]}}]},
    ]));
    let message = whole.message().unwrap();
    let call = &message.tool_calls.as_ref().unwrap()[0];
    assert_eq!((call.type_.as_str(), &call.function), ("custom", &None));
    assert_eq!(call.custom.as_ref().unwrap().input, "SELECT");
    let audio = message.audio.as_ref().unwrap();
    assert_eq!(
        (audio.data.as_str(), audio.transcript.as_str()),
        ("AABB", "hi you")
    );
    assert_eq!(audio.expires_at, 8);
    let logprobs = whole.choices[0].logprobs.as_ref().unwrap();
    assert_eq!(logprobs.content.as_ref().unwrap().len(), 2);
}

#[test]
fn unknown_members_are_kept() {
    let whole = joined(json!([
        of(&json!({"reasoning": "one ", "tags": [1], "score": 1, "annotations": [{"type": "url_citation"}]})),
        of(&json!({"reasoning": "two", "tags": [2], "score": 2})),
        {"provider": "p", "choices": [{"index": 0, "delta": {}, "native_finish_reason": "end"}]},
    ]));
    let choice = &whole.choices[0];
    let extra = json!({"reasoning": "one two", "tags": [1, 2], "score": 2});
    assert_eq!(Value::Object(choice.message.extra.clone()), extra);
    assert_eq!(choice.message.annotations.as_ref().unwrap().len(), 1);
    assert_eq!(choice.extra["native_finish_reason"], "end");
    assert_eq!(whole.extra["provider"], "p");
}

#[test]
fn a_reply_that_is_not_a_stream_is_itself() {
    let reply = json!({"id": "c", "object": "chat.completion", "created": 5, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": "Hi"}}]});
    let whole: ChatCompletion = serde_json::from_value(reply.clone()).unwrap();
    assert_eq!(joined(json!([reply])), whole);
}

#[test]
fn no_chunks_give_no_choice() {
    assert_eq!(joined(json!([])).choices, []);
}
