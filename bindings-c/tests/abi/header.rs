//! The headers: neura.h is up to date, and both compile in each language standard.

use std::io::Write;
use std::process::Stdio;
use std::{env, fs};

use crate::compile::{Language, compiler};
use crate::library;

fn generated() -> String {
    let crate_folder = env!("CARGO_MANIFEST_DIR");
    let config = cbindgen::Config::from_root_or_default(crate_folder);
    let mut header = Vec::new();
    cbindgen::generate_with_config(crate_folder, config)
        .expect("cbindgen reads the sources")
        .write(&mut header);
    String::from_utf8(header).unwrap()
}

#[test]
fn neura_h_is_what_cbindgen_makes_of_the_sources() {
    let path = library::root().join("include/neura.h");
    let generated = generated();
    if env::var_os("NEURA_WRITE_HEADER").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let different = committed
        .lines()
        .zip(generated.lines())
        .position(|(committed, generated)| committed != generated);
    assert!(
        committed == generated,
        "include/neura.h differs from the sources (first difference after line {}). Write it \
         again: NEURA_WRITE_HEADER=1 cargo test -p neura-c --test abi header",
        different.unwrap_or(committed.lines().count().min(generated.lines().count()))
    );
}

/// A unit that includes only this header compiles without a warning.
fn compiles(language: Language, standard: &str, header: &str) {
    let mut child = compiler(language, standard)
        .args(["-fsyntax-only", "-x"])
        .arg(match language {
            Language::C => "c",
            Language::Cpp | Language::Cpp20 => "c++",
        })
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the compiler runs");
    let source = format!("#include \"{header}\"\n#include \"{header}\"\nint unit;\n");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(source.as_bytes()).unwrap();
    drop(stdin);
    let compiled = child.wait_with_output().unwrap();
    assert!(
        compiled.status.success(),
        "{header} with -std={standard}:\n{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
}

#[test]
fn neura_h_compiles_as_c() {
    // gcc 12 knows C23 by this name only.
    for standard in ["c99", "c11", "c17", "c2x"] {
        compiles(Language::C, standard, "neura.h");
    }
}

#[test]
fn neura_h_compiles_as_cpp() {
    for standard in ["c++11", "c++17", "c++20"] {
        compiles(Language::Cpp, standard, "neura.h");
    }
}
