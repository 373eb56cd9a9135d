//! A whole chat completion.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Logprobs, TokenUsage, answers};

answers! {
    /// The answer to a chat request: `client.chat(&request).send()?.json()?`.
    ChatCompletion {
        /// The service's id of the completion.
        id: String,
        /// The answers, as many as `n` asked for.
        choices: Vec<ChatChoice>,
        /// When it was made, in seconds since 1970.
        created: u64,
        /// The model that answered.
        model: String,
        /// `chat.completion`.
        object: String,
        /// The pairs that the request gave to be stored.
        metadata: Option<BTreeMap<String, String>>,
        /// What moderation found in the request and the answer, where it was asked for.
        moderation: Option<Value>,
        /// The tier that served the request.
        service_tier: Option<String>,
        /// Which set-up of the service answered.
        system_fingerprint: Option<String>,
        /// What it cost.
        usage: Option<TokenUsage>,
    }

    /// One answer of a completion.
    ChatChoice {
        /// Why it ended: `stop`, `length`, `tool_calls`, `content_filter`, `function_call`, or
        /// a word of another service.
        finish_reason: String,
        /// Its place among the choices, from 0.
        index: u64,
        /// How likely its tokens were, where that was asked for.
        logprobs: Option<Logprobs>,
        /// What the model says.
        message: ChatMessage,
    }

    /// What the model says. It can be sent back as it is, as the next of the `messages`.
    ChatMessage {
        /// Who says it: `assistant`.
        #[serde(default = "assistant")]
        role: String,
        /// The words; `None` where the model calls a tool instead.
        content: Option<String>,
        /// Why the model refuses, where it does.
        refusal: Option<String>,
        /// Where parts of the words come from, of a search in the web.
        annotations: Option<Vec<Annotation>>,
        /// The words as sound, where that was asked for.
        audio: Option<Audio>,
        /// The older form of a tool call.
        function_call: Option<FunctionCall>,
        /// The tools that the model wants called.
        tool_calls: Option<Vec<ToolCall>>,
        /// What the model thought before it answered. Not OpenAI's; many services send it.
        reasoning_content: Option<String>,
    }

    /// A tool that the model wants called; the answer to it is a message of the role `tool` with
    /// this `id`.
    ToolCall {
        /// Its id.
        id: String,
        /// `function` or `custom`.
        #[serde(rename = "type", default = "function")]
        type_: String,
        /// The function, where it is one.
        function: Option<FunctionCall>,
        /// The custom tool, where it is one.
        custom: Option<CustomCall>,
    }

    /// A function and what it is to be called with.
    FunctionCall {
        /// JSON text, as the model wrote it: it may be no JSON, or lack arguments.
        arguments: String,
        /// The function's name.
        name: String,
    }

    /// A custom tool and what it is to be called with.
    CustomCall {
        /// What the model wrote for it.
        input: String,
        /// The tool's name.
        name: String,
    }

    /// Where a part of the words comes from.
    Annotation {
        /// `url_citation`.
        #[serde(rename = "type")]
        type_: String,
        /// The page.
        url_citation: UrlCitation,
    }

    /// A page that a part of the words comes from.
    UrlCitation {
        /// Where the part ends, in characters of the words.
        end_index: u64,
        /// Where it starts.
        start_index: u64,
        /// The page's title.
        title: String,
        /// The page's address.
        url: String,
    }

    /// The words as sound.
    Audio {
        /// An id, to name it in a later request.
        id: String,
        /// The sound in base64, in the format that was asked for.
        data: String,
        /// Until when the id can be used, in seconds since 1970.
        expires_at: u64,
        /// The words of it.
        transcript: String,
    }
}

impl ChatCompletion {
    /// The words of the first choice; empty where it has none.
    pub fn text(&self) -> &str {
        let message = self.message();
        let content = message.and_then(|message| message.content.as_deref());
        content.unwrap_or_default()
    }

    /// What the model says in the first choice; `None` where there is no choice.
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
