//! 68 to 74: answers that look valid but are errors.

use neura::bindings::{Operation, RequestOptions};
use neura::{ErrorKind, Method};
use serde_json::{Value, json};

use super::streams_end::{chat, stream_of};
use super::{assert_kind, assert_shows_no_key};
use crate::common::{Server, hello};

/// A chunk with one choice, whose members are these.
fn chunk(members: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,{members}}}]}}\n\n")
}

/// A chunk without a finish reason.
fn going_on() -> String {
    chunk("\"delta\":{\"content\":\"a\"},\"finish_reason\":null")
}

fn whole(body: &Value) -> Value {
    json!({
        "status": 200, "headers": [["content-type", "application/json"]], "body": body.to_string(),
    })
}

#[test]
fn fault_68_a_finish_reason_that_is_empty_is_no_end() {
    for reason in ["\"\"", "null", "0", "true", "{}", "[\"stop\"]"] {
        let events = chunk(&format!("\"finish_reason\":{reason}")).repeat(3);
        let (chunks, error) = chat(stream_of(&events));
        assert_kind(
            &error.unwrap(),
            ErrorKind::IncompleteStream,
            "finish_reason",
        );
        assert_eq!(chunks.len(), 3, "{reason}");
    }
}

#[test]
fn fault_69_a_200_that_is_no_answer_is_an_error_of_the_call() {
    let (chat, embeddings) = (
        || Operation::Chat(hello().to_string().into()),
        || Operation::Embeddings("{\"input\":\"a\"}".into()),
    );
    for (operation, body, kind, part) in [
        (
            chat(),
            json!({"error": {"message": "Rate limit exceeded", "code": 429}}),
            ErrorKind::RateLimited,
            "Rate limit exceeded",
        ),
        (
            embeddings(),
            json!({"error": {"message": "m", "status": "INVALID_ARGUMENT"}, "data": []}),
            ErrorKind::BadRequest,
            "m",
        ),
        (
            Operation::Models,
            json!({"status": 503, "message": "Closed for repairs"}),
            ErrorKind::Server,
            "Closed for repairs",
        ),
        (
            Operation::Model("gpt-5".into()),
            json!({"error": true}),
            ErrorKind::Api,
            "status 200",
        ),
        (
            chat(),
            json!({"detail": "Not Found"}),
            ErrorKind::Decode,
            "Not Found",
        ),
        (
            chat(),
            json!({"choices": null}),
            ErrorKind::Decode,
            "\"choices\"",
        ),
        (Operation::Models, json!({}), ErrorKind::Decode, "\"data\""),
        (
            Operation::Model("gpt-5".into()),
            json!({"object": "model"}),
            ErrorKind::Decode,
            "\"id\"",
        ),
    ] {
        let server = Server::replies(json!([whole(&body), 200]));
        let client = server.client().build().unwrap();
        let error = client.call(operation, &RequestOptions::new()).unwrap_err();
        assert_kind(&error, kind, part);
        assert_eq!((error.status(), error.attempts()), (Some(200), 1));
        let may_repeat = matches!(kind, ErrorKind::RateLimited | ErrorKind::Server);
        assert_eq!(error.retryable(), may_repeat);
        // The reply is still available, and a plain verb returns it unchanged.
        assert_eq!(error.reply().unwrap().json::<Value>().unwrap(), body);
        assert!(client.get("/models").send().unwrap().ok());
    }
}

#[test]
fn fault_69_a_verb_takes_a_200_as_it_is() {
    let body = json!({"error": {"message": "Rate limit exceeded", "code": 429}});
    let server = Server::replies(json!([whole(&body)]));
    let client = server.client().build().unwrap();
    let reply = client.post("/chat/completions").json(&hello()).send();
    let reply = reply.unwrap();
    assert!(reply.check().is_ok() && reply.json::<Value>().unwrap() == body);
}

#[test]
fn fault_70_an_error_anywhere_in_a_chunk_ends_the_stream() {
    let error = "\"error\":{\"message\":\"Provider lost\",\"code\":502}";
    for (last, kind) in [
        (
            chunk(&format!("{error},\"finish_reason\":\"error\"")),
            ErrorKind::Server,
        ),
        (chunk(&format!("\"delta\":{{{error}}}")), ErrorKind::Server),
        (
            format!("data: {{{error},\"choices\":[{{\"finish_reason\":\"stop\"}}]}}\n\n"),
            ErrorKind::Server,
        ),
        (
            "data: {\"code\":502,\"message\":\"Provider lost\"}\n\n".to_owned(),
            ErrorKind::Server,
        ),
        (
            chunk("\"message\":\"Provider lost\",\"finish_reason\":\"error\""),
            ErrorKind::Api,
        ),
    ] {
        let events = format!("{}{last}data: [DONE]\n\n", going_on());
        let (chunks, error) = chat(stream_of(&events));
        assert_eq!(chunks.len(), 1, "{last}");
        assert_kind(&error.unwrap(), kind, "Provider lost");
    }
}

#[test]
fn fault_71_a_chunk_that_is_no_object_is_shown_and_a_decode_error() {
    for data in [
        "null", "[1, 2]", "\"busy\"", "17", "true", "oops", "{\"a\":",
    ] {
        let events = format!("{}data: {data}\n\n{}", going_on(), going_on());
        let (chunks, error) = chat(stream_of(&events));
        assert_eq!(chunks.len(), 1, "{data}");
        assert_kind(&error.unwrap(), ErrorKind::Decode, data);
    }
    let long = format!("data: \"{}\"\n\n", "long ".repeat(1_000));
    let error = chat(stream_of(&long)).1.unwrap();
    assert!(error.message().len() < 1_000, "{error}");
    assert_shows_no_key(&error);
}

#[test]
fn fault_72_the_last_event_of_a_chat_counts_without_its_blank_line() {
    let end = chunk("\"delta\":{},\"finish_reason\":\"stop\"");
    for (tail, came) in [
        (&end[..end.len() - 1], 2),
        (&end[..end.len() - 2], 2),
        ("data: [DONE]\n", 1),
        ("data: [DONE]", 1),
        ("data:[DONE]\r", 1),
    ] {
        for pieces in [1, 7, 1 << 20] {
            let mut reply = stream_of(&format!("{}{tail}", going_on()));
            reply["chunk_bytes"] = pieces.into();
            let (chunks, error) = chat(reply);
            assert!(error.is_none(), "{tail:?}: {error:?}");
            assert_eq!(chunks.len(), came, "{tail:?}");
        }
    }
    // An event that was cut off is not an error by itself, and does not hide the cut.
    for tail in [
        &end[..end.len() / 2],
        "data: {",
        "dat",
        "data: nul",
        "data: 1",
    ] {
        let (chunks, error) = chat(stream_of(&format!("{}{tail}", going_on())));
        assert_eq!(chunks.len(), 1, "{tail:?}");
        assert_eq!(
            error.unwrap().kind(),
            ErrorKind::IncompleteStream,
            "{tail:?}"
        );
    }
}

#[test]
fn fault_72_a_plain_stream_drops_what_has_no_blank_line() {
    let server = Server::replies(json!([stream_of("data: a\n\ndata: b\n")]));
    let client = server.client().build().unwrap();
    let stream = client.stream(Method::Post, "/s", &json!({})).unwrap();
    let data: Vec<String> = stream.map(|event| event.unwrap().data).collect();
    assert_eq!(data, ["a"]);
}

#[test]
fn fault_73_one_bare_json_text_in_place_of_events_is_the_reply() {
    let error = json!({"error": {"message": "Resource exhausted", "code": 429}});
    for body in [
        error.to_string(),
        format!("\u{feff}\r\n{error}\r\n"),
        serde_json::to_string_pretty(&error)
            .unwrap()
            .replace('\n', "\n\n"),
    ] {
        for pieces in [1, 1 << 20] {
            let mut reply = stream_of(&body);
            reply["chunk_bytes"] = pieces.into();
            let (chunks, error) = chat(reply);
            assert!(chunks.is_empty());
            assert_kind(
                &error.unwrap(),
                ErrorKind::RateLimited,
                "Resource exhausted",
            );
        }
    }
    let answer = "{\"choices\":[{\"finish_reason\":\"stop\"}]}";
    let (chunks, error) = chat(stream_of(answer));
    assert!(error.is_none() && chunks.len() == 1 && chunks[0].data == answer);
    // Two JSON texts are not a reply, and events after a bracket stay events.
    let (_, error) = chat(stream_of("{}\n{}\n"));
    assert_eq!(error.unwrap().kind(), ErrorKind::IncompleteStream);
    let (chunks, error) = chat(stream_of(&format!("{{\n{}data: [DONE]\n\n", going_on())));
    assert!(error.is_none() && chunks.len() == 1);
    // A plain stream delivers it as one event.
    let server = Server::replies(json!([stream_of("[1]")]));
    let client = server.client().build().unwrap();
    let mut stream = client.stream(Method::Post, "/s", &json!({})).unwrap();
    assert_eq!(stream.next().unwrap().unwrap().data, "[1]");
    assert!(stream.next().is_none());
}

#[test]
fn fault_74_the_servers_words_are_found_in_any_shape() {
    for body in [
        json!([{"error": {"message": "The words", "code": "a_code"}}]),
        json!({"errors": [{"message": "The words", "code": "a_code"}]}),
        json!({"error": [{"message": "The words", "code": "a_code"}]}),
        json!({"message": ["The words"], "code": "a_code"}),
        json!({"detail": {"detail": {"details": "The words", "code": "a_code"}}}),
        json!({"error": "Unauthorized", "message": "The words", "code": "a_code"}),
        json!({"code": "a_code", "response": {"error": {"reason": "The words"}}}),
    ] {
        let mut reply = whole(&body);
        reply["status"] = 400.into();
        let server = Server::replies(json!([reply]));
        let client = server.client().build().unwrap();
        let error = client.models().send().unwrap_err();
        assert_kind(&error, ErrorKind::BadRequest, "The words");
        assert_eq!(error.code(), Some("a_code"), "{body}");
    }
}

#[test]
fn fault_87_of_an_error_as_large_as_a_body_may_be_only_what_matters_is_kept() {
    let long = "much ado ".repeat(1 << 20);
    for body in [
        json!({"error": {"message": long, "code": 429}}),
        json!({"error": {"message": "Slow down", "code": 429}, "debug": long}),
    ] {
        let server = Server::replies(json!([
            whole(&body),
            stream_of(&format!("data: {body}\n\n"))
        ]));
        let client = server.client().build().unwrap();
        let named = client.models().send().unwrap_err();
        let inside = client.chat_stream(&hello()).unwrap().next().unwrap();
        for error in [named, inside.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{}", error.message());
            assert_eq!(error.code(), Some("429"));
            assert!(error.message().len() < 4_000);
            assert!(error.body().is_none_or(|body| body.len() <= 1 << 20));
            assert!(error.reply().unwrap().bytes().len() <= 1 << 20);
        }
    }
}
