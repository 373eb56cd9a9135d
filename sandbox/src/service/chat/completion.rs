//! The answer, and its form as one JSON body.

use serde::Serialize;

use super::count_words;
use crate::service::meter::Tokens;

pub(super) struct Completion {
    pub(super) id: String,
    /// Seconds since 1970.
    pub(super) created: u64,
    pub(super) model: &'static str,
    pub(super) answer: String,
    /// The number of choices.
    pub(super) choices: u64,
    pub(super) prompt_tokens: u64,
}

/// The JSON of a complete answer.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'static str,
    choices: Vec<Choice<'a>>,
    usage: Usage,
}

#[derive(Serialize)]
struct Choice<'a> {
    index: u64,
    message: Message<'a>,
    logprobs: Option<()>,
    finish_reason: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
    refusal: Option<()>,
}

/// The tokens of the answer.
#[derive(Serialize)]
pub(super) struct Usage {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
}

impl Completion {
    pub(super) fn whole(&self) -> Whole<'_> {
        let choice = |index| Choice {
            index,
            message: Message {
                role: "assistant",
                content: &self.answer,
                refusal: None,
            },
            logprobs: None,
            finish_reason: "stop",
        };
        Whole {
            id: &self.id,
            object: "chat.completion",
            created: self.created,
            model: self.model,
            choices: (0..self.choices).map(choice).collect(),
            usage: self.usage(),
        }
    }

    pub(super) fn usage(&self) -> Usage {
        let Tokens { prompt, completion } = self.tokens();
        Usage {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt + completion,
        }
    }

    pub(super) fn tokens(&self) -> Tokens {
        Tokens {
            prompt: self.prompt_tokens,
            completion: count_words(&self.answer) * self.choices,
        }
    }
}
