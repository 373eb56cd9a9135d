//! The headers and programs also compile without a warning in clang, and what it builds runs.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use crate::compile::{Language, warnings};
use crate::library;
use crate::run::{Stage, assert_checks, not_run};

/// The name of clang or clang++: Debian's packages of one version have only a name with its number.
fn named(name: &str) -> Option<String> {
    let plain = std::iter::once(name.to_owned());
    let numbered = (11..40).rev().map(|number| format!("{name}-{number}"));
    plain.chain(numbered).find(|it| {
        let version = Command::new(it).arg("--version").output();
        version.is_ok_and(|output| output.status.success())
    })
}

/// Both compilers. If one is missing, a line says so; with `NEURA_REQUIRE_TOOLS` it is an error.
fn installed() -> Option<[String; 2]> {
    let found = named("clang")
        .zip(named("clang++"))
        .map(<[String; 2]>::from);
    if found.is_none() {
        not_run("clang");
    }
    found
}

fn compiler(compilers: &[String; 2], language: Language, standard: &str) -> Command {
    let [c, cpp] = compilers;
    let mut compiler = warnings(
        if language == Language::C { c } else { cpp },
        language,
        standard,
    );
    compiler
        .arg("-I")
        .arg(library::root().join("bindings-c/tests/c"));
    compiler
}

/// Compiles a text without running it.
fn check(mut compiler: Command, language: Language, source: &str) -> Output {
    let kind = if language == Language::C { "c" } else { "c++" };
    let mut child = compiler
        .args(["-fsyntax-only", "-x", kind, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("clang runs");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(source.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn accepts(compilers: &[String; 2], language: Language, standard: &str, source: &str) -> bool {
    check(compiler(compilers, language, standard), language, source)
        .status
        .success()
}

fn holds(compiler: Command, language: Language, source: &str) {
    let output = check(compiler, language, source);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{source}\n{stderr}");
}

/// The files of a folder with this ending.
fn sources(folder: &str, ending: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(library::root().join(folder)).expect("the folder is there");
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension() == Some(OsStr::new(ending)))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{folder}");
    files
}

/// Each header by itself is for `header.rs` and `cpp.rs`; here all are in one unit, twice.
#[test]
fn headers_have_no_warning_in_clang() {
    let Some(compilers) = installed() else { return };
    for standard in ["c99", "c11", "c17"] {
        let source = "#include \"neura.h\"\n#include \"neura.h\"\nextern int unit;\n";
        holds(
            compiler(&compilers, Language::C, standard),
            Language::C,
            source,
        );
    }
    let json = "#include <nlohmann/json.hpp>\n";
    let has_json = accepts(&compilers, Language::Cpp, "c++17", json);
    let headers: String = sources("include/neura", "hpp")
        .iter()
        .map(|path| path.file_name().unwrap().display().to_string())
        // Without the library `cpp.rs` says so.
        .filter(|name| has_json || name != "json.hpp")
        .map(|name| format!("#include \"neura/{name}\"\n"))
        .collect();
    let source = format!("{headers}{headers}#include \"neura.hpp\"\n");
    for (standard, flags) in [
        ("c++17", &[][..]),
        ("c++17", &["-fno-exceptions", "-fno-rtti"]),
        ("c++20", &[]),
    ] {
        let mut compiler = compiler(&compilers, Language::Cpp, standard);
        compiler.args(flags);
        holds(compiler, Language::Cpp, &source);
    }
}

#[test]
fn programs_have_no_warning_in_clang() {
    let Some(compilers) = installed() else { return };
    // Clang up to 15 cannot read the ranges of GNU's library.
    let ranges = "#include <ranges>\nint v[2];\nauto t() { return v | std::views::take(1); }\n";
    let has_ranges = accepts(&compilers, Language::Cpp20, "c++20", ranges);
    let folders = [
        ("bindings-c/tests/c", "c"),
        ("examples/c", "c"),
        ("bindings-c/tests/cpp", "cpp"),
        ("examples/cpp", "cpp"),
    ];
    for (folder, ending) in folders {
        for source in sources(folder, ending) {
            let text = fs::read_to_string(&source).unwrap();
            let (language, standard) = match ending {
                "c" => (Language::C, "c11"),
                _ => (Language::Cpp20, "c++20"),
            };
            let name = source.file_name().unwrap();
            // What other tests say is not installed.
            let needs = |header: &str| {
                let include = format!("#include <{header}>\n");
                text.contains(&include)
                    && !accepts(
                        &compilers,
                        language,
                        standard,
                        &format!("#define _GNU_SOURCE\n{include}"),
                    )
            };
            let lacks = needs("uv.h")
                || text.contains("neura/json.hpp") && {
                    !accepts(
                        &compilers,
                        language,
                        standard,
                        "#include <nlohmann/json.hpp>\n",
                    )
                };
            if lacks || name == "ranges.cpp" && !has_ranges {
                continue;
            }
            let mut compiler = compiler(&compilers, language, standard);
            match name.to_str().expect("the name is text") {
                "mistakes.c" => compiler.arg("-DMISTAKE=OVERFLOW"),
                "mixed.cpp" => compiler.arg("-DUNIT=cpp17"),
                "libuv.c" => compiler.arg("-D_GNU_SOURCE"),
                _ => &mut compiler,
            };
            let output = compiler
                .arg("-fsyntax-only")
                .arg(&source)
                .output()
                .expect("clang runs");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}\n{stderr}", source.display());
        }
    }
}

#[test]
fn programs_that_clang_built_run() {
    let Some(compilers) = installed() else { return };
    for (language, standard, sources, checks) in [
        (Language::C, "c11", &["c/life.c"][..], 45),
        (
            Language::Cpp,
            "c++17",
            &["cpp/client.cpp", "cpp/second_unit.cpp"],
            21,
        ),
    ] {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clang_{standard}"));
        let tests = library::root().join("bindings-c/tests");
        let folder = library::folder();
        let built = compiler(&compilers, language, standard)
            .args(sources.iter().map(|source| tests.join(source)))
            .arg("-L")
            .arg(folder)
            .arg("-lneura")
            .arg(format!("-Wl,-rpath,{}", folder.display()))
            .args(["-lpthread", "-o"])
            .arg(&program)
            .output()
            .expect("clang runs");
        let stderr = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{sources:?}\n{stderr}");
        let output = Stage::new(&[]).run(&mut Command::new(program));
        assert_checks(standard, &output, checks);
    }
}
