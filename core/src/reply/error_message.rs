//! The message of a refused request: what failed, the words of the server, what to do next.

use std::borrow::Cow;

use super::{ReplyContext, request_id};
use crate::error::{ErrorKind, ServerError};
use crate::redact::{escaped, quoted};
use crate::url::why_not_found;

/// The longest quote of the server in a message; the error's body has the full text.
const MESSAGE_CHARS: usize = 1_000;

/// `may_repeat` is whether the same request may succeed later.
pub(super) fn message(
    kind: ErrorKind,
    reply: &ReplyContext<'_>,
    said: &ServerError,
    may_repeat: bool,
) -> String {
    let mut text = format!("{} (status {}", failure(kind, reply), reply.status);
    if let Some(code) = &said.code {
        text.push_str(", code ");
        text.push_str(&shorten(&escaped(code)));
    }
    text.push(')');
    let mut text = with_words(text, said);
    let note = reply
        .context
        .note
        .as_ref()
        .map(|note| shorten(&note.text))
        .unwrap_or_default();
    for more in [note, advice(kind, reply, said, may_repeat).into()] {
        if more.is_empty() {
            continue;
        }
        if !text.ends_with(['.', '!', '?']) {
            text.push('.');
        }
        text.push(' ');
        text.push_str(&more);
    }
    reply.context.message(&text)
}

/// `text`, followed by the server's words.
pub(super) fn with_words(mut text: String, said: &ServerError) -> String {
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

fn failure(kind: ErrorKind, reply: &ReplyContext<'_>) -> Cow<'static, str> {
    let key = || Cow::Owned(format!("the API key from {}", reply.context.key));
    match kind {
        ErrorKind::InvalidApiKey => key() + " is not known to the service",
        ErrorKind::ExpiredApiKey => key() + " has expired",
        ErrorKind::RevokedApiKey => key() + " was revoked",
        ErrorKind::MissingApiKey => "the service found no API key in the request".into(),
        ErrorKind::Authentication => key() + " was not accepted",
        ErrorKind::BadRequest => "the service could not use the request".into(),
        ErrorKind::PaymentRequired => "the service requires a payment for this request".into(),
        ErrorKind::PermissionDenied => key() + " may not do this",
        ErrorKind::NotFound => format!("the service has no such resource{}", asked(reply)).into(),
        ErrorKind::RequestTimeout => "the service gave up waiting for the request".into(),
        ErrorKind::Conflict => {
            "the request conflicts with another one, or with the state of its resource".into()
        }
        ErrorKind::PayloadTooLarge => "the request is too large for the service".into(),
        ErrorKind::Unprocessable => "the service could not process the request".into(),
        ErrorKind::RateLimited => "the rate limit is reached".into(),
        ErrorKind::QuotaExceeded => "the quota is used up".into(),
        ErrorKind::Server => "the service failed".into(),
        ErrorKind::Redirect if reply.status == 304 => {
            "the server says that nothing has changed (Not Modified)".into()
        }
        ErrorKind::Redirect => match target_origin(reply) {
            Some(target) => format!("the server redirects to {target}").into(),
            None => "the server redirects without saying where".into(),
        },
        _ => "the service answered with an error".into(),
    }
}

/// Whether the service itself says that it has no such model.
fn of_model(said: &ServerError) -> bool {
    said.code.as_deref() == Some("model_not_found")
}

/// The method and the URL of the request, without the query, which may hold secrets.
fn asked(reply: &ReplyContext<'_>) -> String {
    let address = reply.url.split(['?', '#']).next().unwrap_or_default();
    let address = reply.context.quoted(address);
    match address.as_str() {
        "" => String::new(),
        address => format!(": {} {}", reply.method.as_str(), shorten(address)),
    }
}

/// Only the origin of a redirect's target: its path may hold secrets. Parsing may create or hide a
/// secret, so both texts are checked.
fn target_origin(reply: &ReplyContext<'_>) -> Option<String> {
    let location = reply.header("location")?;
    if reply.context.is_secret(location) {
        return None;
    }
    let target = url::Url::parse(&reply.context.base_url)
        .ok()?
        .join(location)
        .ok()?;
    if reply.context.is_secret_url(target.as_str()) {
        return None;
    }
    Some(quoted(&target.origin().ascii_serialization()))
}

fn base_url(reply: &ReplyContext<'_>) -> String {
    reply.context.quoted(&reply.context.base_url)
}

fn advice(
    kind: ErrorKind,
    reply: &ReplyContext<'_>,
    said: &ServerError,
    may_repeat: bool,
) -> String {
    match kind {
        ErrorKind::InvalidApiKey | ErrorKind::Authentication => format!(
            "Check it for typing errors, and that it belongs to {}; create keys in the dashboard \
             under \"API Keys\".",
            base_url(reply)
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
        ErrorKind::RateLimited if reply.context.note.is_some() => String::new(),
        // A reply with a successful status is not retried.
        ErrorKind::RateLimited if reply.status < 300 => "Send fewer requests.".into(),
        ErrorKind::RateLimited => {
            format!("Send fewer requests, or raise {}.", reply.context.retries)
        }
        ErrorKind::QuotaExceeded => "Waiting does not help: check the account's plan.".into(),
        // An event in a stream means that the URL is right.
        ErrorKind::NotFound if reply.status == 404 && !of_model(said) => {
            let doubt = format!("Is the path right, and the base URL ({})?", base_url(reply));
            match why_not_found(&reply.context.base_url, reply.url) {
                Some(cause) => format!("{doubt} {}", reply.context.quoted(&cause)),
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
        ErrorKind::RequestTimeout | ErrorKind::Server => to_support(reply, may_repeat),
        ErrorKind::Redirect if reply.status == 304 => {
            "The reply has no body: use your own copy, or send neither If-None-Match nor \
             If-Modified-Since."
                .into()
        }
        ErrorKind::Redirect => format!(
            "Redirects are not followed, because the key must not leave {}: correct the base URL.",
            base_url(reply)
        ),
        _ if reply.status == 405 => format!(
            "Does this path accept {}? Check the method and the path.",
            reply.method.as_str()
        ),
        _ if reply.status < 300 => to_support(reply, may_repeat),
        _ => format!(
            "Look up status {} in the service's documentation.",
            reply.status
        ),
    }
}

/// For a fault of the service.
fn to_support(reply: &ReplyContext<'_>, may_repeat: bool) -> String {
    let report = match request_id::redacted(reply.headers, reply.context) {
        Some(_) => "report the request id of this error to the service's support.",
        None => "report it to the service's support.",
    };
    match may_repeat {
        // A note already says to try again later.
        true if reply.context.note.is_none() => {
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
