//! Chat over an event stream: chunks, errors between them, and the check for a complete end.

use std::fmt;

use neura_transport::CancelToken;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::keys::Tokens;
use crate::reply::stream_end::{ChatEnd, Verdict, incomplete};
use crate::reply::{ChatChunk, EventStream, Head, Member, Outline, head_accessors};
use crate::sse::Event;

/// One chunk of a chat completion as the service sent it, for bindings. It is checked to be a JSON
/// object, but not parsed further.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkText {
    /// The JSON text.
    pub data: String,
}

/// The chunks of a streamed chat completion: an iterator over [`ChatChunk`]s. To get another type,
/// use [`next_json`](Self::next_json).
///
/// An error that the service sends in the stream is an item, with its kind. If the stream ends
/// without `[DONE]` or a `finish_reason`, the last item is an `incomplete_stream` error. Nothing
/// follows an error.
///
/// One thread at a time may read it. Dropping or closing it closes the connection at once.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// let request = serde_json::json!({
///     "model": "gpt-5",
///     "messages": [{"role": "user", "content": "Hello!"}],
///     "stream_options": {"include_usage": true},
/// });
/// let (mut answer, mut tokens) = (String::new(), 0);
/// for chunk in client.chat(&request).stream()? {
///     let chunk = chunk?;
///     answer += chunk.text();
///     tokens = chunk.usage.map_or(tokens, |usage| usage.total_tokens);
/// }
/// assert_eq!(answer, "You said: Hello!");
/// assert!(tokens > 0);
/// # Ok::<(), neura::Error>(())
/// ```
pub struct ChatStream {
    events: EventStream,
    /// A chunk arrived.
    began: bool,
    finished: bool,
    ended: bool,
    /// The tokens in the last chunk that had usage.
    last_usage: Option<Tokens>,
}

impl ChatStream {
    pub(crate) fn new(mut events: EventStream) -> Self {
        events.keep_unfinished();
        ChatStream {
            events,
            began: false,
            finished: false,
            ended: false,
            last_usage: None,
        }
    }

    pub(crate) fn head(&self) -> &Head {
        self.events.head()
    }

    head_accessors!();

    /// Whether the next chunk has arrived, so that `next` will not wait.
    #[doc(hidden)]
    pub fn ready(&self) -> bool {
        !self.ended && self.events.ready()
    }

    /// A token that ends the stream from any thread, also while another thread waits in it.
    pub fn cancel_token(&self) -> CancelToken {
        self.events.cancel_token()
    }

    /// Closes the connection. The next item of a stream that was closed before its end is
    /// `cancelled`, its last.
    pub fn close(&mut self) {
        self.events.close();
    }

    /// Closes the connection of a stream that gives no more.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        self.events.end();
    }

    /// The next chunk as another type, for example `serde_json::Value`; `None` at the end.
    ///
    /// # Errors
    /// The same as the iterator's; also `decode` if the chunk is JSON of an unexpected shape, which
    /// ends the stream too.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// # let request = serde_json::json!({
    /// #     "model": "gpt-5",
    /// #     "messages": [{"role": "user", "content": "Hello!"}],
    /// # });
    /// let mut stream = client.chat(&request).stream()?;
    /// while let Some(chunk) = stream.next_json::<serde_json::Value>() {
    ///     assert_eq!(chunk?["object"], "chat.completion.chunk");
    /// }
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn next_json<T: DeserializeOwned>(&mut self) -> Option<Result<T, Error>> {
        let read = self.next_text()?.and_then(|chunk| self.read_as(&chunk));
        if read.is_err() {
            self.end();
        }
        Some(read)
    }

    /// The next chunk as the service sent it, for bindings.
    #[doc(hidden)]
    pub fn next_text(&mut self) -> Option<Result<ChunkText, Error>> {
        if self.ended {
            return None;
        }
        let item = self.advance().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.end();
        }
        item
    }

    /// A chunk of this stream as another type.
    ///
    /// # Errors
    /// `decode` for JSON of an unexpected shape.
    pub(crate) fn read_as<T: DeserializeOwned>(&self, chunk: &ChunkText) -> Result<T, Error> {
        serde_json::from_str(&chunk.data).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            self.events.head().body_error(Error::new(
                ErrorKind::Decode,
                format!(
                    "a chunk is JSON of an unexpected shape (line {line}, column {column}). Read \
                     it as a serde_json::Value with next_json"
                ),
            ))
        })
    }

    fn advance(&mut self) -> Result<Option<ChunkText>, Error> {
        let event = match self.events.next().transpose() {
            // However the connection ended, only a complete answer counts.
            Err(error) if error.kind() == ErrorKind::Connection => None,
            event => event?,
        };
        match event {
            Some(event) => match self.read(event)? {
                Some(chunk) => Ok(Some(chunk)),
                None => self.at_the_end(),
            },
            None => self.at_the_end(),
        }
    }

    fn at_the_end(&mut self) -> Result<Option<ChunkText>, Error> {
        let stray = self.events.take_stray();
        let end = ChatEnd {
            began: self.began,
            finished: self.finished,
            done: self.events.is_done(),
            stray: stray.as_deref(),
        };
        let (verdict, text) = (end.verdict(), stray.unwrap_or_default());
        match verdict {
            Verdict::Complete => Ok(None),
            Verdict::WholeReply => self.read_whole(text).map(Some),
            Verdict::StrayError => Err(self.events.head().event_error(&text)),
            Verdict::Incomplete => Err(self.events.head().body_error(incomplete())),
        }
    }

    /// The chunk in an event; `None` for an event that the end of the stream cut off.
    fn read(&mut self, event: Event) -> Result<Option<ChunkText>, Error> {
        let head = self.events.head();
        if event.event == "error" {
            return Err(head.event_error(&event.data));
        }
        if self.events.is_whole() {
            return self.read_whole(event.data).map(Some);
        }
        let outline = match Outline::of(&event.data) {
            Ok(outline) => outline,
            Err(_) if self.events.is_unfinished() => return Ok(None),
            Err(_) => return Err(head.not_a_chunk(&event.data)),
        };
        if outline.is_error(Member::Choices) {
            return Err(head.event_error(&event.data));
        }
        self.began = true;
        self.finished |= outline.is_finished();
        // Some services send a running total with every chunk.
        if let Some(tokens) = outline.tokens() {
            let before = self.last_usage.replace(tokens).unwrap_or_default();
            self.events.head().spent(tokens.beyond(before));
        }
        Ok(Some(ChunkText { data: event.data }))
    }

    /// The only chunk of a reply that is not a stream.
    fn read_whole(&mut self, reply: String) -> Result<ChunkText, Error> {
        let head = self.events.head();
        let outline = head.answer(&reply, Member::Choices)?;
        if let Some(tokens) = outline.tokens() {
            head.spent(tokens);
        }
        self.began = true;
        self.finished |= outline.is_finished();
        Ok(ChunkText { data: reply })
    }
}

impl Iterator for ChatStream {
    type Item = Result<ChatChunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_json()
    }
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStream")
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}
