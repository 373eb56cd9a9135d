//! The head of a reply, and the errors of a reply.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use neura_transport::memory::Buffer;
use neura_transport::{HeaderList, Method, is_success};

use super::response::copies;
use super::{Response, request_id};
use crate::error::{Error, ErrorKind, LARGEST_BODY};
use crate::error_context::ErrorContext;
use crate::keys::{Counters, Tokens};
use crate::rate_limit::RateLimit;
use crate::redact::escaped;
use crate::reply::{self, Member, NoOutline, Outline, ReplyContext, is_event_stream, is_json};

/// How many characters of invalid data are shown.
const SHOWN_CHARS: usize = 200;
/// How many bytes of it are searched for secrets.
const LOOKED_AT: usize = 64 * 1024;

/// The head of a reply, for a response and a stream.
#[derive(Clone)]
pub(crate) struct Head {
    pub method: Method,
    pub status: u16,
    /// The reason phrase, without secrets.
    pub reason: Cow<'static, str>,
    pub headers: Arc<HeaderList>,
    pub url: String,
    /// The time from the request to the headers.
    pub took: Duration,
    pub attempts: u32,
    pub rate_limit: RateLimit,
    pub context: Arc<ErrorContext>,
    /// The redacted request id, if it differs from the header's value.
    pub shown_id: Option<String>,
    /// `None` for a reply that was restored from its parts.
    pub counters: Option<Arc<Counters>>,
}

impl Head {
    pub fn ok(&self) -> bool {
        is_success(self.status)
    }

    pub fn request_id(&self) -> Option<&str> {
        let id = request_id::of(&self.headers, &self.context)?;
        Some(self.shown_id.as_deref().unwrap_or(id))
    }

    /// The value of [`shown_id`](Self::shown_id) for these headers.
    pub fn shown_id_of(headers: &HeaderList, context: &ErrorContext) -> Option<String> {
        request_id::escaped_form(headers, context)
    }

    /// A header's name without secrets. It stays a valid name, without brackets.
    pub fn shown_name(name: &str, context: &ErrorContext) -> String {
        context.message(name).replace(['[', ']'], "")
    }

    /// Removes the secrets from the URL and the headers.
    pub fn clean(&mut self) {
        let context = &self.context;
        self.url = context.masked(&self.url);
        let clean = |(name, value): (&str, &str)| {
            let (name, value) = (Self::shown_name(name, context), context.clean(value));
            (name, value.into_owned())
        };
        self.headers = Arc::new(self.headers.iter().map(clean).collect());
    }

    /// Name and value of each header. Programs print names more often than values, so a secret that
    /// a server echoes in a name is redacted.
    pub fn pairs(&self) -> &[(String, String)] {
        self.headers
            .pairs(|name| Self::shown_name(name, &self.context))
    }

    /// The same as the type of the crate `http`. Headers beyond its capacity are left out.
    pub fn header_map(&self) -> http::HeaderMap {
        let mut map = http::HeaderMap::new();
        for (name, value) in self.pairs() {
            let name = http::HeaderName::from_bytes(name.as_bytes());
            let value = http::HeaderValue::from_bytes(value.as_bytes());
            if let (Ok(name), Ok(value)) = (name, value) {
                // Full at 32,768 names.
                let _ = map.try_append(name, value);
            }
        }
        map
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => self.headers.find(&name.to_ascii_lowercase()),
            false => self.headers.find(name),
        }
    }

    /// Counts the tokens that the reply cost.
    pub fn spent(&self, tokens: Tokens) {
        if let Some(counters) = &self.counters {
            counters.spent(tokens);
        }
    }

    pub fn content_type(&self) -> &str {
        self.headers.find("content-type").unwrap_or("none")
    }

    pub fn with_context<T>(&self, use_it: impl FnOnce(&ReplyContext<'_>) -> T) -> T {
        use_it(&ReplyContext {
            method: self.method,
            url: &self.url,
            status: self.status,
            headers: &self.headers,
            attempts: self.attempts,
            rate_limit: &self.rate_limit,
            context: &self.context,
        })
    }

    /// The error of this reply with `body`, of which only the beginning is read.
    pub fn error(&self, body: &[u8]) -> Error {
        let body = &body[..body.len().min(LARGEST_BODY)];
        // Without memory for the words, the status alone decides.
        let body = match copies(body.len(), Buffer::Body) {
            Ok(()) => body,
            Err(_) => &[],
        };
        self.with_context(|context| reply::from_reply(context, body))
    }

    /// An error found in the body of this reply.
    pub fn body_error(&self, error: Error) -> Error {
        let error = error.map_message(|message| self.context.message(message));
        self.with_context(|context| error.with_reply(context.facts()))
    }

    /// The error of an event in the stream of this reply.
    pub fn event_error(&self, data: &str) -> Error {
        let data = excerpt(data);
        if let Err(error) = copies(data.len(), Buffer::Event) {
            return self.body_error(error);
        }
        let error = self.with_context(|context| reply::from_event(context, &data));
        Response::new(Box::new(self.clone()), &*data, self.took).refusing(error)
    }

    /// The outline of `body`, which should answer a named call.
    ///
    /// # Errors
    /// The error that the body holds instead of an answer, else `decode` with the server's words.
    pub fn answer<'b>(&self, body: &'b str, member: Member) -> Result<Outline<'b>, Error> {
        let outline = Outline::of(body);
        let is_error = match &outline {
            Ok(outline) => outline.is_error(member),
            Err(NoOutline::NotObject) => Outline::of_list(body, member),
            Err(NoOutline::NotJson(_)) => false,
        };
        let what = match outline {
            Ok(outline) if !is_error && outline.has(member) => return Ok(outline),
            Ok(_) => format!(
                "the body has no \"{}\", so it is not the expected answer",
                member.name()
            ),
            Err(NoOutline::NotObject) => "the body is not a JSON object".to_owned(),
            Err(NoOutline::NotJson(error)) => not_json(&error),
        };
        let body = excerpt(body);
        copies(body.len(), Buffer::Body).map_err(|error| self.body_error(error))?;
        if is_error {
            return Err(self.with_context(|context| reply::from_answer(context, &body)));
        }
        let error = self.decode_error(&what);
        Err(self.with_context(|context| reply::words_in(context, error, &body)))
    }

    /// An error of kind `decode` for a body that should be JSON.
    pub fn not_json(&self, error: serde_json::Error) -> Error {
        self.decode_error(&not_json(&error)).with_json_source(error)
    }

    /// The error of an event of a chat stream whose data is not a JSON object.
    pub fn not_a_chunk(&self, data: &str) -> Error {
        // No secret is that long, so none is cut inside the part that is shown.
        let mut end = data.len().min(LOOKED_AT);
        while !data.is_char_boundary(end) {
            end -= 1;
        }
        let (data, length) = (self.context.clean(&data[..end]), data.len());
        let shown: String = data.chars().take(SHOWN_CHARS).collect();
        let more = if shown.len() < length { "…" } else { "" };
        self.decode_error(&format!(
            "a chunk of the stream is not a JSON object: {shown}{more}"
        ))
    }

    /// An error of kind `decode` for an unexpected body.
    pub fn decode_error(&self, what: &str) -> Error {
        let content_type = self.context.clean(self.content_type());
        let content_type = escaped(&content_type);
        let expected = is_json(self.content_type()) || is_event_stream(self.content_type());
        let advice = match expected {
            true => "",
            false => {
                ". A gateway or a login page may have answered instead of the service: is the \
                 base URL right?"
            }
        };
        let message = format!(
            "{what} (status {}, content type {content_type}){advice}",
            self.status
        );
        self.body_error(Error::new(ErrorKind::Decode, message))
    }
}

/// The standard reason phrase of a status; empty for an unknown one.
pub(crate) fn usual_reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}

/// The text. If it is larger than an error's body may be, only the part that identifies the error.
fn excerpt(body: &str) -> Cow<'_, str> {
    if body.len() <= LARGEST_BODY {
        return body.into();
    }
    let essence = Outline::of(body).map(|outline| outline.essence(LARGEST_BODY));
    essence.unwrap_or_default().into()
}

/// Why a body is not JSON. The parser's own text may quote the body, so only the position is used.
fn not_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => "the body ends too early to be JSON".to_owned(),
        serde_json::error::Category::Data => {
            format!("the body is JSON of an unexpected shape (line {line}, column {column})")
        }
        _ => format!("the body is not JSON (line {line}, column {column})"),
    }
}
