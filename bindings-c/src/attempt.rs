//! A C function that is called after each attempt of a call.

use std::ffi::{CString, c_void};

use neura_core::AttemptInfo;

use crate::boundary::{needed, read, set};
use crate::options::OptionsHandle;
use crate::text::{Text, terminated};

/// One finished attempt of a call. It has no key, but the key's fingerprint. It is **borrowed
/// until** the callback that it was passed to returns.
pub struct AttemptHandle {
    method: CString,
    path: CString,
    request_id: Option<CString>,
    fingerprint: Option<CString>,
    status: i32,
    kind: i32,
    number: i32,
    waited_ms: i64,
    took_ms: i64,
}

impl AttemptHandle {
    fn new(attempt: &AttemptInfo<'_>) -> Self {
        let milliseconds =
            |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        AttemptHandle {
            method: terminated(attempt.method.as_str()),
            path: terminated(attempt.path),
            request_id: attempt.request_id.map(terminated),
            fingerprint: attempt.key_fingerprint.map(terminated),
            status: attempt.status.map_or(-1, i32::from),
            kind: attempt.error.map_or(-1, neura_core::ErrorKind::number),
            number: attempt.number.try_into().unwrap_or(i32::MAX),
            waited_ms: milliseconds(attempt.waited),
            took_ms: milliseconds(attempt.took),
        }
    }
}

/// Called after each attempt of a call: see `neura_options_set_attempt_callback`.
///
/// Threads. It runs on the thread that makes the call (of a queue: a thread of the library), which
/// waits for it, so on several at once if there are several calls. It may use this library, also
/// the client of the attempt; a call that it makes is reported as well. It must return normally: no
/// C++ exception and no `longjmp` may leave it.
pub type AttemptCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, attempt: *const AttemptHandle)>;

/// A callback and its argument.
#[derive(Clone, Copy)]
pub(crate) struct AttemptObserver {
    callback: unsafe extern "C" fn(user_data: *mut c_void, attempt: *const AttemptHandle),
    user_data: *mut c_void,
}

// SAFETY: the header says that the callback runs on any thread, and on several at once.
unsafe impl Send for AttemptObserver {}
// SAFETY: the same.
unsafe impl Sync for AttemptObserver {}

impl AttemptObserver {
    pub fn tell(&self, attempt: &AttemptInfo<'_>) {
        let handle = AttemptHandle::new(attempt);
        // SAFETY: the header's rules: user_data is alive as long as the client, and the callback
        // returns. The handle is alive until then.
        unsafe { (self.callback)(self.user_data, &raw const handle) };
    }
}

/// Sets a function that is called after each attempt of every call of the client, for logs and
/// metrics. The attempts are those of the log; a body or a stream that is read after the call
/// is no attempt.
///
/// @param options    the options
/// @param callback   the function, not NULL; for its rules see `neura_attempt_callback`
/// @param user_data  its argument, which may be NULL; it must stay valid until these options and
///                   every client that was built with them are freed, and the completions of
///                   their queued calls are read
#[unsafe(no_mangle)]
pub extern "C" fn neura_options_set_attempt_callback(
    options: Option<&mut OptionsHandle>,
    callback: AttemptCallback,
    user_data: *mut c_void,
) {
    set(options, |options| {
        options.set_observer("neura_options_set_attempt_callback", || {
            Ok(AttemptObserver {
                callback: needed(callback, "callback")?,
                user_data,
            })
        });
    });
}

/// The method of the request, such as `POST`.
///
/// @param attempt  the attempt
/// @return  text, **borrowed until** the callback returns; NULL if attempt is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_method(attempt: Option<&AttemptHandle>) -> Text<'_> {
    read(attempt, |handle| Text::from(handle.method.as_c_str()))
}

/// The path of the request's URL, without its query.
///
/// @param attempt  the attempt
/// @return  text, **borrowed until** the callback returns; NULL if attempt is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_path(attempt: Option<&AttemptHandle>) -> Text<'_> {
    read(attempt, |handle| Text::from(handle.path.as_c_str()))
}

/// The HTTP status of the reply.
///
/// @param attempt  the attempt
/// @return  the status; -1 if no reply came
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_status(attempt: Option<&AttemptHandle>) -> i32 {
    read(attempt, |handle| handle.status)
}

/// The kind of the error of an attempt without a reply.
///
/// @param attempt  the attempt
/// @return  one of `NEURA_KIND_...`; -1 if a reply came
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_kind(attempt: Option<&AttemptHandle>) -> i32 {
    read(attempt, |handle| handle.kind)
}

/// The number of the attempt in its call.
///
/// @param attempt  the attempt
/// @return  the number, 1 or more; -1 if attempt is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_number(attempt: Option<&AttemptHandle>) -> i32 {
    read(attempt, |handle| handle.number)
}

/// How long the call waited before the attempt.
///
/// @param attempt  the attempt
/// @return  milliseconds, 0 before the first; -1 if attempt is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_waited_ms(attempt: Option<&AttemptHandle>) -> i64 {
    read(attempt, |handle| handle.waited_ms)
}

/// How long the attempt took, up to the headers of the reply.
///
/// @param attempt  the attempt
/// @return  milliseconds; -1 if attempt is NULL
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_took_ms(attempt: Option<&AttemptHandle>) -> i64 {
    read(attempt, |handle| handle.took_ms)
}

/// The service's id of the request.
///
/// @param attempt  the attempt
/// @return  text, **borrowed until** the callback returns; NULL if absent
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_request_id(attempt: Option<&AttemptHandle>) -> Text<'_> {
    read(attempt, |handle| Text::from(handle.request_id.as_ref()))
}

/// The first 12 hex digits of the SHA-256 of the key that was sent.
///
/// @param attempt  the attempt
/// @return  text, **borrowed until** the callback returns; NULL if the caller's own header
///          replaced the key
#[unsafe(no_mangle)]
pub extern "C" fn neura_attempt_key_fingerprint(attempt: Option<&AttemptHandle>) -> Text<'_> {
    read(attempt, |handle| Text::from(handle.fingerprint.as_ref()))
}
