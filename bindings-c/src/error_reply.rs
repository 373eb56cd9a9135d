//! What an error keeps of the reply that it came from.

use std::mem::MaybeUninit;
use std::ptr;

use crate::boundary::read;
use crate::error::ErrorHandle;

/// The body of the reply, at most 1 MiB, without the client's keys and other secrets. It does not
/// end with a NUL: use the length.
///
/// @param error   the error
/// @param length  receives the number of bytes, 0 if there is no body
/// @return  the first byte, **borrowed until** the error is freed; NULL if no reply came, or if
///          error or length is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_body(
    error: Option<&ErrorHandle>,
    length: Option<&mut MaybeUninit<usize>>,
) -> *const u8 {
    let length = length.map(|length| length.write(0));
    read(error, |handle| match (handle.error.body(), length) {
        (Some(body), Some(length)) => {
            *length = body.len();
            body.as_ptr()
        }
        _ => ptr::null(),
    })
}

/// A number of the rate limits of the reply.
///
/// @param error  the error
/// @param value  one of `NEURA_RATE_LIMIT_...`
/// @return  the number; -1 if no reply came or the server did not send it
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_rate_limit(error: Option<&ErrorHandle>, value: i32) -> i64 {
    read(error, |handle| {
        crate::rate_limit::value_of(handle.error.rate_limit(), value)
    })
}
