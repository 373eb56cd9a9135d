//! An event stream that is read as it arrives.

mod current;

use std::fmt;

use neura_transport::CancelToken;
use neura_transport::memory::{self, Buffer};

use super::event_window::{EventWindow, Found, message};
use super::stream_end::{bare_json, is_done};
use super::{Body, Head, closed_stream, is_event_stream, is_json, is_web_page, unmarked};
use crate::config::{Sizes, in_words};
use crate::error::{Error, ErrorKind};
use crate::option_table;
use crate::reply::head_accessors;
use crate::sse::{Event, InPlace, Parser, Unfit};

/// The events of a stream, as an iterator. It ends before an event whose data is `[DONE]`, and at
/// the end of the body; an error is its last item.
///
/// One thread at a time may read it. Dropping or closing it closes the connection at once.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// let request = serde_json::json!({
///     "model": "gpt-5",
///     "messages": [{"role": "user", "content": "Hello!"}],
///     "stream": true,
/// });
/// let stream = client.stream(neura::Method::Post, "/chat/completions", &request)?;
/// for event in stream {
///     let chunk: serde_json::Value = event?.json()?;
///     assert_eq!(chunk["object"], "chat.completion.chunk");
/// }
/// # Ok::<(), neura::Error>(())
/// ```
pub struct EventStream {
    head: Box<Head>,
    source: Option<EventWindow>,
    parser: Parser,
    /// The next item, if it was looked for in the bytes that were read.
    ahead: Option<Result<Found, Unfit>>,
    /// The event that the last step found.
    current: Option<Found>,
    cancel: CancelToken,
    /// The caller closed it before its end, which the next read reports.
    closed: bool,
    /// The stream ended at `[DONE]`.
    done: bool,
    /// The headers declare an event stream, or an event arrived.
    known: bool,
    /// The largest event in bytes.
    largest: usize,
    /// An event arrived.
    came: bool,
    /// A JSON text outside the events or instead of them, once the stream has ended.
    stray: Option<String>,
    /// The last event is the whole reply, which is JSON and not a stream.
    is_whole: bool,
    /// Whether an event that the end of the body left unfinished counts.
    keeps_unfinished: bool,
    /// Whether the last event was unfinished.
    is_unfinished: bool,
}

impl EventStream {
    /// Reads the events of a reply. A body that is not an event stream is one event if it is JSON,
    /// and `decode` otherwise.
    pub(crate) fn new(
        head: Box<Head>,
        mut body: Body,
        cancel: CancelToken,
        sizes: Sizes,
    ) -> Result<Self, Error> {
        let content_type = head.content_type();
        let (mut source, mut ahead) = (None, None);
        let (is_whole, known) = (is_json(content_type), is_event_stream(content_type));
        if is_whole {
            let mut whole = Vec::new();
            let ended = body
                .read_all(Buffer::Event, sizes.event, &mut whole)
                .map_err(|error| head.body_error(error))?;
            if !ended {
                return Err(too_large(&head, sizes.event));
            }
            let mark = whole.len() - unmarked(&whole).len();
            whole.drain(..mark);
            let text = memory::text_of(whole);
            let text = text.map_err(|what| head.body_error(what.of(Buffer::Event).into()))?;
            ahead = Some(Ok(Found::Owned(Box::new(message(text)))));
        } else if is_web_page(content_type) {
            return Err(head.decode_error("the reply is a web page instead of an event stream"));
        } else {
            source = Some(EventWindow::new(body));
        }
        Ok(EventStream {
            head,
            source,
            parser: Parser::new(sizes.event),
            ahead,
            current: None,
            cancel,
            closed: false,
            done: false,
            known,
            largest: sizes.event,
            came: false,
            stray: None,
            is_whole,
            keeps_unfinished: false,
            is_unfinished: false,
        })
    }

    /// Keeps an event that lacks its blank line at the end of the body. The rules of event streams
    /// drop such an event; [`is_unfinished`](Self::is_unfinished) identifies it.
    pub(crate) fn keep_unfinished(&mut self) {
        self.keeps_unfinished = true;
    }

    /// Whether the last event had no blank line after it.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.is_unfinished
    }

    /// Whether the last event is the whole reply: JSON although a stream was requested.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    head_accessors!();

    /// Whether the next event has arrived, so that `next` will not wait. It counts as a step: the
    /// event before is over.
    #[doc(hidden)]
    pub fn ready(&mut self) -> bool {
        self.current = None;
        while let (None, Some(source)) = (&self.ahead, &mut self.source) {
            // One event only, because the parser keeps one id.
            self.ahead = source.parse(&mut self.parser);
            let goes_on = self.ahead.is_none() && source.has_arrived();
            // A failure is found again by the next step.
            if !goes_on || !matches!(source.read(&self.parser), Ok(true)) {
                break;
            }
        }
        self.ahead.is_some()
    }

    /// A token that ends the stream from any thread, also while another thread waits in it.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Closes the connection. Events that have arrived are dropped too. The next item of a stream
    /// that was closed before its end is `cancelled`, its last.
    pub fn close(&mut self) {
        self.closed |= self.source.is_some() || self.ahead.is_some();
        self.end();
    }

    /// Closes the connection of a stream that gives no more.
    pub(crate) fn end(&mut self) {
        self.source = None;
        self.forget();
    }

    /// Whether `[DONE]` ended the stream.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Waits for the next event, which [`view`](Self::view) then returns; whether there is one.
    ///
    /// # Errors
    /// Those of the iterator.
    #[doc(hidden)]
    pub fn step(&mut self) -> Result<bool, Error> {
        if self.step_in_place() {
            return Ok(true);
        }
        self.step_anyhow()
    }

    /// The usual step, which does not wait.
    #[inline]
    fn step_in_place(&mut self) -> bool {
        let Some((start, data_and_nul)) = self.next_object() else {
            return false;
        };
        let place = InPlace::object(start, data_and_nul);
        self.current = Some(Found::InPlace(place));
        true
    }

    #[inline]
    fn next_object(&mut self) -> Option<(usize, &[u8])> {
        let window = self.source.as_mut().filter(|_| self.ahead.is_none())?;
        let found = window.next_object(&self.parser)?;
        self.came = true;
        self.known = true;
        Some(found)
    }

    fn step_anyhow(&mut self) -> Result<bool, Error> {
        self.current = None;
        let Some(found) = self.next_event()? else {
            return Ok(false);
        };
        self.known = true;
        let is_last = match &found {
            Found::Owned(event) | Found::Terminated(event) => is_done(event.data.as_bytes()),
            Found::InPlace(place) => {
                let window = self.source.as_ref();
                window.is_some_and(|window| is_done(window.bytes(&place.data)))
            }
        };
        if is_last {
            self.done = true;
            // The rest is ignored. If the body ends here, its connection is reused.
            self.forget();
            if let Some(source) = self.source.take() {
                source.finish_if_ended();
            }
            return Ok(false);
        }
        self.current = Some(found);
        Ok(true)
    }

    fn next_event(&mut self) -> Result<Option<Found>, Error> {
        loop {
            let found = match (self.ahead.take(), &mut self.source) {
                (Some(found), _) => Some(found),
                (None, Some(source)) => source.parse(&mut self.parser),
                (None, None) if std::mem::take(&mut self.closed) => {
                    return Err(self.head.body_error(closed_stream()));
                }
                (None, None) => return Ok(None),
            };
            match found {
                Some(Ok(event)) => {
                    self.came = true;
                    return Ok(Some(event));
                }
                Some(Err(unfit)) => {
                    self.end();
                    return Err(match unfit {
                        Unfit::TooLarge => too_large(&self.head, self.largest),
                        Unfit::NoMemory(what) => {
                            self.head.body_error(what.of(Buffer::Event).into())
                        }
                    });
                }
                None => {}
            }
            let read = |window: &mut EventWindow| window.read(&self.parser);
            match self.source.as_mut().map(read).transpose() {
                Ok(Some(true)) => {}
                Ok(_) => {
                    self.source = None;
                    return match self.at_the_end()? {
                        Some(event) => Ok(Some(Found::Owned(Box::new(event)))),
                        None if self.known => Ok(None),
                        // Some servers do not declare an event stream, so the body was read until
                        // here.
                        None => Err(self.head.decode_error(
                            "the reply is not an event stream, so this path may not support \
                             streaming",
                        )),
                    };
                }
                Err(error) => {
                    self.end();
                    return Err(self.head.body_error(error));
                }
            }
        }
    }

    /// The event that is left at a clean end of the body.
    fn at_the_end(&mut self) -> Result<Option<Event>, Error> {
        let unfinished = self.parser.finish();
        let unfinished =
            unfinished.map_err(|what| self.head.body_error(what.of(Buffer::Event).into()))?;
        self.stray = bare_json(self.parser.take_stray());
        if !self.came && unfinished.is_none() {
            self.is_whole = self.stray.is_some();
            return Ok(self.stray.take().map(message));
        }
        let unfinished = unfinished.filter(|_| self.keeps_unfinished);
        self.is_unfinished = unfinished.is_some();
        Ok(unfinished)
    }

    /// A JSON text outside the events, or before a `[DONE]` that ended no event; it may be an
    /// error. Known once the stream has ended.
    pub(crate) fn take_stray(&mut self) -> Option<String> {
        self.stray.take()
    }

    /// Frees the memory of events that were not taken.
    fn forget(&mut self) {
        self.ahead = None;
        self.current = None;
        let mut parser = std::mem::replace(&mut self.parser, Parser::new(self.largest));
        if self.stray.is_none() && parser.finish().is_ok() {
            self.stray = bare_json(parser.take_stray());
        }
    }
}

impl Iterator for EventStream {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.step() {
            Ok(true) => self.take_event().transpose(),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("status", &self.head.status)
            .field("open", &self.source.is_some())
            .finish_non_exhaustive()
    }
}

fn too_large(head: &Head, limit: usize) -> Error {
    head.body_error(Error::new(
        ErrorKind::BodyTooLarge,
        format!(
            "one event is larger than {}, or its id is larger than 64 KiB. Raise {} to allow it",
            in_words(limit),
            option_table::MAX_EVENT_BYTES
        ),
    ))
}
