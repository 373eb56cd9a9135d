//! The body of a response, as bytes and as text.

use std::borrow::Cow;

use neura_transport::SharedBytes;
use neura_transport::memory::{self, Buffer};

use super::Response;
use crate::error::Error;

impl Response {
    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body; it is copied only if a clone of this response shares it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.body.into_vec()
    }

    /// The body, shared with this response.
    #[doc(hidden)]
    pub fn shared_bytes(&self) -> &SharedBytes {
        &self.body
    }

    /// The same response with its body in a binding's memory, to which `place` moves it.
    ///
    /// # Errors
    /// The error of `place`.
    #[doc(hidden)]
    pub fn place_body(
        mut self,
        place: impl FnOnce(Vec<u8>) -> Result<SharedBytes, Error>,
    ) -> Result<Self, Error> {
        let placed = self.take_body().and_then(place);
        self.body = placed.map_err(|error| self.head.body_error(error))?;
        Ok(self)
    }

    /// Takes the body out of this response, until it is put back.
    ///
    /// # Errors
    /// `out_of_memory` if the body is shared and cannot be copied.
    #[doc(hidden)]
    pub fn take_body(&mut self) -> Result<Vec<u8>, Error> {
        let body = std::mem::take(&mut self.body).try_into_vec();
        body.map_err(|no_memory| no_memory.of(Buffer::Body).into())
    }

    /// Puts back a body that was taken.
    #[doc(hidden)]
    pub fn put_body(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut copy = Vec::new();
        memory::append(&mut copy, bytes, bytes.len())
            .map_err(|no_memory| self.head.body_error(no_memory.of(Buffer::Body).into()))?;
        self.body = copy.into();
        Ok(())
    }

    /// The body as text; invalid UTF-8 becomes U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// As [`text`](Self::text), but checks the memory for the copy that a body of invalid UTF-8
    /// needs.
    ///
    /// # Errors
    /// `out_of_memory`.
    #[doc(hidden)]
    pub fn try_text(&self) -> Result<Cow<'_, str>, Error> {
        if let Ok(text) = std::str::from_utf8(&self.body) {
            return Ok(Cow::Borrowed(text));
        }
        let mut text = String::new();
        memory::append_lossy(&mut text, &self.body)
            .map_err(|no_memory| self.head.body_error(no_memory.of(Buffer::Body).into()))?;
        Ok(Cow::Owned(text))
    }
}
