//! The examples print what a new user is told that they print.

use std::process::Command;

use crate::compile::{self, Language, Link};
use crate::run::Stage;

const PRINTED: &str = "\
check: ok
answer: You said: Hello!
stream: You said: Hello!
invalid: invalid_api_key 401
expired: expired_api_key 401
revoked: revoked_api_key 401
missing: missing_api_key -
";

fn prints_its_lines(name: &str, language: Language, source: &str) {
    let program = compile::program(name, language, &[source], Link::Shared);
    let stage = Stage::new(&[]);
    let output = stage.run(&mut Command::new(&program));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), PRINTED);
    assert!(!stderr.contains(stage.api_key()), "{stderr}");
}

#[test]
fn the_example_in_c() {
    prints_its_lines("example_c", Language::C, "examples/c/chat.c");
}

#[test]
fn the_example_in_cpp() {
    prints_its_lines("example_cpp", Language::Cpp, "examples/cpp/chat.cpp");
}
