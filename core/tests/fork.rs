//! A child of `fork`: it does not use inherited connections and threads, and works on its own.
//!
//! Fault 58 is also in the tests of C and Python, where programs fork.
#![cfg(unix)]

#[path = "common/isolated.rs"]
mod isolated;
#[path = "common/wire.rs"]
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use neura::bindings::Dispatcher;
use neura::{CancelToken, Client};
use wire::Wire;

/// Runs `in_child` in a child of this process; returns whether it returned true within 10 s.
fn forked(in_child: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child runs the given function and exits without using the parent's threads.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let done = in_child();
        // SAFETY: ends the child at once, without the parent's clean-up.
        unsafe { libc::_exit(if done { 42 } else { 1 }) }
    }
    ended_well(child)
}

fn ended_well(child: i32) -> bool {
    for _ in 0..1_000 {
        let mut status = 0;
        // SAFETY: waits for a child of this process and writes to a local variable.
        if unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child {
            return libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 42;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // SAFETY: a child of this process that hangs.
    unsafe { libc::kill(child, libc::SIGKILL) };
    false
}

/// A server that answers with the path of the request.
fn echo() -> Wire {
    Wire::start(|peer, _| {
        while let Some(asked) = peer.request() {
            let path = asked.head.split(' ').nth(1).unwrap_or_default().to_owned();
            peer.answer(&path);
        }
    })
}

fn is_answered(client: &Client, name: &str) -> bool {
    let reply = client.get(format!("/{name}")).send();
    reply.is_ok_and(|reply| reply.text().ends_with(name))
}

#[test]
fn fault_58_a_child_has_connections_and_workers_of_its_own() {
    isolated::isolated(
        "fault_58_a_child_has_connections_and_workers_of_its_own",
        || {
            let server = echo();
            let client = server.client().build().unwrap();
            let dispatcher = Dispatcher::new(4);
            let busy = AtomicBool::new(true);
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let (client, dispatcher, busy) = (&client, &dispatcher, &busy);
                    scope.spawn(move || {
                        let mut count = 0;
                        while busy.load(Ordering::SeqCst) {
                            count += 1;
                            assert!(is_answered(client, &format!("parent-{thread}-{count}")));
                            dispatcher.spawn(|| {}).unwrap();
                        }
                    });
                }
                let good = (0..20).filter(|round| {
                    forked(|| {
                        let (sender, receiver) = channel();
                        let (inside, name) = (client.clone(), format!("child-{round}"));
                        let job =
                            move || sender.send(is_answered(&inside, &name)).unwrap_or_default();
                        let given = dispatcher.spawn(job).is_ok();
                        let answered = receiver.recv_timeout(Duration::from_secs(5)) == Ok(true);
                        given && answered && is_answered(&client, &format!("child-{round}-again"))
                    })
                });
                let good = good.count();
                busy.store(false, Ordering::SeqCst);
                assert_eq!(good, 20);
            });
            assert!(is_answered(&client, "parent-at-the-end"));
        },
    );
}

#[test]
fn fault_58_a_fork_while_a_call_waits_leaves_the_answer_to_the_parent() {
    isolated::isolated(
        "fault_58_a_fork_while_a_call_waits_leaves_the_answer_to_the_parent",
        || {
            for round in 0..5 {
                let forked = Arc::new(AtomicBool::new(false));
                let seen = Arc::clone(&forked);
                let server = Wire::start(move |peer, _| {
                    while peer.request().is_some() {
                        while !seen.load(Ordering::SeqCst) {
                            std::thread::sleep(Duration::from_millis(1));
                        }
                        // Gives the new child time to take it.
                        std::thread::sleep(Duration::from_millis(15));
                        peer.answer("mine");
                    }
                });
                let client = server
                    .client()
                    .timeout(Duration::from_secs(10))
                    .build()
                    .unwrap();
                let (parent, looks) = (std::process::id(), AtomicUsize::new(0));
                let child = Arc::new(AtomicI32::new(0));
                let (made, said) = (Arc::clone(&child), Arc::clone(&forked));
                let token = CancelToken::with_poll(move || {
                    if looks.fetch_add(1, Ordering::SeqCst) == 4 {
                        // SAFETY: as a signal's handler of a binding may do.
                        let pid = unsafe { libc::fork() };
                        if pid > 0 {
                            made.store(pid, Ordering::SeqCst);
                            said.store(true, Ordering::SeqCst);
                            // The child comes to the socket first.
                            std::thread::sleep(Duration::from_millis(5));
                        }
                    }
                    false
                });
                let reply = client.get("/models").cancel(&token).send();
                if std::process::id() != parent {
                    let left = reply.is_err_and(|error| error.message().contains("forked"));
                    // SAFETY: ends the child at once.
                    unsafe { libc::_exit(if left { 42 } else { 1 }) }
                }
                assert_eq!(reply.unwrap().text(), "mine", "{round}");
                assert!(ended_well(child.load(Ordering::SeqCst)), "{round}");
            }
        },
    );
}

/// The child's copy of a token knows the parent's sockets, and a shutdown would reach the connection
/// that both have.
#[test]
fn fault_58_a_child_that_cancels_ends_no_call_of_its_parent() {
    let name = "fault_58_a_child_that_cancels_ends_no_call_of_its_parent";
    isolated::isolated(name, || {
        let held = Arc::new(AtomicBool::new(true));
        let seen = Arc::clone(&held);
        let server = Wire::start(move |peer, _| {
            while let Some(asked) = peer.request() {
                while asked.head.contains("/held") && seen.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                peer.answer("mine");
            }
        });
        let client = server.client().build().unwrap();
        let (token, busy) = (CancelToken::new(), AtomicBool::new(true));
        std::thread::scope(|scope| {
            let calls = [(); 4].map(|()| {
                let (client, token) = (&client, token.child());
                scope.spawn(move || client.get("/held").cancel(&token).send())
            });
            // Others register and leave all the time, so that a child may find the lock taken.
            for _ in 0..2 {
                let (client, token, busy) = (&client, &token, &busy);
                scope.spawn(move || {
                    while busy.load(Ordering::SeqCst) {
                        let reply = client.get("/at-once").cancel(token).send();
                        assert_eq!(reply.unwrap().text(), "mine");
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(200));
            let good = (0..20).filter(|_| {
                forked(|| {
                    let is_served = client.get("/x").cancel(&token).send().is_ok();
                    token.cancel();
                    is_served && client.get("/x").cancel(&token).send().is_err()
                })
            });
            let good = good.count();
            busy.store(false, Ordering::SeqCst);
            held.store(false, Ordering::SeqCst);
            for call in calls {
                assert_eq!(call.join().unwrap().unwrap().text(), "mine");
            }
            assert_eq!(good, 20);
        });
        assert!(!token.is_cancelled());
    });
}

/// What a parent counted is written by the parent alone.
#[test]
fn fault_104_a_child_writes_only_its_own_usage() {
    isolated::isolated("fault_104_a_child_writes_only_its_own_usage", || {
        let server = echo();
        let file = std::env::temp_dir().join(format!("neura-usage-{}", std::process::id()));
        let mut options = neura::Options::new();
        options.set_environment([("NEURA_USAGE_FILE", &file)]);
        options.set_api_key(wire::KEY);
        options.set_base_url(format!("http://{}/v1", server.address));
        let client = Client::new(options).unwrap();
        for name in ["one", "two", "three"] {
            assert!(is_answered(&client, name));
        }
        assert!(forked(|| {
            let answered = is_answered(&client, "child") && is_answered(&client, "again");
            neura::bindings::write_usage();
            answered
        }));
        drop(client);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let of = |own: bool| -> u64 {
            let is_of = |line: &&serde_json::Value| (line["process"] == std::process::id()) == own;
            let counts = lines.iter().filter(is_of);
            counts.map(|line| line["requests"].as_u64().unwrap()).sum()
        };
        assert_eq!((of(true), of(false)), (3, 2), "{text}");
        assert_ne!(lines[0]["run"], lines[1]["run"], "{text}");
    });
}

/// The thread that writes the usage of an idle process is not in a child, which starts its own.
#[test]
fn fault_104_an_idle_child_writes_its_usage_and_so_does_its_parent() {
    let name = "fault_104_an_idle_child_writes_its_usage_and_so_does_its_parent";
    isolated::isolated(name, || {
        let server = echo();
        let file = std::env::temp_dir().join(format!("neura-usage-idle-{}", std::process::id()));
        let mut options = neura::Options::new();
        let file_name = file.to_str().unwrap();
        options.set_environment([
            ("NEURA_USAGE_FILE", file_name),
            ("NEURA_USAGE_INTERVAL", "0.2"),
        ]);
        options.set_api_key(wire::KEY);
        options.set_base_url(format!("http://{}/v1", server.address));
        let client = Client::new(options).unwrap();
        // The requests of this process that are in the file.
        let written = || -> u64 {
            let text = std::fs::read_to_string(&file).unwrap();
            let lines = text.lines();
            let lines = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
            let own = lines.filter(|line| line["process"] == std::process::id());
            own.map(|line| line["requests"].as_u64().unwrap()).sum()
        };
        let is_written = |count| {
            let comes = |_: &i32| {
                std::thread::sleep(Duration::from_millis(10));
                written() == count
            };
            (0..500).find(comes).is_some()
        };
        let mut children = 0;
        for round in 1..=10 {
            assert!(is_answered(&client, "one") && is_answered(&client, "two"));
            // Also while the thread sleeps, writes or ends.
            std::thread::sleep(Duration::from_millis(round * 30));
            children += u32::from(forked(|| {
                let answered = is_answered(&client, "child") && is_answered(&client, "again");
                answered && is_written(2)
            }));
        }
        assert_eq!(children, 10);
        assert!(is_written(20), "{}", written());
        #[cfg(target_os = "linux")]
        {
            let is_clock = |task: std::io::Result<std::fs::DirEntry>| {
                let name = std::fs::read_to_string(task.unwrap().path().join("comm"));
                name.is_ok_and(|name| name.trim() == "neura-usage")
            };
            let runs = || std::fs::read_dir("/proc/self/task").unwrap().any(is_clock);
            let ended = (0..500).any(|_| {
                std::thread::sleep(Duration::from_millis(10));
                !runs()
            });
            assert!(ended, "the thread has nothing to do and still runs");
        }
        drop(client);
        assert_eq!(written(), 20);
        std::fs::remove_file(&file).unwrap();
    });
}
