//! Cancelling a call from another thread: at every step it ends within 100 ms, its socket
//! closes, and the next call works.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use neura::{CancelToken, Client, Error, ErrorKind, Method};
use serde_json::json;

use crate::resolver;
use crate::wire::{self, Peer, STREAM, Wire};

/// The product promises 100 ms; the rest is a margin for this machine.
const PROMPT: Duration = Duration::from_millis(150);
/// How long a call stays at its step before it is cancelled.
const SETTLED: Duration = Duration::from_millis(210);
/// Other times, so that a client that checks too rarely is caught between two checks.
const LATER: [u64; 3] = [0, 50, 100];
/// A busy machine may delay a thread.
const TRIES: usize = 4;

/// Cancels `call` with a new token; returns the error, and how long it took.
fn cancelled(settled: Duration, call: impl FnOnce(&CancelToken) -> Error) -> (Error, Duration) {
    let token = CancelToken::new();
    let remote = token.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(settled);
        let at = Instant::now();
        remote.cancel();
        at
    });
    let error = call(&token);
    let ended = Instant::now();
    let took = ended.saturating_duration_since(canceller.join().unwrap());
    (error, took)
}

/// Checks the promise for a call; `state` is its error's text about the progress.
fn assert_prompt(state: &str, call: impl Fn(&CancelToken) -> Error) {
    for later in LATER {
        let settled = SETTLED + Duration::from_millis(later);
        let prompt = (0..TRIES).any(|_| {
            let (error, took) = cancelled(settled, &call);
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
            assert!(error.message().contains(state), "{state:?} in {error}");
            assert!(!format!("{error:?}").contains(wire::KEY));
            assert!(!error.retryable(), "{error:?}");
            took <= PROMPT
        });
        assert!(
            prompt,
            "{state}: not ended in time, cancelled after {settled:?}"
        );
    }
}

/// A server that spoils the first request to `/spoilt` on each connection, reports when the client
/// closed, and answers everything else.
fn spoils(spoil: impl Fn(&mut Peer) + Send + Sync + 'static) -> (Wire, Receiver<Duration>) {
    let (sender, closed) = channel();
    let server = Wire::start(move |peer, _| {
        while let Some(head) = peer.head() {
            if head.contains("/spoilt") {
                spoil(peer);
                let _ = sender.send(peer.until_closed());
                return;
            }
            peer.answer("{}");
        }
    });
    (server, closed)
}

/// Checks the promise for a call to `/spoilt`, and that its socket closes at once.
fn assert_closes(
    state: &str,
    spoil: impl Fn(&mut Peer) + Send + Sync + 'static,
    call: impl Fn(&Client, &CancelToken) -> Error,
) {
    let (server, closed) = spoils(spoil);
    let client = server.client().max_retries(2).build().unwrap();
    assert_prompt(state, |token| call(&client, token));
    let waited = closed.recv_timeout(Duration::from_secs(10)).unwrap();
    // Counted from when the server began to wait, which was before the cancel.
    assert!(waited < SETTLED + Duration::from_secs(2), "{waited:?}");
    assert!(client.get("/models").send().unwrap().ok());
}

fn get(client: &Client, token: &CancelToken) -> Error {
    client.get("/spoilt").cancel(token).send().unwrap_err()
}

#[test]
#[cfg(target_os = "linux")]
fn a_call_that_looks_a_name_up_is_cancelled() {
    resolver::under_our_resolver("cancel::a_call_that_looks_a_name_up_is_cancelled", || {
        let client = wire::client("http://black-hole.test/v1".to_owned());
        let client = client.allow_http(true).connect_timeout(None);
        let client = client.build().unwrap();
        assert_prompt("looking up", |token| get(&client, token));
    });
}

#[test]
#[cfg(unix)] // Elsewhere a full queue refuses.
fn a_call_that_connects_is_cancelled() {
    let hole = wire::BlackHole::at(std::net::Ipv4Addr::LOCALHOST, 0);
    let client = wire::client(format!("http://{}/v1", hole.address));
    let client = client.connect_timeout(None).build().unwrap();
    assert_prompt("while connecting", |token| get(&client, token));
}

#[test]
fn a_call_that_shakes_hands_is_cancelled() {
    let (sender, closed) = channel();
    let server = Wire::start(move |peer, _| {
        let _ = sender.send(peer.until_closed());
    });
    let client = wire::client(format!("https://localhost:{}/v1", server.address.port()));
    let client = client.build().unwrap();
    assert_prompt("TLS handshake", |token| get(&client, token));
    closed.recv_timeout(Duration::from_secs(10)).unwrap();
}

#[test]
fn a_call_whose_request_goes_out_is_cancelled() {
    let slow = |_: &mut Peer| std::thread::sleep(Duration::from_secs(2));
    assert_closes("while sending the request", slow, |client, token| {
        // Zeros take no time to produce, so that the call takes all of it.
        let request = client.request(Method::Post, "/spoilt");
        let request = request.body(vec![0; 50 << 20]);
        request.cancel(token).send().unwrap_err()
    });
}

#[test]
fn a_call_that_waits_for_its_reply_is_cancelled() {
    assert_closes("before any reply arrived", |_| {}, get);
}

#[test]
fn a_call_inside_the_head_of_its_reply_is_cancelled() {
    let half = |peer: &mut Peer| {
        peer.send("HTTP/1.1 200 OK\r\nX-");
    };
    assert_closes("with 19 bytes of the reply read", half, get);
}

#[test]
fn a_call_that_reads_a_body_is_cancelled() {
    for status in ["200 OK", "404 Not Found", "500 Internal Server Error"] {
        let half = format!("HTTP/1.1 {status}\r\nContent-Length: 100\r\n\r\nhalf");
        let state = format!("with {} bytes of the reply read", half.len());
        let half = move |peer: &mut Peer| {
            peer.send(&half);
        };
        assert_closes(&state, half, get);
    }
}

#[test]
fn a_stream_that_is_read_is_cancelled_through_its_callers_token_and_its_own() {
    let events = format!("{STREAM}data: {{}}\n\n");
    let state = format!("with {} bytes of the reply read", events.len());
    for own in [false, true] {
        let events = events.clone();
        let begins = move |peer: &mut Peer| {
            peer.send(&events);
        };
        assert_closes(&state, begins, |client, token| {
            let request = client.post("/spoilt").json(&json!({}));
            let request = match own {
                true => request,
                false => request.cancel(token),
            };
            let mut stream = request.stream().unwrap();
            if own {
                let (token, remote) = (token.clone(), stream.cancel_token());
                std::thread::spawn(move || {
                    while !token.is_cancelled() {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    remote.cancel();
                });
            }
            assert!(stream.next().unwrap().is_ok());
            let error = stream.next().unwrap().unwrap_err();
            assert!(stream.next().is_none());
            error
        });
    }
}

#[test]
fn a_call_that_sleeps_before_its_next_attempt_is_cancelled() {
    let server = Wire::start(|peer, _| {
        while let Some(asked) = peer.request() {
            match asked.head.contains("/spoilt") {
                true => peer.send(wire::whole(503, "retry-after: 60\r\n", "")),
                false => peer.answer("{}"),
            };
        }
    });
    let client = server.client().max_retries(2).build().unwrap();
    assert_prompt("the call was cancelled after", |token| {
        let error = get(&client, token);
        assert_eq!(error.attempts(), 1);
        error
    });
    assert!(client.get("/models").send().unwrap().ok());
    assert_eq!(server.opened(), 1, "the answer was whole");
}

#[test]
fn a_token_that_is_cancelled_already_connects_nowhere() {
    let server = Wire::start(|peer, _| peer.answer_all());
    let client = server.client().build().unwrap();
    let token = CancelToken::new();
    token.cancel();
    for _ in 0..3 {
        assert_eq!(get(&client, &token).kind(), ErrorKind::Cancelled);
    }
    assert_eq!(server.opened(), 0);
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn one_token_cancels_every_call_that_has_it() {
    let (server, closed) = spoils(|_| {});
    let client = server.client().build().unwrap();
    let token = CancelToken::new();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (client, token) = (client.clone(), token.clone());
            std::thread::spawn(move || get(&client, &token).kind())
        })
        .collect();
    std::thread::sleep(SETTLED);
    token.cancel();
    for call in calls {
        assert_eq!(call.join().unwrap(), ErrorKind::Cancelled);
        closed.recv_timeout(Duration::from_secs(10)).unwrap();
    }
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn a_poll_is_asked_about_every_50_ms_while_the_call_waits_and_ends_it() {
    let (server, closed) = spoils(|_| {});
    let client = server.client().build().unwrap();
    let caller = std::thread::current().id();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let token = CancelToken::with_poll(move || {
        assert_eq!(
            std::thread::current().id(),
            caller,
            "on the thread of the call"
        );
        count.fetch_add(1, Ordering::SeqCst) >= 9
    });
    let started = Instant::now();
    assert_eq!(get(&client, &token).kind(), ErrorKind::Cancelled);
    // Ten polls, the first of them before the wait.
    assert_eq!(asked.load(Ordering::SeqCst), 10);
    assert!((100..5_000).contains(&started.elapsed().as_millis()));
    assert!(token.is_cancelled());
    closed.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn a_poll_ends_a_stream_and_the_sleep_before_an_attempt() {
    let server = Wire::start(|peer, _| {
        while let Some(asked) = peer.request() {
            match asked.head.contains("/stream") {
                true => {
                    peer.send(STREAM);
                    peer.until_closed();
                }
                false => {
                    peer.send(wire::whole(503, "retry-after: 60\r\n", ""));
                }
            }
        }
    });
    let client = server.client().max_retries(2).build().unwrap();
    let after = |wait: Duration| {
        let started = Instant::now();
        CancelToken::with_poll(move || started.elapsed() >= wait)
    };
    let error = get(&client, &after(SETTLED));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 1));
    let token = after(SETTLED);
    let request = client.post("/stream").json(&json!({})).cancel(&token);
    let error = request.stream().unwrap().next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}
