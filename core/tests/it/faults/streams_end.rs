//! 13, 34, 35, 38 to 40: how a stream ends, and replies that are not streams.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use neura::bindings::ChunkText;
use neura::{Error, ErrorKind, Method};
use serde_json::{Value, json};

use super::assert_shows_no_key;
use crate::common::{FAKE_KEY, Server, hello};
use crate::wire::{STREAM, Wire};

pub fn stream_of(body: &str) -> Value {
    json!({"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body})
}

/// The chunks of a chat stream with this reply, and its error; the next call works.
pub fn chat(reply: Value) -> (Vec<ChunkText>, Option<Error>) {
    let server = Server::replies(json!([reply, 200]));
    let client = server.client().build().unwrap();
    let mut stream = client.chat_stream(&hello()).unwrap();
    let (mut chunks, mut error) = (Vec::new(), None);
    while let Some(item) = stream.next_text() {
        assert!(error.is_none(), "nothing follows an error");
        match item {
            Ok(chunk) => chunks.push(chunk),
            Err(found) => error = Some(found),
        }
    }
    assert!(stream.next().is_none());
    if let Some(error) = &error {
        assert_shows_no_key(error);
        assert_eq!(error.attempts(), 1);
    }
    assert!(client.get("/models").send().unwrap().ok());
    (chunks, error)
}

#[test]
fn fault_13_a_chat_stream_without_an_end_is_incomplete_after_its_chunks() {
    let chunk = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":null}]}\n\n";
    for (events, came) in [("", 0), (chunk, 1), (&chunk.repeat(3), 3)] {
        let until_close = json!({"raw": format!("{STREAM}{events}"), "then": "close"});
        for reply in [stream_of(events), until_close] {
            let (chunks, error) = chat(reply);
            assert_eq!(error.unwrap().kind(), ErrorKind::IncompleteStream);
            assert_eq!(chunks.len(), came);
        }
    }
}

#[test]
fn fault_13_a_chat_stream_that_is_cut_is_incomplete_unless_its_answer_was_whole() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    for (reason, whole) in [("null", false), ("\"stop\"", true)] {
        let data = format!("data: {{\"choices\":[{{\"finish_reason\":{reason}}}]}}\n\n");
        let raw = format!("{head}{:x}\r\n{data}\r\n10\r\ndata", data.len());
        for then in ["close", "reset"] {
            let (chunks, error) = chat(json!({"raw": raw, "then": then}));
            // A reset may lose the chunk before it.
            match error {
                None => assert!(whole && chunks.len() == 1, "{then}"),
                Some(error) => {
                    assert_eq!(error.kind(), ErrorKind::IncompleteStream, "{then}");
                    assert!(!whole || then == "reset", "{then}: {chunks:?}");
                }
            }
        }
    }
}

#[test]
fn fault_13_a_finish_reason_or_done_is_an_end() {
    for end in [
        "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[]}\n\ndata:  [DONE] \n\n",
    ] {
        let (chunks, error) = chat(stream_of(end));
        assert!(chunks.len() == 1 && error.is_none(), "{end:?}: {error:?}");
    }
}

#[test]
fn fault_34_data_after_done_is_ignored() {
    for after in [
        "data: after\n\n",
        "data: {\"error\":{\"code\":500}}\n\n",
        "\0\0\0",
    ] {
        let events = format!("data: {{\"choices\":[]}}\n\ndata: [DONE]\n\n{after}");
        let (chunks, error) = chat(stream_of(&events));
        assert!(chunks.len() == 1 && error.is_none(), "{after:?}: {error:?}");
    }
}

#[test]
fn fault_34_what_trickles_in_after_done_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    let server = Wire::start(move |peer, number| {
        if number == 0 && peer.request().is_some() {
            peer.send(format!("{head}E\r\ndata: [DONE]\n\n\r\n"));
            while peer.send("1\r\n:\r\n") {
                std::thread::sleep(Duration::from_micros(300));
            }
        }
        peer.answer_all();
    });
    let client = server.client().build().unwrap();
    let started = Instant::now();
    assert!(
        client
            .chat_stream(&hello())
            .unwrap()
            .all(|item| item.is_ok())
    );
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert!(client.get("/models").send().unwrap().ok());
}

const INSIDE: [(&str, ErrorKind); 7] = [
    (
        "data: {\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}\n\n",
        ErrorKind::RateLimited,
    ),
    (
        "event: error\ndata: {\"error\":{\"message\":\"oops\",\"type\":\"server_error\"}}\n\n",
        ErrorKind::Server,
    ),
    ("event: error\ndata: odd words\n\n", ErrorKind::Api),
    (
        "event: error\ndata: nk-fake-0123456789abcdef\n\n",
        ErrorKind::Api,
    ),
    (
        "data: {\"error\":{\"message\":\"The API key has expired\"}}\n\n",
        ErrorKind::ExpiredApiKey,
    ),
    (
        "data: {\"error\":{\"message\":\"bad\",\"code\":400}}\n\n",
        ErrorKind::BadRequest,
    ),
    (
        "data: {\"error\":{\"message\":\"nk-fake-0123456789abcdef\",\"code\":401}}\n\n",
        ErrorKind::Authentication,
    ),
];

#[test]
fn fault_35_an_error_inside_a_chat_stream_is_raised_and_ends_it() {
    for (event, kind) in INSIDE {
        let events = format!("data: {{\"choices\":[]}}\n\n{event}data: [DONE]\n\n");
        let (chunks, error) = chat(stream_of(&events));
        assert_eq!(chunks.len(), 1, "{event:?}");
        assert_eq!(error.unwrap().kind(), kind, "{event:?}");
    }
}

#[test]
fn fault_35_a_plain_stream_delivers_an_error_as_it_came() {
    for (event, _) in INSIDE {
        let server = Server::replies(json!([stream_of(&format!("{event}data: b\n\n")), 200]));
        let client = server.client().build().unwrap();
        let stream = client.stream(Method::Post, "/s", &json!({})).unwrap();
        let data: Vec<String> = stream.map(|event| event.unwrap().data).collect();
        assert_eq!(data.len(), 2, "{data:?}");
        assert!(event.contains(&data[0]), "{data:?}");
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_38_a_whole_answer_in_place_of_a_stream_is_one_event() {
    let answer = "{\"choices\":[{\"finish_reason\":\"stop\"}]}";
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let reply = json!({
            "status": 200, "headers": [["content-type", content_type]], "body": answer,
        });
        let (chunks, error) = chat(reply);
        assert!(chunks.len() == 1 && error.is_none(), "{error:?}");
        assert_eq!(chunks[0].data, answer);
    }
    // An incomplete one.
    let reply = json!({
        "status": 200, "headers": [["content-type", "application/json"]],
        "body": "{\"choices\":[{\"finish_reason\":null}]}",
    });
    assert_eq!(chat(reply).1.unwrap().kind(), ErrorKind::IncompleteStream);
}

#[test]
fn fault_38_an_error_status_in_place_of_a_stream_keeps_its_error() {
    for (status, kind) in [
        (400, ErrorKind::BadRequest),
        (401, ErrorKind::InvalidApiKey),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
    ] {
        let said = json!({"error": {
            "message": format!("said of {FAKE_KEY}"), "code": "invalid_api_key", "param": "p",
        }});
        for content_type in ["application/json", "text/event-stream"] {
            let reply = json!({
                "status": status, "headers": [["content-type", content_type]],
                "body": said.to_string(),
            });
            let server = Server::replies(json!([reply, 200]));
            let client = server.client().max_retries(0).build().unwrap();
            let error = client.chat_stream(&hello()).unwrap_err();
            assert_eq!((error.status(), error.attempts()), (Some(status), 1));
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.message().contains("said of"), "{error}");
            assert_eq!(error.param(), Some("p"));
            assert_shows_no_key(&error);
            assert!(client.get("/models").send().unwrap().ok());
        }
    }
}

#[test]
fn fault_39_a_page_in_place_of_an_answer_is_a_decode_error() {
    let page = |content_type: &str| {
        json!({
            "status": 200, "headers": [["content-type", content_type]],
            "body": format!("<html><body>Please log in, {FAKE_KEY}</body></html>"),
        })
    };
    let html = page("text/html");
    let error = super::fails_at_once(html.clone());
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Decode, Some(200))
    );
    assert!(error.message().contains("text/html"), "{error}");

    for content_type in ["text/html", "text/plain", FAKE_KEY] {
        let server = Server::replies(json!([page(content_type), 200]));
        let client = server.client().build().unwrap();
        let opened = client.chat_stream(&hello());
        let error = match opened {
            Err(error) => error,
            Ok(mut stream) => stream.next().unwrap().unwrap_err(),
        };
        assert_eq!(error.kind(), ErrorKind::Decode, "{content_type}: {error}");
        assert!(error.message().contains("content type"), "{error}");
        assert_shows_no_key(&error);
        assert!(client.get("/models").send().unwrap().ok());
    }
    let server = Server::replies(json!([html]));
    let client = server.client().build().unwrap();
    assert_eq!(client.check().to_json()["kind"], "decode");
    // A verb does not judge the content.
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_40_a_stream_that_its_reader_leaves_closes_its_connection_at_once() {
    type Leave = fn(neura::ChatStream);
    let ways: [(&str, Leave); 4] = [
        ("dropped at once", drop),
        ("left after an event", |mut stream| {
            assert!(stream.next().unwrap().is_ok());
        }),
        ("closed", |mut stream| {
            assert!(stream.next().unwrap().is_ok());
            stream.close();
            stream.close();
            let error = stream.next().unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled);
            assert!(error.message().contains("closed before its end"), "{error}");
            assert!(stream.next().is_none(), "an error is the last item");
            // It is still alive when the server checks.
            std::thread::sleep(Duration::from_millis(1_500));
        }),
        ("left by a loop", |stream| {
            for chunk in stream {
                if chunk.is_ok() {
                    break;
                }
            }
        }),
    ];
    for (way, leave) in ways {
        let (sender, closed) = channel();
        let server = Wire::start(move |peer, number| {
            if number == 0 && peer.request().is_some() {
                peer.send(format!("{STREAM}data: {{}}\n\n"));
                sender.send(peer.until_closed()).unwrap();
            }
            peer.answer_all();
        });
        let client = server.client().build().unwrap();
        let stream = client.chat_stream(&hello()).unwrap();
        leave(stream);
        let took = closed.recv_timeout(Duration::from_secs(30)).unwrap();
        assert!(took < Duration::from_secs(1), "{way}: {took:?}");
        assert!(client.get("/models").send().unwrap().ok(), "{way}");
    }
}
