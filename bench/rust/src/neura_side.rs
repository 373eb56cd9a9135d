//! This project's crate. One client for all threads.

use neura::{ChatCompletion, Client};

use crate::events::has_words;
use crate::setting::{Call, Setting, Side, question, streamed};

const CHAT: &str = "/chat/completions";

pub fn side(function: &str, setting: &Setting) -> Side {
    let mut builder = Client::builder()
        .api_key(setting.key.as_str())
        .base_url(setting.base_url.as_str());
    if let Some(file) = &setting.ca_file {
        builder = builder.ca_file(file);
    }
    let client = builder.build().expect("a client");
    let words = Some(setting.events.saturating_sub(1));
    match function {
        "call_request" => Side::new(setting, None, || call_request(client.clone())),
        "call_chat" | "threads" => Side::new(setting, Some(205), || call_chat(client.clone())),
        "stream_events" => Side::new(setting, words, || stream_events(client.clone())),
        "stream_chat" => Side::new(setting, words, || stream_chat(client.clone())),
        "down" => Side::new(setting, Some(setting.size), || {
            let (client, path) = (client.clone(), setting.download());
            Box::new(move || {
                client
                    .get(path.as_str())
                    .send()
                    .expect("a reply")
                    .bytes()
                    .len()
            })
        }),
        "up" => Side::new(setting, None, || {
            let (client, payload) = (client.clone(), setting.payload());
            Box::new(move || {
                let reply = client.post("/upload").body(payload.clone()).send();
                reply.expect("a reply").bytes().len()
            })
        }),
        _ => panic!("there is no function {function}"),
    }
}

/// Bytes in, bytes out.
fn call_request(client: Client) -> Call {
    let body = question().to_string().into_bytes();
    Box::new(move || {
        let request = client
            .post(CHAT)
            .header("Content-Type", "application/json")
            .body(body.clone());
        request.send().expect("a reply").bytes().len()
    })
}

/// A value in, a typed answer out.
fn call_chat(client: Client) -> Call {
    let question = question();
    Box::new(move || {
        let reply = client.chat(&question).send().expect("a reply");
        let answer: ChatCompletion = reply.json().expect("an answer");
        answer.text().len()
    })
}

fn stream_events(client: Client) -> Call {
    let question = streamed();
    Box::new(move || {
        let events = client
            .post(CHAT)
            .json(&question)
            .stream()
            .expect("a stream");
        events
            .filter(|event| has_words(event.as_ref().expect("an event").data.as_bytes()))
            .count()
    })
}

fn stream_chat(client: Client) -> Call {
    let question = question();
    Box::new(move || {
        let chunks = client.chat(&question).stream().expect("a stream");
        chunks
            .filter(|chunk| !chunk.as_ref().expect("a chunk").text().is_empty())
            .count()
    })
}
