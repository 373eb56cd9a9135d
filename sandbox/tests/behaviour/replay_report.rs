use std::io::{Read, Write};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Running, exchange, fetch};

const GET: &str = "GET /v1/models?a=b HTTP/1.1\r\nHost: a\r\nX-Retry-Count: 0\r\n\r\n";
/// The same with `Connection: close`: the server closes after it.
const LAST: &str =
    "GET /v1/models?a=b HTTP/1.1\r\nHost: a\r\nX-Retry-Count: 0\r\nConnection: close\r\n\r\n";

fn report(replay: &Running) -> Value {
    let url = format!("{}/report", replay.field("control_url"));
    fetch("GET", &url, &[], "").json()
}

/// The problems as one text.
fn problems(report: &Value) -> String {
    assert_eq!(report["ok"], report["problems"] == json!([]), "{report}");
    report["problems"].to_string()
}

#[test]
fn the_report_has_each_request_as_it_came() {
    let replay = Running::replay(&json!({"replies": [200, {"status": 200, "then": "close"}]}));
    let post = "POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello";
    exchange(replay.connect(), &format!("{post}{GET}"));
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: z\r\n\r\n";
    exchange(replay.connect(), chunked);
    let report = report(&replay);
    assert_eq!(report["ok"], true, "{report}");
    assert_eq!(report["connections"], 2);
    let first = &report["requests"][0];
    assert_eq!(
        (&first["method"], &first["target"]),
        (&json!("POST"), &json!("/v1/x"))
    );
    assert_eq!(
        first["headers"],
        json!([["Host", "a"], ["Content-Length", "5"], ["X-A", "b"]])
    );
    assert_eq!(
        (&first["body"], &first["complete"]),
        (&json!("hello"), &json!(true))
    );
    assert_eq!(first["connection"], 1);
    assert!(first["at_ms"].is_u64() && first["answered_at_ms"].is_u64());
    assert_eq!(report["requests"][1]["target"], "/v1/models?a=b");
    assert_eq!(report["requests"][1]["connection"], 1);
    let third = &report["requests"][2];
    assert_eq!(
        (&third["body"], &third["connection"]),
        (&json!("abcde"), &json!(2))
    );
}

#[test]
fn a_body_that_is_no_text_is_reported_in_base64() {
    let replay = Running::replay(&json!({"replies": ["close"]}));
    let mut stream = replay.connect();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    stream
        .write_all(&[head.as_bytes(), &[0xff, 0, 1]].concat())
        .unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let report = report(&replay);
    assert_eq!(report["requests"][0]["body_base64"], "/wAB");
    assert_eq!(report["requests"][0].get("body"), None);
}

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
fn no_request_is_expected_of_no_attempts() {
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
fn waits_are_measured_from_the_reply_to_the_next_request() {
    let expect = json!({"min_wait_ms": 100, "max_wait_ms": 600});
    let replay = Running::replay(&json!({"replies": ["close"], "expect": expect}));
    for wait in [0, 150, 10, 700] {
        std::thread::sleep(Duration::from_millis(wait));
        exchange(replay.connect(), GET);
    }
    let report = report(&replay);
    let found = problems(&report);
    assert!(!found.contains("request 2 came"), "{found}");
    assert!(
        found.contains("request 3 came") && found.contains("at least 100"),
        "{found}"
    );
    assert!(
        found.contains("request 4 came") && found.contains("at most 600"),
        "{found}"
    );
    assert!(report["waits_ms"][0].as_u64().unwrap() >= 100);
}

#[test]
fn a_request_that_breaks_the_rules_is_a_problem() {
    let replay = Running::replay(&json!({"replies": ["close"]}));
    exchange(
        replay.connect(),
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    );
    exchange(replay.connect(), "\u{16}\u{3}\u{1}\r\n\r\n");
    let found = problems(&report(&replay));
    assert!(found.contains("request 1: 2 Host headers"), "{found}");
    assert!(found.contains("connection 2:"), "{found}");
    assert_eq!(replay.close_stdin().code, Some(1));
}

#[test]
fn it_says_when_and_where_the_client_closed() {
    let replay = Running::replay(&json!({"replies": [
        "stall", {"raw": "a", "delay_before_ms": 5000}, 200,
    ]}));
    let mut stalled = replay.connect();
    stalled.write_all(GET.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(60));
    drop(stalled);
    let mut waiting = replay.connect();
    waiting.write_all(GET.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(60));
    drop(waiting);
    drop(replay.connect());
    let mut cut = replay.connect();
    cut.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
        .unwrap();
    drop(cut);
    std::thread::sleep(Duration::from_millis(100));
    let report = report(&replay);
    let mut closes = report["closes"].as_array().unwrap().clone();
    closes.sort_by_key(|close| close["connection"].as_u64());
    let during: Vec<_> = closes
        .iter()
        .map(|close| close["during"].as_str().unwrap())
        .collect();
    assert_eq!(during, ["after", "reply", "idle", "request"]);
    assert!(
        closes.iter().all(|close| close["by"] == "client"),
        "{closes:?}"
    );
    assert_eq!(report["requests"][2]["complete"], false);
    assert_eq!(report["requests"][2]["body"], "abc");
}

#[cfg(unix)]
#[test]
fn the_last_line_is_the_report_however_it_is_stopped() {
    for stop in ["TERM", "INT", "stdin"] {
        let replay = Running::replay(&json!({"replies": ["stall"]}));
        let mut stream = replay.connect();
        stream.write_all(GET.as_bytes()).unwrap();
        while report(&replay)["requests"][0]["answered_at_ms"].is_null() {}
        let ended = match stop {
            "stdin" => replay.close_stdin(),
            signal => replay.signal(signal),
        };
        let lines: Vec<_> = ended.stdout.lines().collect();
        let report: Value = serde_json::from_str(lines[0]).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(report["requests"].as_array().unwrap().len(), 1, "{stop}");
        assert_eq!(ended.code, Some(0), "{stop}");
        assert!(
            ended.took < Duration::from_secs(1),
            "{stop}: {:?}",
            ended.took
        );
    }
}

#[test]
fn the_control_port_serves_only_the_report() {
    let replay = Running::replay(&json!({"replies": [200]}));
    let reply = fetch(
        "GET",
        &format!("{}/other", replay.field("control_url")),
        &[],
        "",
    );
    assert_eq!(reply.status, 404);
    assert_eq!(report(&replay)["requests"], json!([]));
}

#[test]
fn an_upload_that_asks_first_gets_100_continue() {
    let replay = Running::replay(&json!({"replies": [{"status": 200, "then": "close"}]}));
    let mut stream = replay.connect();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    exchange(stream, "hello");
    assert_eq!(report(&replay)["requests"][0]["body"], "hello");
}

#[test]
fn a_body_is_compared_as_json() {
    let wanted = json!({"model": "gpt-5", "n": 1, "messages": [{"role": "user"}]});
    let judged = |asked: Value| {
        let replay = Running::replay(&json!({
            "replies": [{"chat": "a"}], "expect": {"requests": [{"json": wanted}]},
        }));
        let body = match asked {
            Value::String(text) => text,
            asked => asked.to_string(),
        };
        fetch("POST", &replay.url("/chat/completions"), &[], &body);
        let report: Value = serde_json::from_str(&replay.close_stdin().stdout).unwrap();
        report["problems"].to_string()
    };
    let good = json!({
        "model": "gpt-5", "n": 1.0, "messages": [{"content": "x", "role": "user"}], "stream": true,
    });
    assert_eq!(judged(good.clone()), "[]");
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        judged(changed)
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
        (judged(json!("no json")), "the body is not JSON"),
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
