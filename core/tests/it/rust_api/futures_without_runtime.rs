//! Calls as futures without a runtime: how often they are woken, how they end.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use neura::{CancelToken, Client, ErrorKind, ModelList};
use serde_json::json;

use crate::common::{Server, hello};
use crate::silent::{LONG, Silent};
use crate::wire::Wire;

/// Wakes a thread, and counts how often.
struct Unpark(Thread, AtomicUsize);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.unpark();
    }
}

/// The output, how often the future was polled, and how often it woke this thread.
fn block_on<F: Future>(future: F) -> (F::Output, usize, usize) {
    let unpark = Arc::new(Unpark(thread::current(), AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&unpark));
    let mut future = pin!(future);
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return (output, polls, unpark.1.load(Ordering::SeqCst));
        }
        thread::park_timeout(LONG);
    }
}

fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_call_needs_no_runtime_and_is_polled_twice() {
    let server = Wire::start(|peer, _| {
        peer.request().unwrap();
        thread::sleep(Duration::from_millis(300));
        peer.answer(&json!({"data": [{"id": "m"}]}).to_string());
    });
    let client = server.client().build().unwrap();
    let (answer, polls, wakes) = block_on(client.models().send_async());
    let models: ModelList = answer.unwrap().json().unwrap();
    assert_eq!(models.data[0].id, "m");
    assert!(polls <= 3 && wakes == 1, "{polls} polls, {wakes} wakes");
}

#[test]
fn nothing_is_sent_before_a_future_is_polled() {
    let server = Server::replies(json!([200]));
    let client = server.client().build().unwrap();
    drop(client.chat(&hello()).send_async());
    drop(client.chat(&hello()).stream_async());
    thread::sleep(Duration::from_millis(200));
    assert_eq!(server.report()["requests"], json!([]));
}

#[test]
fn a_future_that_is_dropped_cancels_its_call() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let mut call = client.models().send_async();
    assert!(poll_once(&mut call).is_pending());
    let mut held = server.request();
    let dropped = Instant::now();
    drop(call);
    assert!(
        dropped.elapsed() < Duration::from_millis(50),
        "the drop waits"
    );
    assert!(held.is_closed_within(LONG));
    assert!(dropped.elapsed() < LONG / 2);
}

#[test]
fn dropping_a_future_does_not_cancel_the_callers_token() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let token = CancelToken::new();
    let mut call = client.models().cancel(&token).send_async();
    assert!(poll_once(&mut call).is_pending());
    let mut held = server.request();
    drop(call);
    assert!(held.is_closed_within(LONG));
    assert!(!token.is_cancelled());
}

#[test]
fn a_token_and_a_limit_end_a_call_that_is_awaited() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let token = CancelToken::new();
    let inside = token.clone();
    let canceller = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        inside.cancel();
    });
    let error = block_on(client.models().cancel(&token).send_async())
        .0
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    canceller.join().unwrap();
    let limit = Duration::from_millis(200);
    let error = block_on(client.models().timeout(limit).send_async())
        .0
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[test]
fn a_call_that_waits_for_a_worker_ends_with_its_limit() {
    let server = Silent::new();
    let client = server.client().max_in_flight(1).build().unwrap();
    let mut first = client.models().send_async();
    assert!(poll_once(&mut first).is_pending());
    let _held = server.request();
    let limit = Duration::from_millis(300);
    let error = block_on(client.models().timeout(limit).send_async())
        .0
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("max_in_flight"), "{error}");
    assert!(error.unsent());
}

#[test]
fn what_is_wrong_with_a_request_is_the_outcome() {
    let client = Client::builder()
        .api_key("nk-fake-0123456789abcdef")
        .build()
        .unwrap();
    for (call, kind) in [
        (
            client.request("TRACE", "/x").send_async(),
            ErrorKind::InvalidArgument,
        ),
        (client.model(" ").send_async(), ErrorKind::InvalidArgument),
        (
            client.chat(&json!([])).send_async(),
            ErrorKind::InvalidArgument,
        ),
        (
            client.get("https://other.example/").send_async(),
            ErrorKind::Config,
        ),
        (
            client.models().timeout(Duration::ZERO).send_async(),
            ErrorKind::Config,
        ),
    ] {
        assert_eq!(block_on(call).0.unwrap_err().kind(), kind);
    }
}

#[test]
fn a_future_that_is_polled_after_its_end_says_so() {
    let client = Client::builder()
        .api_key("nk-fake-0123456789abcdef")
        .build()
        .unwrap();
    let mut call = client.request("TRACE", "/x").send_async();
    assert!(poll_once(&mut call).is_ready());
    let Poll::Ready(Err(error)) = poll_once(&mut call) else {
        panic!("it is complete");
    };
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_future_moves_between_tasks_and_threads() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let mut call = client.models().send_async();
    assert!(poll_once(&mut call).is_pending()); // This waker does nothing.
    let other = thread::spawn(move || block_on(call).0);
    assert!(other.join().unwrap().unwrap().ok());
}
