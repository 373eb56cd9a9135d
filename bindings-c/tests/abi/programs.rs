//! Compiles, links and runs the programs in `tests/c` and `tests/cpp` against servers.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::compile::{self, Build, Language, Link};
use crate::proxy::PROXY;
use crate::run::{Leaks, Stage, assert_checks, valgrind};
use crate::sanitizers;

pub struct Program {
    pub name: &'static str,
    pub language: Language,
    pub sources: &'static [&'static str],
    /// The servers that it uses besides the sandbox.
    pub servers: &'static [&'static str],
    /// The number of its checks: fewer means that some did not run.
    pub checks: usize,
}

/// A server that answers every request, and records its connection.
pub const COUNTED: &str = "NEURA_TEST_PLAIN_URL";
const LARGE: &[&str] = &[
    "NEURA_TEST_LARGE_BODY_URL",
    "NEURA_TEST_LARGE_EVENT_URL",
    "NEURA_TEST_LARGE_HEAD_URL",
];

const LIFE: Program = Program {
    name: "life",
    language: Language::C,
    sources: &["bindings-c/tests/c/life.c"],
    servers: &[],
    checks: 45,
};
const KEYS: Program = Program {
    name: "keys",
    language: Language::C,
    sources: &["bindings-c/tests/c/keys.c"],
    servers: &[],
    checks: 33,
};
const SOURCES: Program = Program {
    name: "sources",
    language: Language::C,
    sources: &["bindings-c/tests/c/sources.c"],
    servers: &[],
    checks: 34,
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
        "NEURA_TEST_HALF_ERROR_URL",
        "NEURA_TEST_LARGE_ERROR_URL",
        "NEURA_TEST_BARE_LINE_FEED_URL",
        "NEURA_TEST_GARBAGE_URL",
        "NEURA_TEST_STALL_URL",
        "NEURA_TEST_RESET_URL",
        "NEURA_TEST_ERROR_IN_200_URL",
    ],
    checks: 35,
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
        "NEURA_TEST_EMPTY_REASON_URL",
        "NEURA_TEST_CHOICE_ERROR_URL",
        "NEURA_TEST_NULL_CHUNK_URL",
        "NEURA_TEST_ENDLESS_URL",
    ],
    checks: 76,
};
const THREADS: Program = Program {
    name: "threads",
    language: Language::C,
    sources: &["bindings-c/tests/c/threads.c"],
    servers: &["NEURA_TEST_STALL_URL", "NEURA_TEST_SILENT_URL"],
    checks: 9,
};
const NETWORK: Program = Program {
    name: "network",
    language: Language::C,
    sources: &["bindings-c/tests/c/network.c"],
    servers: LARGE,
    checks: 15,
};
const OPTION_NAMES: Program = Program {
    name: "option_names",
    language: Language::C,
    sources: &["bindings-c/tests/c/option_names.c"],
    servers: &[],
    checks: 19,
};
const PROXIES: Program = Program {
    name: "proxy",
    language: Language::C,
    sources: &["bindings-c/tests/c/proxy.c"],
    servers: &[PROXY],
    checks: 26,
};
const FORK: Program = Program {
    name: "fork",
    language: Language::C,
    sources: &["bindings-c/tests/c/fork.c"],
    servers: &[COUNTED, "NEURA_TEST_ENDLESS_URL"],
    checks: 8,
};
const MEMORY: Program = Program {
    name: "memory",
    language: Language::C,
    sources: &["bindings-c/tests/c/memory.c"],
    servers: &[
        "NEURA_TEST_ENDLESS_BODY_URL",
        "NEURA_TEST_ENDLESS_EVENT_URL",
        "NEURA_TEST_PACKED_BODY_URL",
        COUNTED,
    ],
    checks: 16,
};
const CPP_CLIENT: Program = Program {
    name: "cpp_client",
    language: Language::Cpp,
    sources: &[
        "bindings-c/tests/cpp/client.cpp",
        "bindings-c/tests/cpp/second_unit.cpp",
    ],
    servers: &[],
    checks: 21,
};
const CPP_KEYS: Program = Program {
    name: "cpp_keys",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/keys.cpp"],
    servers: &[],
    checks: 35,
};
const CPP_NETWORK: Program = Program {
    name: "cpp_network",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/network.cpp"],
    servers: LARGE,
    checks: 12,
};
const CPP_PROXY: Program = Program {
    name: "cpp_proxy",
    language: Language::Cpp,
    sources: &["bindings-c/tests/cpp/proxy.cpp"],
    servers: &[PROXY],
    checks: 5,
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
    checks: 33,
};

/// Compiles a program against one library, runs it, and counts its checks.
pub fn hold(program: &Program, link: Link) -> Stage {
    let name = format!("{}_{link:?}", program.name);
    let built = compile::program(&name, program.language, program.sources, link);
    let stage = Stage::new(program.servers);
    let output = stage.run(&mut Command::new(&built));
    assert_checks(&name, &output, program.checks);
    stage
}

/// Runs a program under valgrind, and again with sanitizers, each time with new servers: a script is
/// played only once.
pub fn hold_memory(program: &Program, leaks: Leaks) {
    let name = format!("{}_valgrind", program.name);
    let build = Build::new(&name, program.language, program.sources, Link::Shared);
    hold_build(&build, leaks, program.servers, program.checks);
}

/// The same for a program that is built in its own way.
pub fn hold_build(build: &Build<'_>, leaks: Leaks, servers: &[&'static str], checks: usize) {
    let under_valgrind = valgrind(&compile::build(build), leaks);
    let commands = [under_valgrind, sanitizers::built(build, leaks)];
    for mut command in commands.into_iter().flatten() {
        let output = Stage::new(servers).run(&mut command);
        assert_checks(build.name, &output, checks);
    }
}

/// For each program a test that runs it, and one that runs it under valgrind and with sanitizers.
macro_rules! programs {
    ($($test:ident, $memory:ident: $program:ident;)+) => {
        $(
            #[test]
            fn $test() {
                hold(&$program, Link::Shared);
            }

            #[test]
            fn $memory() {
                hold_memory(&$program, Leaks::Counted);
            }
        )+
    };
}
pub(crate) use programs;

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
    a_reply_is_held_to_sizes, memory_with_sizes: NETWORK;
    options_are_named_as_c_spells_them, memory_with_option_names: OPTION_NAMES;
    the_life_of_a_client_in_cpp, memory_in_the_life_in_cpp: CPP_CLIENT;
    keys_in_cpp, memory_with_keys_in_cpp: CPP_KEYS;
    options_of_the_network_in_cpp, memory_with_options_of_the_network_in_cpp: CPP_NETWORK;
    a_proxy_is_on_the_way_in_cpp, memory_with_a_proxy_in_cpp: CPP_PROXY;
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

#[test]
fn a_proxy_is_on_the_way_and_sees_no_key_nor_the_service_its_password() {
    let stage = hold(&PROXIES, Link::Shared);
    let seen = stage.proxy().seen();
    let heads = seen.heads.join("");
    assert!(seen.heads.len() >= 4, "{heads}");
    assert!(heads.starts_with("CONNECT 127.0.0.1:"), "{heads}");
    assert!(
        heads.contains("CONNECT origin.example:80 HTTP/1.1"),
        "{heads}"
    );
    assert!(!heads.contains(stage.api_key()), "{heads}");
    assert!(seen.tunnelled.contains("/v1/chat/completions"));
    let tunnelled = seen.tunnelled.to_ascii_lowercase();
    assert!(!tunnelled.contains("proxy-authorization") && !tunnelled.contains("fake-password"));
}

#[test]
fn fault_58_a_fork_with_a_warm_pool_mixes_no_answers_and_no_connections() {
    let report = hold(&FORK, Link::Shared).report(COUNTED);
    assert_eq!(report["problems"], Value::Array(Vec::new()), "{report}");
    let mut asked_by: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for request in report["requests"].as_array().expect("requests") {
        let connection = request["connection"].as_u64().expect("a number");
        let process = request["body"].as_str().expect("the process in the body");
        asked_by.entry(connection).or_default().push(process);
    }
    assert!(
        asked_by.len() > 50,
        "a connection for each child: {asked_by:?}"
    );
    for processes in asked_by.values() {
        assert!(
            processes.iter().all(|it| it == &processes[0]),
            "{processes:?}"
        );
    }
}

/// It limits its address space, which sanitizers and valgrind do not support.
#[cfg(target_os = "linux")]
#[test]
fn fault_86_88_and_89_the_memory_of_bodies_and_events() {
    if !sanitizers::everywhere() {
        hold(&MEMORY, Link::Shared);
    }
}

#[test]
fn memory_with_a_proxy() {
    hold_memory(&PROXIES, Leaks::Counted);
}

#[test]
fn memory_with_forks() {
    hold_memory(&FORK, Leaks::Left);
}
