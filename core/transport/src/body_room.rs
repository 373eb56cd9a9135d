//! Memory of a binding's language that a body of known length is read into.

use crate::shared_bytes::SharedBytes;

/// Memory for one body.
pub trait BodyRoom {
    /// All of it, with any content.
    fn bytes(&mut self) -> &mut [u8];

    /// The body, after it was read to its end.
    fn into_shared(self: Box<Self>) -> SharedBytes;
}

/// Makes the memory for a body of this length. `None`: it belongs into memory of this library, as
/// without such a function.
pub type MakeBodyRoom = fn(usize) -> Option<Box<dyn BodyRoom>>;
