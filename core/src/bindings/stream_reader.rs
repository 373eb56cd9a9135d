//! A stream that one thread at a time reads, event by event, without copies of the events.

use neura_transport::CancelToken;

use crate::error::Error;
use crate::reply::{ChatStream, EventStream, EventView, closed_stream};

/// A stream of events or of chat chunks, for a language whose objects one thread at a time uses.
///
/// The connection is closed after the last event, after an error, or when the stream is dropped.
/// After an error each further read returns it again. Once the stream's token is cancelled, reading
/// is `cancelled`, also if events had arrived.
pub struct StreamReader {
    /// `None` after the end or an error.
    source: Option<Source>,
    cancel: CancelToken,
    failure: Option<Error>,
}

enum Source {
    Events(EventStream),
    Chat(ChatStream),
}

impl Source {
    fn is_ready(&mut self) -> bool {
        match self {
            Source::Events(stream) => stream.ready(),
            Source::Chat(stream) => stream.ready(),
        }
    }

    fn step(&mut self) -> Result<bool, Error> {
        match self {
            Source::Events(stream) => stream.step(),
            Source::Chat(stream) => stream.step(),
        }
    }
}

impl StreamReader {
    /// Reads a stream of events.
    pub fn events(stream: EventStream) -> Self {
        Self::new(stream.cancel_token(), Source::Events(stream))
    }

    /// Reads the chunks of a chat, as events that are named `message` and have no id.
    pub fn chat(stream: ChatStream) -> Self {
        Self::new(stream.cancel_token(), Source::Chat(stream))
    }

    fn new(cancel: CancelToken, source: Source) -> Self {
        StreamReader {
            source: Some(source),
            cancel,
            failure: None,
        }
    }

    /// A token that ends the stream from any thread.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Whether `next_event` will not wait. It counts as a read: the event before is over.
    pub fn is_ready(&mut self) -> bool {
        let source = self.source.as_mut();
        self.cancel.is_cancelled() || source.is_none_or(Source::is_ready)
    }

    /// The data of the next event, with a NUL after it, if that is the most frequent one: an object,
    /// named `message`, in a stream without ids, that has been read already.
    /// [`next_event`](Self::next_event) returns each other event.
    #[inline]
    pub fn object_in_place(&mut self) -> Option<&[u8]> {
        match &mut self.source {
            Some(Source::Events(stream)) if !self.cancel.is_cancelled() => stream.object_in_place(),
            _ => None,
        }
    }

    /// Waits for the next event; `None` at the end.
    ///
    /// # Errors
    /// Those of the stream, and `cancelled`.
    #[inline]
    pub fn next_event(&mut self) -> Result<Option<EventView<'_>>, Error> {
        if let Err(error) = self.advance() {
            self.source = None;
            self.failure = Some(error);
        }
        match (&mut self.source, &self.failure) {
            (_, Some(error)) => Err(error.clone()),
            (None, None) => Ok(None),
            (Some(Source::Events(stream)), None) => stream.view(),
            (Some(Source::Chat(stream)), None) => stream.view(),
        }
    }

    #[inline]
    fn advance(&mut self) -> Result<(), Error> {
        let Some(source) = &mut self.source else {
            return Ok(());
        };
        if self.cancel.is_cancelled() {
            return Err(closed_stream());
        }
        let came = source.step()?;
        if !came {
            self.source = None;
        } else if self.cancel.is_cancelled() {
            return Err(closed_stream());
        }
        Ok(())
    }
}
