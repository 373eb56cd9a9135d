//! Tells the core of forks, which saves it a system call at each look whether one came.

#[cfg(unix)]
use std::ffi::c_int;

/// From now on each child of a fork remembers its own number first. Where that cannot be had, the
/// core asks the system each time.
#[cfg(unix)]
pub fn watch() {
    type Handler = extern "C" fn();
    unsafe extern "C" {
        fn pthread_atfork(
            before: Option<Handler>,
            in_parent: Option<Handler>,
            in_child: Option<Handler>,
        ) -> c_int;
    }
    // SAFETY: the function has the type that C wants, does not unwind, is async-signal-safe, and
    // stays loaded: Python never unloads a native module.
    if unsafe { pthread_atfork(None, None, Some(in_child)) } == 0 {
        neura::bindings::remember_process();
    }
}

#[cfg(not(unix))]
pub fn watch() {}

#[cfg(unix)]
extern "C" fn in_child() {
    neura::bindings::remember_process();
}
