//! The facts of a request that a reply in the API's shape needs.

use serde_json::Value;

use crate::service::count_words;

/// The model's name if the request has none.
const NO_MODEL: &str = "replayed";

/// The API endpoint of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Endpoint {
    Chat,
    Embeddings,
    Models,
    Model,
}

impl Endpoint {
    /// None for a target that is not in the API.
    pub(super) fn of(target: &str) -> Option<Self> {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let mut parts = path.split('/').filter(|part| !part.is_empty()).rev();
        match (parts.next(), parts.next()) {
            (Some("completions"), Some("chat")) => Some(Self::Chat),
            (Some("embeddings"), _) => Some(Self::Embeddings),
            (Some("models"), _) => Some(Self::Models),
            (Some(_), Some("models")) => Some(Self::Model),
            _ => None,
        }
    }
}

/// A request to be answered.
#[derive(Debug)]
pub(super) struct RequestFacts {
    /// Counted from 1 over all connections.
    pub(super) number: usize,
    /// As in the request line; empty before the request arrives.
    target: String,
    /// Null if it is not JSON or has not arrived yet.
    body: Value,
}

impl RequestFacts {
    pub(super) fn new(number: usize, target: &str, body: &[u8]) -> Self {
        Self {
            number,
            target: target.to_owned(),
            body: serde_json::from_slice(body).unwrap_or_default(),
        }
    }

    pub(super) fn target(&self) -> &str {
        &self.target
    }

    pub(super) fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or(NO_MODEL)
    }

    /// Whether the request asks for a stream.
    pub(super) fn wants_stream(&self) -> bool {
        self.body["stream"] == true
    }

    /// Whether the request asks for usage at the end of the stream.
    pub(super) fn wants_usage(&self) -> bool {
        self.body["stream_options"]["include_usage"] == true
    }

    pub(super) fn wants_base64(&self) -> bool {
        self.body["encoding_format"] == "base64"
    }

    pub(super) fn has_input(&self) -> bool {
        self.body.get("input").is_some()
    }

    /// The number of texts to embed.
    pub(super) fn inputs(&self) -> usize {
        match &self.body["input"] {
            // A list of numbers is one text as tokens.
            Value::Array(items) if !items.iter().any(Value::is_number) => items.len(),
            _ => 1,
        }
    }

    /// The number of words in the messages or the input: the sandbox's tokens.
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

    fn facts(body: Value) -> RequestFacts {
        RequestFacts::new(1, "/", body.to_string().as_bytes())
    }

    #[test]
    fn tokens_are_words() {
        let parts = json!([{"type": "text", "text": "c d"}, {"type": "image_url"}]);
        let messages = json!([{"role": "system", "content": "a b"}, {"content": parts}, 1]);
        assert_eq!(facts(json!({"messages": messages})).prompt_tokens(), 4);
        assert_eq!(facts(json!({"input": ["a b", "c"]})).prompt_tokens(), 3);
        assert_eq!(facts(json!({"input": [[1, 2], [3]]})).prompt_tokens(), 3);
        assert_eq!(RequestFacts::new(1, "/", b"no JSON").prompt_tokens(), 0);
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
            assert_eq!(facts(json!({"input": input})).inputs(), count, "{input}");
        }
    }

    #[test]
    fn an_endpoint_is_known_by_its_path() {
        for (target, endpoint) in [
            ("/v1/chat/completions", Some(Endpoint::Chat)),
            (
                "/deployments/a/chat/completions?api-version=1",
                Some(Endpoint::Chat),
            ),
            ("/v1/embeddings/", Some(Endpoint::Embeddings)),
            ("/v1/models?limit=1", Some(Endpoint::Models)),
            ("/v1/models/gpt-5", Some(Endpoint::Model)),
            ("/v1/completions", None),
            ("/v1/things", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(Endpoint::of(target), endpoint, "{target}");
        }
    }
}
