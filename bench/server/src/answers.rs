//! The fixed answers.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::{Value, json};

/// The largest download.
const LARGEST: usize = 64 * 1024 * 1024;
const VECTORS: usize = 100;
const DIMENSIONS: usize = 1536;

pub struct Answers {
    pub chat: Bytes,
    pub embeddings: Bytes,
    filler: Bytes,
    /// The events of a stream, by their number.
    streams: Mutex<HashMap<usize, Vec<Bytes>>>,
}

impl Answers {
    pub fn new() -> Self {
        Answers {
            chat: chat(),
            embeddings: embeddings(),
            filler: Bytes::from(vec![b'x'; LARGEST]),
            streams: Mutex::default(),
        }
    }

    /// A part of one text, which is copied for nobody.
    pub fn filler(&self, bytes: usize) -> Bytes {
        self.filler.slice(..bytes.min(LARGEST))
    }

    /// So many chunks of a chat, and the end mark.
    pub fn stream(&self, events: usize) -> Vec<Bytes> {
        let mut streams = self.streams.lock().expect("no thread panics here");
        let made = streams.entry(events).or_insert_with(|| stream(events));
        made.clone()
    }
}

fn text(value: &Value) -> Bytes {
    Bytes::from(value.to_string())
}

/// A chat completion of about 600 bytes.
fn chat() -> Bytes {
    let words = "The quick brown fox jumps over the lazy dog, and the dog sleeps on. ";
    let content = words.repeat(4).chars().take(205).collect::<String>();
    text(&json!({
        "id": "chatcmpl-bench0123456789abcdef",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-5",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": content, "refusal": null},
            "logprobs": null,
            "finish_reason": "stop",
        }],
        "usage": {
            "prompt_tokens": 57,
            "completion_tokens": 48,
            "total_tokens": 105,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
        "system_fingerprint": "fp_bench01234",
    }))
}

/// Vectors as the service writes them: single precision, in the interval from -1 to 1.
fn embeddings() -> Bytes {
    let mut state = 1_u64;
    let mut number = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        f64::from((state >> 40) as u32) / f64::from(1 << 23) - 1.0
    };
    let data: Vec<Value> = (0..VECTORS)
        .map(|index| {
            let vector: Vec<f64> = (0..DIMENSIONS)
                .map(|_| (number() * 1e7).round() / 1e8)
                .collect();
            json!({"object": "embedding", "index": index, "embedding": vector})
        })
        .collect();
    text(&json!({
        "object": "list",
        "data": data,
        "model": "text-embedding-3-small",
        "usage": {"prompt_tokens": 800, "total_tokens": 800},
    }))
}

fn stream(events: usize) -> Vec<Bytes> {
    const WORDS: [&str; 8] = [
        " the",
        " quick",
        " brown",
        " fox",
        " jumps",
        " over",
        " a",
        " sleeping",
    ];
    let chunk = |delta: Value, reason: Value| {
        let chunk = json!({
            "id": "chatcmpl-bench0123456789abcdef",
            "object": "chat.completion.chunk",
            "created": 1_790_000_000,
            "model": "gpt-5",
            "system_fingerprint": "fp_bench01234",
            "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}],
        });
        Bytes::from(format!("data: {chunk}\n\n"))
    };
    let words = (1..events).map(|at| chunk(json!({"content": WORDS[at % 8]}), Value::Null));
    words
        .chain([chunk(json!({}), json!("stop"))])
        .chain([Bytes::from_static(b"data: [DONE]\n\n")])
        .collect()
}
