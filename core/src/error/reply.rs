//! Reads an error reply: every usual form of body, one table from status to kind.

use std::borrow::Cow;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::classify::{kind_of, kind_of_event};
use super::{Error, ErrorKind, Said};
use crate::about::About;
use crate::config::table;
use crate::header_list::HeaderList;
use crate::rate_limit::RateLimit;
use crate::request::Method;
use crate::retry;
use crate::url::why_not_found;

/// The server's words in a message are cut here; the whole stands in the error's body.
const MESSAGE_CHARS: usize = 1_000;

/// The head of a reply and what an error has to tell about the request.
pub(crate) struct Origin<'a> {
    pub method: Method,
    /// What was asked; empty while the call goes on.
    pub url: &'a str,
    pub status: u16,
    pub headers: &'a HeaderList,
    pub attempts: u32,
    pub about: &'a About,
}

impl Origin<'_> {
    pub fn request_id(&self) -> Option<String> {
        ["x-request-id", "request-id"]
            .into_iter()
            .filter_map(|name| self.headers.find(name))
            .map(|id| self.about.clean(id.trim()).into_owned())
            .find(|id| !id.is_empty())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.find(name)
    }
}

/// The error that a reply outside 200 to 299 is, in every language.
pub(crate) fn from_reply(origin: &Origin<'_>, body: &[u8]) -> Error {
    let said = read_body(body, origin.header("content-type"), origin.about);
    let kind = kind_of(origin.status, &said);
    let said = without_short_secrets(said, origin.about);
    let retry_after = retry::retry_after(origin.headers, SystemTime::now());
    let mut error = Error::new(kind, message(kind, origin, &said)).with_reply(origin);
    error.0.retryable = retry::retryable_reply(
        origin.status,
        kind,
        retry_after,
        origin.header("x-should-retry"),
    );
    error.0.retry_after = retry_after;
    error.0.rate_limit = RateLimit::from_headers(origin.headers);
    error.0.said = said;
    error.0.body = body_text(origin, &String::from_utf8_lossy(body));
    let note = origin.about.note.as_ref();
    error.with_quote(note.is_some_and(|note| note.quotes_callback))
}

/// The body of an error's reply in the API's form, of what `error` was told by another one.
pub(crate) fn body_of(error: &Error) -> Vec<u8> {
    let said = &error.0.said;
    let fields = json!({
        "message": said.message,
        "type": said.type_,
        "param": said.param,
        "code": said.code,
    });
    json!({ "error": fields }).to_string().into_bytes()
}

/// The error that an event inside a stream is. The head said 200, so the kind comes from
/// a status that the event names as its code, else from its words.
pub(crate) fn from_event(origin: &Origin<'_>, data: &str) -> Error {
    let said = read_body(data.as_bytes(), None, origin.about);
    let status = said.code.as_deref().and_then(|code| code.parse().ok());
    let kind = match status {
        Some(status @ 400..=599) => kind_of(status, &said),
        _ => kind_of_event(&said),
    };
    let said = without_short_secrets(said, origin.about);
    let words = format!(
        "in the midst of the stream: {}",
        message(kind, origin, &said)
    );
    let mut error = Error::new(kind, words).with_reply(origin);
    error.0.retryable = matches!(kind, ErrorKind::RateLimited | ErrorKind::Server);
    error.0.said = said;
    error.0.body = body_text(origin, data);
    error
}

/// The body for the error; none where there is nothing, or nothing that may be told.
fn body_text(origin: &Origin<'_>, text: &str) -> Option<String> {
    Some(origin.about.clean(text).into_owned()).filter(|text| !text.is_empty())
}

/// `{"error": {...}}`, `{"error": "text"}`, a bare object, `{"detail": ...}`, plain text.
/// Markup and broken JSON say nothing that a person should read.
///
/// Only long secrets are taken out: a short one, a proxy's password say, may stand in a code
/// by chance and would take it away before the kind is read from it.
fn read_body(body: &[u8], content_type: Option<&str>, about: &About) -> Said {
    let text = String::from_utf8_lossy(body);
    let text = text.trim().trim_start_matches('\u{feff}');
    let said = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => read_object(&object),
        Ok(Value::String(message)) => Said {
            message: Some(message),
            ..Said::default()
        },
        Ok(_) => Said::default(),
        Err(_) => read_plain(text, content_type),
    };
    each(said, |text| about.clean_own(text.trim()))
}

/// What may be told: without a secret of the client or of the call.
fn without_short_secrets(said: Said, about: &About) -> Said {
    each(said, |text| about.clean(text).into_owned())
}

/// Each text changed; an empty one is none.
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

fn read_plain(text: &str, content_type: Option<&str>) -> Said {
    let declared = content_type.unwrap_or_default().to_ascii_lowercase();
    let not_words = text.starts_with(['<', '{', '[', '"'])
        || declared.contains("json")
        || declared.contains("html")
        || declared.contains("xml")
        || text.chars().any(|c| c.is_control() && !c.is_whitespace());
    Said {
        message: (!text.is_empty() && !not_words).then(|| text.to_owned()),
        ..Said::default()
    }
}

fn read_object(object: &Map<String, Value>) -> Said {
    let (fields, message) = match (object.get("error"), object.get("detail")) {
        (Some(Value::Object(error)), _) => (error, error.get("message").and_then(text_of)),
        (Some(Value::String(message)), _) => {
            let described = object.get("error_description").and_then(text_of);
            (object, described.or_else(|| Some(message.clone())))
        }
        (_, Some(Value::Object(detail))) => (detail, detail.get("message").and_then(text_of)),
        (_, Some(Value::String(message))) => (object, Some(message.clone())),
        (_, Some(Value::Array(list))) => (object, read_details(list)),
        _ => (object, object.get("message").and_then(text_of)),
    };
    Said {
        message,
        code: fields.get("code").and_then(text_or_number),
        type_: fields.get("type").and_then(text_or_number),
        param: fields.get("param").and_then(text_or_number),
    }
}

/// A list of `{"loc": ["body", "model"], "msg": "field required"}`, as FastAPI writes it.
fn read_details(list: &[Value]) -> Option<String> {
    let lines: Vec<String> = list
        .iter()
        .filter_map(|detail| {
            let words = detail
                .get("msg")
                .and_then(text_of)
                .or_else(|| text_of(detail))?;
            let place: Vec<String> = detail
                .get("loc")
                .and_then(Value::as_array)
                .map(|loc| loc.iter().filter_map(text_or_number).collect())
                .unwrap_or_default();
            Some(match place.is_empty() {
                true => words,
                false => format!("{}: {words}", place.join(".")),
            })
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn text_or_number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn message(kind: ErrorKind, origin: &Origin<'_>, said: &Said) -> String {
    let mut text = format!("{} (status {}", failure(kind, origin), origin.status);
    if let Some(code) = &said.code {
        text.push_str(", code ");
        text.push_str(&shorten(code));
    }
    text.push(')');
    if let Some(words) = &said.message {
        text.push_str(". The server said: ");
        text.push_str(&shorten(words));
    }
    let note = origin
        .about
        .note
        .as_ref()
        .map(|note| shorten(&note.text))
        .unwrap_or_default();
    for more in [note, advice(kind, origin, said).into()] {
        if more.is_empty() {
            continue;
        }
        if !text.ends_with(['.', '!', '?']) {
            text.push('.');
        }
        text.push(' ');
        text.push_str(&more);
    }
    text
}

fn failure(kind: ErrorKind, origin: &Origin<'_>) -> Cow<'static, str> {
    let key = || Cow::Owned(format!("the API key from {}", origin.about.key));
    match kind {
        ErrorKind::InvalidApiKey => key() + " is not known to the service",
        ErrorKind::ExpiredApiKey => key() + " has expired",
        ErrorKind::RevokedApiKey => key() + " was revoked",
        ErrorKind::MissingApiKey => "the service saw no API key in the request".into(),
        ErrorKind::Authentication => key() + " was not accepted",
        ErrorKind::BadRequest => "the service could not use the request".into(),
        ErrorKind::PaymentRequired => "the account has no credit for this request".into(),
        ErrorKind::PermissionDenied => key() + " may not do this",
        ErrorKind::NotFound => format!("the service has no such resource{}", asked(origin)).into(),
        ErrorKind::RequestTimeout => "the service gave up waiting for the request".into(),
        ErrorKind::Conflict => "the request conflicts with another one".into(),
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

/// Whether it is the service's own word that it has no such model.
fn of_model(said: &Said) -> bool {
    said.code.as_deref() == Some("model_not_found")
}

/// The method and the address that were asked, without the query, which may hold secrets.
fn asked(origin: &Origin<'_>) -> String {
    let address = origin.url.split(['?', '#']).next().unwrap_or_default();
    let address = origin.about.clean_own(address);
    match address.as_str() {
        "" => String::new(),
        address => format!(": {} {}", origin.method.as_str(), shorten(address)),
    }
}

/// Only the origin of a redirect's target: its path may carry secrets. Parsing writes a
/// host in small letters, which would hide a key in it from the redaction.
fn target_origin(origin: &Origin<'_>) -> Option<String> {
    let location = origin.header("location")?;
    if origin.about.is_secret(location) {
        return None;
    }
    let target = url::Url::parse(&origin.about.base_url)
        .ok()?
        .join(location)
        .ok()?;
    Some(target.origin().ascii_serialization())
}

fn advice(kind: ErrorKind, origin: &Origin<'_>, said: &Said) -> String {
    match kind {
        ErrorKind::InvalidApiKey | ErrorKind::Authentication => format!(
            "Check it for typing errors and that it belongs to {}; \
             keys are made in the dashboard under \"API Keys\".",
            origin.about.base_url
        ),
        ErrorKind::ExpiredApiKey | ErrorKind::RevokedApiKey => {
            "Create a new key in the dashboard under \"API Keys\" and put it in its place.".into()
        }
        ErrorKind::MissingApiKey => {
            "If a header of your own replaces Authorization, it must read `Bearer <key>`.".into()
        }
        ErrorKind::RateLimited => format!("Send fewer requests, or raise {}.", table::MAX_RETRIES),
        ErrorKind::QuotaExceeded => "Waiting does not help: see the plan of the account.".into(),
        // The status of an event inside a stream says that the address is right.
        ErrorKind::NotFound if origin.status == 404 && !of_model(said) => {
            let base = &origin.about.base_url;
            let doubt = format!("Is the path right, and the base URL ({base})?");
            match why_not_found(base, origin.url) {
                Some(cause) => format!("{doubt} {cause}"),
                None => doubt,
            }
        }
        ErrorKind::Redirect if origin.status == 304 => {
            "It has no body: use the copy that you have, or send neither If-None-Match nor \
             If-Modified-Since."
                .into()
        }
        ErrorKind::Redirect => format!(
            "Redirects are not followed, for the key must not leave {}: correct the base URL.",
            origin.about.base_url
        ),
        _ => String::new(),
    }
}

/// Cut after redaction only, so that no part of a key can be left over.
fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
