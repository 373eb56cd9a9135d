//! What is to be done once in a process: it watches forks, and at its end writes the usage that is
//! not written yet.

use std::ffi::c_int;
use std::sync::Once;

use neura_core::bindings::{catch_panic, has_exit_hook, write_usage};

unsafe extern "C" {
    fn atexit(function: extern "C" fn()) -> c_int;
}

/// Prepares for both. The usage is written also for clients that are never freed.
pub fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        neura_core::watch_forks!();
        // SAFETY: the function has the type that C wants, does not unwind, and stays loaded: the
        // library is never unloaded.
        if unsafe { atexit(write) } == 0 {
            has_exit_hook();
        }
    });
}

extern "C" fn write() {
    let _ = catch_panic(|| {
        write_usage();
        Ok(())
    });
}
