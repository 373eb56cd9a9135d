//! An invalid script is refused, and the message names the place.

use std::fs;
use std::path::Path;
use std::thread;

use serde_json::json;

use crate::harness::{REPLAY, output};

/// The program's message about a script that it refuses.
fn refused(script: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let name = format!("script-{}-{:?}", std::process::id(), thread::current().id());
    let file = folder.join(name);
    fs::write(&file, script).unwrap();
    let output = output(REPLAY, &["--script", file.to_str().unwrap()]);
    let _ = fs::remove_file(&file);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    said
}

#[test]
fn a_bad_answer_is_refused_with_its_place() {
    for (reply, words) in [
        (
            json!({"chat": 5}),
            "chat: expected text or an object, not 5",
        ),
        (
            json!({"chat": null}),
            "chat: expected text or an object, not null",
        ),
        (
            json!({"chat": {}}),
            "chat: give content, tool_calls or refusal",
        ),
        (
            json!({"chat": {"contents": "a"}}),
            "chat: unknown field `contents`",
        ),
        (
            json!({"chat": {"content": ["a"]}}),
            "chat.content: invalid type",
        ),
        (
            json!({"chat": {"tool_calls": {}}}),
            "chat.tool_calls: invalid type",
        ),
        (
            json!({"chat": {"tool_calls": ["f"]}}),
            "chat.tool_calls[0]: expected an object, not text",
        ),
        (
            json!({"chat": {"tool_calls": [{"name": "f"}, {"arguments": {}}]}}),
            "chat.tool_calls[1]: give the name of the function",
        ),
        (
            json!({"chat": {"tool_calls": [{"function": {"arguments": ""}}]}}),
            "chat.tool_calls[0].function: missing field `name`",
        ),
        (
            json!({"chat": {"tool_calls": [{"type": "tool", "name": "f"}]}}),
            "chat.tool_calls[0].type: expected \"function\"",
        ),
        (
            json!({"chat": {"content": "a", "finish_reason": 1}}),
            "chat.finish_reason: expected text",
        ),
        (
            json!({"stream": "Hello"}),
            "stream: expected a list of pieces or an object, not text",
        ),
        (
            json!({"stream": ["a", 5]}),
            "stream[1]: expected text or an object, not 5",
        ),
        (
            json!({"stream": [{"dleta": {}}]}),
            "stream[0]: unknown field `dleta`",
        ),
        (json!({"stream": [{}]}), "stream[0]: give one of"),
        (
            json!({"stream": [{"delta": 1}]}),
            "stream[0].delta: expected an object",
        ),
        (
            json!({"stream": [{"tool_calls": [{"name": 1}]}]}),
            "stream[0].tool_calls[0].name: invalid type",
        ),
        (
            json!({"stream": {"pieces": [1]}}),
            "stream.pieces[0]: expected text",
        ),
        (
            json!({"stream": [{"error": "x"}, "a"]}),
            "stream[0]: an error must be the last piece",
        ),
        (
            json!({"stream": [{"error": {"status": 1}}]}),
            "stream[0].error: status and retry_after",
        ),
        (json!({"error": {}}), "error: give a status"),
        (
            json!({"error": {"status": 204}}),
            "error.status: expected a status with a body",
        ),
        (json!({"error": {"status": 99}}), "error.status"),
        (
            json!({"error": {"status": "429"}}),
            "error.status: invalid type",
        ),
        (
            json!({"status": 1, "error": {"status": 429}}),
            "error.status: the reply has a status",
        ),
        (
            json!({"error": {"status": 429, "retry_after": -1}}),
            "error.retry_after",
        ),
        (
            json!({"error": {"status": 429, "retryAfter": 1}}),
            "error: unknown field `retryAfter`",
        ),
        (json!({"embedding": ["a"]}), "embedding[0]: invalid type"),
        (json!({"embedding": [[1]]}), "embedding[0]: invalid type"),
        (
            json!({"embeddings": [[1], [null]]}),
            "embeddings[1][0]: invalid type",
        ),
        (json!({"models": "a"}), "models: expected a list, not text"),
        (
            json!({"models": ["a", {"name": "b"}]}),
            "models[1]: unknown field `name`",
        ),
        (json!({"models": [{}]}), "models[0]: missing field `id`"),
        (
            json!({"chat": "a", "stream": []}),
            "give chat or stream, not both",
        ),
        (
            json!({"chat": "a", "body": ""}),
            "body is not possible with chat",
        ),
        (
            json!({"chat": "a", "status": 500}),
            "status: the answer to chat is a 200",
        ),
        (json!({"chat": "a", "at": "head"}), "at: an answer"),
        (json!({"models": ["a"], "at": "connect"}), "at: an answer"),
        (
            json!({"json": 1, "body": ""}),
            "give json or body, not both",
        ),
        (
            json!({"json": 1, "raw": ""}),
            "give status or raw, not both",
        ),
        (
            json!({"chat": "a", "headers": "x: y"}),
            "headers: invalid type",
        ),
        (json!({"chat": "a", "headers": [["x"]]}), "headers[0]"),
        (
            json!({"chat": {"role": "user", "content": "a"}}),
            "chat.role: expected \"assistant\"",
        ),
        (
            json!({"chat": "a", "headers": [["x", "y"], ["Content-Length", "1"]]}),
            "headers[1]: Content-Length is not possible with chat",
        ),
        (
            json!({"stream": ["a"], "headers": [["transfer-encoding", "chunked"]]}),
            "headers[0]: transfer-encoding is not possible with stream",
        ),
        (
            json!({"json": 1, "headers": [["content-length", "1"]]}),
            "headers[0]: content-length is not possible with json",
        ),
        (
            json!({"models": ["a"], "headers": [["x", "a\r\nset-cookie: d"]]}),
            "headers[0]: \"a\\r\\nset-cookie: d\" has a line break",
        ),
        (
            json!({"json": 1, "headers": [["x\n", "a"]]}),
            "headers[0]: \"x\\n\" is not a header name",
        ),
        (
            json!({"embedding": [1], "headers": [["x y", "a"]]}),
            "headers[0]: \"x y\" is not a header name",
        ),
        (
            json!({"error": {"status": 500}, "headers": [["", "a"]]}),
            "headers[0]: \"\" is not a header name",
        ),
        (
            json!({"chat": "a", "headers": [["x", " a"]]}),
            "headers[0]: \" a\" begins or ends with a blank",
        ),
        (
            json!({"error": {"status": 429, "retry_after": "a\r\nset-cookie: d"}}),
            "error.retry_after: \"a\\r\\nset-cookie: d\" has a line break",
        ),
        (
            json!({"json": 1, "reason": "OK\r\nset-cookie: d"}),
            "reason: ",
        ),
        (json!({"chta": "a"}), "unknown field `chta`"),
        (json!("Hello"), r#"{"chat": "Hello"}"#),
    ] {
        let said = refused(&json!({"replies": [200, reply]}).to_string());
        let place = format!("replies[1]: {words}");
        let found = said.contains(&place) || (reply == "Hello" && said.contains(words));
        assert!(found, "{reply}: {said}");
    }
}

#[test]
fn a_bad_proxy_is_refused_with_its_place() {
    for (proxy, words) in [
        (json!(5), "proxy: invalid type"),
        (json!({"usr": "a"}), "proxy: unknown field `usr`"),
        (json!({"user": "a"}), "proxy: give user and password"),
        (json!({"target": 80}), "proxy.target: invalid type"),
        (
            json!({"target": "here"}),
            "proxy: \"here\" is not HOST:PORT",
        ),
        (
            json!({"names": {"a.test": "127.0.0.1:99999"}}),
            "proxy: \"127.0.0.1:99999\" is not HOST:PORT",
        ),
        (
            json!({"certificate": "PEM"}),
            "proxy: give certificate and private_key",
        ),
        (
            json!({"certificate": "", "private_key": "PEM"}),
            "proxy.private_key: is not PEM",
        ),
    ] {
        let said = refused(&json!({ "proxy": proxy }).to_string());
        assert!(said.contains(words), "{proxy}: {said}");
    }
    let said = refused(&json!({"proxy": {}, "replies": [200]}).to_string());
    assert!(
        said.contains("replies is not possible with proxy"),
        "{said}"
    );
}

#[test]
fn a_bad_script_is_refused_with_its_place() {
    for (script, words) in [
        ("{\n \"replies\": [200,]}", "line 2 column"),
        ("", "is not JSON"),
        (
            "[]",
            "expected an object with the list \"replies\", not a list",
        ),
        (r#"{"replies": {}}"#, "replies: invalid type"),
        (
            r#"{"replies": [200], "after": "stop"}"#,
            "after: unknown variant `stop`",
        ),
        (
            r#"{"replies": [200], "expect": {"attempts": "1"}}"#,
            "expect.attempts: invalid type",
        ),
        (
            r#"{"replies": [200], "expect": {"requests": [{}, {"headers": [["a"]]}]}}"#,
            "expect.requests[1].headers[0]: invalid length",
        ),
        (
            r#"{"replies": [200], "expect": {"requests": [{"jsn": 1}]}}"#,
            "expect.requests[0]: unknown field `jsn`",
        ),
    ] {
        let said = refused(script);
        assert!(said.contains(words), "{script}: {said}");
    }
}
