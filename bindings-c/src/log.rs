//! A C function that gets the lines of the log.

use std::ffi::{c_char, c_void};

use neura_core::bindings::set_log_sink;

use crate::boundary::run;
use crate::text::{Text, terminated};

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum LogLevel {
    /// One line for each attempt of a call.
    Info = 1,
    /// Also some headers of the reply.
    Debug = 2,
}

/// Gets one line of the log: see `neura_set_log_callback`.
///
/// The line has no line end and no key, and is **borrowed until** the callback returns.
///
/// Threads. It runs on the thread that makes a call (of a queue: a thread of the library), which
/// waits for it, so on several at once if there are several calls. It may use this library; a call
/// that it makes is logged as well. It must return normally: no C++ exception and no `longjmp` may
/// leave it.
pub type LogCallback = Option<unsafe extern "C" fn(user_data: *mut c_void, line: *const c_char)>;

struct Target {
    callback: unsafe extern "C" fn(user_data: *mut c_void, line: *const c_char),
    user_data: *mut c_void,
}

// SAFETY: the header says that the callback runs on any thread, and on several at once.
unsafe impl Send for Target {}
// SAFETY: the same.
unsafe impl Sync for Target {}

impl Target {
    fn write(&self, line: &str) {
        let line = terminated(line);
        // SAFETY: the header's rules: user_data is alive, and the callback returns.
        unsafe { (self.callback)(self.user_data, Text::from(line.as_c_str()).as_ptr()) };
    }
}

/// Sets a function that gets the log of all clients of the process, in place of `NEURA_LOG` and
/// stderr: for each attempt of a call its method, path, status or error, wait, request id and the
/// key's fingerprint. Any thread may call this at any time.
///
/// @param level      one of `NEURA_LOG_LEVEL_...`
/// @param callback   the function; for its rules see `neura_log_callback`. NULL ends this:
///                   `NEURA_LOG` counts again
/// @param user_data  its argument, which may be NULL; it must stay valid until another callback or
///                   NULL is set and the calls that were running by then have returned
/// @return  whether it was set; false for a level that does not exist
#[unsafe(no_mangle)]
pub extern "C" fn neura_set_log_callback(
    level: i32,
    callback: LogCallback,
    user_data: *mut c_void,
) -> bool {
    run(|| {
        let name = match level {
            _ if level == LogLevel::Info as i32 || callback.is_none() => "info",
            _ if level == LogLevel::Debug as i32 => "debug",
            _ => return false,
        };
        let target = callback.map(|callback| Target {
            callback,
            user_data,
        });
        set_log_sink(
            name,
            target.map(|it| Box::new(move |line: &str| it.write(line)) as _),
        )
    })
}
