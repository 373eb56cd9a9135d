//! One event of a stream.

use std::cell::OnceCell;
use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;

use neura_core::Error;
use neura_core::bindings::{Buffer, StreamItem, chunk_text, out_of_memory};

use crate::boundary::read;
use crate::text::{Text, terminated};

/// One event of a stream, **borrowed until** the next call on its stream.
pub struct EventHandle {
    /// `message` if None.
    name: Option<CString>,
    /// Ends with a NUL.
    data: Vec<u8>,
    id: CString,
    text: OnceCell<Option<CString>>,
}

impl EventHandle {
    pub(crate) fn new(item: StreamItem) -> Result<Self, Error> {
        let (name, data, id) = match item {
            StreamItem::Event(event) => {
                let name = (event.event != "message").then(|| terminated(&event.event));
                (name, event.data, terminated(&event.id))
            }
            StreamItem::Chunk(chunk) => (None, chunk.data, CString::default()),
        };
        let mut data = data.into_bytes();
        // One more byte for the NUL: without it `push` could copy a large event.
        let room = data.try_reserve_exact(1);
        room.map_err(|_| out_of_memory(data.len() + 1, Buffer::Event))?;
        data.push(0);
        Ok(EventHandle {
            name,
            data,
            id,
            text: OnceCell::new(),
        })
    }

    /// Without the NUL.
    fn data(&self) -> &[u8] {
        self.data.split_last().map_or(&[], |(_, data)| data)
    }

    fn text(&self) -> Option<&CString> {
        let text = || {
            let data = std::str::from_utf8(self.data()).ok()?;
            chunk_text(data).map(|text| terminated(&text))
        };
        self.text.get_or_init(text).as_ref()
    }
}

/// The event's name; `message` if the server sent no name, and in a chat stream.
///
/// @param event  the event
/// @return  text, **borrowed until** the next call on the stream; NULL if event is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_event_name(event: Option<&EventHandle>) -> Text<'_> {
    read(event, |handle| {
        Text::from(handle.name.as_deref().unwrap_or(c"message"))
    })
}

/// The event's data, with a NUL at its end. In a chat stream: one chunk's JSON text.
///
/// @param event   the event
/// @param length  receives the number of bytes without the NUL at the end, 0 if event is NULL;
///                may be NULL. Data may contain other NULs, so use the length unless it is JSON
/// @return  the data, **borrowed until** the next call on the stream; NULL if event is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_event_data(
    event: Option<&EventHandle>,
    length: Option<&mut MaybeUninit<usize>>,
) -> *const c_char {
    let length = length.map(|length| length.write(0));
    read(event, |handle| {
        if let Some(length) = length {
            *length = handle.data().len();
        }
        handle.data.as_ptr().cast()
    })
}

/// The last id that the server sent; empty if it sent none, and in a chat stream.
///
/// @param event  the event
/// @return  text, **borrowed until** the next call on the stream; NULL if event is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_event_id(event: Option<&EventHandle>) -> Text<'_> {
    read(event, |handle| Text::from(handle.id.as_c_str()))
}

/// The words that a chunk of a chat adds to the answer's first choice: `delta.content`. Printed
/// one after the other, they are the answer.
///
/// @param event  the event
/// @return  text, **borrowed until** the next call on the stream. Empty if the chunk adds no words,
///          such as the first and the last of an answer; NULL if the data is not a chunk of a chat
#[unsafe(no_mangle)]
pub extern "C" fn neura_event_text(event: Option<&EventHandle>) -> Text<'_> {
    read(event, |handle| Text::from(handle.text()))
}
