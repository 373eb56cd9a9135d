//! The stack that the header promises to be enough.

use std::fs;
use std::process::Command;

use crate::compile::{self, Build, Language, Link};
use crate::folder::Folder;
use crate::run::{Stage, assert_checks};
use crate::sanitizers;
use crate::tls_server::{Authority, Script, TlsServer};

/// `{"choices": [{"message": {"content": "Hello!"}}]}`, compressed with gzip, whose unpacking needs
/// the most stack.
const PACKED_ANSWER: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\xce\xc8\xcf\x4c\x4e\x2d\x56\
    \xb2\x52\x88\xae\x56\xca\x4d\x2d\x2e\x4e\x4c\x4f\x05\x72\xaa\x95\x92\xf3\xf3\x4a\
    \x52\xf3\x4a\x80\x6c\x25\x8f\xd4\x9c\x9c\x7c\x45\xa5\xda\xda\xd8\x5a\x00\xa7\x34\
    \x2d\x8e\x31\x00\x00\x00";
const PACKED_HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n";
const EVENTS: &str =
    "data: {\"choices\": [{\"delta\": {\"content\": \"Hel\"}}]}\n\ndata: [DONE]\n\n";

/// Runs the program on threads with a stack of this size.
fn is_enough(kib: usize, name: &str, flags: &[&str]) {
    let folder = Folder::new();
    let authority = Authority::new("the test's own");
    let ca_file = folder.path().join("ca.pem");
    fs::write(&ca_file, authority.pem()).unwrap();
    let serve = |reply: Vec<u8>| {
        let mut script = Script::new(authority.issue(|_| {}));
        script.reply = reply;
        TlsServer::new(script)
    };
    let head = format!(
        "{PACKED_HEAD}Content-Length: {}\r\n\r\n",
        PACKED_ANSWER.len()
    );
    let answers = serve([head.as_bytes(), PACKED_ANSWER].concat());
    let streams = serve(
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {}\r\n\r\n{EVENTS}",
            EVENTS.len()
        )
        .into_bytes(),
    );
    let program = compile::build(&Build {
        flags,
        ..Build::new(
            name,
            Language::C,
            &["bindings-c/tests/c/small_stack.c"],
            Link::Shared,
        )
    });
    let mut command = Command::new(program);
    command
        // Cargo puts the folder of its own build there, before the rpath of a program.
        .env_remove("LD_LIBRARY_PATH")
        .env("NEURA_TEST_TLS_URL", answers.url())
        .env("NEURA_TEST_TLS_STREAM_URL", streams.url())
        .env("NEURA_TEST_CA_FILE", &ca_file)
        .env("NEURA_TEST_STACK", (kib * 1024).to_string());
    let output = Stage::new(&["NEURA_TEST_STALL_URL"]).run(&mut command);
    assert_checks(name, &output, 9);
}

/// The library as it is installed, which is optimized. Sanitizers need more stack.
#[cfg(target_os = "linux")]
#[test]
fn the_stack_of_the_header_is_enough() {
    if sanitizers::everywhere() {
        return;
    }
    let header = crate::declarations::header();
    assert!(header.contains("A call needs at most 128 KiB,"));
    let lib = crate::packages::prefix().join("lib");
    let search = format!("-L{}", lib.display());
    let load = format!("-Wl,-rpath,{}", lib.display());
    is_enough(128, "small_stack_installed", &[&search, &load]);
    let program = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("small_stack_installed");
    assert_eq!(crate::packages::loads_from(&program), Some(lib));
}

/// A build without optimization needs more.
#[test]
fn twice_that_stack_is_enough_without_optimization() {
    if !sanitizers::everywhere() {
        is_enough(256, "small_stack", &[]);
    }
}
