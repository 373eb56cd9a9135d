//! Bodies that cross the boundary: a pointer and a length.

use std::ffi::c_void;
use std::marker::PhantomData;
use std::slice;

use neura_core::Error;
use neura_core::bindings::SharedBytes;

use crate::boundary::invalid_argument;

/// A longer length is refused: it is a mistake, such as a negative number converted to `size_t`.
const LONGEST: usize = 1 << 31;

/// `const void *`: the first byte of a body, or NULL, that lives as long as `'a`.
///
/// Only C callers make one. By the header's rules they promise that `length` bytes are readable
/// and stay unchanged during the call; those of a submitted call, until its completion is read.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Body<'a> {
    start: *const c_void,
    lives: PhantomData<&'a [u8]>,
}

/// A body that its caller lends for one call. A queue's call may run for longer than its queue if
/// the program's own callback does not return; it is cancelled then, and reads no body any more.
struct Lent {
    start: *const u8,
    length: usize,
}

// SAFETY: it is only read, and by the type's contract it stays unchanged during the call.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: made of a slice, which outlives every use: see `Body::lent`.
        unsafe { slice::from_raw_parts(self.start, self.length) }
    }
}

/// The same bytes without a copy, by the rule of [`Body::lent`].
pub(crate) fn lent(bytes: &[u8]) -> SharedBytes {
    SharedBytes::of(Lent {
        start: bytes.as_ptr(),
        length: bytes.len(),
    })
}

impl<'a> Body<'a> {
    /// The body without a copy. Only for a call that ends before this function's caller returns,
    /// or before its completion is read: the core drops the request before it returns the reply or
    /// the stream.
    pub(crate) fn lent(self, length: usize) -> Result<Option<SharedBytes>, Error> {
        Ok(self.bytes(length)?.map(lent))
    }

    /// The bytes; None without a body.
    pub(crate) fn bytes(self, length: usize) -> Result<Option<&'a [u8]>, Error> {
        // A slice must fit into isize, which is smaller than the limit on 32-bit systems.
        if length > LONGEST || isize::try_from(length).is_err() {
            return Err(invalid_argument(format!(
                "the body's length is {length}, over {LONGEST} bytes"
            )));
        }
        if length == 0 {
            return Ok(None);
        }
        if self.start.is_null() {
            return Err(invalid_argument(format!(
                "the body is NULL though its length is {length}"
            )));
        }
        // SAFETY: not NULL, at most isize::MAX bytes, and by the type's contract readable for 'a.
        Ok(Some(unsafe {
            slice::from_raw_parts(self.start.cast(), length)
        }))
    }
}
