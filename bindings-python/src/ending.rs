//! Threads that are in Python's code when the interpreter ends.

use std::thread;

/// Runs Python's code on a thread that may outlive the interpreter: one that a program left
/// behind as a daemon, or one of the core's.
///
/// Python before 3.14 ends such a thread by unwinding it from wherever it waits for the
/// interpreter. Rust's frames do not survive that, and the process would abort: the thread
/// rests here instead until the process is gone, as 3.14 has it rest by itself.
pub fn outlive<T>(python: impl FnOnce() -> T) -> T {
    let rest = Rest;
    let given = python();
    std::mem::forget(rest);
    given
}

struct Rest;

impl Drop for Rest {
    fn drop(&mut self) {
        // A panic of Rust's own goes its way.
        while !thread::panicking() {
            thread::park();
        }
    }
}
