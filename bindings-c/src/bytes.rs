//! Bodies that cross the boundary: a pointer and a length.

use std::ffi::c_void;
use std::marker::PhantomData;
use std::slice;

use neura_core::Error;

use crate::boundary::invalid_argument;

/// A longer body is a length that went wrong, such as a negative number.
const LONGEST: usize = 1 << 31;

/// `const void *`: the first byte of a body, or NULL, that lives as long as `'a`.
///
/// Only C callers make one; they promise by the header's rules that as many bytes as the
/// length says can be read and stay unchanged during the call.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Body<'a> {
    start: *const c_void,
    lives: PhantomData<&'a [u8]>,
}

impl<'a> Body<'a> {
    /// The bytes, none where there is no body.
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
