//! C++ in each standard, with and without exceptions and RTTI, and with nlohmann-json.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use crate::compile::{self, Build, Language, Link};
use crate::library;
use crate::programs::hold_build;
use crate::run::{Leaks, Stage, assert_checks, not_run};

const STANDARDS: [&str; 3] = ["c++17", "c++20", "c++2b"];
const WITHOUT_EXCEPTIONS: &[&str] = &["-fno-exceptions", "-fno-rtti"];
const RESULTS: Program = Program {
    source: "bindings-c/tests/cpp/results.cpp",
    servers: &[
        "NEURA_TEST_LIMITED_URL",
        "NEURA_TEST_CUT_URL",
        "NEURA_TEST_STALL_URL",
    ],
};
const QUEUE: Program = Program {
    source: "bindings-c/tests/cpp/queue_results.cpp",
    servers: &[],
};
const CALLBACKS: Program = Program {
    source: "bindings-c/tests/cpp/callbacks.cpp",
    servers: &[
        "NEURA_TEST_BUSY_URL",
        "NEURA_TEST_BUSY_TWICE_URL",
        "NEURA_TEST_BUSY_THRICE_URL",
        "NEURA_TEST_LIMITED_URL",
    ],
};
const JSON: Program = Program {
    source: "bindings-c/tests/cpp/json.cpp",
    servers: &["NEURA_TEST_HTML_URL"],
};

struct Program {
    source: &'static str,
    servers: &'static [&'static str],
}

/// Builds a program in one standard, and hands it over with its name.
fn with_build<T>(
    name: &str,
    standard: &str,
    flags: &[&str],
    source: &str,
    then: impl FnOnce(&Build<'_>) -> T,
) -> T {
    then(&Build {
        name: &format!("{name}_{standard}"),
        language: Language::Cpp,
        standard,
        flags,
        sources: &[source],
        link: Link::Shared,
    })
}

fn hold(name: &str, standard: &str, flags: &[&str], program: &Program, checks: usize) {
    let built = with_build(name, standard, flags, program.source, compile::build);
    let output = Stage::new(program.servers).run(&mut Command::new(built));
    assert_checks(name, &output, checks);
}

fn hold_memory(name: &str, flags: &[&str], program: &Program, checks: usize) {
    with_build(name, "c++17", flags, program.source, |build| {
        hold_build(build, Leaks::Counted, program.servers, checks);
    });
}

/// Compiles a text without running it.
fn compiled(standard: &str, flags: &[&str], source: &str) -> Output {
    let mut child = compile::compiler(Language::Cpp, standard)
        .args(flags)
        .args(["-fsyntax-only", "-x", "c++", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the compiler runs");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(source.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// The headers for C++ that need no other library.
fn headers() -> Vec<String> {
    let folder = library::root().join("include/neura");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder of headers")
        .map(|file| format!("neura/{}", file.unwrap().file_name().display()))
        .filter(|name| name != "neura/json.hpp")
        .collect();
    names.push("neura.hpp".to_owned());
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    names
}

/// Asserts that a unit which includes only this header, twice, compiles without a warning.
fn compiles(header: &str, standard: &str, flags: &[&str]) {
    let source = format!("#include \"{header}\"\n#include \"{header}\"\nint unit;\n");
    let output = compiled(standard, flags, &source);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{header} {standard} {flags:?}\n{stderr}"
    );
}

#[test]
fn each_header_compiles_by_itself() {
    for header in headers() {
        compiles(&header, "c++17", &[]);
    }
    for standard in STANDARDS {
        compiles("neura.hpp", standard, &[]);
        compiles("neura.hpp", standard, WITHOUT_EXCEPTIONS);
    }
}

#[test]
fn an_older_standard_is_one_error_that_says_what_to_do() {
    let mut names = headers();
    names.push("neura/json.hpp".to_owned());
    for header in names {
        let source = format!("#include \"{header}\"\nint unit;\n");
        // MSVC states its standard in another macro.
        for (standard, flags) in [
            ("c++11", &[][..]),
            ("c++14", &[]),
            ("c++17", &["-D_MSVC_LANG=201402L"]),
        ] {
            let output = compiled(standard, flags, &source);
            let stderr = String::from_utf8_lossy(&output.stderr);
            let errors: Vec<&str> = stderr.lines().filter(|it| it.contains("error:")).collect();
            assert!(!output.status.success(), "{header} {standard}");
            assert_eq!(errors.len(), 1, "{header} {standard}\n{stderr}");
            assert!(errors[0].contains("neura.hpp needs C++17"), "{stderr}");
        }
    }
}

#[test]
fn the_standard_that_msvc_states_counts() {
    let output = compile::compiler(Language::Cpp, "c++11")
        .args(["-E", "-D_MSVC_LANG=201703L", "-x", "c++"])
        .arg(library::root().join("include/neura/config.hpp"))
        .output()
        .expect("the compiler runs");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_types_hold_what_they_promise_in_each_standard() {
    let source = fs::read_to_string(library::root().join("bindings-c/tests/cpp/contract.cpp"))
        .expect("the file is there");
    for standard in STANDARDS {
        for flags in [&[], WITHOUT_EXCEPTIONS] {
            let output = compiled(standard, flags, &source);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{standard} {flags:?}\n{stderr}");
        }
    }
}

#[test]
fn a_result_that_is_dropped_is_a_warning() {
    let calls = [
        "client.chat(\"\")",
        "client.try_chat(\"\")",
        "client.request(\"DELETE\", \"/x\")",
        "client.try_set_api_key(\"\")",
        "client.chat_stream(\"\")",
        "client.check()",
        "client.auth_header()",
        "client.models().try_check()",
        "neura::Client::try_new()",
        "neura::try_diagnose()",
    ];
    let unit = |before: &str| {
        let lines: String = calls.iter().map(|it| format!("{before}{it};\n")).collect();
        format!(
            "#include \"neura.hpp\"\nvoid f(const neura::Client &client);\n\
             void f(const neura::Client &client) {{\n{lines}}}\n"
        )
    };
    for standard in ["c++17", "c++2b"] {
        let dropped = compiled(standard, &[], &unit(""));
        let stderr = String::from_utf8_lossy(&dropped.stderr);
        for (line, call) in (4..).zip(calls) {
            let warned = stderr
                .lines()
                .any(|it| it.starts_with(&format!("<stdin>:{line}:")) && it.contains("nodiscard"));
            assert!(warned, "{call} {standard}\n{stderr}");
        }
        let used = compiled(standard, &[], &unit("(void)"));
        assert!(used.status.success(), "{used:?}");
    }
}

#[test]
fn calls_that_return_their_error() {
    hold("cpp_results", "c++17", &[], &RESULTS, 63);
}

#[test]
fn calls_that_return_their_error_as_std_expected() {
    hold("cpp_results", "c++2b", &[], &RESULTS, 64);
}

#[test]
fn calls_without_exceptions_and_rtti() {
    hold("cpp_bare", "c++17", WITHOUT_EXCEPTIONS, &RESULTS, 63);
    hold("cpp_bare", "c++2b", WITHOUT_EXCEPTIONS, &RESULTS, 64);
}

#[test]
fn calls_without_blocking_that_return_their_error() {
    hold("cpp_queue_results", "c++17", &[], &QUEUE, 11);
    hold("cpp_queue_results", "c++2b", &[], &QUEUE, 11);
    hold("cpp_queue_bare", "c++17", WITHOUT_EXCEPTIONS, &QUEUE, 11);
}

#[test]
fn the_log_and_bodies_that_are_sent_again() {
    hold("cpp_callbacks", "c++17", &[], &CALLBACKS, 12);
    hold(
        "cpp_callbacks_bare",
        "c++2b",
        WITHOUT_EXCEPTIONS,
        &CALLBACKS,
        11,
    );
}

#[test]
fn memory_of_the_log_and_bodies() {
    hold_memory("cpp_callbacks_valgrind", &[], &CALLBACKS, 12);
}

#[test]
fn memory_of_results() {
    hold_memory("cpp_results_valgrind", &[], &RESULTS, 63);
}

#[test]
fn a_stream_is_a_range_of_cpp20() {
    let program = Program {
        source: "bindings-c/tests/cpp/ranges.cpp",
        servers: &[],
    };
    hold("cpp_ranges", "c++20", &[], &program, 7);
    hold("cpp_ranges", "c++2b", &[], &program, 7);
}

#[test]
fn units_of_several_standards_are_one_program() {
    let source = library::root().join("bindings-c/tests/cpp/mixed.cpp");
    let objects: Vec<PathBuf> = [
        ("cpp17", "c++17", &[][..]),
        ("cpp17_without_exceptions", "c++17", WITHOUT_EXCEPTIONS),
        ("cpp23", "c++2b", &[]),
        ("cpp23_without_exceptions", "c++2b", WITHOUT_EXCEPTIONS),
    ]
    .into_iter()
    .map(|(name, standard, flags)| {
        let object = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mixed_{name}.o"));
        let status = compile::compiler(Language::Cpp, standard)
            .args(flags)
            .arg(format!("-DUNIT={name}"))
            .arg("-c")
            .arg(&source)
            .arg("-o")
            .arg(&object)
            .status()
            .expect("the compiler runs");
        assert!(status.success(), "{name}");
        object
    })
    .collect();
    let mut sources: Vec<&str> = objects.iter().map(|it| it.to_str().unwrap()).collect();
    sources.push("bindings-c/tests/cpp/mixed.cpp");
    let program = compile::program("cpp_mixed", Language::Cpp, &sources, Link::Shared);
    let output = Stage::new(&[]).run(&mut Command::new(program));
    assert_checks("mixed", &output, 4);
}

/// Whether nlohmann-json is installed; with `NEURA_REQUIRE_TOOLS` its absence is an error.
fn has_nlohmann_json() -> bool {
    let found = compiled("c++17", &[], "#include <nlohmann/json.hpp>\n")
        .status
        .success();
    if !found {
        not_run("nlohmann-json (Debian: nlohmann-json3-dev)");
    }
    found
}

#[test]
fn json_of_nlohmann_is_a_request_and_a_reply() {
    if has_nlohmann_json() {
        hold("cpp_json", "c++17", &[], &JSON, 10);
        hold("cpp_json", "c++2b", &[], &JSON, 10);
        hold("cpp_json_bare", "c++17", WITHOUT_EXCEPTIONS, &JSON, 10);
    }
}

#[test]
fn memory_of_json() {
    if has_nlohmann_json() {
        hold_memory("cpp_json_valgrind", &[], &JSON, 10);
    }
}
