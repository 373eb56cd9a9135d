//! When no more threads can be started: running calls go on, and a call without a thread says so.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use neura::bindings::{Calls, Dispatcher};
use neura::{CancelToken, ErrorKind};
use rustix::process::{Resource, getrlimit, setrlimit};

const INSIDE: &str = "NEURA_TEST_FEW_THREADS";
const LONG: Duration = Duration::from_secs(30);

/// Lets this process reserve `more` bytes of address space, including all stacks, beyond its
/// current size. This thread allocates from its own reserve.
fn allow(more: u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .unwrap();
    let mut limit = getrlimit(Resource::As);
    limit.current = Some(kib.parse::<u64>().unwrap() * 1024 + more);
    setrlimit(Resource::As, limit).unwrap();
}

#[test]
fn calls_run_on_the_threads_there_are_and_fail_only_where_there_is_none() {
    if std::env::var_os(INSIDE).is_none() {
        // The limit applies to the whole process.
        let name =
            "few_threads::calls_run_on_the_threads_there_are_and_fail_only_where_there_is_none";
        let done = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(INSIDE, "1")
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&done.stdout);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{out}{said}");
        assert!(out.contains("1 passed"), "{out}");
        return;
    }
    let dispatcher = Dispatcher::new(1_000);
    let (wake, woken) = channel();
    let calls = Calls::new(move || wake.send(()).unwrap());
    let (began, begins): (Sender<()>, Receiver<()>) = channel();
    let start = || {
        let began = began.clone();
        let (release, held) = channel::<()>();
        let job = move |_| {
            began.send(()).unwrap();
            let _ = held.recv();
            Ok(())
        };
        calls.start(&dispatcher, CancelToken::new(), job);
        release
    };

    allow(64 * 1024);
    drop(start());
    woken.recv_timeout(LONG).unwrap();
    let (_, outcome) = calls.take().remove(0);
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(
        error.message().contains("cannot start another thread"),
        "{error}"
    );

    allow(1024 * 1024);
    let held: Vec<_> = (0..20).map(|_| start()).collect();
    let workers = std::iter::from_fn(|| begins.recv_timeout(Duration::from_millis(300)).ok());
    let workers = workers.count();
    assert!((1..20).contains(&workers), "{workers} workers");
    assert_eq!(calls.count_pending(), 20);
    drop(held);
    while calls.count_pending() > 0 {
        woken.recv_timeout(LONG).unwrap();
        for (_, outcome) in calls.take() {
            outcome.unwrap();
        }
    }
}
