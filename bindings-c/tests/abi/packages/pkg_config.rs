//! `pkg-config neura`, shared and static, in C and C++.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Outside, answers, loads_from, needed, prefix, run};
use crate::run::installed;

fn flags(prefix: &Path, words: &[&str]) -> Vec<String> {
    let mut pkg_config = Command::new("pkg-config");
    pkg_config
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .args(words)
        .arg("neura");
    run(&mut pkg_config)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Builds an example with these flags.
fn built(folder: &Outside, source: &str, more: &[&str], flags: &[String]) -> PathBuf {
    let program = folder.join("program");
    let mut compiler = Command::new(if source == "chat.c" { "cc" } else { "c++" });
    if source == "chat.cpp" {
        compiler.arg("-std=c++17");
    }
    run(compiler
        .arg(folder.join(source))
        .args(flags)
        .args(more)
        .arg("-o")
        .arg(&program));
    program
}

#[test]
fn the_shared_library() {
    if !installed("pkg-config") {
        return;
    }
    let folder = Outside::with_examples("pkg-shared");
    let flags = flags(prefix(), &["--cflags", "--libs"]);
    let rpath = format!("-Wl,-rpath,{}", prefix().join("lib").display());
    for source in ["chat.c", "chat.cpp"] {
        let program = built(&folder, source, &[&rpath], &flags);
        assert_eq!(loads_from(&program), Some(prefix().join("lib")));
        answers(&program);
    }
}

#[test]
fn the_static_library_in_a_program_without_shared_ones() {
    if !installed("pkg-config") {
        return;
    }
    let folder = Outside::with_examples("pkg-static");
    let flags = flags(prefix(), &["--static", "--cflags", "--libs"]);
    for (source, mode) in [
        ("chat.c", "-static"),
        ("chat.c", "-static-pie"),
        ("chat.cpp", "-static"),
    ] {
        let program = built(&folder, source, &[mode], &flags);
        assert_eq!(needed(&program), Vec::<String>::new());
        answers(&program);
    }
}

#[test]
fn the_static_library_where_no_shared_one_is_installed() {
    if !installed("pkg-config") {
        return;
    }
    let folder = Outside::with_examples("pkg-alone");
    run(Command::new("cp")
        .arg("-R")
        .arg(prefix())
        .arg(folder.join("moved")));
    for shared in ["libneura.so", "libneura.so.0"] {
        fs::remove_file(folder.join("moved/lib").join(shared)).unwrap();
    }
    // The prefix was moved, so the paths of the file are those of the new place.
    let words = ["--define-prefix", "--static", "--cflags", "--libs"];
    let flags = flags(&folder.join("moved"), &words);
    for source in ["chat.c", "chat.cpp"] {
        let program = built(&folder, source, &[], &flags);
        assert_eq!(loads_from(&program), None);
        answers(&program);
    }
}

#[test]
fn the_version_is_that_of_the_release() {
    if installed("pkg-config") {
        assert_eq!(
            flags(prefix(), &["--modversion"]),
            [env!("CARGO_PKG_VERSION")]
        );
    }
}
