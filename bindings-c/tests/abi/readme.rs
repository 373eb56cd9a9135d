//! The programs in the package's README run unchanged.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, str};

use crate::compile::{self, Language, Link};
use crate::run::Stage;

/// Builds the program of one language.
fn built(language: Language, fence: &str, name: &str) -> PathBuf {
    let readme = include_str!("../../README.md");
    let (_, shown) = readme
        .split_once(&format!("```{fence}\n"))
        .expect("the README shows a program");
    let (source, _) = shown.split_once("```\n").expect("it ends");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.{fence}"));
    fs::write(&path, source).unwrap();
    let path = path.to_str().expect("the path is text");
    compile::program(name, language, &[path], Link::Shared)
}

/// Runs the program of one language; returns what it prints.
fn printed(language: Language, fence: &str) -> String {
    let program = built(language, fence, &format!("readme_{fence}"));
    let stage = Stage::new(&[]);
    let output = stage.run(&mut Command::new(program));
    let stdout = str::from_utf8(&output.stdout).unwrap().to_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(!stdout.contains(stage.api_key()), "{stdout}");
    stdout
}

#[test]
fn the_readmes_program_in_c_prints_the_use_of_its_callbacks_key() {
    let stdout = printed(Language::C, "c");
    assert!(stdout.contains("\"source\":\"callable\""), "{stdout}");
    assert!(stdout.contains("\"requests\":1"), "{stdout}");
}

#[test]
fn the_readmes_program_in_cpp_goes_on_to_its_second_key() {
    let stdout = printed(Language::Cpp, "cpp");
    for part in [
        "\"source\":\"environment\"",
        "2 attempts\n",
        "\"unauthorized\":1",
        "\"ok\":true",
    ] {
        assert!(stdout.contains(part), "no {part} in {stdout}");
    }
}

#[test]
fn the_readmes_program_in_cpp_says_that_its_variable_is_not_set() {
    let program = built(Language::Cpp, "cpp", "readme_without_key");
    let stage = Stage::new(&[]);
    // `resolve` finds the key in a file, so that only the program itself lacks the variable.
    let key = program.with_extension("key");
    fs::write(&key, stage.api_key()).unwrap();
    let mut without = Command::new("env");
    without.args(["-u", "NEURA_API_KEY"]);
    without.arg(format!("NEURA_API_KEY_FILE={}", key.display()));
    let output = stage.run(without.arg(program));
    let stderr = str::from_utf8(&output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(stderr.contains("text is a null pointer"), "{stderr}");
    assert!(!stderr.contains(stage.api_key()), "{stderr}");
}
