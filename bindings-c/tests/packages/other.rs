//! A second Rust library of a program: it uses the standard library's threads, panics and heap.

use std::collections::HashMap;
use std::panic;
use std::thread;

/// The number of panics that were caught in threads; at most 8.
#[unsafe(no_mangle)]
pub extern "C" fn other_panics() -> u32 {
    panic::set_hook(Box::new(|_| {}));
    let threads: Vec<_> = (0..8)
        .map(|number| {
            thread::spawn(move || {
                let mut names = HashMap::new();
                names.insert(number, format!("thread {number}"));
                assert!(names.is_empty(), "{}", names[&number]);
            })
        })
        .collect();
    let caught = threads.into_iter().map(thread::JoinHandle::join);
    u32::try_from(caught.filter(Result::is_err).count()).unwrap_or(0)
}
