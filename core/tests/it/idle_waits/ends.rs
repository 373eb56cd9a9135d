//! What ends a wait: a cancel, a limit, and the ticks of a poll.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use neura::{CancelToken, Client, Error, ErrorKind};

use super::{
    AT_ONCE, FEW, SECOND, SETTLED, TRIES, cancelled, ended_after, get, in_a_second, stalls,
};
use crate::switches::Thread;
use crate::wire::{self, Peer, STREAM, Wire};

#[test]
fn a_cancel_ends_a_wait_that_has_just_begun() {
    let server = stalls("");
    let client = server.client().build().unwrap();
    let mut times: Vec<_> = (0..9)
        .map(|_| {
            let client = client.clone();
            ended_after(Duration::from_millis(12), move |token| get(&client, token))
        })
        .collect();
    times.sort();
    assert!(times[4] < AT_ONCE, "{times:?}");
}

#[test]
fn a_limit_ends_a_wait_when_it_passes() {
    let (head, stream) = (stalls(""), stalls(&format!("{STREAM}data: {{}}\n\n")));
    let hole = wire::BlackHole::at(std::net::Ipv4Addr::LOCALHOST, 0);
    let limit = Duration::from_millis(730);
    let total = head.client().timeout(limit).build().unwrap();
    let connect = wire::client(format!("http://{}/v1", hole.address));
    let connect = connect.connect_timeout(limit).build().unwrap();
    let idle = stream.client().idle_timeout(limit).build().unwrap();
    let plain = |client: &Client| client.get("/models").send().unwrap_err();
    let streamed = |client: &Client| {
        let mut stream = client.get("/models").stream().unwrap();
        assert!(stream.next().unwrap().is_ok());
        stream.next().unwrap().unwrap_err()
    };
    for (what, client, call) in [
        ("total", &total, &plain as &dyn Fn(&Client) -> Error),
        ("connect", &connect, &plain),
        ("idle", &idle, &streamed),
    ] {
        let mut tries = (0..TRIES).map(|_| {
            let started = Instant::now();
            let error = call(client);
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            let took = started.elapsed();
            assert!(took >= limit, "{what}: {took:?}");
            took
        });
        let late = Duration::from_millis(25);
        assert!(tries.any(|took| took < limit + late), "{what}");
    }
}

#[test]
fn a_token_whose_poll_runs_elsewhere_leaves_the_call_asleep() {
    let asked = Arc::new(AtomicUsize::new(0));
    for (runs_here, few) in [(false, true), (true, false)] {
        let count = Arc::clone(&asked);
        let poll = move || {
            count.fetch_add(1, Ordering::SeqCst);
            false
        };
        let token = CancelToken::with_poll_where(move || runs_here, poll);
        let server = stalls("");
        let client = server.client().build().unwrap();
        let inside = token.clone();
        let (sender, thread) = channel();
        let running = thread::spawn(move || {
            sender.send(Thread::current()).unwrap();
            get(&client, &inside)
        });
        let waits = thread.recv().unwrap();
        thread::sleep(SETTLED);
        let asked_before = asked.load(Ordering::SeqCst);
        let switches = in_a_second(&waits);
        let asks = asked.load(Ordering::SeqCst) - asked_before;
        token.cancel();
        cancelled(&running.join().unwrap());
        assert_eq!(
            (switches <= FEW, asks == 0),
            (few, few),
            "{switches}, {asks}"
        );
        assert!(few || (8..=25).contains(&asks), "{asks}");
    }
}

/// One token for many calls, which begin and end while it is cancelled.
#[test]
fn a_cancel_reaches_every_call_of_a_crowd() {
    let server = Wire::start(|peer: &mut Peer, number| {
        while peer.head().is_some() {
            if number % 2 == 0 {
                peer.until_closed();
                return;
            }
            peer.answer("{}");
        }
    });
    let client = server.client().build().unwrap();
    for round in 0..10 {
        let token = CancelToken::new();
        let calls: Vec<_> = (0..24)
            .map(|number| {
                let (client, token) = (client.clone(), token.clone());
                let own = if number % 3 == 0 {
                    token.child()
                } else {
                    token
                };
                thread::spawn(move || {
                    while !own.is_cancelled() {
                        let _ = client.get("/models").cancel(&own).send();
                    }
                    Instant::now()
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(20 + round * 7));
        let at = Instant::now();
        token.cancel();
        for call in calls {
            let ended = call.join().unwrap();
            assert!(ended.saturating_duration_since(at) < SECOND, "{round}");
        }
    }
}
