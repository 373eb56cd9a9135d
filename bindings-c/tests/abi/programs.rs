//! The programs in `tests/c` and `tests/cpp`: each compiled, linked, and run against servers.

use std::process::Command;

use crate::compile::{self, Language, Link};
use crate::run::{Stage, assert_checks, valgrind};

struct Program {
    name: &'static str,
    language: Language,
    sources: &'static [&'static str],
    /// The servers that it asks besides the sandbox.
    servers: &'static [&'static str],
    /// How many checks it makes: fewer means that some were left out.
    checks: usize,
}

const LIFE: Program = Program {
    name: "life",
    language: Language::C,
    sources: &["bindings-c/tests/c/life.c"],
    servers: &[],
    checks: 34,
};
const KEYS: Program = Program {
    name: "keys",
    language: Language::C,
    sources: &["bindings-c/tests/c/keys.c"],
    servers: &[],
    checks: 26,
};
const SOURCES: Program = Program {
    name: "sources",
    language: Language::C,
    sources: &["bindings-c/tests/c/sources.c"],
    servers: &[],
    checks: 31,
};
const SEVERAL_KEYS: Program = Program {
    name: "several_keys",
    language: Language::C,
    sources: &["bindings-c/tests/c/several_keys.c"],
    servers: &[],
    checks: 24,
};
const CALLBACKS: Program = Program {
    name: "callbacks",
    language: Language::C,
    sources: &["bindings-c/tests/c/callbacks.c"],
    servers: &[],
    checks: 34,
};
const DIAGNOSE: Program = Program {
    name: "diagnose",
    language: Language::C,
    sources: &["bindings-c/tests/c/diagnose.c"],
    servers: &["NEURA_TEST_HTML_URL"],
    checks: 24,
};
const ERRORS: Program = Program {
    name: "errors",
    language: Language::C,
    sources: &["bindings-c/tests/c/errors.c"],
    servers: &["NEURA_TEST_LIMITED_URL"],
    checks: 37,
};
const ARGUMENTS: Program = Program {
    name: "arguments",
    language: Language::C,
    sources: &["bindings-c/tests/c/arguments.c"],
    servers: &[],
    checks: 70,
};
const FAULTS: Program = Program {
    name: "faults",
    language: Language::C,
    sources: &["bindings-c/tests/c/faults.c"],
    servers: &[
        "NEURA_TEST_HTML_URL",
        "NEURA_TEST_NOTHING_URL",
        "NEURA_TEST_HALF_URL",
        "NEURA_TEST_GARBAGE_URL",
        "NEURA_TEST_STALL_URL",
        "NEURA_TEST_RESET_URL",
    ],
    checks: 23,
};
const STREAMS: Program = Program {
    name: "streams",
    language: Language::C,
    sources: &["bindings-c/tests/c/streams.c"],
    servers: &[
        "NEURA_TEST_EVENTS_URL",
        "NEURA_TEST_CUT_URL",
        "NEURA_TEST_FAILING_URL",
        "NEURA_TEST_BROKEN_URL",
        "NEURA_TEST_ENDLESS_URL",
    ],
    checks: 36,
};
const THREADS: Program = Program {
    name: "threads",
    language: Language::C,
    sources: &["bindings-c/tests/c/threads.c"],
    servers: &["NEURA_TEST_STALL_URL", "NEURA_TEST_SILENT_URL"],
    checks: 9,
};
const CPP_CLIENT: Program = Program {
    name: "cpp_client",
    language: Language::Cpp,
    sources: &[
        "bindings-c/tests/cpp/client.cpp",
        "bindings-c/tests/cpp/second_unit.cpp",
    ],
    servers: &[],
    checks: 18,
};
const CPP_KEYS: Program = Program {
    name: "cpp_keys",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/keys.cpp"],
    servers: &[],
    checks: 35,
};
const CPP_ERRORS: Program = Program {
    name: "cpp_errors",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/errors.cpp"],
    servers: &[
        "NEURA_TEST_LIMITED_URL",
        "NEURA_TEST_HTML_URL",
        "NEURA_TEST_NOTHING_URL",
        "NEURA_TEST_HALF_URL",
        "NEURA_TEST_CUT_URL",
        "NEURA_TEST_STALL_URL",
    ],
    checks: 28,
};

/// Compiles a program against one library, runs it, and counts its checks.
fn hold(program: &Program, link: Link) {
    let name = format!("{}_{link:?}", program.name);
    let built = compile::program(&name, program.language, program.sources, link);
    let stage = Stage::new(program.servers);
    let output = stage.run(&mut Command::new(&built));
    assert_checks(&name, &output, program.checks);
}

/// Runs a program under valgrind; its servers are new ones, for scripts are played once.
fn hold_memory(program: &Program) {
    let name = format!("{}_valgrind", program.name);
    let built = compile::program(&name, program.language, program.sources, Link::Shared);
    let Some(mut command) = valgrind(&built) else {
        return;
    };
    let output = Stage::new(program.servers).run(&mut command);
    assert_checks(&name, &output, program.checks);
}

macro_rules! programs {
    ($($test:ident, $memory:ident: $program:ident;)+) => {
        $(
            #[test]
            fn $test() {
                hold(&$program, Link::Shared);
            }

            #[test]
            fn $memory() {
                hold_memory(&$program);
            }
        )+
    };
}

programs! {
    the_whole_life_of_a_client, memory_in_the_whole_life: LIFE;
    wrong_keys_have_kinds_of_their_own, memory_with_wrong_keys: KEYS;
    a_key_comes_from_every_place, memory_with_every_place: SOURCES;
    keys_follow_each_other_and_are_counted, memory_with_several_keys: SEVERAL_KEYS;
    a_callback_gives_the_key, memory_with_callbacks: CALLBACKS;
    a_report_says_why_a_key_fails, memory_of_reports: DIAGNOSE;
    every_getter_of_an_error, memory_of_errors: ERRORS;
    wrong_arguments_are_errors, memory_with_wrong_arguments: ARGUMENTS;
    broken_servers_are_errors, memory_with_broken_servers: FAULTS;
    streams_and_their_ends, memory_of_streams: STREAMS;
    threads_share_a_client_and_cancel, memory_with_threads: THREADS;
    the_life_of_a_client_in_cpp, memory_in_the_life_in_cpp: CPP_CLIENT;
    keys_in_cpp, memory_with_keys_in_cpp: CPP_KEYS;
    what_a_failed_call_throws_in_cpp, memory_of_errors_in_cpp: CPP_ERRORS;
}

#[test]
fn a_program_in_c_links_statically() {
    hold(&LIFE, Link::Static);
}

#[test]
fn a_program_in_cpp_links_statically() {
    hold(&CPP_CLIENT, Link::Static);
}
