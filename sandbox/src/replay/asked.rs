//! What a reply in the API's shape has to know of its request.

use serde_json::Value;

use crate::service::count_words;

/// Named where the request names no model.
const NO_MODEL: &str = "replayed";

/// A request that is to be answered.
#[derive(Debug)]
pub(super) struct Asked {
    /// From 1 on, over all connections.
    pub(super) number: usize,
    /// Null where it is not JSON, or did not come yet.
    body: Value,
}

impl Asked {
    pub(super) fn new(number: usize, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body).unwrap_or_default();
        Self { number, body }
    }

    pub(super) fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or(NO_MODEL)
    }

    /// Whether the answer is wanted as a stream.
    pub(super) fn wants_stream(&self) -> bool {
        self.body["stream"] == true
    }

    /// Whether the stream is to end with its usage.
    pub(super) fn wants_usage(&self) -> bool {
        self.body["stream_options"]["include_usage"] == true
    }

    pub(super) fn wants_base64(&self) -> bool {
        self.body["encoding_format"] == "base64"
    }

    /// How many texts are to become vectors.
    pub(super) fn inputs(&self) -> usize {
        match &self.body["input"] {
            // A list of numbers is one text in tokens.
            Value::Array(items) if !items.iter().any(Value::is_number) => items.len(),
            _ => 1,
        }
    }

    /// The words of the messages or of the input: the sandbox's idea of tokens.
    pub(super) fn prompt_tokens(&self) -> u64 {
        let messages = self.body["messages"].as_array();
        let contents = messages
            .into_iter()
            .flatten()
            .map(|message| &message["content"]);
        contents.chain([&self.body["input"]]).map(words).sum()
    }
}

fn words(value: &Value) -> u64 {
    match value {
        Value::String(text) => count_words(text),
        Value::Array(items) => items.iter().map(words).sum(),
        // A part of a message.
        Value::Object(part) => part.get("text").map_or(0, words),
        Value::Number(_) => 1,
        Value::Null | Value::Bool(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(body: Value) -> Asked {
        Asked::new(1, body.to_string().as_bytes())
    }

    #[test]
    fn tokens_are_words() {
        let parts = json!([{"type": "text", "text": "c d"}, {"type": "image_url"}]);
        let messages = json!([{"role": "system", "content": "a b"}, {"content": parts}, 1]);
        assert_eq!(asked(json!({"messages": messages})).prompt_tokens(), 4);
        assert_eq!(asked(json!({"input": ["a b", "c"]})).prompt_tokens(), 3);
        assert_eq!(asked(json!({"input": [[1, 2], [3]]})).prompt_tokens(), 3);
        assert_eq!(Asked::new(1, b"no JSON").prompt_tokens(), 0);
    }

    #[test]
    fn a_list_of_tokens_is_one_text() {
        for (input, count) in [
            (json!("a"), 1),
            (json!(["a", "b"]), 2),
            (json!([1, 2, 3]), 1),
            (json!([[1], [2]]), 2),
            (json!([]), 0),
        ] {
            assert_eq!(asked(json!({"input": input})).inputs(), count, "{input}");
        }
    }
}
