//! A reply with its whole body.

mod body;
mod parts;

use std::fmt;
use std::time::Duration;

use neura_transport::memory::{self, Buffer};
use neura_transport::{CancelToken, SharedBytes};
use serde::de::DeserializeOwned;

use super::{Head, unmarked};
use crate::call::Call;
use crate::config::{Limits, Sizes, in_words};
use crate::error::{Error, ErrorKind, LARGEST_BODY};
use crate::json;
use crate::keys::may_count_tokens;
use crate::memory::afford_for;
use crate::option_table;
use crate::reply::{Body, EventStream, Member, Outline, head_accessors};

/// Reading an error's body as JSON, redacting and copying it needs this many times its size.
const COPIES: usize = 6;

/// How long to wait for the body if the status is already the call's error: a body that arrives
/// slowly would delay the error for the whole `timeout`.
const REFUSAL_WAIT: Duration = Duration::from_secs(10);

/// Checks that there is memory for the copies of this many bytes.
pub(super) fn copies(bytes: usize, buffer: Buffer) -> Result<(), Error> {
    afford_for(bytes.saturating_mul(COPIES), bytes, buffer)
}

/// A reply to a request, whatever its status; the body is in memory.
#[derive(Clone)]
pub struct Response {
    head: Box<Head>,
    body: SharedBytes,
    elapsed: Duration,
    /// `max_event_bytes` of its client.
    event_limit: usize,
    checked: Checked,
}

/// What is known of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Checked {
    Nothing,
    /// It is JSON.
    Json,
    /// It is the answer to a named call, so it is JSON.
    Answer,
    /// Its list `data` has this length.
    List(u32),
}

impl Response {
    pub(crate) fn new(head: Box<Head>, body: impl Into<SharedBytes>, elapsed: Duration) -> Self {
        Response {
            head,
            body: body.into(),
            elapsed,
            event_limit: option_table::MAX_EVENT_BYTES.bytes(),
            checked: Checked::Nothing,
        }
    }

    /// The same with the `max_event_bytes` of its client.
    fn within(self, event_limit: usize) -> Self {
        Response {
            event_limit,
            ..self
        }
    }

    /// Reads the body to its end, whatever the status.
    pub(crate) fn read(
        head: Box<Head>,
        mut body: Body,
        sizes: Sizes,
        call: &Call,
    ) -> Result<Self, Error> {
        let placed = body
            .read_placed(sizes.body)
            .map_err(|error| head.body_error(error))?;
        if let Some(placed) = placed {
            return Ok(Response::new(head, placed, call.took()).within(sizes.event));
        }
        let mut whole = Vec::new();
        let ended = body
            .read_to_end(sizes.body, &mut whole)
            .map_err(|error| head.body_error(error))?;
        if !ended {
            return Err(head.body_error(Error::new(
                ErrorKind::BodyTooLarge,
                format!(
                    "the body is larger than {}. Raise {} to allow it",
                    in_words(sizes.body),
                    option_table::MAX_BODY_BYTES
                ),
            )));
        }
        memory::give_back_slack(&mut whole);
        Ok(Response::new(head, whole, call.took()).within(sizes.event))
    }

    /// Reads the reply to a named call. A status outside 200 to 299 takes precedence over a defect
    /// of its body; only the beginning of that body is read, for 10 s at most.
    pub(crate) fn read_answer(
        head: Box<Head>,
        mut body: Body,
        sizes: Sizes,
        call: &Call,
    ) -> Result<Self, Error> {
        if head.ok() {
            return Self::read(head, body, sizes, call);
        }
        body.read_ahead(LARGEST_BODY, REFUSAL_WAIT)
            .map_err(|cancelled| head.body_error(cancelled))?;
        Ok(Response::new(head, body.into_ahead(), call.took()).within(sizes.event))
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    head_accessors!();

    /// The body as JSON text; `decode` if it is not JSON.
    #[doc(hidden)]
    pub fn json_text(&self) -> Result<&str, Error> {
        let text = self.utf8()?;
        if self.checked == Checked::Nothing {
            json::check(text).map_err(|error| self.head.not_json(error))?;
        }
        Ok(text)
    }

    fn utf8(&self) -> Result<&str, Error> {
        simdutf8::basic::from_utf8(unmarked(&self.body))
            .map_err(|_| self.head.decode_error("the body is not UTF-8 text"))
    }

    /// The body parsed as JSON; `decode` if it is not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(unmarked(&self.body)).map_err(|error| self.head.not_json(error))
    }

    /// The outline of a body that is a JSON object.
    fn outline(&self) -> Option<Outline<'_>> {
        let text = simdutf8::basic::from_utf8(unmarked(&self.body)).ok()?;
        Outline::of(text).ok()
    }

    /// Counts the tokens in the body's `usage`.
    pub(crate) fn count_tokens(&mut self) {
        if self.ok()
            && may_count_tokens(&self.body)
            && let Some(outline) = self.outline()
        {
            if let Some(tokens) = outline.tokens() {
                self.head.spent(tokens);
            }
            self.checked = Checked::Json;
        }
    }

    /// The length of the list `data` in the answer to a named call.
    pub(crate) fn listed(&self) -> Result<usize, Error> {
        match self.checked {
            Checked::List(length) => Ok(length as usize),
            _ => Err(self.head.decode_error("the body is not a list of models")),
        }
    }

    /// The body parsed as an event stream, whatever the status.
    ///
    /// # Errors
    /// `decode` for a web page, `body_too_large` for JSON beyond the limit of one event.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// // Not a stream: a body of JSON is one event.
    /// let event = client.get("/models").send()?.events()?.next().unwrap()?;
    /// let models: serde_json::Value = event.json()?;
    /// assert_eq!(models["object"], "list");
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn events(&self) -> Result<EventStream, Error> {
        let cancel = CancelToken::new();
        // Nothing here waits, so the limits have no effect.
        let call = Call::since(None, cancel.clone(), Limits::DEFAULT, true, None);
        let body = Body::in_memory(self.body.clone(), &call);
        let sizes = Sizes {
            event: self.event_limit,
            ..Sizes::default()
        };
        EventStream::new(self.head.clone(), body, cancel, sizes)
    }

    /// The typed error of a status outside 200 to 299.
    pub fn check(&self) -> Result<(), Error> {
        match self.ok() {
            true => Ok(()),
            false => Err(self.head.error(&self.body)),
        }
    }

    /// The error of a reply outside 200 to 299, with a copy of the reply in it.
    pub(crate) fn refusal(&self) -> Error {
        self.refusing(self.head.error(&self.body))
    }

    /// Checks that the reply is the answer to a named call, which must have `member`. Counts its
    /// tokens.
    pub(crate) fn check_answer(&mut self, member: Member) -> Result<(), Error> {
        let listed = self
            .check_as_answer(member)
            .map_err(|error| self.refusing(error))?;
        self.checked = match listed {
            Some(length) => Checked::List(u32::try_from(length).unwrap_or(u32::MAX)),
            None => Checked::Answer,
        };
        Ok(())
    }

    /// Returns the length of the list `data`.
    fn check_as_answer(&self, member: Member) -> Result<Option<usize>, Error> {
        self.check()?;
        let Ok(text) = simdutf8::basic::from_utf8(unmarked(&self.body)) else {
            return Err(self.not_utf8(member));
        };
        let outline = self.head.answer(text, member)?;
        if let Some(tokens) = outline.tokens() {
            self.head.spent(tokens);
        }
        Ok(outline.listed())
    }

    /// The error in a body that is not UTF-8, or the error that it is not UTF-8.
    fn not_utf8(&self, member: Member) -> Error {
        let said = self.try_text().and_then(|text| {
            let answer = self.head.answer(&text, member);
            answer.map(drop)
        });
        match said {
            Err(error) if error.kind() != ErrorKind::Decode => error,
            _ => self.head.decode_error("the body is not UTF-8 text"),
        }
    }

    /// `error` with this reply, without secrets; with only the beginning of a large body.
    pub(super) fn refusing(&self, error: Error) -> Error {
        let mut reply = self.clone();
        if self.body.len() > LARGEST_BODY {
            reply.body = self.body[..LARGEST_BODY].to_vec().into();
            reply.checked = Checked::Nothing;
        }
        match reply.try_parts() {
            Ok(parts) => error.with_refusal(parts),
            Err(_) => error, // The error is complete enough without the copy.
        }
    }

    /// The time from the first byte of the last attempt's request to the headers of its reply,
    /// without the body and without earlier attempts.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.head.status)
            .field("bytes", &self.body.len())
            .field("attempts", &self.head.attempts)
            .finish_non_exhaustive()
    }
}
