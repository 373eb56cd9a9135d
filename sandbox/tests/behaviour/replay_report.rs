use std::io::{Read, Write};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Running, exchange, fetch};

pub const GET: &str = "GET /v1/models?a=b HTTP/1.1\r\nHost: a\r\nX-Retry-Count: 0\r\n\r\n";
/// The same with `Connection: close`: the server closes after it.
pub const LAST: &str =
    "GET /v1/models?a=b HTTP/1.1\r\nHost: a\r\nX-Retry-Count: 0\r\nConnection: close\r\n\r\n";

pub fn report(replay: &Running) -> Value {
    let url = format!("{}/report", replay.field("control_url"));
    fetch("GET", &url, &[], "").json()
}

/// The problems as one text.
pub fn problems(report: &Value) -> String {
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
fn a_binary_body_is_reported_in_base64() {
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
fn the_report_says_when_and_where_the_client_closed() {
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
