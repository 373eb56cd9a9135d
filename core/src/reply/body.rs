//! The body of a reply while it is read: the transport's body, with the errors of its call.

use std::time::Duration;

use neura_transport::memory::Buffer;
use neura_transport::{Filter, SharedBytes};

use crate::call::Call;
use crate::error::Error;
use crate::transport_error::Names;

/// The body of a reply. Dropping it before its end closes the connection.
pub(crate) struct Body {
    body: neura_transport::Body,
    names: Names,
}

impl Body {
    pub fn new(body: neura_transport::Body, call: &Call) -> Self {
        Body {
            body,
            names: call.names().clone(),
        }
    }

    /// A body in memory.
    pub fn in_memory(bytes: impl Into<SharedBytes>, call: &Call) -> Self {
        Body::new(
            neura_transport::Body::in_memory(bytes, call.control()),
            call,
        )
    }

    /// The same body; the bytes that are not read yet pass through a filter.
    pub fn filtered(self, filter: Box<dyn Filter>) -> Self {
        Body {
            body: self.body.filtered(filter),
            names: self.names,
        }
    }

    /// Waits for the next bytes; empty at the end. They are kept until they are consumed.
    pub fn fill(&mut self) -> Result<&[u8], Error> {
        let names = &self.names;
        self.body.fill().map_err(|failure| names.error(&failure))
    }

    /// See [`neura_transport::Body::arrived`].
    pub fn arrived(&mut self) -> &[u8] {
        self.body.arrived()
    }

    /// Removes `amount` of the bytes that [`fill`](Self::fill) returned.
    pub fn consume(&mut self, amount: usize) {
        self.body.consume(amount);
    }

    /// See [`neura_transport::Body::read_ahead`].
    ///
    /// # Errors
    /// `cancelled`.
    pub fn read_ahead(&mut self, most: usize, within: Duration) -> Result<(), Error> {
        let read = self.body.read_ahead(most, within);
        read.map_err(|failure| self.names.error(&failure))
    }

    /// The bytes that were read ahead and are not used yet.
    pub fn ahead(&self) -> &[u8] {
        self.body.ahead()
    }

    /// The bytes that were read ahead, without a copy; the rest is dropped.
    pub fn into_ahead(self) -> Vec<u8> {
        self.body.into_ahead()
    }

    /// Whether another read-ahead would read nothing more.
    pub fn is_read_ahead(&self, most: usize) -> bool {
        self.body.is_read_ahead(most)
    }

    /// Whether the whole rest of the body was read ahead.
    pub fn is_all_ahead(&self) -> bool {
        self.body.is_all_ahead()
    }

    /// Reads to the end, but at most `limit` bytes; returns whether the body ended within them.
    pub fn read_to_end(&mut self, limit: usize, into: &mut Vec<u8>) -> Result<bool, Error> {
        self.read_all(Buffer::Body, limit, into)
    }

    /// Reads the whole body into memory of a binding, if its call has some for it.
    pub fn read_placed(&mut self, limit: usize) -> Result<Option<SharedBytes>, Error> {
        let read = self.body.read_placed(limit);
        read.map_err(|failure| self.names.error(&failure))
    }

    /// As [`read_to_end`](Self::read_to_end), for a buffer that error messages name differently.
    pub fn read_all(
        &mut self,
        buffer: Buffer,
        limit: usize,
        into: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        let read = self.body.read_all(buffer, limit, into);
        read.map_err(|failure| self.names.error(&failure))
    }

    /// Returns the connection to the pool if the end of the body is near.
    pub fn finish_if_ended(self) {
        self.body.finish_if_ended();
    }
}
