//! Tests with their own resolver, which is compiled when they run. Only Linux loads it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::isolated::isolated_with;

/// Runs `body`, the body of the test with this full name, in a process that resolves names with
/// `resolver.c`.
pub fn under_our_resolver(test: &str, body: impl FnOnce()) {
    isolated_with(test, || vec![("LD_PRELOAD", compiled().into())], body);
}

fn compiled() -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resolver/resolver.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("resolver.so");
        // Several processes may build it at once: each builds its own copy and renames it into
        // place.
        let own = library.with_extension(std::process::id().to_string());
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let done = Command::new(compiler)
            .args(["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror"])
            .args(["-shared", "-fPIC", "-o"])
            .arg(&own)
            .arg(&source)
            .arg("-ldl")
            .status();
        assert!(
            done.is_ok_and(|status| status.success()),
            "the tests' resolver cannot be compiled: is a C compiler installed?"
        );
        std::fs::rename(&own, &library).unwrap();
        library
    };
    MADE.get_or_init(make).clone()
}
