//! The answer, shown as it comes.

use neura::{CancelToken, ChatChunk, Client, Error};

use super::Conversation;
use crate::context::{Context, Done};
use crate::failure::Failure;
use crate::visible::visible;

/// What came of an answer.
#[derive(Default)]
pub(super) struct Answer {
    pub text: String,
    /// Why it ended, as the service says it.
    reason: Option<String>,
    /// Why it ended too early.
    pub error: Option<Error>,
}

/// Streams the answer to stdout. Ctrl-C ends the program.
pub(super) fn stream(
    client: &Client,
    conversation: &Conversation,
    context: &mut Context<'_>,
) -> Result<Answer, Failure> {
    stream_until(client, conversation, &CancelToken::new(), context)
}

/// Streams the answer to stdout until `cancel` ends it. An error of the call is a part of the
/// result, because some of the answer may have come before.
pub(super) fn stream_until(
    client: &Client,
    conversation: &Conversation,
    cancel: &CancelToken,
    context: &mut Context<'_>,
) -> Result<Answer, Failure> {
    let mut answer = Answer::default();
    let request = conversation.request();
    let call = || client.chat(&request).cancel(cancel).stream();
    let mut chunks = match context.waiting(&conversation.model, call) {
        Ok(chunks) => chunks,
        Err(error) => {
            answer.error = Some(error);
            return Ok(answer);
        }
    };
    loop {
        match chunks.next() {
            None => return Ok(answer),
            Some(Err(error)) => {
                answer.error = Some(error);
                return Ok(answer);
            }
            Some(Ok(chunk)) => answer.add(&chunk, context)?,
        }
    }
}

impl Answer {
    fn add(&mut self, chunk: &ChatChunk, context: &mut Context<'_>) -> Done {
        let Some(choice) = chunk.choices.iter().find(|choice| choice.index == 0) else {
            return Ok(());
        };
        if let Some(reason) = &choice.finish_reason {
            self.reason = Some(reason.clone());
        }
        let delta = &choice.delta;
        for text in [&delta.content, &delta.refusal].into_iter().flatten() {
            if !text.is_empty() {
                self.text.push_str(text);
                context.print(&visible(text, context.streams.stdout.is_terminal()))?;
                context.flush()?;
            }
        }
        Ok(())
    }

    /// Ends the line of the answer.
    pub fn end_line(&self, context: &mut Context<'_>) -> Done {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            context.print("\n")?;
        }
        context.flush()
    }

    /// Ends the line, and says if the answer is not whole.
    pub fn finish(self, context: &mut Context<'_>) -> Done {
        self.end_line(context)?;
        self.warn(context);
        match self.error {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Says that the answer was cut.
    pub fn warn(&self, context: &mut Context<'_>) {
        match self.reason.as_deref() {
            Some("length") => context.tell("(the answer is cut: it reached the model's limit)"),
            Some("content_filter") => context.tell("(the answer is cut: the service filtered it)"),
            _ => {}
        }
    }
}
