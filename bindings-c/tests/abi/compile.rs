//! Compiles C and C++ with all warnings as errors.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{library, sanitizers};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    C,
    Cpp,
    Cpp20,
}

#[derive(Clone, Copy, Debug)]
pub enum Link {
    Shared,
    Static,
}

/// The system's compiler with every warning as an error.
pub fn compiler(language: Language, standard: &str) -> Command {
    let name = if language == Language::C { "cc" } else { "c++" };
    let mut compiler = warnings(name, language, standard);
    if sanitizers::everywhere() {
        compiler.args(sanitizers::FLAGS);
    }
    compiler
}

/// The compiler of this name with every warning as an error.
pub fn warnings(compiler: &str, language: Language, standard: &str) -> Command {
    let mut compiler = Command::new(compiler);
    compiler
        .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-g"])
        .arg(format!("-std={standard}"))
        .arg("-I")
        .arg(library::root().join("include"));
    if language != Language::C {
        compiler.args(["-Wshadow", "-Wconversion"]);
    }
    compiler
}

/// How a program is built.
pub struct Build<'a> {
    pub name: &'a str,
    pub language: Language,
    pub standard: &'a str,
    pub flags: &'a [&'a str],
    /// Relative to the repository's root.
    pub sources: &'a [&'a str],
    pub link: Link,
}

impl<'a> Build<'a> {
    /// In C11, C++17 or C++20.
    pub fn new(name: &'a str, language: Language, sources: &'a [&'a str], link: Link) -> Self {
        Build {
            name,
            language,
            standard: match language {
                Language::C => "c11",
                Language::Cpp => "c++17",
                Language::Cpp20 => "c++20",
            },
            flags: &[],
            sources,
            link,
        }
    }
}

/// Builds a program in C11, C++17 or C++20; returns its path.
pub fn program(name: &str, language: Language, sources: &[&str], link: Link) -> PathBuf {
    build(&Build::new(name, language, sources, link))
}

/// Builds a program; returns its path.
pub fn build(build: &Build<'_>) -> PathBuf {
    let folder = library::folder();
    let name = build.name;
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut compiler = compiler(build.language, build.standard);
    compiler.args(build.flags);
    compiler.args(
        build
            .sources
            .iter()
            .map(|source| library::root().join(source)),
    );
    match build.link {
        Link::Shared => compiler
            .arg("-L")
            .arg(folder)
            .arg("-lneura")
            .arg(format!("-Wl,-rpath,{}", folder.display())),
        Link::Static => compiler
            .arg(folder.join("libneura.a"))
            .args(["-ldl", "-lm"]),
    };
    let built = compiler
        .args(["-lpthread", "-o"])
        .arg(&program)
        .output()
        .expect("the compiler runs");
    assert!(
        built.status.success(),
        "{name} does not compile:\n{}",
        String::from_utf8_lossy(&built.stderr)
    );
    program
}
