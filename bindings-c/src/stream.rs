//! Streams of events, read one at a time.

use std::mem::MaybeUninit;
use std::ptr;

use neura_core::bindings::{Dispatcher, ReplyHead, SharedReader, StreamReader};
use neura_core::{ChatStream, Error, EventStream};

use crate::boundary::{Slot, Status, attempt, free, needed, run};
use crate::error::ErrorHandle;
use crate::event::EventHandle;
use crate::head::{HeadTexts, Headed};

/// An open stream. The receiver **owns** it; it outlives its client. Only one thread at a time
/// may use it. To end it from another thread, give its request a cancel token. To read it without
/// blocking: `neura_submit_stream_next`.
pub struct StreamHandle {
    head: HeadTexts<ReplyHead>,
    pub(crate) reader: SharedReader,
    /// Those of its client, for a queue.
    pub(crate) workers: Option<Dispatcher>,
    /// The event that the caller reads.
    event: EventHandle,
}

impl StreamHandle {
    /// The stream's request has a token of its own, which freeing the stream cancels.
    pub(crate) fn of_events(events: EventStream, workers: Option<Dispatcher>) -> Self {
        Self::new(events.reply_head(), StreamReader::events(events), workers)
    }

    /// As [`of_events`](Self::of_events), for a chat.
    pub(crate) fn of_chat(chunks: ChatStream, workers: Option<Dispatcher>) -> Self {
        Self::new(chunks.reply_head(), StreamReader::chat(chunks), workers)
    }

    fn new(head: ReplyHead, reader: StreamReader, workers: Option<Dispatcher>) -> Self {
        StreamHandle {
            head: HeadTexts::new(head),
            reader: SharedReader::new(reader),
            workers,
            event: EventHandle::empty(),
        }
    }

    /// Shows the next event if it is the most frequent one and has been read; whether it did.
    #[inline]
    fn show_object(&mut self) -> bool {
        let reader = self.reader.reader_if_here();
        match reader.and_then(StreamReader::object_in_place) {
            Some(data_and_nul) => {
                self.event.show_object(data_and_nul);
                true
            }
            None => false,
        }
    }

    /// Waits for the next event, and shows it; whether there is one.
    fn advance(&mut self) -> Result<bool, Error> {
        let Some(next) = self.reader.reader()?.next_event()? else {
            return Ok(false);
        };
        self.event.show(next)?;
        Ok(true)
    }
}

impl Drop for StreamHandle {
    fn drop(&mut self) {
        // Ends a read of a queue, which shares the reader.
        self.reader.cancel_token().cancel();
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
    let (mut stream, mut event) = (stream, event);
    if let (Some(stream), Some(event)) = (&mut stream, &mut event)
        && run(|| stream.show_object())
    {
        event.write(&stream.event);
        if let Some(error) = error {
            error.write(None);
        }
        return Status::NeuraOk;
    }
    next(stream, event, error)
}

#[inline(never)]
fn next(
    stream: Option<&mut StreamHandle>,
    event: Option<&mut MaybeUninit<*const EventHandle>>,
    error: Slot<'_, ErrorHandle>,
) -> Status {
    let event = event.map(|event| event.write(ptr::null()));
    attempt(error, || {
        let stream = needed(stream, "stream")?;
        let event = needed(event, "event")?;
        Ok(match stream.advance()? {
            true => {
                *event = &stream.event;
                Status::NeuraOk
            }
            false => Status::NeuraEnd,
        })
    })
}

/// Closes a stream at once, even before its end, and frees it with its event. If a queue is
/// reading it, that read ends with `NEURA_KIND_CANCELLED` within 100 ms, or with the event that
/// came.
///
/// @param stream  the **owned** stream; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_free(stream: Option<Box<StreamHandle>>) {
    free(stream);
}
