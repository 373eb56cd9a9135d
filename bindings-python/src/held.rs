//! Python's bytes in the core's hands: those of a request, and the body of a reply that became
//! an object of Python's as soon as it was there.

use neura::bindings::{BodyRoom, Buffer, SharedBytes, afford, move_out, out_of_memory};
use neura::{Error, Response};
use pyo3::ffi::{self, Py_ssize_t};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::memory;

/// A body from this size on is moved into its object at once: twice its memory is not there.
const LARGE: usize = 1 << 20;

/// The bytes of an object, which live as long as it does.
pub struct Held {
    start: *const u8,
    length: usize,
    object: Py<PyBytes>,
}

// SAFETY: bytes never change, and nothing of the object but these is looked at.
unsafe impl Send for Held {}
// SAFETY: as above.
unsafe impl Sync for Held {}

impl Held {
    pub fn new(bytes: &Bound<'_, PyBytes>) -> Self {
        let seen = bytes.as_bytes();
        Self {
            start: seen.as_ptr(),
            length: seen.len(),
            object: bytes.clone().unbind(),
        }
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: the object is alive, and its bytes stay where they are.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

/// The body of a reply as Python's bytes: its own object, or else a copy.
pub fn object_of(py: Python<'_>, reply: &Response) -> PyResult<Py<PyBytes>> {
    match reply.shared_bytes().owner::<Held>() {
        Some(held) => Ok(held.object.clone_ref(py)),
        None => memory::bytes(py, reply.bytes()).map(Bound::unbind),
    }
}

/// Memory for a large body of known length: the object that Python gets.
struct Room {
    start: *mut u8,
    length: usize,
    object: Py<PyBytes>,
}

/// See `ClientCall::place_body`. On the thread of the call, which is not attached.
pub fn room(length: usize) -> Option<Box<dyn BodyRoom>> {
    if length < LARGE || afford(length, Buffer::Body).is_err() {
        return None;
    }
    let (start, object) = Python::try_attach(|py| empty(py, length)).flatten()?;
    Some(Box::new(Room {
        start,
        length,
        object,
    }))
}

/// An object for so many bytes, and where they are to be written; None without memory for it.
fn empty(py: Python<'_>, length: usize) -> Option<(*mut u8, Py<PyBytes>)> {
    let length = Py_ssize_t::try_from(length).ok()?;
    // SAFETY: attached. Its bytes are not read before they are written.
    let made = unsafe {
        let made = ffi::PyBytes_FromStringAndSize(std::ptr::null(), length);
        Bound::from_owned_ptr_or_err(py, made)
    };
    let object = made.ok()?.cast_into::<PyBytes>().ok()?;
    // SAFETY: the object is new and of this very type.
    let start = unsafe { ffi::PyBytes_AsString(object.as_ptr()) };
    Some((start.cast::<u8>(), object.unbind()))
}

impl BodyRoom for Room {
    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the object has so many bytes, and no other code has it yet. The core writes each
        // of them before it reads any.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.length) }
    }

    fn into_shared(self: Box<Self>) -> SharedBytes {
        SharedBytes::of(Held {
            start: self.start.cast_const(),
            length: self.length,
            object: self.object,
        })
    }
}

/// The reply with a large body as an object of Python's, which it is moved to a piece at a time,
/// so that it is never in memory twice. On the thread of the call, which is not attached.
pub fn placed(reply: Response) -> Result<Response, Error> {
    match reply.bytes().len() {
        LARGE.. if reply.shared_bytes().owner::<Held>().is_none() => reply.place_body(moved),
        _ => Ok(reply),
    }
}

fn moved(bytes: Vec<u8>) -> Result<SharedBytes, Error> {
    let length = bytes.len();
    let made = Python::try_attach(|py| empty(py, length));
    let (start, object) = match made {
        Some(Some(made)) => made,
        Some(None) => return Err(out_of_memory(length, Buffer::Body)),
        None => return Ok(bytes.into()), // The interpreter is ending.
    };
    move_out(bytes, |at, piece| {
        // SAFETY: no other code has the object yet, and it has room for `length` bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(piece.as_ptr(), start.add(at), piece.len());
        }
    });
    Ok(SharedBytes::of(Held {
        start: start.cast_const(),
        length,
        object,
    }))
}
