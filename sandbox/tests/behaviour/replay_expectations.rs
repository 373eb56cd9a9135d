//! What a script expects of its client, and how the report says what differs.

use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::harness::{Running, exchange, fetch};
use crate::replay_report::{GET, LAST, problems, report};

#[test]
fn expectations_are_checked() {
    let expect = json!({
        "attempts": 2, "connections": 1, "method": "GET", "target": "/v1/models?a=b",
        "headers": [["host", "a"]], "absent_headers": ["cookie"],
        "retry_count_headers": ["0", "1"], "kind": "server", "status": 500,
    });
    let script = json!({"replies": [500, {"status": 500, "then": "close"}], "expect": expect});
    let good = Running::replay(&script);
    let second = GET.replace("Count: 0", "Count: 1");
    exchange(good.connect(), &format!("{GET}{second}"));
    assert_eq!(problems(&report(&good)), "[]");
    assert_eq!(good.close_stdin().code, Some(0));

    let bad = Running::replay(&script);
    assert!(problems(&report(&bad)).contains("0 requests instead of 2"));
    let mut wrong = bad.connect();
    let request = "POST /v1/y HTTP/1.1\r\nHost: b\r\nCookie: c\r\nX-Retry-Count: 1\r\n\r\n";
    wrong.write_all(request.as_bytes()).unwrap();
    wrong.read_exact(&mut [0; 10]).unwrap();
    let found = problems(&report(&bad));
    for words in [
        "1 requests instead of 2",
        "request 1: the method",
        "request 1: the target",
        "request 1: the header host",
        "request 1: it has the header cookie",
        "request 1: the header x-retry-count",
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
}

#[test]
fn refused_attempts_count_as_made() {
    let replay = Running::replay(&json!({
        "replies": ["refuse", 200], "refuse_ms": 0,
        "expect": {"attempts": 2, "retry_count_headers": ["0", "1"]},
    }));
    let second = GET.replace("Count: 0", "Count: 1\r\nConnection: close");
    exchange(replay.connect(), &second);
    assert_eq!(problems(&report(&replay)), "[]");
}

#[test]
fn an_expected_request_that_never_came_is_a_problem() {
    let first = || json!({"method": "GET"});
    for (expect, came, words) in [
        (
            json!({"requests": [first(), {"json": {"model": "x"}}]}),
            1,
            "request 2 never came",
        ),
        (
            json!({"requests": [first(), {}, {}]}),
            1,
            "request 3 never came",
        ),
        (json!({"requests": [{}]}), 0, "request 1 never came"),
        (
            json!({"attempts": 1, "requests": [{}, {}]}),
            1,
            "request 2 never came",
        ),
        (
            json!({"retry_count_headers": ["0", "1"]}),
            1,
            "request 2 never came",
        ),
        (json!({"min_wait_ms": 1}), 1, "min_wait_ms: "),
        (json!({"method": "GET"}), 0, "method: "),
        (json!({"target": "/"}), 0, "target: "),
        (json!({"headers": [["a", "b"]]}), 0, "headers: "),
        (json!({"absent_headers": ["cookie"]}), 0, "absent_headers: "),
        (json!({"max_wait_ms": 1}), 0, "max_wait_ms: "),
    ] {
        let script = json!({"replies": [{"chat": "a"}, {"chat": "b"}], "expect": expect});
        let replay = Running::replay(&script);
        for _ in 0..came {
            exchange(replay.connect(), LAST);
        }
        let problems = problems(&report(&replay));
        assert!(problems.contains(words), "{script}: {problems}");
    }
}

#[test]
fn zero_attempts_expect_no_request() {
    let more = json!({"headers": [["a", "b"]], "requests": [{}], "min_wait_ms": 1});
    for none in ["attempts", "connections"] {
        let mut expect = more.clone();
        expect[none] = json!(0);
        let replay = Running::replay(&json!({"replies": [200], "expect": expect}));
        assert_eq!(report(&replay)["ok"], true, "{none}");
    }
    let once = json!({"attempts": 1, "min_wait_ms": 1, "max_wait_ms": 500});
    let replay = Running::replay(&json!({"replies": [200], "expect": once}));
    exchange(replay.connect(), LAST);
    assert_eq!(report(&replay)["ok"], true);
}

#[test]
fn a_body_is_compared_as_json() {
    let wanted = json!({"model": "gpt-5", "n": 1, "messages": [{"role": "user"}]});
    let problems_of = |sent: Value| {
        let replay = Running::replay(&json!({
            "replies": [{"chat": "a"}], "expect": {"requests": [{"json": wanted}]},
        }));
        let body = match sent {
            Value::String(text) => text,
            sent => sent.to_string(),
        };
        fetch("POST", &replay.url("/chat/completions"), &[], &body);
        let report: Value = serde_json::from_str(&replay.close_stdin().stdout).unwrap();
        report["problems"].to_string()
    };
    let good = json!({
        "model": "gpt-5", "n": 1.0, "messages": [{"content": "x", "role": "user"}], "stream": true,
    });
    assert_eq!(problems_of(good.clone()), "[]");
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        problems_of(changed)
    };
    for (found, words) in [
        (
            with("model", json!("x")),
            r#"request 1: the body.model is \"x\" instead of \"gpt-5\""#,
        ),
        (with("n", json!(2)), "the body.n is 2 instead of 1"),
        (with("messages", json!([])), "the body.messages is []"),
        (
            with("messages", json!([{"content": "x"}])),
            "the body.messages[0].role is missing",
        ),
        (problems_of(json!("no json")), "the body is not JSON"),
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
}

#[test]
fn a_reply_that_does_not_fit_its_request_is_a_problem() {
    let (chat, one) = (json!({"chat": "a"}), json!({"embeddings": [[1, 2]]}));
    let (two, same) = (json!(["a", "b"]), json!({"embedding": [1]}));
    for (reply, target, input, words) in [
        (
            &one,
            "/v1/embeddings",
            two.clone(),
            "embeddings has 1 vectors for 2 texts",
        ),
        (&one, "/v1/embeddings", json!("a"), ""),
        (&one, "/v1/embeddings", json!([1, 2, 3]), ""),
        (&same, "/v1/embeddings", two.clone(), ""),
        (
            &chat,
            "/v1/embeddings",
            two.clone(),
            "the reply to /v1/embeddings is chat",
        ),
        (
            &same,
            "/v1/chat/completions",
            two.clone(),
            "/v1/chat/completions is embeddings",
        ),
        (
            &json!({"stream": []}),
            "/v1/models",
            json!(""),
            "/v1/models is stream",
        ),
        (
            &json!({"model": "a"}),
            "/v1/models?a=b",
            json!(""),
            "/v1/models?a=b is model",
        ),
        (
            &json!({"models": ["a"]}),
            "/v1/models/a",
            json!(""),
            "/v1/models/a is models",
        ),
        (
            &json!({"error": {"status": 400}}),
            "/v1/embeddings",
            two.clone(),
            "",
        ),
        (&json!({"json": {}}), "/v1/embeddings", two.clone(), ""),
        (&chat, "/gateway/ask", two, ""),
    ] {
        let replay = Running::replay(&json!({"replies": [reply]}));
        let body = json!({"input": input}).to_string();
        let head = format!("POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        let length = body.len();
        exchange(
            replay.connect(),
            &format!("{head}Content-Length: {length}\r\n\r\n{body}"),
        );
        let report = report(&replay);
        assert_eq!(report["ok"], words.is_empty(), "{report}");
        assert!(problems(&report).contains(words), "{report}");
    }
}
