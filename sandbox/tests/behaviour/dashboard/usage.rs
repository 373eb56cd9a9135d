//! What is counted, and what the pages and the JSON show of it.

use std::thread;

use serde_json::json;

use crate::harness::{Database, Running, fetch};

const CHAT: &str = r#"{"model":"gpt-5","messages":[{"role":"user","content":"one two three"}]}"#;

#[test]
fn each_kind_of_answer_is_counted_by_its_key() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let stream = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
    let embed = r#"{"model":"text-embedding-3-small","input":["a b","c"]}"#;
    assert_eq!(sandbox.ask("POST", "/chat/completions", CHAT).status, 200);
    assert_eq!(
        sandbox.ask("POST", "/chat/completions", &stream).status,
        200
    );
    assert_eq!(sandbox.ask("POST", "/embeddings", embed).status, 200);
    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
    assert_eq!(sandbox.ask("GET", "/nowhere", "").status, 404);
    for name in ["expired_api_key", "revoked_api_key"] {
        assert_eq!(
            sandbox
                .ask_with(sandbox.field(name), "GET", "/models", "")
                .status,
            401
        );
    }
    for status in [200, 200, 200, 429, 429] {
        let limited = sandbox.field("limited_api_key");
        assert_eq!(
            sandbox.ask_with(limited, "GET", "/models", "").status,
            status
        );
    }
    let counts = |requests, unauthorized, rate_limited, failed, prompt, completion| {
        json!({
            "requests": requests, "unauthorized": unauthorized, "rate_limited": rate_limited,
            "failed": failed, "prompt_tokens": prompt, "completion_tokens": completion,
        })
    };
    // `You said: one two three` has five words.
    assert_eq!(sandbox.key("default")["usage"], counts(5, 0, 0, 1, 9, 10));
    assert_eq!(sandbox.key("expired")["usage"], counts(1, 1, 0, 0, 0, 0));
    assert_eq!(sandbox.key("revoked")["usage"], counts(1, 1, 0, 0, 0, 0));
    assert_eq!(sandbox.key("limited")["usage"], counts(5, 0, 2, 0, 0, 0));
    let key = sandbox.key("default");
    assert!(key["last_used_at"].as_str() >= key["created_at"].as_str());

    let path = format!("/dashboard/api/keys/{}", key["id"].as_str().unwrap());
    let over_time = sandbox.page(&path).json();
    assert_eq!(over_time["usage"], key["usage"]);
    let minutes = over_time["last_hour"].as_array().unwrap();
    assert_eq!(minutes.len(), 60);
    // The requests may have been on both sides of a minute's end.
    let tokens: i64 = minutes
        .iter()
        .map(|minute| minute["prompt_tokens"].as_i64().unwrap())
        .sum();
    assert_eq!(tokens, 9);
    let starts: Vec<_> = minutes
        .iter()
        .map(|minute| minute["start"].as_i64().unwrap())
        .collect();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == 60));

    let page = sandbox.page("/dashboard/usage").text;
    assert!(
        page.contains("Tokens of all keys in the last hour: 19"),
        "{page}"
    );
    assert!(page.contains("<rect") && page.contains("3 at once, then one every 20s"));
    let day = sandbox.page("/dashboard/usage?span=day").text;
    assert!(day.contains("in the last 24 hours: 19"));
}

#[test]
fn the_last_refused_requests_are_kept_with_the_reason() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    fetch("GET", &sandbox.url("/models?q=1"), &[], "");
    let wrong = sandbox.ask_with("nk-sandbox-wrong-0123456789", "GET", "/models", "");
    sandbox.ask_with(
        sandbox.field("revoked_api_key"),
        "POST",
        "/chat/completions",
        CHAT,
    );
    sandbox.ask("GET", &format!("/models/{}", sandbox.field("api_key")), "");
    let reply = sandbox.page("/dashboard/api/refusals");
    let refusals = reply.json()["refusals"].take();
    let codes: Vec<_> = (0..4)
        .map(|n| refusals[n]["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "model_not_found",
            "revoked_api_key",
            "invalid_api_key",
            "missing_api_key"
        ]
    );
    assert_eq!(refusals[0]["key_id"], sandbox.key("default")["id"]);
    assert_eq!(refusals[1]["key_id"], sandbox.key("revoked")["id"]);
    assert_eq!(refusals[1]["status"], 401);
    assert_eq!(refusals[1]["path"], "/v1/chat/completions");
    assert_eq!(
        refusals[2]["request_id"],
        wrong.header("x-request-id").unwrap()
    );
    assert!(refusals[2]["message"].as_str().unwrap().contains("…6789"));
    assert_eq!(refusals[3]["path"], "/v1/models");
    let page = sandbox.page("/dashboard/usage").text;
    for text in [&reply.text, &page] {
        assert!(!text.contains("0123456789"), "{text}");
        assert!(!text.contains(sandbox.field("api_key")));
    }
    assert!(page.contains("revoked_api_key"));

    let long = format!("/{}", "x".repeat(5_000));
    sandbox.ask("GET", &long, "");
    assert!(sandbox.page("/dashboard/api/refusals").text.len() < 4_000);

    for _ in 0..120 {
        fetch("GET", &sandbox.url("/models"), &[], "");
    }
    let refusals = sandbox.page("/dashboard/api/refusals").json();
    assert_eq!(refusals["refusals"].as_array().unwrap().len(), 100);
    let pages_are_no_requests = sandbox.key("default")["usage"]["requests"].clone();
    assert_eq!(pages_are_no_requests, 2);
}

#[test]
fn many_requests_at_once_are_all_counted() {
    let db = Database::new();
    let sandbox = Running::sandbox(&["--db", db.path()]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..10 {
                sandbox.keys();
            }
        });
    });
    assert_eq!(sandbox.key("default")["usage"]["requests"], 200);
    let ended = sandbox.close_stdin();
    assert_eq!(ended.code, Some(0));
}

#[test]
fn the_counts_outlive_the_server_and_two_servers_add_up() {
    let db = Database::new();
    let first = Running::sandbox(&["--db", db.path()]);
    let key = first.field("api_key").to_owned();
    let second = Running::sandbox(&["--db", db.path()]);
    for sandbox in [&first, &second, &second] {
        assert_eq!(
            sandbox
                .ask_with(&key, "POST", "/chat/completions", CHAT)
                .status,
            200
        );
    }
    first.close_stdin();
    second.close_stdin();
    let third = Running::sandbox(&["--db", db.path()]);
    assert_eq!(third.key("default")["usage"]["requests"], 3);
    assert_eq!(third.key("default")["usage"]["prompt_tokens"], 9);
    let list = crate::harness::keys(&db, &["list"]);
    assert_eq!(list[0]["usage"]["requests"], 3);
}
