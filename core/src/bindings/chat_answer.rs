//! The answer of a chat stream, joined from the texts of its chunks.

use neura_transport::memory::Buffer;
use serde_json::{Deserializer, Map, Value};

use crate::error::{Error, ErrorKind};
use crate::memory::{afford_for, out_of_memory};
use crate::reply::{ChatChunk, ChatJoin, ChunkText};

/// Chunks are parsed once their texts have this many bytes: the answers of most streams are never
/// asked for.
const KEPT: usize = 256 * 1024;
/// Parsed, and copied for its owner, a text needs up to this many times its size.
const COPIES: usize = 8;

/// The answer of a chat stream so far, as the service would have sent it without streaming. It
/// needs as much memory as the answer, and at most 256 KiB and the last chunk beside it.
#[derive(Debug, Default)]
pub struct ChatAnswer {
    join: ChatJoin,
    /// Texts of chunks, one after the other. Words that follow one another are in one text.
    texts: String,
    /// What comes after the words of the last text, while more words may come.
    open: Option<String>,
    /// How many chunks were parsed.
    parsed: usize,
    /// How long all texts were together.
    length: usize,
    /// Why there is no answer.
    failure: Option<Error>,
}

impl ChatAnswer {
    /// Adds the next chunk.
    pub fn add(&mut self, chunk: &ChunkText) {
        if self.failure.is_some() {
            return;
        }
        let text = &chunk.data[..];
        let open = self.open.as_ref().map_or(0, String::len);
        if self.texts.try_reserve(open + text.len() + 2).is_err() {
            self.fail(out_of_memory(text.len(), Buffer::Event));
            return;
        }
        match &chunk.words {
            Some(words) if self.open.is_some() => self.texts.push_str(&text[words.clone()]),
            Some(words) => {
                self.texts.push_str(&text[..words.end]);
                self.open = Some(text[words.end..].to_owned());
            }
            None => {
                self.end_text();
                self.texts.push_str(text);
                self.texts.push('\n');
            }
        }
        if self.texts.len() >= KEPT {
            self.parse();
        }
    }

    fn end_text(&mut self) {
        if let Some(end) = self.open.take() {
            self.texts.push_str(&end);
            self.texts.push('\n');
        }
    }

    /// The answer so far as JSON text, in the form of a chat completion: `content`, `refusal` and
    /// `finish_reason` are null where the stream had none.
    ///
    /// # Errors
    /// `decode` if a chunk did not have the form of one, `out_of_memory`.
    ///
    /// ```
    /// let mut answer = neura::bindings::ChatAnswer::default();
    /// for words in ["Hel", "lo"] {
    ///     let chunk = serde_json::json!({"choices": [{"index": 0, "delta": {"content": words}}]});
    ///     let (data, words, is_whole) = (chunk.to_string(), None, false);
    ///     answer.add(&neura::bindings::ChunkText { data, words, is_whole });
    /// }
    /// let whole: neura::ChatCompletion = serde_json::from_str(&answer.json()?).unwrap();
    /// assert_eq!(whole.text(), "Hello");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn json(&mut self) -> Result<String, Error> {
        self.parse();
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let unreadable = |_| unreadable(self.parsed);
        let mut whole = serde_json::to_value(self.join.whole()).map_err(unreadable)?;
        let choices = whole.get_mut("choices").and_then(Value::as_array_mut);
        for choice in choices.into_iter().flatten() {
            let Some(choice) = choice.as_object_mut() else {
                continue;
            };
            if choice.get("finish_reason").and_then(Value::as_str) == Some("") {
                choice.insert("finish_reason".to_owned(), Value::Null);
            }
            null_unless_given(choice, "logprobs");
            if let Some(message) = choice.get_mut("message").and_then(Value::as_object_mut) {
                null_unless_given(message, "content");
                null_unless_given(message, "refusal");
            }
        }
        Ok(whole.to_string())
    }

    fn parse(&mut self) {
        self.end_text();
        let texts = std::mem::take(&mut self.texts);
        self.length = self.length.saturating_add(texts.len());
        let room = self.length.saturating_mul(COPIES);
        if let Err(error) = afford_for(room, self.length, Buffer::Body) {
            self.fail(error);
            return;
        }
        for chunk in Deserializer::from_str(&texts).into_iter::<ChatChunk>() {
            self.parsed += 1;
            match chunk {
                Ok(chunk) => self.join.add(chunk),
                Err(_) => {
                    self.fail(unreadable(self.parsed));
                    return;
                }
            }
        }
        // For the next texts.
        self.texts = texts;
        self.texts.clear();
    }

    fn fail(&mut self, failure: Error) {
        *self = Self {
            failure: Some(failure),
            ..Self::default()
        };
    }
}

fn null_unless_given(members: &mut Map<String, Value>, name: &str) {
    members.entry(name).or_insert(Value::Null);
}

/// The parser's own words could quote the service's.
fn unreadable(number: usize) -> Error {
    let message = format!(
        "chunk {number} of the stream does not have the form of a chat completion chunk, so the \
         chunks cannot be joined. Read the chunks themselves"
    );
    Error::new(ErrorKind::Decode, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(data: &str) -> ChunkText {
        let (data, words, is_whole) = (data.to_owned(), None, false);
        ChunkText {
            data,
            words,
            is_whole,
        }
    }

    fn chunk(words: &str) -> ChunkText {
        text(&json!({"choices": [{"index": 0, "delta": {"content": words}}]}).to_string())
    }

    #[test]
    fn a_long_answer_is_parsed_as_it_comes() {
        let mut answer = ChatAnswer::default();
        let piece = "x".repeat(1000);
        for _ in 0..1000 {
            answer.add(&chunk(&piece));
            assert!(answer.texts.len() < KEPT);
        }
        let whole: Value = serde_json::from_str(&answer.json().unwrap()).unwrap();
        let message = &whole["choices"][0]["message"];
        assert_eq!(message["content"].as_str().unwrap().len(), 1_000_000);
        assert_eq!(whole["choices"][0]["finish_reason"], Value::Null);
    }

    #[test]
    fn words_that_follow_one_another_are_one_text() {
        let mut answer = ChatAnswer::default();
        answer.add(&chunk("a"));
        for _ in 0..100_000 {
            let mut words = chunk("bcd");
            let start = words.data.find("bcd").unwrap();
            words.words = Some(start..start + 3);
            answer.add(&words);
        }
        answer.add(&chunk("e"));
        assert!(answer.parsed <= 4 && answer.texts.len() < 100_000);
        let whole: Value = serde_json::from_str(&answer.json().unwrap()).unwrap();
        let words = format!("a{}e", "bcd".repeat(100_000));
        assert_eq!(whole["choices"][0]["message"]["content"], words);
    }

    #[test]
    fn the_answer_may_be_asked_for_between_chunks() {
        let mut answer = ChatAnswer::default();
        answer.add(&chunk("a"));
        assert!(answer.json().unwrap().contains("\"a\""));
        answer.add(&chunk("b"));
        assert!(answer.json().unwrap().contains("\"ab\""));
    }

    #[test]
    fn a_chunk_of_another_form_is_named_and_not_quoted() {
        let mut answer = ChatAnswer::default();
        answer.add(&chunk("a"));
        answer.add(&text(r#"{"choices": "nk-secret"}"#));
        answer.add(&chunk("b"));
        let error = answer.json().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(
            error.message().starts_with("chunk 2 of the stream"),
            "{error}"
        );
        assert!(!error.message().contains("secret"));
        answer.add(&chunk("c"));
        assert!(answer.json().is_err());
    }
}
