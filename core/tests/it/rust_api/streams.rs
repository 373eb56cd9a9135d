//! Streams: typed chunks, chunks as another type, and streams of futures.

use std::time::{Duration, Instant};

use futures::StreamExt;
use neura::{ChatChunk, ErrorKind};
use serde_json::{Value, json};

use crate::common::{Server, hello};
use crate::silent::LONG;
use crate::wire::Wire;

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                      x-request-id: req-1\r\nconnection: close\r\n\r\n";

fn chunk(words: &str) -> String {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": words}}]});
    format!("data: {chunk}\n\n")
}

fn events(body: &str) -> Value {
    json!({"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body})
}

#[test]
fn chunks_are_typed_and_can_be_read_as_another_type() {
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let usage = json!({"choices": [], "usage": {"total_tokens": 9}, "x": 1});
    let body = format!(
        "{}data: {end}\n\ndata: {usage}\n\ndata: [DONE]\n\n",
        chunk("Hi")
    );
    let server = Server::replies(json!([events(&body), events(&body)]));
    let client = server.client().build().unwrap();
    let chunks: Vec<ChatChunk> = client
        .chat(&hello())
        .stream()
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(chunks.len(), 3);
    assert_eq!(chunks[0].text(), "Hi");
    assert_eq!(chunks[1].choices[0].finish_reason.as_deref(), Some("stop"));
    assert_eq!(chunks[2].usage.as_ref().unwrap().total_tokens, 9);
    assert_eq!(chunks[2].extra["x"], 1);
    let mut stream = client.chat(&hello()).stream().unwrap();
    let first: Value = stream.next_json().unwrap().unwrap();
    assert_eq!(first["choices"][0]["delta"]["content"], "Hi");
    assert_eq!(stream.count(), 2);
}

#[test]
fn a_chunk_of_another_shape_is_decode_and_ends_the_stream() {
    let body = format!(
        "data: {{\"choices\": 7}}\n\n{}data: [DONE]\n\n",
        chunk("Hi")
    );
    let server = Server::replies(json!([events(&body), events(&body), events(&body)]));
    let client = server.client().build().unwrap();
    let items: Vec<_> = client.chat(&hello()).stream().unwrap().collect();
    assert_eq!(items.len(), 1);
    let error = items[0].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.message().contains("next_json"), "{error}");
    let stream = smol::block_on(client.chat(&hello()).stream_async()).unwrap();
    let items: Vec<_> = smol::block_on(stream.collect());
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::Decode);
    let mut stream = client.chat(&hello()).stream().unwrap();
    assert_eq!(stream.next_json::<Value>().unwrap().unwrap()["choices"], 7);
}

#[test]
fn a_stream_of_futures_gives_what_the_iterator_gives() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let iterated: Result<Vec<_>, _> = client.chat(&hello()).stream().unwrap().collect();
    let words = |chunks: Vec<ChatChunk>| -> String { chunks.iter().map(ChatChunk::text).collect() };
    let iterated = words(iterated.unwrap());
    let ask = || async {
        let stream = client.chat(&hello()).stream_async().await.unwrap();
        assert_eq!(stream.status(), 200);
        assert!(stream.request_id().is_some());
        let chunks: Vec<ChatChunk> = stream.map(Result::unwrap).collect().await;
        chunks
    };
    assert_eq!(words(smol::block_on(ask())), iterated);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(words(runtime.block_on(ask())), iterated);

    let mut request = hello();
    request["stream"] = true.into();
    let events = client.post("/chat/completions").json(&request);
    let data: Vec<String> = smol::block_on(async {
        let events = events.stream_async().await.unwrap();
        events.map(|event| event.unwrap().data).collect().await
    });
    assert!(data.len() > 1 && data.iter().all(|data| data.starts_with('{')));

    let body = smol::block_on(async {
        let mut pieces = client.get("/models").send_streaming_async().await.unwrap();
        let mut body = Vec::new();
        while let Some(piece) = pieces.next().await {
            body.extend(piece.unwrap());
        }
        body
    });
    assert_eq!(body, client.models().send().unwrap().bytes());
}

#[test]
fn chunks_come_as_they_are_sent() {
    let server = Wire::start(|peer, _| {
        peer.request().unwrap();
        peer.send(format!("{STREAM}{}", chunk("one")));
        std::thread::sleep(Duration::from_millis(300));
        peer.send(format!(
            "{}{}data: [DONE]\n\n",
            chunk("two"),
            chunk("three")
        ));
    });
    let client = server.client().build().unwrap();
    smol::block_on(async {
        let mut stream = client.chat(&hello()).stream_async().await.unwrap();
        let started = Instant::now();
        assert_eq!(stream.next().await.unwrap().unwrap().text(), "one");
        assert!(
            started.elapsed() < Duration::from_millis(250),
            "it waits for more"
        );
        assert_eq!(stream.next().await.unwrap().unwrap().text(), "two");
        assert_eq!(stream.next().await.unwrap().unwrap().text(), "three");
        assert!(stream.next().await.is_none());
        assert!(stream.next().await.is_none(), "the end stays");
    });
}

#[test]
fn what_came_before_an_error_is_given_first() {
    let body = format!(
        "{}data: {{\"error\":{{\"code\":\"429\"}}}}\n\n",
        chunk("one")
    );
    let server = Server::replies(json!([events(&body), {"status": 401, "body": "No."}]));
    let client = server.client().build().unwrap();
    smol::block_on(async {
        let mut stream = client.chat(&hello()).stream_async().await.unwrap();
        assert_eq!(stream.next().await.unwrap().unwrap().text(), "one");
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert!(stream.next().await.is_none());
        let error = client.chat(&hello()).stream_async().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
    });
}

#[test]
fn a_stream_that_is_dropped_or_cancelled_ends_while_it_waits() {
    let server = Wire::start(|peer, _| {
        peer.request().unwrap();
        peer.send(format!("{STREAM}{}", chunk("one")));
        peer.request(); // Until the client closes.
    });
    let client = server.client().build().unwrap();
    let gone = || {
        let started = Instant::now();
        while server.open() > 0 {
            assert!(started.elapsed() < LONG, "the connection stays open");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    smol::block_on(async {
        let mut stream = client.chat(&hello()).stream_async().await.unwrap();
        stream.next().await.unwrap().unwrap();
        // Once idle, once while a worker waits for the next chunk.
        drop(stream);
        gone();
        let mut stream = client.chat(&hello()).stream_async().await.unwrap();
        stream.next().await.unwrap().unwrap();
        let waits = futures::future::select(
            Box::pin(stream.next()),
            Box::pin(smol::Timer::after(Duration::from_millis(100))),
        );
        assert!(matches!(waits.await, futures::future::Either::Right(_)));
        drop(stream);
        gone();
        let mut stream = client.chat(&hello()).stream_async().await.unwrap();
        stream.next().await.unwrap().unwrap();
        let token = stream.cancel_token();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            token.cancel();
        });
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        canceller.join().unwrap();
        gone();
    });
}

#[test]
fn calls_and_streams_can_go_to_other_threads() {
    fn goes<T: Send + Unpin + 'static>() {}
    goes::<neura::CallFuture<neura::Response>>();
    goes::<neura::AsyncStream<neura::ChatStream>>();
    goes::<neura::AsyncStream<neura::EventStream>>();
    goes::<neura::AsyncStream<neura::StreamingResponse>>();
}

#[test]
fn a_hundred_streams_are_read_at_once() {
    let server = Server::sandbox();
    let client = server.client().max_in_flight(16).build().unwrap();
    smol::block_on(async {
        let read = || async {
            let stream = client.chat(&hello()).stream_async().await.unwrap();
            let words = stream.map(|chunk| chunk.unwrap().text().to_owned());
            words.collect::<String>().await
        };
        for words in futures::future::join_all((0..100).map(|_| read())).await {
            assert_eq!(words, "You said: Hello!");
        }
    });
}
