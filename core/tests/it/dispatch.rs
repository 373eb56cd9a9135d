//! Calls on worker threads: how many run at a time, cancelling at any point, settling once, and
//! batches of outcomes.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use neura::bindings::{CallId, Dispatcher};
use neura::{CancelToken, Client, ErrorKind};
use serde_json::json;

use crate::common::{FAKE_KEY, Server};
use crate::consumer::{Consumer, SOON, kind};
use crate::silent::{self, LONG, Silent};

#[test]
fn calls_go_out_up_to_the_limit_and_the_others_in_order_as_it_allows() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(3);
    let consumer = Consumer::new();
    for number in 0..8 {
        consumer.get(&dispatcher, &client, &format!("/{number}"));
    }
    let mut held: Vec<_> = (0..3).map(|_| server.request()).collect();
    assert!(!server.is_asked_within(Duration::from_millis(100)));
    for number in 3..8 {
        held.remove(0).answer();
        let next = server.request();
        assert_eq!(next.path, format!("/{number}"));
        held.push(next);
    }
    held.into_iter().for_each(silent::Held::answer);
    let settled = consumer.wait(8);
    assert!(settled.values().all(Result::is_ok), "{settled:?}");
    assert_eq!(consumer.calls.count_pending(), 0);
}

#[test]
fn a_client_shares_its_workers_unless_it_has_a_limit_of_its_own() {
    let server = Silent::new();
    let (shared, consumer) = (Dispatcher::new(1), Consumer::new());
    let without = server.client().build().unwrap();
    let with = server.client().max_in_flight(2).build().unwrap();
    let own = Dispatcher::of(&with, &shared);
    consumer.get(&Dispatcher::of(&without, &shared), &without, "/first");
    let first = server.request();
    for _ in 0..2 {
        consumer.get(&Dispatcher::of(&without, &shared), &without, "/shared");
        consumer.get(&own, &with, "/own");
    }
    let held = [server.request(), server.request()];
    assert!(held.iter().all(|held| held.path == "/own"));
    assert!(!server.is_asked_within(Duration::from_millis(100)));
    held.into_iter().for_each(silent::Held::answer);
    first.answer();
    let next = server.request();
    assert_eq!(next.path, "/shared");
    next.answer();
    server.request().answer();
}

#[test]
fn a_call_that_waits_for_a_worker_is_cancelled_at_once_and_never_sent() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(1);
    let consumer = Consumer::new();
    let running = consumer.get(&dispatcher, &client, "/running");
    let held = server.request();
    let data = Arc::new(());
    let (inside, token) = (Arc::clone(&data), CancelToken::new());
    let waiting = consumer.calls.start(&dispatcher, token.clone(), move |_| {
        drop(inside);
        unreachable!()
    });
    assert!(consumer.calls.cancel(waiting));
    assert_eq!(
        kind(&consumer.wait(1)[&waiting]),
        Some(ErrorKind::Cancelled)
    );
    assert!(token.is_cancelled());
    assert_eq!(Arc::strong_count(&data), 1, "the queue keeps the job");
    assert!(!consumer.calls.cancel(waiting));
    held.answer();
    assert!(consumer.wait(1)[&running].is_ok());
    let next = consumer.get(&dispatcher, &client, "/next");
    let held = server.request();
    assert_eq!(held.path, "/next");
    held.answer();
    assert!(consumer.wait(1)[&next].is_ok());
}

#[test]
fn a_cancelled_call_is_reported_at_once_and_closes_its_connection() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(4);
    let consumer = Consumer::new();
    let first = consumer.get(&dispatcher, &client, "/first");
    let mut held = server.request();
    let second = consumer.get(&dispatcher, &client, "/second");
    let other = server.request();
    assert!(consumer.calls.cancel(first));
    // Already in this list, whatever the job is doing.
    let settled = consumer.calls.take();
    assert_eq!(settled.len(), 1);
    assert_eq!(
        (settled[0].0, kind(&settled[0].1)),
        (first, Some(ErrorKind::Cancelled))
    );
    assert!(held.is_closed_within(SOON));
    other.answer();
    assert!(consumer.wait(1)[&second].is_ok());
    assert!(!consumer.calls.cancel(second));
}

#[test]
fn many_outcomes_come_with_one_wake_up() {
    let server = Server::replies(json!([200]));
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(8);
    let consumer = Consumer::new();
    for _ in 0..3 {
        for _ in 0..50 {
            consumer.get(&dispatcher, &client, "/models");
        }
        let started = Instant::now();
        while consumer.calls.count_pending() > 0 {
            assert!(started.elapsed() < LONG);
            thread::sleep(Duration::from_millis(5));
        }
        // Only the first outcome wakes the consumer, which may see it after the last.
        consumer.woken.recv_timeout(LONG).unwrap();
        let settled = consumer.calls.take();
        assert_eq!(settled.len(), 50);
        assert!(settled.iter().all(|(_, outcome)| outcome.is_ok()));
    }
    assert!(consumer.calls.stop(LONG));
    assert_eq!(consumer.wakes.load(Ordering::SeqCst), 3);
}

#[test]
fn each_consumer_gets_its_own_outcomes_through_the_same_workers() {
    let dispatcher = Dispatcher::new(4);
    let consumers: Vec<Consumer<usize>> = (0..4).map(|_| Consumer::new()).collect();
    for _ in 0..100 {
        for (number, consumer) in consumers.iter().enumerate() {
            let job = move |_| Ok(number);
            consumer.calls.start(&dispatcher, CancelToken::new(), job);
        }
    }
    for (number, consumer) in consumers.iter().enumerate() {
        let settled = consumer.wait(100);
        assert!(
            settled
                .into_values()
                .all(|outcome| outcome.unwrap() == number)
        );
    }
}

#[test]
fn what_a_job_asks_comes_before_its_outcome_and_not_after_it() {
    let dispatcher = Dispatcher::new(1);
    let consumer = Consumer::new();
    let inside = Arc::clone(&consumer.calls);
    let (answer, answered) = channel();
    let job = move |call| {
        assert!(inside.push(call, "a question"));
        Ok(answered.recv().unwrap())
    };
    let call = consumer.calls.start(&dispatcher, CancelToken::new(), job);
    assert_eq!(consumer.wait(1)[&call].as_ref().unwrap(), &"a question");
    assert_eq!(consumer.calls.count_pending(), 1);
    answer.send("the outcome").unwrap();
    assert_eq!(consumer.wait(1)[&call].as_ref().unwrap(), &"the outcome");
    assert!(!consumer.calls.push(call, "too late"));
    assert!(consumer.calls.take().is_empty());
}

#[test]
fn a_cancellation_that_races_with_the_end_settles_a_call_once() {
    let dispatcher = Dispatcher::new(4);
    let consumer: Consumer<CallId> = Consumer::new();
    let (sender, receiver) = channel::<CallId>();
    let (cancels, started) = (Arc::new(AtomicUsize::new(0)), 4_000);
    let canceller = {
        let (calls, cancels) = (Arc::clone(&consumer.calls), Arc::clone(&cancels));
        thread::spawn(move || {
            for call in receiver {
                if calls.cancel(call) {
                    cancels.fetch_add(1, Ordering::SeqCst);
                }
            }
        })
    };
    let all: HashSet<CallId> = (0..started)
        .map(|number| {
            let job = move |call| {
                // Sometimes in the queue, sometimes at the start, sometimes near the end.
                for _ in 0..number % 50 {
                    thread::yield_now();
                }
                Ok(call)
            };
            let call = consumer.calls.start(&dispatcher, CancelToken::new(), job);
            sender.send(call).unwrap();
            call
        })
        .collect();
    assert_eq!(all.len(), started);
    let settled = consumer.wait(started);
    drop(sender);
    canceller.join().unwrap();
    assert!(settled.keys().all(|call| all.contains(call)));
    let cancelled = settled.values().filter(|outcome| outcome.is_err()).count();
    assert_eq!(cancelled, cancels.load(Ordering::SeqCst));
    for (call, outcome) in settled {
        assert_eq!(outcome.unwrap_or(call), call);
    }
    // No outcome arrives later.
    assert!(consumer.calls.stop(LONG));
    assert!(consumer.calls.take().is_empty());
}

#[test]
fn a_consumer_that_is_dropped_takes_its_calls_along() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(1);
    let consumer = Consumer::new();
    consumer.get(&dispatcher, &client, "/running");
    let mut held = server.request();
    consumer.get(&dispatcher, &client, "/waiting");
    let wakes = Arc::clone(&consumer.wakes);
    drop(consumer);
    assert!(held.is_closed_within(SOON));
    assert!(!server.is_asked_within(Duration::from_millis(100)));
    assert_eq!(wakes.load(Ordering::SeqCst), 0);
    // The workers are free for other calls.
    let other = Consumer::new();
    let call = other
        .calls
        .start(&dispatcher, CancelToken::new(), |_| Ok(()));
    assert!(other.wait(1)[&call].is_ok());
}

#[test]
fn after_a_stop_no_call_begins_and_each_one_open_is_settled() {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    let dispatcher = Dispatcher::new(2);
    let consumer = Consumer::new();
    let calls: Vec<CallId> = (0..4)
        .map(|_| consumer.get(&dispatcher, &client, "/models"))
        .collect();
    let mut held = [server.request(), server.request()];
    assert!(consumer.calls.stop(LONG));
    let settled = consumer.calls.take();
    assert!(settled.iter().map(|(call, _)| call).eq(&calls));
    let all_cancelled =
        |outcome: &(CallId, Result<_, _>)| kind(&outcome.1) == Some(ErrorKind::Cancelled);
    assert!(settled.iter().all(all_cancelled));
    assert!(held.iter_mut().all(|held| held.is_closed_within(SOON)));
    let token = CancelToken::new();
    let late = consumer
        .calls
        .start(&dispatcher, token.clone(), |_| unreachable!());
    assert!(!calls.contains(&late) && token.is_cancelled());
    assert!(consumer.calls.take().is_empty());
    assert_eq!(consumer.wakes.load(Ordering::SeqCst), 0);
    assert!(dispatcher.shutdown(LONG));
}

#[test]
fn workers_that_stop_settle_the_calls_that_wait_for_them() {
    let dispatcher = Dispatcher::new(1);
    let consumer = Consumer::new();
    let (began, begins) = channel();
    let (release, wait) = channel::<()>();
    let start = |job: Box<dyn FnOnce() + Send>| {
        consumer
            .calls
            .start(&dispatcher, CancelToken::new(), move |_| {
                job();
                Ok(())
            })
    };
    let running = start(Box::new(move || {
        began.send(()).unwrap();
        let _ = wait.recv();
    }));
    begins.recv_timeout(LONG).unwrap();
    let waiting = start(Box::new(|| unreachable!()));
    assert!(!dispatcher.shutdown(Duration::ZERO));
    assert_eq!(
        kind(&consumer.wait(1)[&waiting]),
        Some(ErrorKind::Cancelled)
    );
    let late = start(Box::new(|| unreachable!()));
    assert_eq!(kind(&consumer.wait(1)[&late]), Some(ErrorKind::Internal));
    drop(release);
    assert!(consumer.wait(1)[&running].is_ok());
}

#[test]
fn fault_65_a_panic_in_a_call_is_an_internal_error_and_the_process_lives() {
    let server = Server::replies(json!([200]));
    let first = AtomicBool::new(true);
    let client = Client::builder()
        .api_key_callback(move || {
            assert!(!first.swap(false, Ordering::SeqCst), "on purpose");
            Ok(FAKE_KEY.to_owned())
        })
        .base_url(server.base_url())
        .build()
        .unwrap();
    let dispatcher = Dispatcher::new(1);
    let consumer = Consumer::new();
    let failed = consumer.get(&dispatcher, &client, "/models");
    let settled = consumer.wait(1);
    let error = settled[&failed].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(!format!("{error} {error:?}").contains("on purpose"));
    // A panic in the job itself whose payload is not a text.
    let token = CancelToken::new();
    let job = |_| std::panic::panic_any(7);
    let failed = consumer.calls.start(&dispatcher, token, job);
    assert_eq!(kind(&consumer.wait(1)[&failed]), Some(ErrorKind::Internal));
    let works = consumer.get(&dispatcher, &client, "/models");
    assert!(consumer.wait(1)[&works].as_ref().unwrap().ok());
}
