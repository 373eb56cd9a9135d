//! A C function that returns the body of a request in pieces.

use std::ffi::c_void;

use neura_core::RequestBody;
use neura_core::bindings::{BodySource, SourceCall, SourceError};

use crate::boundary::{Status, invalid_argument, needed, run, set};
use crate::callback::exchange;
use crate::request_options::RequestOptionsHandle;
use crate::text::Text;

/// Gives the next bytes of a request's body: see `neura_request_options_set_body_callback`.
///
/// Returns. `NEURA_OK` after it wrote 1 to `size` bytes to `buffer` and their number to `*length`;
/// `NEURA_END` when there are no more; `NEURA_ERROR` if it failed, after which the call fails with
/// `NEURA_KIND_INVALID_ARGUMENT`. To explain why, it passes a message to
/// `neura_body_callback_fail` before it returns. Any other result is a failure, too.
///
/// Threads. It runs on the thread that makes the call, which waits for it: its time counts for the
/// call's timeout, but only between two calls of it is the call cancelled or ended. It must return
/// normally: no C++ exception and no `longjmp` may leave it.
pub type BodyCallback = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        buffer: *mut c_void,
        size: usize,
        length: *mut usize,
    ) -> i32,
>;

/// Goes back to the first byte of a request's body: see `neura_request_options_set_body_callback`.
///
/// Returns. `NEURA_OK`, or `NEURA_ERROR` if it failed, as `neura_body_callback` does. It has the
/// same rules about threads.
pub type BodyRewindCallback = Option<unsafe extern "C" fn(user_data: *mut c_void) -> i32>;

/// The callbacks of a body and their argument.
#[derive(Clone)]
pub(crate) struct BodyReader {
    read: unsafe extern "C" fn(*mut c_void, *mut c_void, usize, *mut usize) -> i32,
    rewind: BodyRewindCallback,
    user_data: *mut c_void,
    length: Option<u64>,
}

// SAFETY: the header says that the callbacks run on the thread of the call, and that user_data must
// be safe for that.
unsafe impl Send for BodyReader {}

impl BodyReader {
    /// The body of one request.
    pub fn body(&self) -> RequestBody {
        RequestBody::source(self.clone())
    }
}

/// What a callback returned and said.
enum Returned {
    Ok,
    End,
    Failed(SourceError),
}

fn returned(name: &str, call: impl FnOnce() -> i32) -> Returned {
    // A callback may make calls of its own, whose callbacks have reasons too.
    let outer = exchange(None);
    let status = call();
    let reason = exchange(outer);
    match status {
        _ if status == Status::NeuraOk as i32 => Returned::Ok,
        _ if status == Status::NeuraEnd as i32 => Returned::End,
        _ if status == Status::NeuraError as i32 => {
            let reason = reason.unwrap_or_else(|| format!("{name} returned NEURA_ERROR"));
            Returned::Failed(reason.into())
        }
        _ => Returned::Failed(format!("{name} returned {status}, which is no status").into()),
    }
}

impl BodySource for BodyReader {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        call.check()?;
        let mut length = 0;
        let asked = || {
            let start = buffer.as_mut_ptr().cast();
            // SAFETY: the header's rules: user_data is alive as long as the call, and the callback
            // returns and writes at most the given number of bytes.
            unsafe { (self.read)(self.user_data, start, buffer.len(), &raw mut length) }
        };
        match returned("the body callback", asked) {
            Returned::End => Ok(0),
            Returned::Failed(error) => Err(error),
            Returned::Ok if length == 0 => {
                Err("the body callback returned NEURA_OK without a byte".into())
            }
            Returned::Ok if length > buffer.len() => Err(format!(
                "the body callback returned {length} bytes where {} fit",
                buffer.len()
            )
            .into()),
            Returned::Ok => Ok(length),
        }
    }

    fn rewind(&mut self) -> Result<bool, SourceError> {
        let Some(rewind) = self.rewind else {
            return Ok(false);
        };
        // SAFETY: as for `read`.
        match returned("the rewind callback", || unsafe { rewind(self.user_data) }) {
            Returned::Ok => Ok(true),
            Returned::End => Err("the rewind callback returned NEURA_END".into()),
            Returned::Failed(error) => Err(error),
        }
    }
}

/// Sets a function that returns the request's body in pieces, so that it need not be in memory:
/// for `neura_request`, `neura_body_open` and `neura_stream_open`, whose own body is then NULL
/// with length 0. No `Content-Type` is sent unless these options set one.
///
/// Each request that uses the options asks for its body from here on; two at the same time would
/// mix their bodies. A request is sent again, after a failure or a 401, only if nothing of its body
/// was read or `rewind` goes back to its start.
///
/// @param options    the options
/// @param callback   the function, not NULL; for its rules see `neura_body_callback`
/// @param rewind     goes back to the body's start; NULL if that is impossible
/// @param user_data  the argument of both, which may be NULL; it must stay valid until these
///                   options are freed and every request that uses them has returned
/// @param length     the number of bytes in all, sent as `Content-Length`: more or fewer are
///                   `NEURA_KIND_INVALID_ARGUMENT`; -1 if unknown: the body is then sent in chunks
#[unsafe(no_mangle)]
pub extern "C" fn neura_request_options_set_body_callback(
    options: Option<&mut RequestOptionsHandle>,
    callback: BodyCallback,
    rewind: BodyRewindCallback,
    user_data: *mut c_void,
    length: i64,
) {
    set(options, |handle| {
        let setter = "neura_request_options_set_body_callback";
        handle.set_reader(setter, || {
            let read = needed(callback, "callback")?;
            let length = match length {
                -1 => None,
                length => Some(u64::try_from(length).map_err(|_| {
                    invalid_argument(format!("length is {length}: give -1 if it is unknown"))
                })?),
            };
            Ok(BodyReader {
                read,
                rewind,
                user_data,
                length,
            })
        });
    });
}

/// Sets the reason of a failed body callback, for the error of the call. Use it only inside
/// the callback, on the callback's thread, just before it returns `NEURA_ERROR`; elsewhere it does
/// nothing. Keys that the client knows are removed from the message.
///
/// @param message  what went wrong, copied; NULL gives no reason, and bytes that are not
///                 UTF-8 become U+FFFD
#[unsafe(no_mangle)]
pub extern "C" fn neura_body_callback_fail(message: Text) {
    run(|| {
        exchange(message.lossy());
    });
}
