//! Reads an error reply: all common forms of the body, one table from status to kind.

use std::time::{Duration, SystemTime};

use neura_transport::{HeaderList, Method};
use serde_json::json;

use super::classify::{kind_inside, kind_of};
use super::error_message::{message, with_words};
use super::words::Words;
use super::{error_body, request_id};
use crate::error::{Error, ErrorKind, ReplyFacts, ServerError};
use crate::error_context::ErrorContext;
use crate::rate_limit::RateLimit;
use crate::retry;

/// How long to wait for the body of a refusal, if it decides whether another attempt follows, or if
/// it explains why a streaming reply was refused.
pub(crate) const WORDS_WAIT: Duration = Duration::from_secs(2);

/// The head of a reply and the facts about the request that its error needs.
pub(crate) struct ReplyContext<'a> {
    pub method: Method,
    /// The URL of the request; empty while the call goes on.
    pub url: &'a str,
    pub status: u16,
    pub headers: &'a HeaderList,
    pub attempts: u32,
    pub rate_limit: &'a RateLimit,
    pub context: &'a ErrorContext,
}

impl ReplyContext<'_> {
    /// The facts about the reply that its error keeps.
    pub fn facts(&self) -> ReplyFacts {
        ReplyFacts {
            status: self.status,
            request_id: request_id::redacted(self.headers, self.context),
            rate_limit: self.rate_limit.clone(),
            attempts: self.attempts,
            request: (self.method, self.context.masked(self.url)),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.find(name)
    }
}

/// The error of a reply with a status outside 200 to 299, in every language.
pub(crate) fn from_reply(reply: &ReplyContext<'_>, body: &[u8]) -> Error {
    let body = error_body::text_of(body);
    let words = read_body(&body, reply.header("content-type"), reply.context);
    let kind = kind_of(reply.status, &words);
    let said = without_short_secrets(words.said, reply.context);
    let retry_after = retry::retry_after(reply.headers, SystemTime::now());
    let may_repeat = retry::retryable_reply(
        reply.status,
        kind,
        retry_after,
        reply.header("x-should-retry"),
    );
    let note = reply.context.note.as_ref();
    Error::new(kind, message(kind, reply, &said, may_repeat))
        .with_reply(reply.facts())
        .with_retryable(may_repeat)
        .with_retry_after(retry_after)
        .with_words(said, body_text(reply, &body))
        .with_quote(note.is_some_and(|note| note.quotes_callback))
}

/// A body in the API's form with the server's words in `error`, which came from a body in another
/// form.
pub(crate) fn body_of(error: &Error) -> Vec<u8> {
    let said = error.said();
    let fields = json!({
        "message": said.message,
        "type": said.type_,
        "param": said.param,
        "code": said.code,
    });
    json!({ "error": fields }).to_string().into_bytes()
}

/// The error of an event in a stream. The status was 200, so the kind comes from the event's data.
pub(crate) fn from_event(reply: &ReplyContext<'_>, data: &str) -> Error {
    let (kind, said) = read_inside(reply, data);
    let words = message(kind, reply, &said, retry::retryable_kind(kind));
    in_good_reply(
        reply,
        kind,
        said,
        format!("inside the stream: {words}"),
        data,
    )
}

/// The error that a reply of 200 to 299 holds instead of an answer.
pub(crate) fn from_answer(reply: &ReplyContext<'_>, body: &str) -> Error {
    let (kind, said) = read_inside(reply, body);
    let words = message(kind, reply, &said, retry::retryable_kind(kind));
    in_good_reply(reply, kind, said, words, body)
}

/// `error`, found in the body of a reply of 200 to 299, with the server's words.
pub(crate) fn words_in(reply: &ReplyContext<'_>, error: Error, body: &str) -> Error {
    let (_, said) = read_inside(reply, body);
    let error = error.map_message(|message| with_words(message.to_owned(), &said));
    error.with_words(said, body_text(reply, body))
}

fn read_inside(reply: &ReplyContext<'_>, text: &str) -> (ErrorKind, ServerError) {
    let words = read_body(text, None, reply.context);
    let kind = kind_inside(&words);
    (kind, without_short_secrets(words.said, reply.context))
}

fn in_good_reply(
    reply: &ReplyContext<'_>,
    kind: ErrorKind,
    said: ServerError,
    message: String,
    body: &str,
) -> Error {
    Error::new(kind, message)
        .with_reply(reply.facts())
        .with_retryable(retry::retryable_kind(kind))
        .with_words(said, body_text(reply, body))
}

/// The body for the error; `None` if it is empty, or empty without secrets.
fn body_text(reply: &ReplyContext<'_>, text: &str) -> Option<String> {
    Some(reply.context.clean(text).into_owned()).filter(|text| !text.is_empty())
}

/// The words of a body. Only long secrets are redacted here: a short one, such as a proxy's
/// password, may be part of a code by chance, and the kind is still to be read from the code.
fn read_body(text: &str, content_type: Option<&str>, context: &ErrorContext) -> Words {
    let words = error_body::read(text, content_type);
    Words {
        said: each(words.said, |text| context.clean_own(text.trim())),
        ..words
    }
}

/// The words without any secret of the client or of the call.
fn without_short_secrets(said: ServerError, context: &ErrorContext) -> ServerError {
    each(said, |text| context.clean(text).into_owned())
}

/// Changes each text; an empty result becomes `None`.
fn each(said: ServerError, change: impl Fn(&str) -> String) -> ServerError {
    let change = |text: Option<String>| {
        text.map(|text| change(&text))
            .filter(|text| !text.is_empty())
    };
    ServerError {
        message: change(said.message),
        code: change(said.code),
        type_: change(said.type_),
        param: change(said.param),
    }
}
