//! A chunk of a streamed chat completion.

use serde_json::Value;

use super::{Logprobs, TokenUsage, answers};

answers! {
    /// One chunk of a streamed chat completion.
    ChatChunk {
        /// The service's id of the completion, the same in each of its chunks.
        id: String,
        /// The additions to each choice; empty in a chunk that only holds the usage.
        choices: Vec<ChunkChoice>,
        /// When the completion was made, in seconds since 1970.
        created: u64,
        /// The model that answers.
        model: String,
        /// `chat.completion.chunk`.
        object: String,
        /// What moderation found, if requested.
        moderation: Option<Value>,
        /// Random letters, so that a chunk's length does not reveal its text.
        obfuscation: Option<String>,
        /// The tier that serves the request.
        service_tier: Option<String>,
        /// The configuration of the service that answers.
        system_fingerprint: Option<String>,
        /// The tokens used: in the last chunk, if `stream_options` asks for it.
        usage: Option<TokenUsage>,
    }

    /// The additions of a chunk to one choice.
    ChunkChoice {
        /// The addition.
        delta: Delta,
        /// The choice's place, from 0.
        index: u64,
        /// Why the choice ended, in its last chunk.
        finish_reason: Option<String>,
        /// How likely the added tokens were, if requested.
        logprobs: Option<Logprobs>,
    }

    /// The addition to a message.
    Delta {
        /// Audio, or the next piece of it.
        audio: Option<AudioDelta>,
        /// The next piece of the text.
        content: Option<String>,
        /// The older form of a tool call, or its next piece.
        function_call: Option<FunctionCallDelta>,
        /// The next piece of a refusal.
        refusal: Option<String>,
        /// The role; in the first chunk.
        role: Option<String>,
        /// Tool calls, or their next pieces.
        tool_calls: Option<Vec<ToolCallDelta>>,
        /// The next piece of the model's reasoning. Not from OpenAI; many services send it.
        reasoning_content: Option<String>,
    }

    /// A tool call, or its next piece.
    ToolCallDelta {
        /// Which of the message's tool calls it belongs to, from 0.
        index: u64,
        /// The call's id, in its first piece.
        id: Option<String>,
        /// The function, or the next piece of its arguments.
        function: Option<FunctionCallDelta>,
        /// `function`, in the first piece.
        #[serde(rename = "type")]
        type_: Option<String>,
    }

    /// A function call, or its next piece.
    FunctionCallDelta {
        /// The next piece of the arguments' JSON text.
        arguments: Option<String>,
        /// The function's name, in the first piece.
        name: Option<String>,
    }

    /// Audio, or its next piece.
    AudioDelta {
        /// Its id.
        id: Option<String>,
        /// The next piece of it in base64.
        data: Option<String>,
        /// Until when the id can be used, in seconds since 1970.
        expires_at: Option<u64>,
        /// The next piece of its transcript.
        transcript: Option<String>,
    }
}

impl ChatChunk {
    /// The text that this chunk adds to the first choice; empty if it adds none.
    pub fn text(&self) -> &str {
        let first = self.choices.iter().find(|choice| choice.index == 0);
        let content = first.and_then(|choice| choice.delta.content.as_deref());
        content.unwrap_or_default()
    }
}
