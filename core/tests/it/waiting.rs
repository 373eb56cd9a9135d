//! Calls that wait for a worker: their time counts from the call, and may end while they wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use neura::bindings::{CallId, Dispatcher, Limit, Request, RequestOptions};
use neura::{CancelToken, Client, Error, ErrorKind, Method, Response};

use crate::consumer::{self, Consumer, SOON};
use crate::silent::{self, LONG, Silent};

/// A call with this time limit from now on; `data` belongs to its job.
fn get_within<D: Send + 'static>(
    consumer: &Consumer<Response>,
    dispatcher: &Dispatcher,
    client: &Client,
    limit: Duration,
    data: D,
) -> CallId {
    let (client, token) = (client.clone(), CancelToken::new());
    let mut options = RequestOptions::new();
    options.set_cancel(token.clone());
    options.set_timeout(Limit::from(limit));
    let deadline = client.begin(&mut options);
    let job = move |turn: Result<_, _>| {
        let _data = data;
        turn?;
        client.send(Request::new(Method::Get, "/waited").options(options))
    };
    consumer.calls.start_until(dispatcher, deadline, token, job)
}

fn timeout(outcome: &Result<Response, Error>) -> &Error {
    let error = outcome.as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    error
}

fn assert_took(started: Instant, limit: Duration) {
    let took = started.elapsed();
    assert!(took >= limit && took < limit + SOON / 2, "{took:?}");
}

#[test]
fn a_call_whose_time_is_up_in_the_queue_ends_then_and_is_never_sent() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let (dispatcher, consumer) = (Dispatcher::new(2), Consumer::new());
    let running = [(); 2].map(|()| consumer.get(&dispatcher, &client, "/running"));
    let held = [server.request(), server.request()];
    let (limit, data) = (Duration::from_millis(300), Arc::new(()));
    let started = Instant::now();
    let late = get_within(&consumer, &dispatcher, &client, limit, Arc::clone(&data));
    let settled = consumer.wait(1);
    assert_took(started, limit);
    let error = timeout(&settled[&late]);
    assert!(error.unsent() && error.attempts() == 0, "{error}");
    for words in ["300 ms (timeout)", "one of 2 other calls", "max_in_flight"] {
        assert!(error.message().contains(words), "{words} in {error}");
    }
    let kept = || Arc::strong_count(&data) > 1;
    while kept() {
        assert!(started.elapsed() < LONG, "the queue keeps the job");
        std::thread::yield_now();
    }
    held.into_iter().for_each(silent::Held::answer);
    let settled = consumer.wait(2);
    assert!(running.iter().all(|call| settled[call].is_ok()));
    assert!(!server.is_asked_within(Duration::from_millis(100)));
}

#[test]
fn the_time_in_the_queue_is_part_of_the_limit_and_is_reported() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let (dispatcher, consumer) = (Dispatcher::new(1), Consumer::new());
    consumer.get(&dispatcher, &client, "/running");
    let held = server.request();
    let (limit, started) = (Duration::from_millis(1_500), Instant::now());
    let call = get_within(&consumer, &dispatcher, &client, limit, ());
    std::thread::sleep(Duration::from_millis(700));
    held.answer();
    let _held = server.request();
    let mut settled = consumer.wait(1);
    if !settled.contains_key(&call) {
        settled = consumer.wait(1);
    }
    assert_took(started, limit);
    let error = timeout(&settled[&call]);
    assert!(error.message().contains("1.5 s (timeout)"), "{error}");
    assert!(
        error.message().contains("before any reply arrived"),
        "{error}"
    );
    assert!(error.message().contains("max_in_flight"), "{error}");
}

#[test]
fn each_of_many_that_wait_ends_in_its_own_time() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let (dispatcher, consumer) = (Dispatcher::new(1), Consumer::new());
    consumer.get(&dispatcher, &client, "/running");
    let _held = server.request();
    let started = Instant::now();
    let limits = [900, 200, 550].map(Duration::from_millis);
    let calls = limits.map(|limit| get_within(&consumer, &dispatcher, &client, limit, ()));
    let unlimited = get_within(&consumer, &dispatcher, &client, Duration::MAX, ());
    let cancelled = get_within(&consumer, &dispatcher, &client, limits[2], ());
    assert!(consumer.calls.cancel(cancelled));
    assert_eq!(
        consumer::kind(&consumer.wait(1)[&cancelled]),
        Some(ErrorKind::Cancelled)
    );
    for place in [1, 2, 0] {
        let settled = consumer.wait(1);
        assert_took(started, limits[place]);
        timeout(&settled[&calls[place]]);
    }
    assert_eq!(consumer.calls.count_pending(), 2);
    assert!(consumer.calls.cancel(unlimited));
}

#[test]
fn a_check_whose_time_is_up_while_it_waits_answers_all_the_same() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let (dispatcher, consumer) = (Dispatcher::new(1), Consumer::new());
    let held = Consumer::new();
    held.get(&dispatcher, &client, "/running");
    let _held = server.request();
    let mut options = RequestOptions::new();
    options.set_timeout(Limit::Seconds(0.2));
    let deadline = client.begin(&mut options);
    let job = move |turn: Result<CallId, _>| Ok(client.check_in_turn(turn.map(drop), options));
    let call = consumer
        .calls
        .start_until(&dispatcher, deadline, CancelToken::new(), job);
    let settled = consumer.wait(1);
    let check = settled[&call].as_ref().unwrap();
    assert_eq!(check.error().map(Error::kind), Some(ErrorKind::Timeout));
    assert!(check.latency() >= Duration::from_millis(200));
}

#[test]
fn a_limit_that_cannot_be_used_is_reported_by_the_call_itself() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let (dispatcher, consumer) = (Dispatcher::new(1), Consumer::new());
    let call = get_within(&consumer, &dispatcher, &client, Duration::ZERO, ());
    assert_eq!(
        consumer::kind(&consumer.wait(1)[&call]),
        Some(ErrorKind::Config)
    );
}
