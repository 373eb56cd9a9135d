//! The commands of the README's section on linking run unchanged, in a new home folder.

use std::fs;
use std::process::Command;

use super::{Outside, answers, make, run};
use crate::run::installed;

/// The code blocks of the section, with their languages.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let readme = include_str!("../../../README.md");
    let (_, section) = readme
        .split_once("\n## Build and link\n")
        .expect("the section is there");
    let (section, _) = section.split_once("\n## ").expect("another follows");
    let mut blocks = section.split("\n```");
    blocks.next();
    blocks
        .step_by(2)
        .map(|block| block.split_once('\n').expect("a block has lines"))
        .collect()
}

#[test]
fn the_commands_of_the_readme_build_programs_that_work() {
    if !installed("cmake") || !installed("pkg-config") {
        return;
    }
    let home = Outside::with_examples("home");
    let mut programs = 0;
    for (language, text) in blocks() {
        if language == "cmake" {
            fs::write(home.join("CMakeLists.txt"), text).unwrap();
            continue;
        }
        assert_eq!(language, "sh");
        let mut shell = Command::new("sh");
        shell.args(["-ec", text]).current_dir(home.path());
        if let Some(words) = text.strip_prefix("make ") {
            let words = words.trim().replace("$HOME", home.path().to_str().unwrap());
            shell = make(&words.split(' ').collect::<Vec<_>>());
        } else {
            shell.env("HOME", home.path());
        }
        run(&mut shell);
        for name in ["chat", "chat-cpp", "chat-static", "chat-cmake"] {
            let program = home.join(name);
            if program.exists() {
                answers(&program);
                fs::remove_file(&program).unwrap();
                programs += 1;
            }
        }
    }
    assert_eq!(programs, 6, "each program of the section ran");
}
