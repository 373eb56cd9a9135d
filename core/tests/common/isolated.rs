//! Runs a test in its own process: the test's program starts itself for it.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::ffi::OsString;
use std::process::Command;

const ASKED: &str = "NEURA_TEST_ISOLATED";

/// Runs `body`, the body of the test with this full name, in a process that runs nothing else.
pub fn isolated(test: &str, body: impl FnOnce()) {
    isolated_with(test, Vec::new, body);
}

/// The same, with additional environment variables.
pub fn isolated_with(
    test: &str,
    env: impl FnOnce() -> Vec<(&'static str, OsString)>,
    body: impl FnOnce(),
) {
    if std::env::var_os(ASKED).is_some() {
        return body();
    }
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ASKED, "1")
        .envs(env())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&done.stdout);
    let output = format!("{out}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(
        done.status.success(),
        "{test} failed in its own process:\n{output}"
    );
    // A wrong name would run no test and pass.
    assert!(out.contains("1 passed"), "{test} is no test:\n{output}");
}

/// A value of `/proc/self/status` in KiB: `VmRSS` or `VmHWM`.
#[cfg(target_os = "linux")]
pub fn memory(figure: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with(figure))
        .unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    words[1].parse().unwrap()
}
