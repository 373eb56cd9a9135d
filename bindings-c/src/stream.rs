//! Streams of events, read one at a time.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use neura_core::bindings::{Buffer, ClosableStream, StreamItem, afford, out_of_memory};
use neura_core::{CancelToken, ChatStream, Error, Event, EventStream};

use crate::boundary::{Status, attempt, free, needed};
use crate::error::ErrorHandle;
use crate::text::terminated;

/// The most events that are read ahead, and the most bytes.
const STEP: (usize, usize) = (256, 1 << 20);

/// An open stream. The receiver **owns** it; it outlives its client. Only one thread at a time
/// may use it. To end it from another thread, give its request a cancel token.
pub struct StreamHandle {
    core: ClosableStream,
    cancel: CancelToken,
    /// The memory that the caller's event points into.
    current: Option<Current>,
}

/// One event. Its pointers are **borrowed until** the next call on its stream.
#[repr(C)]
pub struct EventView {
    /// The event's name; `message` if the server sent no name, and in a chat stream.
    pub event: *const c_char,
    /// The event's data, with a NUL at its end. Data may contain other NULs, so use the
    /// length. In a chat stream: one chunk's JSON text.
    pub data: *const c_char,
    /// The length of data in bytes, without the NUL at the end.
    pub data_length: usize,
    /// The last id that the server sent; empty if it sent none, and in a chat stream.
    pub id: *const c_char,
}

struct Current {
    event: CString,
    data: Vec<u8>,
    id: CString,
}

impl StreamHandle {
    pub(crate) fn of_events(events: EventStream) -> Self {
        StreamHandle {
            cancel: events.cancel_token(),
            core: ClosableStream::events(events, STEP),
            current: None,
        }
    }

    pub(crate) fn of_chat(chunks: ChatStream) -> Self {
        StreamHandle {
            cancel: chunks.cancel_token(),
            core: ClosableStream::chat(chunks, STEP),
            current: None,
        }
    }

    fn advance(&mut self) -> Result<Option<EventView>, Error> {
        self.current = None;
        self.current = match self.core.next(&self.cancel)? {
            Some(StreamItem::Event(event)) => Some(Current::of_event(event)?),
            Some(StreamItem::Chunk(chunk)) => {
                let (event, id) = (c"message".into(), CString::default());
                Some(Current::new(event, chunk.data, id)?)
            }
            None => None,
        };
        Ok(self.current.as_ref().map(Current::view))
    }
}

impl Current {
    fn of_event(event: Event) -> Result<Self, Error> {
        afford(event.event.len(), Buffer::Event)?;
        Current::new(terminated(&event.event), event.data, terminated(&event.id))
    }

    fn new(event: CString, data: String, id: CString) -> Result<Self, Error> {
        let mut data = data.into_bytes();
        // One more byte for the NUL: without it `push` could copy a large event.
        let room = data.try_reserve_exact(1);
        room.map_err(|_| out_of_memory(data.len() + 1, Buffer::Event))?;
        data.push(0);
        Ok(Current { event, data, id })
    }

    fn view(&self) -> EventView {
        EventView {
            event: self.event.as_ptr(),
            data: self.data.as_ptr().cast(),
            data_length: self.data.len() - 1,
            id: self.id.as_ptr(),
        }
    }
}

impl EventView {
    const NONE: Self = EventView {
        event: ptr::null(),
        data: ptr::null(),
        data_length: 0,
        id: ptr::null(),
    };
}

/// Waits for the next event.
///
/// @param stream  the stream
/// @param event   receives the event, **borrowed until** the next call on the stream. At the
///                end and on failure its pointers are NULL and its length is 0
/// @param error   receives the **owned** error
/// @return  `NEURA_OK` with an event, `NEURA_END` when the stream is complete, or
///          `NEURA_ERROR`; after the last two, every later call returns the same. Once the
///          request's token is cancelled, it is `NEURA_KIND_CANCELLED`, also if events had arrived
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_next(
    stream: Option<&mut StreamHandle>,
    event: Option<&mut MaybeUninit<EventView>>,
    error: Option<&mut MaybeUninit<Option<Box<ErrorHandle>>>>,
) -> Status {
    let event = event.map(|event| event.write(EventView::NONE));
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
