//! What the header says about the process: signals, descriptors, memory, threads, dlclose.

use std::process::Command;

use crate::compile::{self, Language, Link};
use crate::programs::{Program, hold};
use crate::run::Stage;
use crate::{library, sanitizers};

const SIGNALS: Program = Program {
    name: "signals",
    language: Language::C,
    sources: &["bindings-c/tests/c/signals.c"],
    servers: &["NEURA_TEST_STALL_URL", "NEURA_TEST_RESET_URL"],
    checks: 13,
};
#[cfg(target_os = "linux")]
const IDLE: Program = Program {
    name: "idle",
    language: Language::C,
    sources: &["bindings-c/tests/c/idle.c"],
    servers: &["NEURA_TEST_STALL_URL", "NEURA_TEST_SILENT_URL"],
    checks: 9,
};
#[cfg(target_os = "linux")]
const LIMITS: Program = Program {
    name: "limits",
    language: Language::C,
    sources: &["bindings-c/tests/c/limits.c"],
    servers: &[],
    checks: 16,
};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const NO_MEMORY: Program = Program {
    name: "no_memory",
    language: Language::C,
    sources: &["bindings-c/tests/c/no_memory.c"],
    servers: &[],
    checks: 5,
};
const PTHREAD_CANCEL: Program = Program {
    name: "pthread_cancel",
    language: Language::C,
    sources: &["bindings-c/tests/c/pthread_cancel.c"],
    servers: &[],
    checks: 8,
};

#[test]
fn signals_disturb_no_call_and_a_handler_may_cancel() {
    hold(&SIGNALS, Link::Shared);
}

#[cfg(target_os = "linux")]
#[test]
fn what_waits_sleeps_until_a_handler_on_another_thread_cancels_it() {
    hold(&IDLE, Link::Shared);
}

#[cfg(target_os = "linux")]
#[test]
fn fault_103_a_process_without_descriptors_says_so_in_c() {
    hold(&LIMITS, Link::Shared);
}

/// It has an allocator of its own over that of glibc, which sanitizers do not support.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_process_without_memory_works_fails_or_aborts() {
    if !sanitizers::everywhere() {
        hold(&NO_MEMORY, Link::Shared);
    }
}

/// AddressSanitizer takes the stack of a cancelled thread, which the next thread gets, for one that
/// is still in use.
#[test]
fn a_thread_is_cancelled_after_its_call() {
    if !sanitizers::everywhere() {
        hold(&PTHREAD_CANCEL, Link::Shared);
    }
}

/// Another user starts a program with root's rights. Only root can make one.
#[cfg(target_os = "linux")]
#[test]
fn a_setuid_program_runs_no_program_of_the_users_environment() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    if sanitizers::everywhere() || !crate::place::may_give_files_away() {
        return;
    }
    let sources = &["bindings-c/tests/c/setuid.c"];
    let built = compile::program("setuid", Language::C, sources, Link::Static);
    // The build folder may be closed to other users.
    let folder = crate::packages::Outside::new("setuid");
    let program = folder.join("program");
    std::fs::copy(built, &program).unwrap();
    for (path, mode) in [(folder.path(), 0o777), (&program, 0o4755)] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }
    let made = folder.join("made");
    let output = Command::new(&program)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("NEURA_API_KEY_COMMAND", format!("touch {}", made.display()))
        .current_dir("/")
        .uid(65534)
        .gid(65534)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout);
    if !said.starts_with("user 0\n") {
        crate::run::not_run("a folder for temporary files that is not mounted with nosuid");
        return;
    }
    assert!(said.contains("the rights of another user"), "{output:?}");
    assert!(!made.exists());
}

#[cfg(unix)]
#[test]
fn usage_is_written_when_the_process_ends() {
    let program = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("usage_file");
    let built = compile::compiler(Language::C, "c11")
        .arg(library::root().join("bindings-c/tests/c/usage_file.c"))
        .arg("-I")
        .arg(library::root().join("include"))
        .arg("-o")
        .arg(&program)
        .arg(library::folder().join("libneura.so"))
        .output()
        .expect("the compiler runs");
    let errors = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{errors}");
    for (end, requests) in [
        ("return", 3),
        ("exit", 3),
        ("freed", 3),
        ("fork", 5),
        ("idle", 3),
    ] {
        let file = program.with_extension(end);
        let _ = std::fs::remove_file(&file);
        // A stage removes NEURA variables from its command.
        let mut stage = Command::new("env");
        let given = [
            ("NEURA_USAGE_FILE", file.as_os_str()),
            ("NEURA_APPLICATION", "c".as_ref()),
            ("NEURA_USAGE_INTERVAL", "0.2".as_ref()),
        ];
        for (name, value) in given {
            let mut pair = std::ffi::OsString::from(format!("{name}="));
            pair.push(value);
            stage.arg(pair);
        }
        stage.arg("LD_LIBRARY_PATH=".to_owned() + &library::folder().to_string_lossy());
        if end == "fork" {
            // In the child, LeakSanitizer takes what its parent's threads hold for lost.
            stage.arg("ASAN_OPTIONS=detect_leaks=0");
        }
        stage.arg(&program).arg(end);
        let output = Stage::new(&[]).run(&mut stage);
        assert!(output.status.success(), "{end}: {output:?}");
        let text = std::fs::read_to_string(&file).expect("the usage was written");
        let sum: u64 = text
            .lines()
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
                assert_eq!(line["application"], "c", "{end}");
                line["requests"].as_u64().expect("a count")
            })
            .sum();
        assert_eq!(sum, requests, "{end}: {text}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_library_may_be_closed_and_opened_again() {
    let source = library::root().join("bindings-c/tests/c/unload.c");
    let program = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("unload");
    let built = compile::compiler(Language::C, "c11")
        .arg(source)
        .arg("-o")
        .arg(&program)
        .arg("-ldl")
        .output()
        .expect("the compiler runs");
    let errors = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{errors}");
    let mut command = Command::new(program);
    command.arg(library::folder().join("libneura.so"));
    let output = Stage::new(&[]).run(&mut command);
    assert!(output.status.success(), "{output:?}");
}
