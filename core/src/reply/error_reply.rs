//! Reads an error reply: all common forms of the body, one table from status to kind.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use neura_transport::{HeaderList, Method};
use serde_json::json;

use super::classify::{kind_inside, kind_of};
use super::words::Words;
use super::{error_body, request_id};
use crate::error::{Error, ErrorKind, ReplyFacts, Said};
use crate::error_context::ErrorContext;
use crate::option_table;
use crate::rate_limit::RateLimit;
use crate::redact::{escaped, quoted};
use crate::retry;
use crate::url::why_not_found;

/// How long to wait for the body of a refusal, if it decides whether another attempt follows, or if
/// it explains why a streaming reply was refused.
pub(crate) const WORDS_WAIT: Duration = Duration::from_secs(2);

/// The longest quote of the server in a message; the error's body has the full text.
pub(super) const MESSAGE_CHARS: usize = 1_000;

/// The head of a reply and the facts about the request that its error needs.
pub(crate) struct Origin<'a> {
    pub method: Method,
    /// The URL of the request; empty while the call goes on.
    pub url: &'a str,
    pub status: u16,
    pub headers: &'a HeaderList,
    pub attempts: u32,
    pub rate_limit: &'a RateLimit,
    pub context: &'a ErrorContext,
}

impl Origin<'_> {
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

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.find(name)
    }
}

/// The error of a reply with a status outside 200 to 299, in every language.
pub(crate) fn from_reply(origin: &Origin<'_>, body: &[u8]) -> Error {
    let body = error_body::text_of(body);
    let words = read_body(&body, origin.header("content-type"), origin.context);
    let kind = kind_of(origin.status, &words);
    let said = without_short_secrets(words.said, origin.context);
    let retry_after = retry::retry_after(origin.headers, SystemTime::now());
    let may_repeat = retry::retryable_reply(
        origin.status,
        kind,
        retry_after,
        origin.header("x-should-retry"),
    );
    let note = origin.context.note.as_ref();
    Error::new(kind, message(kind, origin, &said, may_repeat))
        .with_reply(origin.facts())
        .with_retryable(may_repeat)
        .with_retry_after(retry_after)
        .with_words(said, body_text(origin, &body))
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
pub(crate) fn from_event(origin: &Origin<'_>, data: &str) -> Error {
    let (kind, said) = read_inside(origin, data);
    let words = message(kind, origin, &said, retry::retryable_kind(kind));
    in_good_reply(
        origin,
        kind,
        said,
        format!("inside the stream: {words}"),
        data,
    )
}

/// The error that a reply of 200 to 299 holds instead of an answer.
pub(crate) fn from_answer(origin: &Origin<'_>, body: &str) -> Error {
    let (kind, said) = read_inside(origin, body);
    let words = message(kind, origin, &said, retry::retryable_kind(kind));
    in_good_reply(origin, kind, said, words, body)
}

/// `error`, found in the body of a reply of 200 to 299, with the server's words.
pub(crate) fn words_in(origin: &Origin<'_>, error: Error, body: &str) -> Error {
    let (_, said) = read_inside(origin, body);
    let error = error.map_message(|message| with_words(message.to_owned(), &said));
    error.with_words(said, body_text(origin, body))
}

fn read_inside(origin: &Origin<'_>, text: &str) -> (ErrorKind, Said) {
    let words = read_body(text, None, origin.context);
    let kind = kind_inside(&words);
    (kind, without_short_secrets(words.said, origin.context))
}

fn in_good_reply(
    origin: &Origin<'_>,
    kind: ErrorKind,
    said: Said,
    message: String,
    body: &str,
) -> Error {
    Error::new(kind, message)
        .with_reply(origin.facts())
        .with_retryable(retry::retryable_kind(kind))
        .with_words(said, body_text(origin, body))
}

/// The body for the error; `None` if it is empty, or empty without secrets.
fn body_text(origin: &Origin<'_>, text: &str) -> Option<String> {
    Some(origin.context.clean(text).into_owned()).filter(|text| !text.is_empty())
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
fn without_short_secrets(said: Said, context: &ErrorContext) -> Said {
    each(said, |text| context.clean(text).into_owned())
}

/// Changes each text; an empty result becomes `None`.
fn each(said: Said, change: impl Fn(&str) -> String) -> Said {
    let change = |text: Option<String>| {
        text.map(|text| change(&text))
            .filter(|text| !text.is_empty())
    };
    Said {
        message: change(said.message),
        code: change(said.code),
        type_: change(said.type_),
        param: change(said.param),
    }
}

/// `may_repeat` is whether the same request may succeed later.
fn message(kind: ErrorKind, origin: &Origin<'_>, said: &Said, may_repeat: bool) -> String {
    let mut text = format!("{} (status {}", failure(kind, origin), origin.status);
    if let Some(code) = &said.code {
        text.push_str(", code ");
        text.push_str(&shorten(&escaped(code)));
    }
    text.push(')');
    let mut text = with_words(text, said);
    let note = origin
        .context
        .note
        .as_ref()
        .map(|note| shorten(&note.text))
        .unwrap_or_default();
    for more in [note, advice(kind, origin, said, may_repeat).into()] {
        if more.is_empty() {
            continue;
        }
        if !text.ends_with(['.', '!', '?']) {
            text.push('.');
        }
        text.push(' ');
        text.push_str(&more);
    }
    origin.context.message(&text)
}

/// `text`, followed by the server's words.
fn with_words(mut text: String, said: &Said) -> String {
    if let Some(words) = &said.message {
        let stop = if text.ends_with(['.', '!', '?']) {
            ""
        } else {
            "."
        };
        text.push_str(stop);
        text.push_str(" The server said: ");
        text.push_str(&shorten(&escaped(words)));
    }
    text
}

fn failure(kind: ErrorKind, origin: &Origin<'_>) -> Cow<'static, str> {
    let key = || Cow::Owned(format!("the API key from {}", origin.context.key));
    match kind {
        ErrorKind::InvalidApiKey => key() + " is not known to the service",
        ErrorKind::ExpiredApiKey => key() + " has expired",
        ErrorKind::RevokedApiKey => key() + " was revoked",
        ErrorKind::MissingApiKey => "the service found no API key in the request".into(),
        ErrorKind::Authentication => key() + " was not accepted",
        ErrorKind::BadRequest => "the service could not use the request".into(),
        ErrorKind::PaymentRequired => "the service requires a payment for this request".into(),
        ErrorKind::PermissionDenied => key() + " may not do this",
        ErrorKind::NotFound => format!("the service has no such resource{}", asked(origin)).into(),
        ErrorKind::RequestTimeout => "the service gave up waiting for the request".into(),
        ErrorKind::Conflict => {
            "the request conflicts with another one, or with the state of its resource".into()
        }
        ErrorKind::PayloadTooLarge => "the request is too large for the service".into(),
        ErrorKind::Unprocessable => "the service could not process the request".into(),
        ErrorKind::RateLimited => "the rate limit is reached".into(),
        ErrorKind::QuotaExceeded => "the quota is used up".into(),
        ErrorKind::Server => "the service failed".into(),
        ErrorKind::Redirect if origin.status == 304 => {
            "the server says that nothing has changed (Not Modified)".into()
        }
        ErrorKind::Redirect => match target_origin(origin) {
            Some(target) => format!("the server redirects to {target}").into(),
            None => "the server redirects without saying where".into(),
        },
        _ => "the service answered with an error".into(),
    }
}

/// Whether the service itself says that it has no such model.
fn of_model(said: &Said) -> bool {
    said.code.as_deref() == Some("model_not_found")
}

/// The method and the URL of the request, without the query, which may hold secrets.
fn asked(origin: &Origin<'_>) -> String {
    let address = origin.url.split(['?', '#']).next().unwrap_or_default();
    let address = origin.context.quoted(address);
    match address.as_str() {
        "" => String::new(),
        address => format!(": {} {}", origin.method.as_str(), shorten(address)),
    }
}

/// Only the origin of a redirect's target: its path may hold secrets. Parsing may create or hide a
/// secret, so both texts are checked.
fn target_origin(origin: &Origin<'_>) -> Option<String> {
    let location = origin.header("location")?;
    if origin.context.is_secret(location) {
        return None;
    }
    let target = url::Url::parse(&origin.context.base_url)
        .ok()?
        .join(location)
        .ok()?;
    if origin.context.is_secret_url(target.as_str()) {
        return None;
    }
    Some(quoted(&target.origin().ascii_serialization()))
}

fn base_url(origin: &Origin<'_>) -> String {
    origin.context.quoted(&origin.context.base_url)
}

fn advice(kind: ErrorKind, origin: &Origin<'_>, said: &Said, may_repeat: bool) -> String {
    match kind {
        ErrorKind::InvalidApiKey | ErrorKind::Authentication => format!(
            "Check it for typing errors, and that it belongs to {}; create keys in the dashboard \
             under \"API Keys\".",
            base_url(origin)
        ),
        ErrorKind::ExpiredApiKey | ErrorKind::RevokedApiKey => {
            "Create a new key in the dashboard under \"API Keys\" and replace this one.".into()
        }
        ErrorKind::MissingApiKey => {
            "If a header of your own replaces Authorization, it must read `Bearer <key>`; if not, \
             something in between, such as a gateway, may have removed the header."
                .into()
        }
        // The note says how long to wait; more retries do not help.
        ErrorKind::RateLimited if origin.context.note.is_some() => String::new(),
        // A reply with a successful status is not retried.
        ErrorKind::RateLimited if origin.status < 300 => "Send fewer requests.".into(),
        ErrorKind::RateLimited => format!(
            "Send fewer requests, or raise {}.",
            option_table::MAX_RETRIES
        ),
        ErrorKind::QuotaExceeded => "Waiting does not help: check the account's plan.".into(),
        // An event in a stream means that the URL is right.
        ErrorKind::NotFound if origin.status == 404 && !of_model(said) => {
            let doubt = format!(
                "Is the path right, and the base URL ({})?",
                base_url(origin)
            );
            match why_not_found(&origin.context.base_url, origin.url) {
                Some(cause) => format!("{doubt} {}", origin.context.quoted(&cause)),
                None => doubt,
            }
        }
        ErrorKind::NotFound if of_model(said) => {
            "Give a model that the service lists (GET /models).".into()
        }
        ErrorKind::NotFound => "Check the names and ids in the request.".into(),
        ErrorKind::BadRequest | ErrorKind::Unprocessable => match said.message {
            Some(_) => "Correct the request as the server says.".into(),
            None => "Check the parameters of the request and their types.".into(),
        },
        ErrorKind::PaymentRequired => {
            "Check the account's credit and plan in the dashboard.".into()
        }
        ErrorKind::PermissionDenied => {
            "Use a key with this permission, or check this key's permissions in the dashboard."
                .into()
        }
        ErrorKind::Conflict => {
            "If another request for the same resource is still running, wait for it and try \
             again; if not, change the request."
                .into()
        }
        ErrorKind::PayloadTooLarge => "Send a smaller request.".into(),
        ErrorKind::RequestTimeout | ErrorKind::Server => to_support(origin, may_repeat),
        ErrorKind::Redirect if origin.status == 304 => {
            "The reply has no body: use your own copy, or send neither If-None-Match nor \
             If-Modified-Since."
                .into()
        }
        ErrorKind::Redirect => format!(
            "Redirects are not followed, because the key must not leave {}: correct the base URL.",
            base_url(origin)
        ),
        _ if origin.status == 405 => format!(
            "Does this path accept {}? Check the method and the path.",
            origin.method.as_str()
        ),
        _ if origin.status < 300 => to_support(origin, may_repeat),
        _ => format!(
            "Look up status {} in the service's documentation.",
            origin.status
        ),
    }
}

/// For a fault of the service.
fn to_support(origin: &Origin<'_>, may_repeat: bool) -> String {
    let report = match request_id::redacted(origin.headers, origin.context) {
        Some(_) => "report the request id of this error to the service's support.",
        None => "report it to the service's support.",
    };
    match may_repeat {
        // A note already says to try again later.
        true if origin.context.note.is_none() => {
            format!("Try again later; if it happens again, {report}")
        }
        _ => format!("If it happens again, {report}"),
    }
}

/// Shortened only after redaction, so that no part of a key can be left.
fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
