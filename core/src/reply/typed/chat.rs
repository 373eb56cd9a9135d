//! A whole chat completion.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Logprobs, TokenUsage, answers};

answers! {
    /// The answer to a chat request: `client.chat(&request).send()?.json()?`.
    ChatCompletion {
        /// The service's id of the completion.
        id: String,
        /// The answers, `n` of them.
        choices: Vec<ChatChoice>,
        /// When it was made, in seconds since 1970.
        created: u64,
        /// The model that answered.
        model: String,
        /// `chat.completion`.
        object: String,
        /// The pairs that the request asked the service to store.
        metadata: Option<BTreeMap<String, String>>,
        /// What moderation found in the request and the answer, if requested.
        moderation: Option<Value>,
        /// The tier that served the request.
        service_tier: Option<String>,
        /// The configuration of the service that answered.
        system_fingerprint: Option<String>,
        /// The tokens used.
        usage: Option<TokenUsage>,
    }

    /// One answer of a completion.
    ChatChoice {
        /// Why it ended: `stop`, `length`, `tool_calls`, `content_filter`, `function_call`, or
        /// another service's word.
        finish_reason: String,
        /// Its place among the choices, from 0.
        index: u64,
        /// How likely its tokens were, if requested.
        logprobs: Option<Logprobs>,
        /// The message of the model.
        message: ChatMessage,
    }

    /// The message of the model. It can be sent back unchanged, as the next of the `messages`.
    ChatMessage {
        /// The role: `assistant`.
        #[serde(default = "assistant")]
        role: String,
        /// The text; `None` if the model calls a tool instead.
        content: Option<String>,
        /// The refusal, if the model refuses.
        refusal: Option<String>,
        /// The sources of parts of the text, after a web search.
        annotations: Option<Vec<Annotation>>,
        /// The answer as audio, if requested.
        audio: Option<Audio>,
        /// The older form of a tool call.
        function_call: Option<FunctionCall>,
        /// The tool calls that the model wants.
        tool_calls: Option<Vec<ToolCall>>,
        /// The model's reasoning before its answer. Not from OpenAI; many services send it.
        reasoning_content: Option<String>,
    }

    /// A tool call that the model wants; reply to it with a message of the role `tool` with this
    /// `id`.
    ToolCall {
        /// Its id.
        id: String,
        /// `function` or `custom`.
        #[serde(rename = "type", default = "function")]
        type_: String,
        /// The function, if it is one.
        function: Option<FunctionCall>,
        /// The custom tool, if it is one.
        custom: Option<CustomCall>,
    }

    /// A function and its arguments.
    FunctionCall {
        /// JSON text as the model wrote it. It may be invalid, or lack arguments.
        arguments: String,
        /// The function's name.
        name: String,
    }

    /// A custom tool and its input.
    CustomCall {
        /// The input that the model wrote.
        input: String,
        /// The tool's name.
        name: String,
    }

    /// The source of a part of the text.
    Annotation {
        /// `url_citation`.
        #[serde(rename = "type")]
        type_: String,
        /// The page.
        url_citation: UrlCitation,
    }

    /// A web page that is the source of a part of the text.
    UrlCitation {
        /// Where the part ends, in characters of the text.
        end_index: u64,
        /// Where it starts.
        start_index: u64,
        /// The page's title.
        title: String,
        /// The page's URL.
        url: String,
    }

    /// The answer as audio.
    Audio {
        /// An id, to name it in a later request.
        id: String,
        /// The audio in base64, in the requested format.
        data: String,
        /// Until when the id can be used, in seconds since 1970.
        expires_at: u64,
        /// Its transcript.
        transcript: String,
    }
}

impl ChatCompletion {
    /// The text of the first choice; empty if it has none.
    pub fn text(&self) -> &str {
        let message = self.message();
        let content = message.and_then(|message| message.content.as_deref());
        content.unwrap_or_default()
    }

    /// The message of the first choice; `None` if there is no choice.
    pub fn message(&self) -> Option<&ChatMessage> {
        Some(&self.choices.first()?.message)
    }
}

fn assistant() -> String {
    "assistant".to_owned()
}

fn function() -> String {
    "function".to_owned()
}
