//! The scripts of the servers that misbehave, by the variable that has the server's URL.

use serde_json::{Value, json};

const CHUNK: &str = "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"Hel\"}}]}\n\n";
const STREAM_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

/// 64 KiB of the line `neura..`, compressed with gzip.
const PACKED: &str = "H4sIAAAAAAACA+3FoQ0AMAgAML9j+GkCiyDhfw6hNa2c/hGvbNu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bd\
                      u2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdu2bdunX+iVBCsAAAEA";

/// The script of a server; `key` is the client's key.
pub fn script(variable: &str, key: &str) -> Value {
    let replies = match variable {
        "NEURA_TEST_LIMITED_URL" => json!([limited(key)]),
        "NEURA_TEST_HTML_URL" => json!([{
            "status": 200,
            "headers": [["content-type", "text/html"]],
            "body": "<html><body>Sign in to the hotel's network</body></html>",
        }]),
        "NEURA_TEST_NOTHING_URL" => json!(["close", models()]),
        "NEURA_TEST_HALF_URL" => json!([
            {
                "raw": "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                        content-length: 100\r\n\r\n{\"object\": \"li",
                "then": "close",
            },
            models(),
        ]),
        "NEURA_TEST_HALF_ERROR_URL" => json!([{
            "raw": "HTTP/1.1 404 Not Found\r\ncontent-length: 10\r\n\r\nneur",
            "then": "close",
        }]),
        "NEURA_TEST_LARGE_ERROR_URL" => json!([{"status": 404, "body": "x".repeat(2 << 20)}]),
        "NEURA_TEST_BARE_LINE_FEED_URL" => json!([{
            "raw": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\n",
            "then": "stall",
        }]),
        "NEURA_TEST_GARBAGE_URL" => json!([{"raw": "SSH-2.0-fake\r\n", "then": "close"}, models()]),
        "NEURA_TEST_ERROR_IN_200_URL" => json!([
            {"status": 200, "body": "{\"error\": {\"message\": \"Slow down\", \"code\": 429}}"},
            models(),
        ]),
        "NEURA_TEST_STALL_URL" => json!(["stall"]),
        "NEURA_TEST_RESET_URL" => json!([{"raw": "", "at": "head", "then": "reset"}]),
        "NEURA_TEST_EVENTS_URL" => json!([stream(
            ": a comment\n\nid: 1\nevent: greeting\ndata: hello\ndata: world\n\n\
             data: a\u{0}b\n\ndata: [DONE]\n\n"
        )]),
        "NEURA_TEST_CUT_URL" => json!([stream(CHUNK)]),
        "NEURA_TEST_FAILING_URL" => json!([stream(&format!(
            "{CHUNK}data: {{\"error\": {{\"message\": \"overloaded\", \"type\": \"server_error\"}}}}\n\n"
        ))]),
        "NEURA_TEST_BROKEN_URL" => json!([stream(&format!("{CHUNK}data: {{oops\n\n"))]),
        "NEURA_TEST_EMPTY_REASON_URL" => json!([stream(
            &CHUNK.replace("\"index\": 0", "\"finish_reason\": \"\"")
        )]),
        "NEURA_TEST_CHOICE_ERROR_URL" => json!([stream(&format!(
            "{CHUNK}data: {{\"choices\": [{{\"error\": {{\"code\": 502}}}}]}}\n\n"
        ))]),
        "NEURA_TEST_NULL_CHUNK_URL" => json!([stream(&format!("{CHUNK}data: null\n\n"))]),
        "NEURA_TEST_ENDLESS_URL" => json!([{
            "raw": STREAM_HEAD,
            "repeat": {"raw": CHUNK},
            "delay_ms": 1,
        }]),
        "NEURA_TEST_SILENT_URL" => json!([{
            "raw": format!("{STREAM_HEAD}data: first\n\n"),
            "then": "stall",
        }]),
        "NEURA_TEST_PLAIN_URL" => json!([200]),
        "NEURA_TEST_LARGE_BODY_URL" => json!([{"status": 200, "body": "x".repeat(1000)}]),
        "NEURA_TEST_LARGE_EVENT_URL" => json!([stream(&format!(
            "data: short\n\ndata: {}\n\n",
            "x".repeat(1000)
        ))]),
        "NEURA_TEST_ENDLESS_BODY_URL" => {
            json!([200, endless("text/plain", &"x".repeat(8000)), 200])
        }
        "NEURA_TEST_ENDLESS_EVENT_URL" => {
            json!([
                200,
                endless(
                    "text/event-stream",
                    &format!("data: {}\n", "x".repeat(8000))
                ),
                200
            ])
        }
        "NEURA_TEST_PACKED_URL" => json!([{
            "raw": "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n",
            "repeat": {"raw_base64": PACKED, "times": 3},
            "delay_ms": 0,
            "then": "close",
        }]),
        "NEURA_TEST_SPRING_URL" => json!([endless("text/plain", &"x".repeat(100))]),
        "NEURA_TEST_PACKED_BODY_URL" => json!([{
            "raw": "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n",
            "repeat": {"raw_base64": PACKED, "times": 3200},
            "delay_ms": 0,
        }]),
        "NEURA_TEST_LARGE_HEAD_URL" => json!([{
            "status": 200,
            "headers": [["x-long", "x".repeat(3000)]],
            "body": "{}",
        }]),
        "NEURA_TEST_HEADS_URL" => json!([{
            "status": 200,
            "headers": with_limits(&[
                ["content-type", "text/event-stream"],
                ["Set-Cookie", "a=1"],
                ["x-request-id", "req_fake_8"],
                ["set-cookie", "b=2"],
            ]),
            "body": format!("{CHUNK}data: [DONE]\n\n"),
        }]),
        "NEURA_TEST_REFUSED_HEADS_URL" => json!([{
            "status": 429,
            "headers": with_limits(&[["content-type", "application/json"]]),
            "body": json!({"error": {"message": format!("slow down with {key}")}}).to_string(),
        }]),
        "NEURA_TEST_BUSY_URL" | "NEURA_TEST_BUSY_TWICE_URL" | "NEURA_TEST_BUSY_THRICE_URL" => {
            json!([
                {
                    "status": 503,
                    "headers": [["retry-after-ms", "20"], ["x-request-id", "req_busy"]],
                    "body": "",
                },
                200,
            ])
        }
        other => panic!("no script for {other}"),
    };
    json!({ "replies": replies })
}

/// An event stream that ends when the connection closes.
fn stream(events: &str) -> Value {
    json!({"raw": format!("{STREAM_HEAD}{events}"), "then": "close"})
}

/// An error with every field, and with the key in its message.
fn limited(key: &str) -> Value {
    let body = json!({"error": {
        "message": format!("Slow down, please: {key}"),
        "type": "requests",
        "param": "model",
        "code": "rate_limit_exceeded",
    }});
    json!({
        "status": 429,
        "headers": [
            ["content-type", "application/json"],
            ["retry-after-ms", "1500"],
            ["x-request-id", "req_fake_7"],
        ],
        "body": body.to_string(),
    })
}

/// Headers with all rate limits but one.
fn with_limits(headers: &[[&str; 2]]) -> Value {
    let limits = [
        ["x-ratelimit-limit-requests", "60"],
        ["x-ratelimit-remaining-requests", "0"],
        ["x-ratelimit-reset-requests", "1.5s"],
        ["x-ratelimit-limit-tokens", "9000000000"],
        ["x-ratelimit-remaining-tokens", "17"],
    ];
    json!([headers, &limits].concat())
}

/// A valid reply to `GET /models`.
fn models() -> Value {
    json!({
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": "{\"object\": \"list\", \"data\": [{\"id\": \"gpt-5\", \"object\": \"model\"}]}",
    })
}

/// A body without end: the client must stop reading.
fn endless(content_type: &str, piece: &str) -> Value {
    json!({
        "raw": format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\r\n"),
        "repeat": {"raw": piece.repeat(8)},
        "delay_ms": 0,
    })
}
