//! Programs that call without blocking.

use crate::compile::{Language, Link};
use crate::programs::{Program, hold, hold_memory, programs};
use crate::run::Leaks;
use crate::sanitizers;

const QUEUE: Program = Program {
    name: "queue",
    language: Language::C,
    sources: &["bindings-c/tests/c/queue.c"],
    servers: &[
        "NEURA_TEST_EVENTS_URL",
        "NEURA_TEST_CUT_URL",
        "NEURA_TEST_SILENT_URL",
        "NEURA_TEST_STALL_URL",
    ],
    checks: 46,
};
const QUEUE_LIFE: Program = Program {
    name: "queue_life",
    language: Language::C,
    sources: &["bindings-c/tests/c/queue_life.c"],
    servers: &["NEURA_TEST_STALL_URL"],
    checks: 25,
};
const QUEUE_CROWD: Program = Program {
    name: "queue_crowd",
    language: Language::C,
    sources: &["bindings-c/tests/c/queue_crowd.c"],
    servers: &[],
    checks: 6,
};
const QUEUE_FORK: Program = Program {
    name: "queue_fork",
    language: Language::C,
    sources: &["bindings-c/tests/c/queue_fork.c"],
    servers: &["NEURA_TEST_SILENT_URL"],
    checks: 3,
};
const CPP_QUEUE: Program = Program {
    name: "cpp_queue",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/queue.cpp"],
    servers: &["NEURA_TEST_STALL_URL"],
    checks: 14,
};
const CPP_COROUTINES: Program = Program {
    name: "cpp_coroutines",
    language: Language::Cpp20,
    sources: &["bindings-c/tests/cpp/coroutines.cpp"],
    servers: &["NEURA_TEST_STALL_URL"],
    checks: 22,
};

programs! {
    calls_without_blocking, memory_of_calls_without_blocking: QUEUE;
    a_queue_ends_with_calls_in_flight, memory_of_queues_that_end: QUEUE_LIFE;
    calls_without_blocking_in_cpp, memory_of_calls_without_blocking_in_cpp: CPP_QUEUE;
    coroutines_in_cpp, memory_of_coroutines_in_cpp: CPP_COROUTINES;
}

/// Its server is a child process of its own, with epoll.
#[cfg(target_os = "linux")]
#[test]
fn a_thousand_calls_and_streams_on_one_thread() {
    hold(&QUEUE_CROWD, Link::Shared);
}

#[cfg(target_os = "linux")]
#[test]
fn memory_of_a_crowd() {
    hold_memory(&QUEUE_CROWD, Leaks::Counted);
}

#[test]
fn a_queue_belongs_to_the_process_that_made_it() {
    if !sanitizers::everywhere() {
        hold(&QUEUE_FORK, Link::Shared);
    }
}

#[test]
fn memory_of_a_queue_in_forks() {
    hold_memory(&QUEUE_FORK, Leaks::Left);
}
