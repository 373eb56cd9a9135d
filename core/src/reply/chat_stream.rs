//! Chat over an event stream: chunks, errors between them, and the check for a complete end.

use std::fmt;
use std::ops::Range;

use neura_transport::CancelToken;
use neura_transport::memory::{self, Buffer};
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::keys::Tokens;
use crate::reply::chunk_template::ChunkTemplate;
use crate::reply::event_window::MESSAGE;
use crate::reply::stream_end::{ChatEnd, Verdict, incomplete};
use crate::reply::{ChatChunk, EventStream, EventView, Head, Member, Outline, head_accessors};

/// One chunk of a chat completion as the service sent it, for bindings. It is checked to be a JSON
/// object, but not parsed further.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkText {
    /// The JSON text.
    pub data: String,
    /// Where the words of the answer are in it, between their quotation marks, if a join of the
    /// chunks has nothing else to add to the chunks before.
    pub words: Option<Range<usize>>,
    /// Whether it is a whole completion: a reply that is no stream.
    pub is_whole: bool,
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
    /// The reply that is not a stream, while it is the current chunk.
    whole: Option<String>,
    progress: Progress,
    /// Most chunks are like one before them but for their words.
    template: Option<ChunkTemplate>,
    /// How often a template may still be made.
    templates_left: u8,
    /// Where the answer's words are in the current chunk, if that is known.
    answer: Option<Range<usize>>,
    ended: bool,
}

/// Where each chunk is another one, no more templates are made.
const MOST_TEMPLATES: u8 = 8;

/// What the chunks have said so far.
#[derive(Default)]
struct Progress {
    /// A chunk arrived.
    began: bool,
    /// A choice had a `finish_reason`.
    finished: bool,
    /// The tokens in the last chunk that had usage.
    last_usage: Option<Tokens>,
}

impl ChatStream {
    pub(crate) fn new(mut events: EventStream) -> Self {
        events.keep_unfinished();
        ChatStream {
            events,
            whole: None,
            progress: Progress::default(),
            template: None,
            templates_left: MOST_TEMPLATES,
            answer: None,
            ended: false,
        }
    }

    pub(crate) fn head(&self) -> &Head {
        self.events.head()
    }

    head_accessors!();

    /// Whether the next chunk has arrived, so that `next` will not wait.
    #[doc(hidden)]
    pub fn ready(&mut self) -> bool {
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
        match self.step() {
            Ok(true) => {
                let chunk = self.take();
                if chunk.is_err() {
                    self.end();
                }
                Some(chunk)
            }
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Waits for the next chunk, which [`view`](Self::view) then returns; whether there is one. The
    /// stream ends with the first answer that is not `true`.
    ///
    /// # Errors
    /// Those of the iterator.
    #[doc(hidden)]
    pub fn step(&mut self) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        let step = self.advance();
        if !matches!(step, Ok(true)) {
            self.end();
        }
        step
    }

    /// The chunk that the last [`step`](Self::step) found, as an event that is named `message` and
    /// has no id; `None` if it found none.
    ///
    /// # Errors
    /// `out_of_memory`.
    #[doc(hidden)]
    pub fn view(&mut self) -> Result<Option<EventView<'_>>, Error> {
        if let Some(reply) = &mut self.whole {
            if !reply.ends_with('\0') {
                // JSON text holds no NUL.
                memory::append_str(reply, "\0")
                    .map_err(|what| Error::from(what.of(Buffer::Event)))?;
            }
            return Ok(Some(EventView {
                event: MESSAGE,
                id: "",
                data_and_nul: reply.as_bytes(),
                answer: None,
            }));
        }
        let answer = self.answer.clone();
        Ok(self.events.view()?.map(|view| EventView {
            event: MESSAGE,
            id: "",
            answer,
            ..view
        }))
    }

    fn take(&mut self) -> Result<ChunkText, Error> {
        let is_whole = self.whole.is_some() || self.events.is_whole();
        let data = match self.whole.take() {
            Some(reply) => reply,
            None => self.events.take_event()?.unwrap_or_default().data,
        };
        let template = self.template.as_ref();
        let adds_words_only = template.is_some_and(ChunkTemplate::adds_words_only);
        Ok(ChunkText {
            data,
            words: self.answer.take().filter(|_| adds_words_only),
            is_whole,
        })
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

    fn advance(&mut self) -> Result<bool, Error> {
        self.whole = None;
        self.answer = None;
        let came = match self.events.step() {
            // However the connection ended, only a complete answer counts.
            Err(error) if error.kind() == ErrorKind::Connection => false,
            came => came?,
        };
        match came && self.is_chunk()? {
            true => Ok(true),
            false => self.at_the_end(),
        }
    }

    fn at_the_end(&mut self) -> Result<bool, Error> {
        let stray = self.events.take_stray();
        let end = ChatEnd {
            began: self.progress.began,
            finished: self.progress.finished,
            done: self.events.is_done(),
            stray: stray.as_deref(),
        };
        let (verdict, text) = (end.verdict(), stray.unwrap_or_default());
        match verdict {
            Verdict::Complete => Ok(false),
            Verdict::WholeReply => {
                let read = self.events.head().answer(&text, Member::Choices)?;
                self.progress.add_whole(&read, self.events.head());
                self.whole = Some(text);
                Ok(true)
            }
            Verdict::StrayError => Err(self.events.head().event_error(&text)),
            Verdict::Incomplete => Err(self.events.head().body_error(incomplete())),
        }
    }

    /// Whether the event that came is a chunk; false for one that the end of the stream cut off.
    fn is_chunk(&mut self) -> Result<bool, Error> {
        let Some((name, data)) = self.events.found() else {
            return Ok(false);
        };
        let template = self.template.as_ref().filter(|_| name != b"error");
        if let Some(matched) = template.and_then(|template| template.matches(data)) {
            self.answer = matched.answer;
            return Ok(true);
        }
        let data = std::str::from_utf8(data).unwrap_or_default();
        let head = self.events.head();
        if name == b"error" {
            return Err(head.event_error(data));
        }
        if self.events.is_whole() {
            let outline = head.answer(data, Member::Choices)?;
            self.progress.add_whole(&outline, head);
            return Ok(true);
        }
        let outline = match Outline::of(data) {
            Ok(outline) => outline,
            Err(_) if self.events.is_unfinished() => return Ok(false),
            Err(_) => return Err(head.not_a_chunk(data)),
        };
        if outline.is_error(Member::Choices) {
            return Err(head.event_error(data));
        }
        self.progress.add(&outline, head);
        let is_usual = !outline.is_finished() && outline.tokens().is_none();
        if is_usual && self.templates_left > 0 {
            self.templates_left -= 1;
            self.template = ChunkTemplate::of(data);
        }
        Ok(true)
    }
}

impl Progress {
    fn add(&mut self, outline: &Outline<'_>, head: &Head) {
        self.began = true;
        self.finished |= outline.is_finished();
        // Some services send a running total with every chunk.
        if let Some(tokens) = outline.tokens() {
            let before = self.last_usage.replace(tokens).unwrap_or_default();
            head.spent(tokens.beyond(before));
        }
    }

    /// Of a reply that is not a stream: its only chunk.
    fn add_whole(&mut self, outline: &Outline<'_>, head: &Head) {
        self.began = true;
        self.finished |= outline.is_finished();
        if let Some(tokens) = outline.tokens() {
            head.spent(tokens);
        }
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
