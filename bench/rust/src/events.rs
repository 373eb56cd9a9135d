//! The hand-written reading of an event stream, as a program without a library for it does it.

use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;

/// What a program wants of a chunk, which is less work than all of it.
#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(default, borrow)]
    content: Option<std::borrow::Cow<'a, str>>,
}

/// Whether a chunk has words.
pub fn has_words(data: &[u8]) -> bool {
    let chunk: Chunk = serde_json::from_slice(data).expect("a chunk");
    chunk.choices[0].delta.content.is_some()
}

/// Counts the chunks with words of a body.
pub fn count(body: impl Read) -> usize {
    let mut reader = BufReader::with_capacity(64 * 1024, body);
    let (mut line, mut found) = (Vec::new(), 0);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).expect("a line") == 0 {
            return found;
        }
        if let Some(data) = line.strip_prefix(b"data: ")
            && data.trim_ascii_end() != b"[DONE]"
        {
            found += usize::from(has_words(data));
        }
    }
}
