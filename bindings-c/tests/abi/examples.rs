//! The examples print the answer, and with a wrong key the kind of the error.

use std::process::Command;

use crate::compile::{self, Language, Link};
use crate::run::Stage;

fn answers_and_refuses(name: &str, language: Language, source: &str) {
    let program = compile::program(name, language, &[source], Link::Shared);

    let stage = Stage::new(&[]);
    let output = stage.run(&mut Command::new(&program));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("\"You said: Hello!\""), "{stdout}");
    assert!(!stdout.contains(stage.api_key()), "{stdout}");

    for (key, kind) in [
        ("nk-wrong-key-0000000000", "invalid_api_key: "),
        ("", "missing_api_key: "),
    ] {
        let stage = Stage::new(&[]);
        let mut command = Command::new("env");
        command.arg(format!("NEURA_API_KEY={key}")).arg(&program);
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
