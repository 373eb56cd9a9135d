//! The README's script works unchanged.

use serde_json::{Value, json};

use crate::harness::{Running, fetch};

const README: &str = include_str!("../../README.md");
const MARK: &str = "sandbox/tests/behaviour/replay_readme.rs -->\n```json\n";

#[test]
fn the_script_of_the_readme_works_unchanged() {
    let (_, rest) = README.split_once(MARK).unwrap();
    let (script, _) = rest.split_once("\n```\n").unwrap();
    let replay = Running::replay(&serde_json::from_str(script).unwrap());
    let headers = [("authorization", "Bearer nk-test-key")];
    let post =
        |path: &str, body: Value| fetch("POST", &replay.url(path), &headers, &body.to_string());
    let get = |path: &str| fetch("GET", &replay.url(path), &headers, "");
    let hi = json!({"model": "gpt-5", "messages": [{"role": "user", "content": "Hi!"}]});

    let answer = post("/chat/completions", hi.clone()).json();
    assert_eq!(answer["choices"][0]["message"]["content"], "Hello");
    assert_eq!(answer["model"], "gpt-5");
    let calling = post("/chat/completions", hi.clone()).json();
    let call = &calling["choices"][0]["message"]["tool_calls"][0]["function"];
    assert_eq!(
        call,
        &json!({"name": "weather", "arguments": "{\"city\":\"Oslo\"}"})
    );
    let stream = post("/chat/completions", hi.clone());
    assert_eq!(stream.events().last(), Some(&"[DONE]"));
    let limited = post("/chat/completions", hi);
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("1"))
    );
    let made = post("/embeddings", json!({"input": "a"})).json();
    assert_eq!(made["data"][0]["embedding"], json!([0.1, -0.2, 0.3]));
    assert_eq!(get("/models").json()["data"][1]["id"], "gpt-5-mini");
    assert_eq!(
        get("/things/t-1").json(),
        json!({"object": "thing", "id": "t-1"})
    );

    let ended = replay.close_stdin();
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["problems"], json!([]));
    assert_eq!(ended.code, Some(0));
}
