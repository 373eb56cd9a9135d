//! One event of a stream.

use std::cell::OnceCell;
use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::slice;

use neura_core::Error;
use neura_core::bindings::{Buffer, EventView, afford};

use crate::boundary::read;
use crate::text::{Text, terminated};

/// The name of an event that the server gave none.
const MESSAGE: &str = "message";

/// One event of a stream, **borrowed until** the next call on its stream; an event that
/// `neura_completion_event` returned, **until** its completion is freed.
pub struct EventHandle {
    /// `message` if None.
    name: Option<CString>,
    data: Data,
    id: CString,
    /// Where the words of an answer are in the data, if that is known.
    answer: Option<Range<usize>>,
    text: OnceCell<Option<CString>>,
}

/// The data in the memory of its stream, and a NUL after it. The length does not count the NUL.
struct Data(*const u8, usize);

impl Data {
    #[inline]
    fn of(data_and_nul: &[u8]) -> Self {
        Data(data_and_nul.as_ptr(), data_and_nul.len().saturating_sub(1))
    }
}

// SAFETY: a pointer into a stream is used only while no other thread uses that stream: an event
// is borrowed until the next call on its stream, by the header's rules.
unsafe impl Send for Data {}

impl EventHandle {
    /// The handle of a stream's events, before the first.
    pub(crate) fn empty() -> Self {
        EventHandle {
            name: None,
            data: Data(c"".as_ptr().cast(), 0),
            id: CString::default(),
            answer: None,
            text: OnceCell::new(),
        }
    }

    /// Becomes an event of the default name, in a stream without ids.
    #[inline]
    pub(crate) fn show_object(&mut self, data_and_nul: &[u8]) {
        let has_more = self.name.is_some() || self.answer.is_some() || !self.id.is_empty();
        if has_more || self.text.get().is_some() {
            *self = EventHandle::empty();
        }
        self.data = Data::of(data_and_nul);
    }

    /// Becomes another event of the stream, whose memory the data stays in. Name and id seldom
    /// change from one event to the next.
    pub(crate) fn show(&mut self, event: EventView<'_>) -> Result<(), Error> {
        self.text.take();
        self.data = Data::of(event.data_and_nul);
        self.answer = event.answer;
        if event.event == MESSAGE {
            self.name = None;
        } else if self.name.as_ref().map(CString::as_bytes) != Some(event.event.as_bytes()) {
            afford(event.event.len(), Buffer::Event)?;
            self.name = Some(terminated(event.event));
        }
        if self.id.as_bytes() != event.id.as_bytes() {
            self.id = terminated(event.id);
        }
        Ok(())
    }

    /// An event with data of its own, which lives as long as the handle is used.
    pub(crate) fn copied(event: EventView<'_>) -> Result<(Self, Vec<u8>), Error> {
        let mut data = Vec::new();
        afford(event.data_and_nul.len(), Buffer::Event)?;
        data.extend_from_slice(event.data_and_nul);
        let mut handle = EventHandle::empty();
        handle.show(EventView {
            data_and_nul: &data,
            ..event
        })?;
        Ok((handle, data))
    }

    fn view(&self) -> EventView<'_> {
        let Data(start, length) = self.data;
        EventView {
            event: MESSAGE,
            id: "",
            // SAFETY: `show` took both from a slice of the stream, which does not change before
            // the stream's next call, and by the header's rules the event is not used after that.
            data_and_nul: unsafe { slice::from_raw_parts(start, length + 1) },
            answer: self.answer.clone(),
        }
    }

    fn text(&self) -> Option<&CString> {
        let text = || {
            let Data(_, length) = self.data;
            // The words, and their copy with a NUL.
            afford(length.saturating_mul(2), Buffer::Event).ok()?;
            self.view().text().map(|text| terminated(&text))
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
        let Data(start, bytes) = handle.data;
        if let Some(length) = length {
            *length = bytes;
        }
        start.cast()
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
///          such as the first and the last of an answer, and other JSON objects; NULL if the data is
///          no JSON object. A NUL in it is U+FFFD
#[unsafe(no_mangle)]
pub extern "C" fn neura_event_text(event: Option<&EventHandle>) -> Text<'_> {
    read(event, |handle| Text::from(handle.text()))
}
