//! Programs that are built with AddressSanitizer and UndefinedBehaviorSanitizer. The library itself
//! is not, but its memory is that of AddressSanitizer's allocator: a program that reads or frees what
//! it must not is stopped, and what it never frees is listed.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use crate::compile::{self, Build, Language, Link};
use crate::folder::Folder;
use crate::run::{Leaks, not_run};

/// Without the second, undefined behaviour is printed and the program goes on.
pub const FLAGS: &[&str] = &[
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
];

/// Whether all programs are built with sanitizers, as `make deep` does. Valgrind cannot run such
/// programs.
pub fn everywhere() -> bool {
    env::var_os("NEURA_SANITIZE").is_some()
}

/// Whether both compilers have the sanitizers. If not, a line says so; with `NEURA_REQUIRE_TOOLS` it
/// is an error.
fn installed() -> bool {
    static FOUND: LazyLock<bool> = LazyLock::new(|| {
        let folder = Folder::new();
        let source = folder.path().join("empty.c");
        std::fs::write(&source, "int main(void) { return 0; }\n").unwrap();
        let found = ["cc", "c++"].iter().all(|compiler| {
            let mut command = Command::new(compiler);
            command.args(FLAGS).arg(&source).arg("-o");
            let built = command.arg(folder.path().join("empty")).output();
            built.is_ok_and(|output| output.status.success())
        });
        if !found {
            not_run("AddressSanitizer (Debian: libasan8 and libubsan1, with gcc)");
        }
        found
    });
    *FOUND
}

/// Builds a program with sanitizers; the command that runs it. None if every program of this run is
/// built so, and if the compilers have no sanitizers; with `NEURA_REQUIRE_TOOLS` the latter is an
/// error.
pub fn built(build: &Build<'_>, leaks: Leaks) -> Option<Command> {
    if everywhere() || !installed() {
        return None;
    }
    let program = compile::build(&Build {
        name: &format!("{}_sanitized", build.name),
        flags: &[build.flags, FLAGS].concat(),
        ..*build
    });
    Some(command(&program, leaks))
}

fn command(program: &Path, leaks: Leaks) -> Command {
    let mut command = Command::new(program);
    let leaks = u8::from(leaks == Leaks::Counted);
    command
        .env("ASAN_OPTIONS", format!("detect_leaks={leaks}"))
        .env("UBSAN_OPTIONS", "print_stacktrace=1")
        .env("NEURA_TEST_SLOW", "1");
    command
}

/// What each mistake of a program ends with.
#[test]
fn mistakes_of_a_program_are_found() {
    for (mistake, said) in [
        ("FREED_TEXT", "heap-use-after-free"),
        ("OUTSIDE", "heap-buffer-overflow"),
        ("NEVER_FREED", "detected memory leaks"),
        ("OVERFLOW", "signed integer overflow"),
    ] {
        let name = format!("mistake_{mistake}");
        let build = Build {
            name: &name,
            language: Language::C,
            standard: "c11",
            flags: &[&format!("-DMISTAKE={mistake}"), "-Wno-use-after-free"],
            sources: &["bindings-c/tests/c/mistakes.c"],
            link: Link::Shared,
        };
        let Some(mut command) = built(&build, Leaks::Counted) else {
            return;
        };
        let output = command.output().expect("the program runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{mistake} is not found");
        assert!(stderr.contains(said), "{mistake}: {stderr}");
    }
}
