//! Errors are objects that C owns. A "last error" of the thread would be mixed up by callbacks
//! and thread pools.

use std::ffi::CString;

use neura_core::Error;

use crate::boundary::{free, read};
use crate::text::{Text, terminated};

/// Why a call failed. The receiver **owns** it; free it with `neura_error_free`. None of its
/// texts contains a key.
pub struct ErrorHandle {
    pub(crate) error: Error,
    message: CString,
    code: Option<CString>,
    type_: Option<CString>,
    param: Option<CString>,
    request_id: Option<CString>,
}

impl ErrorHandle {
    pub(crate) fn new(error: Error) -> Self {
        ErrorHandle {
            message: terminated(error.message()),
            code: error.code().map(terminated),
            type_: error.type_().map(terminated),
            param: error.param().map(terminated),
            request_id: error.request_id().map(terminated),
            error,
        }
    }
}

/// The kind of the error.
///
/// @param error  the error
/// @return  one of `NEURA_KIND_...`; -1 if error is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_kind(error: Option<&ErrorHandle>) -> i32 {
    read(error, |handle| handle.error.kind().number())
}

/// A message for people: what failed, what the server said, and what to do next.
///
/// @param error  the error
/// @return  text, **borrowed until** the error is freed; NULL if error is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_message(error: Option<&ErrorHandle>) -> Text<'_> {
    read(error, |handle| Text::from(handle.message.as_c_str()))
}

/// The HTTP status of the reply.
///
/// @param error  the error
/// @return  the status; -1 if no reply came
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_status(error: Option<&ErrorHandle>) -> i32 {
    read(error, |handle| handle.error.status().map_or(-1, i32::from))
}

/// The server's error code; for `NEURA_KIND_MALFORMED_API_KEY` the problem with the key.
///
/// @param error  the error
/// @return  text, **borrowed until** the error is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_code(error: Option<&ErrorHandle>) -> Text<'_> {
    read(error, |handle| Text::from(handle.code.as_ref()))
}

/// The server's error type.
///
/// @param error  the error
/// @return  text, **borrowed until** the error is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_type(error: Option<&ErrorHandle>) -> Text<'_> {
    read(error, |handle| Text::from(handle.type_.as_ref()))
}

/// The parameter that the server's error names.
///
/// @param error  the error
/// @return  text, **borrowed until** the error is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_param(error: Option<&ErrorHandle>) -> Text<'_> {
    read(error, |handle| Text::from(handle.param.as_ref()))
}

/// The service's id of the request, to quote to its support.
///
/// @param error  the error
/// @return  text, **borrowed until** the error is freed; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_request_id(error: Option<&ErrorHandle>) -> Text<'_> {
    read(error, |handle| Text::from(handle.request_id.as_ref()))
}

/// How long the server asked to wait.
///
/// @param error  the error
/// @return  milliseconds; -1 if the server did not say
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_retry_after_ms(error: Option<&ErrorHandle>) -> i64 {
    read(error, |handle| {
        let wait = handle.error.retry_after();
        wait.map_or(-1, |wait| wait.as_millis().try_into().unwrap_or(i64::MAX))
    })
}

/// Whether the same request may succeed later. The client has already made its own retries.
///
/// @param error  the error
/// @return  true if so; false if error is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_retryable(error: Option<&ErrorHandle>) -> bool {
    read(error, |handle| handle.error.retryable())
}

/// How many attempts were made, also those that could not connect.
///
/// @param error  the error
/// @return  the number, 0 if the call failed before the first; -1 if error is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_attempts(error: Option<&ErrorHandle>) -> i32 {
    read(error, |handle| {
        handle.error.attempts().try_into().unwrap_or(i32::MAX)
    })
}

/// Frees an error and every text read from it.
///
/// @param error  the **owned** error; NULL is fine
#[unsafe(no_mangle)]
pub extern "C" fn neura_error_free(error: Option<Box<ErrorHandle>>) {
    free(error);
}
