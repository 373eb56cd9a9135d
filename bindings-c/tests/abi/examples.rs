//! The examples print the answer, and with a wrong key the kind of the error.

use std::path::Path;
use std::process::Command;
use std::str;

use crate::compile::{self, Build, Language, Link};
use crate::run::{Stage, not_run};

fn answers_and_refuses(name: &str, language: Language, source: &str) {
    let program = compile::program(name, language, &[source], Link::Shared);
    holds(&program, &["\"You said: Hello!\""]);
}

/// What the program prints with a right key has all of these texts.
fn holds(program: &Path, wanted: &[&str]) {
    let stage = Stage::new(&[]);
    let output = stage.run(&mut Command::new(program));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(wanted.iter().all(|text| stdout.contains(text)), "{stdout}");
    assert!(!stdout.contains(stage.api_key()), "{stdout}");

    for (key, kind) in [
        ("nk-wrong-key-0000000000", "invalid_api_key: "),
        ("", "missing_api_key: "),
    ] {
        let stage = Stage::new(&[]);
        let mut command = Command::new("env");
        command.arg(format!("NEURA_API_KEY={key}")).arg(program);
        let output = stage.run(&mut command);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(stderr.starts_with(kind), "{stderr}");
    }
}

#[test]
fn the_example_in_c() {
    answers_and_refuses("example_c", Language::C, "examples/c/chat.c");
}

#[test]
fn the_example_in_cpp() {
    answers_and_refuses("example_cpp", Language::Cpp, "examples/cpp/chat.cpp");
}

#[test]
fn the_example_with_poll() {
    let source = "examples/c/poll.c";
    let program = compile::program("example_poll", Language::C, &[source], Link::Shared);
    holds(&program, &["You said: Hello!\n"]);
}

#[test]
fn the_example_with_coroutines() {
    let source = "examples/cpp/coroutine.cpp";
    let program = compile::program(
        "example_coroutine",
        Language::Cpp20,
        &[source],
        Link::Shared,
    );
    holds(&program, &["You said: Hello!\n", "You said: Goodbye!\n"]);
}

#[test]
fn the_example_with_libuv() {
    let asked = Command::new("pkg-config")
        .args(["--cflags", "--libs", "libuv"])
        .output();
    let Some(asked) = asked.ok().filter(|asked| asked.status.success()) else {
        return not_run("libuv");
    };
    let flags = str::from_utf8(&asked.stdout).expect("flags are text");
    // The flags come before the program, so the linker does not know yet what it needs. The last is
    // set in C's default standard.
    let flags: Vec<&str> = ["-Wl,--no-as-needed"]
        .into_iter()
        .chain(flags.split_whitespace())
        .chain(["-D_GNU_SOURCE"])
        .collect();
    let program = compile::build(&Build {
        name: "example_libuv",
        language: Language::C,
        standard: "c11",
        flags: &flags,
        sources: &["examples/c/libuv.c"],
        link: Link::Shared,
    });
    let answers = [
        "Hello! -> You said: Hello!\n",
        "Goodbye! -> You said: Goodbye!\n",
    ];
    holds(&program, &answers);
}
