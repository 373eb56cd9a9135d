//! All headers of a whole reply, and its rate limits.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use crate::head;
use crate::response::ResponseHandle;

/// How many headers the reply has; repeated ones count each time.
///
/// @param response  the reply
/// @return  the number; -1 if response is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_header_count(response: Option<&ResponseHandle>) -> i32 {
    head::header_count(response)
}

/// One header by its place, in the order of the reply.
///
/// @param response  the reply
/// @param index     from 0
/// @param name      receives the name in lower case, **borrowed until** the response is freed; NULL
///                  after the last header. May be NULL itself
/// @param value     receives the value, likewise
/// @return  whether there is such a header
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_header_at(
    response: Option<&ResponseHandle>,
    index: usize,
    name: Option<&mut MaybeUninit<*const c_char>>,
    value: Option<&mut MaybeUninit<*const c_char>>,
) -> bool {
    head::header_at(response, index, name, value)
}

/// A number of the reply's rate limits.
///
/// @param response  the reply
/// @param value     one of `NEURA_RATE_LIMIT_...`
/// @return  the number; -1 if the server did not send it
#[unsafe(no_mangle)]
pub extern "C" fn neura_response_rate_limit(response: Option<&ResponseHandle>, value: i32) -> i64 {
    head::rate_limit(response, value)
}
