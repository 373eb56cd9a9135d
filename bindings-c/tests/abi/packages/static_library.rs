//! `libneura.a` beside another Rust library: it defines the functions of the header only.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use super::{Outside, answers, assert_answer, prefix, run, target};
use crate::library;

/// The symbols of an object or archive that `nm` lists with one of these types.
fn symbols(file: &Path, flags: &[&str], types: &[&str]) -> BTreeSet<String> {
    run(Command::new("nm").args(flags).arg(file))
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().rev();
            let (name, kind) = (words.next()?, words.next()?);
            (types.is_empty() || types.contains(&kind)).then(|| name.to_owned())
        })
        .collect()
}

#[test]
fn it_defines_the_functions_of_the_list_and_nothing_else() {
    let list = fs::read_to_string(library::root().join("bindings-c/symbols.txt")).unwrap();
    let defined = symbols(
        &prefix().join("lib/libneura.a"),
        &["-g", "--defined-only"],
        &["T", "D", "B", "R", "V", "W", "C", "u", "i"],
    );
    assert_eq!(defined, list.lines().map(str::to_owned).collect());
}

/// A weak symbol may be missing in the system's library; a strong one would not link there.
#[test]
fn what_was_weak_and_undefined_still_is() {
    let plain = target().join("release/libneura.a");
    let undefined = |file: &Path, types: &[&str]| symbols(file, &["-u"], types);
    let installed = prefix().join("lib/libneura.a");
    assert_eq!(
        undefined(&plain, &["w", "v"]),
        undefined(&installed, &["w", "v"])
    );
    // All that is needed are symbols of the C library and the compiler's.
    let rust = undefined(&installed, &["U"]);
    let rust: Vec<_> = rust
        .iter()
        .filter(|name| name.starts_with("_R") || name.contains("rust"))
        .collect();
    assert!(rust.is_empty(), "{rust:?}");
}

/// The other library: `libother.a`.
fn other() -> &'static Path {
    static OTHER: LazyLock<PathBuf> = LazyLock::new(|| {
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libother.a");
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        run(rustc
            .args(["--edition", "2024", "--crate-type", "staticlib", "-O"])
            .arg(library::root().join("bindings-c/tests/packages/other.rs"))
            .arg("-o")
            .arg(&library));
        library
    });
    &OTHER
}

/// Compiles `two_libraries.c` with both libraries, in this order.
fn linked(folder: &Outside, name: &str, neura_first: bool, flags: &[&str]) -> PathBuf {
    let program = folder.join(name);
    let neura = prefix().join("lib/libneura.a");
    let mut libraries = [neura.as_path(), other()];
    if !neura_first {
        libraries.reverse();
    }
    run(Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-O2", "-fvisibility=hidden"])
        .args(["-ffunction-sections", "-fdata-sections"])
        .args(flags)
        .arg("-I")
        .arg(prefix().join("include"))
        .arg("-I")
        .arg(folder.path())
        .arg(library::root().join("bindings-c/tests/packages/two_libraries.c"))
        .args(libraries)
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(&program));
    program
}

/// The linkers of this machine, as flags.
fn linkers() -> Vec<String> {
    ["bfd", "gold", "lld"]
        .iter()
        .filter(|name| {
            Command::new(format!("ld.{name}"))
                .arg("--version")
                .output()
                .is_ok()
        })
        .map(|name| format!("-fuse-ld={name}"))
        .collect()
}

#[test]
fn it_links_beside_another_rust_library_in_both_orders() {
    let folder = Outside::with_examples("two-libraries");
    let linkers = linkers();
    assert!(!linkers.is_empty(), "there is no linker that is known here");
    for linker in &linkers {
        for neura_first in [true, false] {
            // gold cannot link position-independent programs without shared libraries.
            let alone = if linker.ends_with("gold") {
                "-static"
            } else {
                "-static-pie"
            };
            for mode in ["-Wl,--gc-sections", "-Wl,--no-gc-sections", alone] {
                let flags = [linker.as_str(), mode];
                let program = linked(&folder, "program", neura_first, &flags);
                answers(&program);
            }
        }
    }
}

/// Two plugins, each with both libraries of its own, in one process.
#[test]
fn it_links_into_plugins() {
    let folder = Outside::with_examples("plugins");
    let host = folder.join("host");
    let source = library::root().join("bindings-c/tests/packages/host.c");
    run(Command::new("cc")
        .arg(source)
        .args(["-ldl", "-o"])
        .arg(&host));
    for linker in &linkers() {
        let flags = ["-shared", "-fPIC", "-DPLUGIN", "-Wl,-z,defs", linker];
        let hiding = [&flags[..], &["-Wl,--exclude-libs,ALL", "-Wl,--gc-sections"]].concat();
        let first = linked(&folder, "first.so", true, &flags);
        let second = linked(&folder, "second.so", false, &hiding);
        let exported = symbols(&second, &["-D", "--defined-only"], &["T"]);
        assert_eq!(
            exported,
            BTreeSet::from(["plugin_run".to_owned()]),
            "{linker}"
        );
        assert_answer(Command::new(&host).args([&first, &second]));
    }
}
