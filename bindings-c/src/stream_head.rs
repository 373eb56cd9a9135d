//! The head of a stream: what arrived before its first event.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use crate::head;
use crate::stream::StreamHandle;
use crate::text::Text;

/// The HTTP status.
///
/// @param stream  the stream
/// @return  the status, 200 to 299; -1 if stream is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_status(stream: Option<&StreamHandle>) -> i32 {
    head::status(stream)
}

/// One header; the first if the server sent several of the same name.
///
/// @param stream  the stream
/// @param name    the header's name, in any case
/// @return  text, **borrowed until** the stream is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_header<'a>(
    stream: Option<&'a StreamHandle>,
    name: Text,
) -> Text<'a> {
    head::header(stream, name)
}

/// How many headers the reply has; repeated ones count each time.
///
/// @param stream  the stream
/// @return  the number; -1 if stream is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_header_count(stream: Option<&StreamHandle>) -> i32 {
    head::header_count(stream)
}

/// One header by its place, as `neura_response_header_at`.
///
/// @param stream  the stream
/// @param index   from 0
/// @param name    receives the name in lower case, **borrowed until** the stream is freed; NULL
///                after the last header. May be NULL itself
/// @param value   receives the value, likewise
/// @return  whether there is such a header
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_header_at(
    stream: Option<&StreamHandle>,
    index: usize,
    name: Option<&mut MaybeUninit<*const c_char>>,
    value: Option<&mut MaybeUninit<*const c_char>>,
) -> bool {
    head::header_at(stream, index, name, value)
}

/// The service's id of the request, to quote to its support.
///
/// @param stream  the stream
/// @return  text, **borrowed until** the stream is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_request_id(stream: Option<&StreamHandle>) -> Text<'_> {
    head::request_id(stream)
}

/// How many times the request was sent.
///
/// @param stream  the stream
/// @return  the number, 1 or more; -1 if stream is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_attempts(stream: Option<&StreamHandle>) -> i32 {
    head::attempts(stream)
}

/// A number of the reply's rate limits.
///
/// @param stream  the stream
/// @param value   one of `NEURA_RATE_LIMIT_...`
/// @return  the number; -1 if the server did not send it
#[unsafe(no_mangle)]
pub extern "C" fn neura_stream_rate_limit(stream: Option<&StreamHandle>, value: i32) -> i64 {
    head::rate_limit(stream, value)
}
