//! Streams of events, read one at a time.

use std::mem::MaybeUninit;
use std::ptr;

use neura_core::bindings::{ClosableStream, ReplyHead};
use neura_core::{CancelToken, ChatStream, Error, EventStream};

use crate::boundary::{Status, attempt, free, needed};
use crate::error::ErrorHandle;
use crate::event::EventHandle;
use crate::head::{HeadTexts, Headed};

/// The most events that are read ahead, and the most bytes.
const STEP: (usize, usize) = (256, 1 << 20);

/// An open stream. The receiver **owns** it; it outlives its client. Only one thread at a time
/// may use it. To end it from another thread, give its request a cancel token.
pub struct StreamHandle {
    head: HeadTexts<ReplyHead>,
    core: ClosableStream,
    cancel: CancelToken,
    /// The event that the caller reads.
    current: Option<EventHandle>,
}

impl StreamHandle {
    pub(crate) fn of_events(events: EventStream) -> Self {
        StreamHandle {
            head: HeadTexts::new(events.reply_head()),
            cancel: events.cancel_token(),
            core: ClosableStream::events(events, STEP),
            current: None,
        }
    }

    pub(crate) fn of_chat(chunks: ChatStream) -> Self {
        StreamHandle {
            head: HeadTexts::new(chunks.reply_head()),
            cancel: chunks.cancel_token(),
            core: ClosableStream::chat(chunks, STEP),
            current: None,
        }
    }

    fn advance(&mut self) -> Result<Option<&EventHandle>, Error> {
        self.current = None;
        self.current = match self.core.next(&self.cancel)? {
            Some(item) => Some(EventHandle::new(item)?),
            None => None,
        };
        Ok(self.current.as_ref())
    }
}

impl Headed for StreamHandle {
    type Head = ReplyHead;

    fn head(&self) -> &HeadTexts<ReplyHead> {
        &self.head
    }
}

/// Waits for the next event.
///
/// @param stream  the stream
/// @param event   receives the event, **borrowed until** the next call on the stream; NULL at the
///                end and on failure
/// @param error   receives the **owned** error
/// @return  `NEURA_OK` with an event, `NEURA_END` when the stream is complete, or
///          `NEURA_ERROR`; after the last two, every later call returns the same. Once the
///          request's token is cancelled, it is `NEURA_KIND_CANCELLED`, also if events had arrived
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_next(
    stream: Option<&mut StreamHandle>,
    event: Option<&mut MaybeUninit<*const EventHandle>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let event = event.map(|event| event.write(ptr::null()));
    attempt(error, || {
        let stream = needed(stream, "stream")?;
        let event = needed(event, "event")?;
        Ok(match stream.advance()? {
            Some(next) => {
                *event = next;
                Status::NeuraOk
            }
            None => Status::NeuraEnd,
        })
    })
}

/// Closes a stream at once, even before its end, and frees it with its event.
///
/// @param stream  the **owned** stream; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_free(stream: Option<Box<StreamHandle>>) {
    free(stream);
}
