//! The answer as server-sent events, word by word.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;

use super::completion::{Completion, Usage};
use super::request::StreamOptions;

pub(super) fn response(
    completion: Completion,
    options: StreamOptions,
    delay: Duration,
) -> Response {
    let events = Events {
        completion,
        options,
        next: Step::Role { choice: 0 },
    };
    let paced = stream::unfold((events, true), move |(mut events, first)| async move {
        if !first {
            pause(delay).await;
        }
        let event = events.next()?;
        Some((Ok::<_, std::convert::Infallible>(event), (events, false)))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, Body::from_stream(paced)).into_response()
}

/// The pause between two events. Without one the server would send several
/// events in one write.
async fn pause(delay: Duration) {
    if delay.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(delay).await;
    }
}

/// Makes one event at a time, so that a long answer is in memory only once.
struct Events {
    completion: Completion,
    options: StreamOptions,
    next: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Role { choice: u64 },
    Word { choice: u64, start: usize },
    Finish { choice: u64 },
    Usage,
    Done,
    Over,
}

impl Iterator for Events {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let answer = &self.completion.answer;
        let (next, chunk) = match self.next {
            Step::Role { choice } => {
                let delta = Delta {
                    role: Some("assistant"),
                    content: Some(""),
                };
                let next = Step::Word { choice, start: 0 };
                (next, self.chunk(Some((choice, delta, None))))
            }
            Step::Word { choice, start } => {
                let end = start + first_word(&answer[start..]);
                let delta = Delta {
                    role: None,
                    content: Some(&answer[start..end]),
                };
                let next = if end < answer.len() {
                    Step::Word { choice, start: end }
                } else {
                    Step::Finish { choice }
                };
                (next, self.chunk(Some((choice, delta, None))))
            }
            Step::Finish { choice } => {
                let next = match choice + 1 {
                    more if more < self.completion.choices => Step::Role { choice: more },
                    _ if self.options.include_usage => Step::Usage,
                    _ => Step::Done,
                };
                (
                    next,
                    self.chunk(Some((choice, Delta::default(), Some("stop")))),
                )
            }
            Step::Usage => (Step::Done, self.chunk(None)),
            Step::Done => {
                self.next = Step::Over;
                return Some(Bytes::from_static(b"data: [DONE]\n\n"));
            }
            Step::Over => return None,
        };
        self.next = next;
        Some(chunk)
    }
}

#[derive(Serialize)]
struct Chunk<'a> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'static str,
    choices: Vec<Choice<'a>>,
    /// Left out unless the request asks for usage; then null in all chunks but the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<Usage>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    index: u64,
    delta: Delta<'a>,
    logprobs: Option<()>,
    finish_reason: Option<&'static str>,
}

#[derive(Default, Serialize)]
struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

impl Events {
    /// The event of one choice, or without a choice that of the usage.
    fn chunk(&self, choice: Option<(u64, Delta<'_>, Option<&'static str>)>) -> Bytes {
        let usage = choice.is_none().then(|| self.completion.usage());
        let choice = choice.map(|(index, delta, finish_reason)| Choice {
            index,
            delta,
            logprobs: None,
            finish_reason,
        });
        let chunk = Chunk {
            id: &self.completion.id,
            object: "chat.completion.chunk",
            created: self.completion.created,
            model: self.completion.model,
            choices: choice.into_iter().collect(),
            usage: self.options.include_usage.then_some(usage),
        };
        let mut event = b"data: ".to_vec();
        // A chunk can always be written as JSON.
        let _ = serde_json::to_writer(&mut event, &chunk);
        event.extend_from_slice(b"\n\n");
        event.into()
    }
}

/// The length of the first word with the white space after it: the pieces add
/// up to the text.
fn first_word(text: &str) -> usize {
    let word = text.find(char::is_whitespace).unwrap_or(text.len());
    let behind = &text[word..];
    word + (behind.len() - behind.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_add_up_to_the_text() {
        let text = "You said:  naïve \n\t words ";
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(first_word(rest));
            pieces.push(piece);
            rest = more;
        }
        assert_eq!(pieces, ["You ", "said:  ", "naïve \n\t ", "words "]);
        assert_eq!(pieces.concat(), text);
    }
}
