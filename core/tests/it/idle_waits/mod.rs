//! A wait costs nothing while nothing happens: its thread sleeps until there is something to read,
//! a limit passes, or the call is cancelled. Linux counts how often a thread went to sleep.

mod ends;
mod without_socket;

use std::io::{self, Read};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use neura::{CancelToken, Client, Error, ErrorKind, Method, RequestBody};
use serde_json::json;

use crate::proxy::{ALICES, Act, scripted};
use crate::resolver;
use crate::switches::Thread;
use crate::wire::{self, STREAM, Wire};

/// How long a call takes to come to its wait.
const SETTLED: Duration = Duration::from_millis(300);
const SECOND: Duration = Duration::from_secs(1);
/// In ticks of 50 ms it would be 20.
const FEW: u64 = 3;
/// Nobody notices it. In ticks it would be 25 ms in the middle of many.
const AT_ONCE: Duration = Duration::from_millis(15);
/// A busy machine may delay a thread.
const TRIES: usize = 5;

fn cancelled(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
}

/// Runs `call` on a thread, which sends itself when it begins.
fn began(
    call: impl FnOnce(&CancelToken) -> Error + Send + 'static,
) -> (Thread, CancelToken, thread::JoinHandle<Instant>) {
    let (sender, thread) = channel();
    let token = CancelToken::new();
    let inside = token.clone();
    let running = thread::spawn(move || {
        sender.send(Thread::current()).unwrap();
        let error = call(&inside);
        let ended = Instant::now();
        cancelled(&error);
        ended
    });
    (thread.recv().unwrap(), token, running)
}

/// How long it took until a call ended that was cancelled after `settled`.
fn ended_after(
    settled: Duration,
    call: impl FnOnce(&CancelToken) -> Error + Send + 'static,
) -> Duration {
    let (_, token, running) = began(call);
    thread::sleep(settled);
    let at = Instant::now();
    token.cancel();
    running.join().unwrap().saturating_duration_since(at)
}

/// How often a thread goes to sleep in the next second.
fn in_a_second(waits: &Thread) -> u64 {
    let before = waits.switches();
    thread::sleep(SECOND);
    waits.switches() - before
}

/// Checks that the call sleeps for a second, and that cancelling ends it at once.
fn assert_sleeps(what: &str, call: impl Fn(&CancelToken) -> Error + Clone + Send + 'static) {
    let (waits, token, running) = began(call.clone());
    thread::sleep(SETTLED);
    let switches = in_a_second(&waits);
    token.cancel();
    running.join().unwrap();
    assert!(switches <= FEW, "{what}: {switches} switches in a second");
    // At several points of a tick.
    for more in [0, 13, 29, 41] {
        let settled = SETTLED + Duration::from_millis(more);
        let mut times = (0..TRIES).map(|_| ended_after(settled, call.clone()));
        assert!(times.any(|took| took < AT_ONCE), "{what}: {settled:?}");
    }
}

fn get(client: &Client, token: &CancelToken) -> Error {
    client.get("/models").cancel(token).send().unwrap_err()
}

/// A server that answers each request with these bytes, and then nothing more.
fn stalls(reply: &str) -> Wire {
    let reply = reply.to_owned();
    Wire::start(move |peer, _| {
        peer.head();
        peer.send(&reply);
        peer.until_closed();
    })
}

#[test]
fn a_call_that_waits_for_its_reply_sleeps() {
    for (what, reply) in [
        ("the head", ""),
        ("the rest of the head", "HTTP/1.1 200 OK\r\nX-"),
        (
            "the body",
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        ),
    ] {
        let server = stalls(reply);
        let client = server.client().build().unwrap();
        assert_sleeps(what, move |token| get(&client, token));
    }
}

#[test]
fn an_idle_stream_sleeps() {
    let server = stalls(&format!("{STREAM}data: {{}}\n\n"));
    let client = server.client().build().unwrap();
    assert_sleeps("an idle stream", move |token| {
        let request = client.post("/chat").json(&json!({})).cancel(token);
        let mut stream = request.stream().unwrap();
        assert!(stream.next().unwrap().is_ok());
        stream.next().unwrap().unwrap_err()
    });
}

#[test]
fn a_call_on_its_way_to_a_connection_sleeps() {
    let hole = wire::BlackHole::at(std::net::Ipv4Addr::LOCALHOST, 0);
    let client = wire::client(format!("http://{}/v1", hole.address));
    let client = client.connect_timeout(None).build().unwrap();
    assert_sleeps("connecting", move |token| get(&client, token));

    let server = Wire::start(|peer, _| {
        peer.until_closed();
    });
    let client = wire::client(format!("https://localhost:{}/v1", server.address.port()));
    let client = client.connect_timeout(None).build().unwrap();
    assert_sleeps("the TLS handshake", move |token| get(&client, token));

    let proxy = scripted(vec![Act::Stay]);
    let client = wire::client("https://api.service.test/v1".to_owned());
    let client = client.proxy(format!("http://{ALICES}localhost:{proxy}"));
    let client = client.connect_timeout(None).build().unwrap();
    assert_sleeps("the tunnel of a proxy", move |token| get(&client, token));
}

#[test]
fn a_call_that_looks_a_name_up_sleeps() {
    let name = "idle_waits::a_call_that_looks_a_name_up_sleeps";
    resolver::under_our_resolver(name, || {
        let client = wire::client("http://black-hole.test/v1".to_owned());
        let client = client.allow_http(true).connect_timeout(None);
        let client = client.build().unwrap();
        assert_sleeps("the look-up", move |token| get(&client, token));
    });
}

#[test]
fn a_call_whose_request_is_not_read_sleeps() {
    let unread = || Wire::start(|_, _| thread::sleep(Duration::from_secs(120)));
    let server = unread();
    let client = server.client().build().unwrap();
    assert_sleeps("sending bytes", move |token| {
        let request = client.request(Method::Post, "/x").body(vec![0; 50 << 20]);
        request.cancel(token).send().unwrap_err()
    });
    let server = unread();
    let client = server.client().build().unwrap();
    assert_sleeps("sending from a reader", move |token| {
        let request = client.request(Method::Post, "/x");
        let request = request.body(RequestBody::reader(io::repeat(0).take(50 << 20)));
        request.cancel(token).send().unwrap_err()
    });
}

/// The server's end would end every wait for the client to send more.
#[test]
fn a_server_that_sends_no_more_leaves_the_call_asleep() {
    let server = Wire::start(|peer, _| {
        peer.head();
        // It wants the whole request, but it says no more, and reads nothing for a while.
        peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        peer.stream.shutdown(std::net::Shutdown::Write).unwrap();
        thread::sleep(Duration::from_secs(2));
        peer.until_closed();
    });
    let client = server.client().build().unwrap();
    let (sender, thread) = channel();
    let running = thread::spawn(move || {
        sender.send(Thread::current()).unwrap();
        let request = client.request(Method::Post, "/x").body(vec![0; 50 << 20]);
        request.send().unwrap().status()
    });
    let waits = thread.recv().unwrap();
    thread::sleep(SETTLED);
    let (before, spent) = (waits.switches(), waits.spent());
    thread::sleep(SECOND);
    let (switches, spent) = (waits.switches() - before, waits.spent() - spent);
    assert_eq!(running.join().unwrap(), 200);
    assert!(switches < 40 && spent < SECOND / 5, "{switches}, {spent:?}");
}

#[test]
fn a_call_before_its_next_attempt_sleeps() {
    let server = Wire::start(|peer, _| {
        while peer.request().is_some() {
            peer.send(wire::whole(503, "retry-after: 60\r\n", ""));
        }
    });
    let client = server.client().max_retries(2).build().unwrap();
    assert_sleeps("a retry", move |token| get(&client, token));
}
