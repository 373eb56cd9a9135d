//! The event that the last step of a stream found: read where it lies, or taken out.

use neura_transport::memory::{self, Buffer};

use super::EventStream;
use crate::error::Error;
use crate::reply::event_window::{EventView, Found};
use crate::sse::Event;

impl EventStream {
    /// The data of the next event, and a NUL after it, if the event has been read already, its data is
    /// an object, and it has neither name nor id. It counts as a step, after which
    /// [`view`](Self::view) has nothing to return.
    #[inline]
    pub(crate) fn object_in_place(&mut self) -> Option<&[u8]> {
        if !self.parser.id().is_empty() {
            return None;
        }
        if self.current.is_some() {
            self.current = None;
        }
        let (_, data_and_nul) = self.next_object()?;
        Some(data_and_nul)
    }

    /// The event that the last [`step`](Self::step) found; `None` if it found none.
    ///
    /// # Errors
    /// `out_of_memory`.
    #[doc(hidden)]
    #[inline]
    pub fn view(&mut self) -> Result<Option<EventView<'_>>, Error> {
        if matches!(self.current, Some(Found::Owned(_))) {
            self.terminate()?;
        }
        Ok(match (&self.current, &self.source) {
            (Some(Found::Terminated(event)), _) => Some(EventView {
                event: &event.event,
                id: &event.id,
                data_and_nul: event.data.as_bytes(),
                answer: None,
            }),
            (Some(Found::InPlace(place)), Some(window)) => {
                Some(window.view(place, self.parser.id()))
            }
            _ => None,
        })
    }

    fn terminate(&mut self) -> Result<(), Error> {
        if let Some(Found::Owned(mut event)) = self.current.take() {
            memory::append_str(&mut event.data, "\0")
                .map_err(|what| self.head.body_error(what.of(Buffer::Event).into()))?;
            self.current = Some(Found::Terminated(event));
        }
        Ok(())
    }

    /// The name and the data of the event that the last step found, in UTF-8.
    pub(in crate::reply) fn found(&self) -> Option<(&[u8], &[u8])> {
        match (&self.current, &self.source) {
            (Some(Found::Owned(event)), _) => Some((event.event.as_bytes(), event.data.as_bytes())),
            (Some(Found::InPlace(place)), Some(window)) => {
                Some((window.bytes(&place.name), window.bytes(&place.data)))
            }
            _ => None,
        }
    }

    /// The event that the last step found, taken out of the stream.
    pub(in crate::reply) fn take_event(&mut self) -> Result<Option<Event>, Error> {
        let copied = match (self.current.take(), &self.source) {
            (Some(Found::Owned(event)), _) => return Ok(Some(*event)),
            (Some(Found::InPlace(place)), Some(window)) => {
                window.view(&place, self.parser.id()).copied()
            }
            _ => return Ok(None),
        };
        copied.map(Some).map_err(|what| {
            self.end();
            self.head.body_error(what.of(Buffer::Event).into())
        })
    }
}
