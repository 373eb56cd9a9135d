//! The idle connections of a client: how many there are, and which are reused.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use neura::{Client, ErrorKind};

use crate::wire::{self, Wire};

/// The limit of idle connections.
const MOST: usize = 1_000;
const STACK: usize = 256 * 1024;
const LIMIT: Duration = Duration::from_secs(60);

/// Server and clients are in one process, with two descriptors for each connection.
fn allow_descriptors() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.unwrap_or(u64::MAX).min(8_192);
        if limit.current.is_some_and(|now| now < wanted) {
            limit.current = Some(wanted);
            setrlimit(Resource::Nofile, limit).unwrap();
        }
    }
}

/// Answers each request with its path.
fn echoes() -> Wire {
    Wire::start(|peer, _| {
        while let Some(asked) = peer.request() {
            let path = asked.head.split(' ').nth(1).unwrap().to_owned();
            if !peer.answer(&path) {
                return;
            }
        }
    })
}

fn patient(server: &Wire) -> Client {
    let client = server.client().timeout(LIMIT).connect_timeout(LIMIT);
    client.build().unwrap()
}

/// Runs this many threads, which call `each` with their number.
fn all_at_once(threads: usize, each: impl Fn(usize) + Send + Sync + 'static) {
    let each = Arc::new(each);
    let started: Vec<_> = (0..threads)
        .map(|number| {
            let each = Arc::clone(&each);
            let builder = thread::Builder::new().stack_size(STACK);
            builder.spawn(move || each(number)).unwrap()
        })
        .collect();
    started
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

fn wait_for(what: &str, reached: impl Fn() -> bool) {
    let started = Instant::now();
    while !reached() {
        assert!(started.elapsed() < LIMIT, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_thousand_threads_take_a_thousand_connections_and_no_more() {
    allow_descriptors();
    let server = echoes();
    let client = patient(&server);
    let barrier = Barrier::new(MOST);
    all_at_once(MOST, move |number| {
        for round in 0..3 {
            // Each round ends before the next begins, so every connection is free again.
            barrier.wait();
            let reply = client.get(format!("/{number}/{round}")).send().unwrap();
            assert_eq!(reply.text(), format!("/v1/{number}/{round}"));
            assert_eq!(reply.attempts(), 1);
        }
    });
    assert!(server.opened() <= MOST, "{} connections", server.opened());
}

#[test]
fn one_after_the_other_needs_one_connection() {
    let server = echoes();
    let client = patient(&server);
    for number in 0..200 {
        let reply = client.get(format!("/{number}")).send().unwrap();
        assert_eq!(reply.text(), format!("/v1/{number}"));
    }
    assert_eq!(server.opened(), 1);
}

#[test]
fn what_rests_can_be_closed_and_the_client_asks_on() {
    let server = echoes();
    let client = patient(&server);
    let other = client.clone();
    assert!(client.get("/models").send().unwrap().ok());
    other.close_idle_connections();
    wait_for("a connection that rested stays", || server.open() == 0);
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!((server.opened(), server.open()), (2, 1));
}

#[test]
fn of_a_burst_over_the_limit_no_more_than_the_limit_rest() {
    const BURST: usize = MOST + 200;
    allow_descriptors();
    let (here, all_here) = (Arc::new(AtomicUsize::new(0)), Arc::new(Condvar::new()));
    let lock = Arc::new(Mutex::new(()));
    let server = Wire::start(move |peer, _| {
        while peer.request().is_some() {
            // Every request is in flight before the first one is answered.
            let mut guard = lock.lock().unwrap();
            here.fetch_add(1, Ordering::SeqCst);
            all_here.notify_all();
            while here.load(Ordering::SeqCst) < BURST {
                guard = all_here.wait(guard).unwrap();
            }
            drop(guard);
            peer.answer("{}");
        }
    });
    let client = patient(&server);
    let calls = client.clone();
    all_at_once(BURST, move |_| {
        assert!(calls.get("/models").send().unwrap().ok());
    });
    assert_eq!(server.opened(), BURST);
    wait_for("the surplus was not closed", || server.open() <= MOST);
    // The others still work.
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!((server.opened(), server.open()), (BURST, MOST));
    drop(client);
    wait_for("a client that is gone keeps none", || server.open() == 0);
}

#[test]
fn resting_connections_that_the_server_closed_are_found_without_a_request() {
    const THREADS: usize = 20;
    let ring = Arc::new(Barrier::new(THREADS));
    let server = Wire::start(move |peer, number| {
        if number < THREADS {
            peer.request().unwrap();
            ring.wait();
            peer.answer("{}");
            return;
        }
        peer.answer_all();
    });
    // Such a call would fail if its request were sent on a dead connection.
    let client = server.client().replay_unsent_only(true).build().unwrap();
    let calls = client.clone();
    all_at_once(THREADS, move |_| {
        assert!(calls.get("/models").send().unwrap().ok());
    });
    wait_for("the server closes", || server.open() == 0);
    for _ in 0..THREADS {
        assert!(client.get("/models").send().unwrap().ok());
    }
    assert_eq!(server.opened(), THREADS + 1);
}

#[test]
fn a_resting_connection_on_which_the_server_spoke_unasked_is_not_used() {
    let (sender, sent) = channel();
    let server = Wire::start(move |peer, _| {
        while peer.request().is_some() {
            peer.answer("{}");
            thread::sleep(Duration::from_millis(20));
            // As some servers do before they close an idle connection.
            peer.send(wire::whole(408, "Connection: close\r\n", "timed out"));
            sender.send(()).unwrap();
        }
    });
    let client = patient(&server);
    for round in 1..=3 {
        assert_eq!(client.get("/models").send().unwrap().status(), 200);
        assert_eq!(server.opened(), round);
        sent.recv_timeout(LIMIT).unwrap();
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_connection_that_the_server_wants_to_close_is_not_kept() {
    let server = Wire::start(|peer, _| {
        while peer.request().is_some() {
            peer.send(wire::whole(200, "Connection: Keep-Alive, Close\r\n", "{}"));
        }
    });
    let client = patient(&server);
    for round in 1..=3 {
        assert!(client.get("/models").send().unwrap().ok());
        assert_eq!(server.opened(), round);
    }
    wait_for("the client closes", || server.open() == 0);
}

#[test]
fn a_call_that_failed_leaves_no_connection_behind() {
    let server = Wire::start(|peer, _| {
        while peer.request().is_some() {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        }
    });
    let client = server.client().idle_timeout(Duration::from_millis(100));
    let client = client.build().unwrap();
    let kind = client.get("/models").send().unwrap_err().kind();
    assert_eq!(kind, ErrorKind::Timeout);
    wait_for("the client closes", || server.open() == 0);
}

/// Reads a connection's timer from the system: a probe after an idle minute.
#[test]
#[cfg(target_os = "linux")]
fn a_resting_connection_is_probed_after_a_minute() {
    let server = Wire::start(|peer, _| peer.answer_all());
    let client = patient(&server);
    assert!(client.get("/models").send().unwrap().ok());
    let remote = format!(":{:04X}", server.address.port());
    let probed = || {
        let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
        table.lines().any(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // Remote address, state 01 (established), timer 02 (keepalive) and its time in
            // hundredths of a second.
            let [remote_field, state, _, timer] = fields[2..6] else {
                return false;
            };
            let left = timer
                .strip_prefix("02:")
                .map(|left| i64::from_str_radix(left, 16));
            let in_time = matches!(left, Some(Ok(1..=6_000)));
            remote_field.ends_with(&remote) && state == "01" && in_time
        })
    };
    wait_for("no keep-alive timer of a minute", probed);
}
