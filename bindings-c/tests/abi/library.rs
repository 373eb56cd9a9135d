//! The libraries under test, built with the profile of the tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate has a parent folder")
}

/// Builds `libneura.so` and `libneura.a`, and returns their folder.
///
/// `cargo test` does not build them, because no Rust program links to them.
pub fn folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| build("neura-c"));
    &FOLDER
}

/// The folder of `neura-sandbox` and `neura-replay`: that of `NEURA_SANDBOX_BIN`, if set.
pub fn sandbox_folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| match env::var_os("NEURA_SANDBOX_BIN") {
        Some(binary) => PathBuf::from(binary)
            .parent()
            .expect("NEURA_SANDBOX_BIN names a file")
            .to_owned(),
        None => build("neura-sandbox"),
    });
    &FOLDER
}

/// The folder of the tests' profile, `target/debug` as a rule.
pub fn profile() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = env::current_exe().expect("the test knows its own path");
        let folder = own.ancestors().nth(2);
        folder.expect("tests run from target/<profile>/deps").into()
    });
    &FOLDER
}

/// Removes the variables that cargo sets for a test: build scripts depend on them and would run
/// again for each new value.
pub fn without_cargo(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let of_this_crate = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if of_this_crate || name == "OUT_DIR" {
            command.env_remove(name);
        }
    }
}

/// Builds a package of the workspace; returns the folder of its artifacts.
fn build(package: &str) -> PathBuf {
    let folder = profile();
    let profile = folder
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a profile's folder has a name");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(root())
        .args(["build", "--quiet", "--package", package])
        .args([
            "--profile",
            if profile == "debug" { "dev" } else { profile },
        ])
        .arg("--target-dir")
        .arg(folder.parent().expect("a profile's folder has a parent"));
    without_cargo(&mut cargo);
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "cargo build -p {package} failed");
    folder.to_owned()
}

#[test]
#[cfg(target_os = "linux")]
fn the_plain_build_lays_down_the_name_that_programs_look_for() {
    let named = folder().join("libneura.so.0");
    let library = fs::canonicalize(named).expect("libneura.so.0 leads to a file");
    assert_eq!(library.file_name().unwrap(), "libneura.so");
}
