//! What the header says about the process: signals, descriptors, threads, stacks, dlclose.

use std::fs;
use std::process::Command;

use crate::compile::{self, Language, Link};
use crate::folder::Folder;
use crate::library;
use crate::programs::{Program, hold};
use crate::run::{Stage, assert_checks};
use crate::tls_server::{Authority, Script, TlsServer};

const SIGNALS: Program = Program {
    name: "signals",
    language: Language::C,
    sources: &["bindings-c/tests/c/signals.c"],
    servers: &["NEURA_TEST_STALL_URL", "NEURA_TEST_RESET_URL"],
    checks: 12,
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
    checks: 12,
};
const PTHREAD_CANCEL: Program = Program {
    name: "pthread_cancel",
    language: Language::C,
    sources: &["bindings-c/tests/c/pthread_cancel.c"],
    servers: &[],
    checks: 7,
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

/// AddressSanitizer takes the stack of a cancelled thread, which the next thread gets, for one that
/// is still in use.
#[test]
fn a_thread_is_cancelled_after_its_call() {
    if !compile::sanitized() {
        hold(&PTHREAD_CANCEL, Link::Shared);
    }
}

/// `{"choices": [{"message": {"content": "Hello!"}}]}`, compressed with gzip, whose unpacking needs
/// the most stack.
const PACKED_ANSWER: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\xce\xc8\xcf\x4c\x4e\x2d\x56\
    \xb2\x52\x88\xae\x56\xca\x4d\x2d\x2e\x4e\x4c\x4f\x05\x72\xaa\x95\x92\xf3\xf3\x4a\
    \x52\xf3\x4a\x80\x6c\x25\x8f\xd4\x9c\x9c\x7c\x45\xa5\xda\xda\xd8\x5a\x00\xa7\x34\
    \x2d\x8e\x31\x00\x00\x00";

/// What the header promises, and what a build without optimization needs.
const STACK: usize = if cfg!(debug_assertions) { 256 } else { 128 } * 1024;

/// Sanitizers need more stack.
#[test]
fn the_stack_of_the_header_is_enough() {
    if compile::sanitized() {
        return;
    }
    let folder = Folder::new();
    let authority = Authority::new("the test's own");
    let ca_file = folder.path().join("ca.pem");
    fs::write(&ca_file, authority.pem()).unwrap();
    let mut script = Script::new(authority.issue(|_| {}));
    script.reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\
         Content-Length: {}\r\n\r\n",
        PACKED_ANSWER.len()
    )
    .into_bytes();
    script.reply.extend_from_slice(PACKED_ANSWER);
    let server = TlsServer::new(script);
    let sources = &["bindings-c/tests/c/small_stack.c"];
    let built = compile::program("small_stack", Language::C, sources, Link::Shared);
    let mut command = Command::new(built);
    command
        .env("NEURA_TEST_TLS_URL", server.url())
        .env("NEURA_TEST_CA_FILE", &ca_file)
        .env("NEURA_TEST_STACK", STACK.to_string());
    assert_checks("small_stack", &Stage::new(&[]).run(&mut command), 3);
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
