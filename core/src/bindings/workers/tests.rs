use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use neura_transport::{CancelToken, PerProcess};

use super::queue::{Ends, Turn};
use super::threads::Workers;
use super::{Calls, Dispatcher, Handle};
use crate::client::Deadline;
use crate::error::ErrorKind;

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

fn with_idle(limit: usize, idle: Duration) -> Dispatcher {
    let mut workers = Workers::new(limit);
    workers.idle = idle;
    Dispatcher(Arc::new(Handle(PerProcess::new(Arc::new(workers)))))
}

/// The number of workers, and of the idle ones among them.
fn count(workers: &Workers) -> (usize, usize) {
    let state = workers.lock();
    (state.threads, state.idle.len())
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < LONG, "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A job that says when it begins and waits until its sender is dropped.
fn held(dispatcher: &Dispatcher, began: &Sender<&'static str>) -> Sender<()> {
    let (release, wait) = channel();
    let began = began.clone();
    let job = move || {
        began.send("began").unwrap();
        let _ = wait.recv();
    };
    dispatcher.spawn(job).unwrap();
    release
}

fn next<T>(receiver: &Receiver<T>) -> T {
    receiver.recv_timeout(LONG).unwrap()
}

#[test]
fn jobs_run_side_by_side_up_to_the_limit_and_in_order_beyond_it() {
    let dispatcher = Dispatcher::new(4);
    let (began, begins) = channel();
    let mut held: Vec<_> = (0..4).map(|_| held(&dispatcher, &began)).collect();
    for _ in 0..4 {
        assert_eq!(next(&begins), "began");
    }
    let (sender, receiver) = channel();
    for number in 0..40 {
        let sender = sender.clone();
        dispatcher
            .spawn(move || sender.send(number).unwrap())
            .unwrap();
    }
    assert_eq!(count(&dispatcher.0.workers()), (4, 0));
    held.pop(); // One worker runs the whole queue.
    for number in 0..40 {
        assert_eq!(next(&receiver), number);
    }
}

#[test]
fn a_panic_ends_only_its_job() {
    let dispatcher = Dispatcher::new(1);
    let (sender, receiver) = channel();
    dispatcher.spawn(|| std::panic::panic_any("fault")).unwrap();
    dispatcher.spawn(move || sender.send(7).unwrap()).unwrap();
    assert_eq!(next(&receiver), 7);
}

#[test]
fn workers_end_after_the_last_job_when_their_dispatcher_is_gone() {
    let dispatcher = Dispatcher::new(2);
    let workers = dispatcher.0.workers();
    let (sender, receiver) = channel();
    for _ in 0..4 {
        let sender = sender.clone();
        dispatcher.spawn(move || sender.send(()).unwrap()).unwrap();
    }
    drop(dispatcher);
    assert_eq!(receiver.iter().take(4).count(), 4);
    until("no worker", || count(&workers).0 == 0);
}

#[test]
fn idle_workers_end_and_new_ones_begin() {
    let dispatcher = with_idle(8, Duration::from_millis(50));
    let (began, begins) = channel();
    for _ in 0..2 {
        let held: Vec<_> = (0..3).map(|_| held(&dispatcher, &began)).collect();
        for _ in 0..3 {
            assert_eq!(next(&begins), "began");
        }
        assert_eq!(count(&dispatcher.0.workers()).0, 3);
        drop(held);
        until("no worker", || count(&dispatcher.0.workers()) == (0, 0));
    }
}

/// If workers took turns, none would become idle long enough to end.
#[test]
fn with_little_to_do_the_workers_that_are_not_needed_end() {
    let dispatcher = with_idle(8, Duration::from_millis(500));
    let (began, begins) = channel();
    let held: Vec<_> = (0..8).map(|_| held(&dispatcher, &began)).collect();
    for _ in 0..8 {
        assert_eq!(next(&begins), "began");
    }
    drop(held);
    let (sender, receiver) = channel();
    until("a single worker", || {
        let sender = sender.clone();
        dispatcher.spawn(move || sender.send(()).unwrap()).unwrap();
        next(&receiver);
        count(&dispatcher.0.workers()).0 == 1
    });
}

#[test]
fn an_idle_worker_takes_the_next_job() {
    let dispatcher = Dispatcher::new(8);
    let names = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..10 {
        let names = Arc::clone(&names);
        let job = move || names.lock().unwrap().push(thread::current().id());
        dispatcher.spawn(job).unwrap();
        until("an idle worker", || {
            count(&dispatcher.0.workers()) == (1, 1)
        });
    }
    let mut names = std::mem::take(&mut *names.lock().unwrap());
    assert_eq!(names.len(), 10);
    names.dedup();
    assert_eq!(names.len(), 1);
}

#[test]
fn a_job_that_waits_can_be_withdrawn_and_gives_its_data_back_at_once() {
    let dispatcher = Dispatcher::new(1);
    let (began, begins) = channel();
    let release = held(&dispatcher, &began);
    assert_eq!(next(&begins), "began");
    let data = Arc::new(());
    let inside = Arc::clone(&data);
    let ran = began.clone();
    let handle = dispatcher
        .spawn(move || {
            ran.send("ran").unwrap();
            drop(inside);
        })
        .unwrap();
    assert_eq!(Arc::strong_count(&data), 2);
    assert!(handle.withdraw());
    assert_eq!(Arc::strong_count(&data), 1);
    assert!(!handle.withdraw());
    drop(release);
    let last = dispatcher
        .spawn(move || began.send("last").unwrap())
        .unwrap();
    assert_eq!(next(&begins), "last");
    assert!(!last.withdraw());
}

#[test]
fn shutdown_drops_what_waits_and_refuses_more() {
    let dispatcher = Dispatcher::new(1);
    let (began, begins) = channel();
    let release = held(&dispatcher, &began);
    dispatcher
        .spawn(move || began.send("ran").unwrap())
        .unwrap();
    assert_eq!(next(&begins), "began");
    assert!(!dispatcher.shutdown(Duration::from_millis(20)));
    let error = dispatcher.spawn(|| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    drop(release);
    assert!(dispatcher.shutdown(LONG));
    assert_eq!(begins.recv().ok(), None, "a dropped job ran");
}

#[test]
fn shutdown_does_not_wait_for_idle_workers_to_end() {
    let dispatcher = Dispatcher::new(4);
    let (began, begins) = channel();
    drop(held(&dispatcher, &began));
    assert_eq!(next(&begins), "began");
    until("an idle worker", || {
        count(&dispatcher.0.workers()) == (1, 1)
    });
    let started = Instant::now();
    assert!(dispatcher.shutdown(Duration::MAX));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_a_panic_carries_may_panic_when_it_is_dropped() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            if !thread::panicking() {
                std::panic::panic_any("once more");
            }
        }
    }
    let dispatcher = Dispatcher::new(1);
    let (sender, receiver) = channel();
    dispatcher.spawn(|| std::panic::panic_any(Bad)).unwrap();
    dispatcher.spawn(move || sender.send(7).unwrap()).unwrap();
    assert_eq!(receiver.recv_timeout(Duration::from_secs(5)), Ok(7));
    assert!(dispatcher.shutdown(Duration::from_secs(5)));
}

/// Starts jobs that may wait for the given times, and reports why each was called.
fn limited(dispatcher: &Dispatcher, waits: &[Duration]) -> Receiver<Turn> {
    let (sender, receiver) = channel();
    for wait in waits {
        let sender = sender.clone();
        let job = move |turn| sender.send(turn).unwrap();
        let given = dispatcher.give(Box::new(job), Ends::at(Some(Instant::now() + *wait)));
        assert!(given.is_ok());
    }
    receiver
}

#[test]
fn one_thread_ends_the_jobs_whose_time_is_up_and_then_itself() {
    let dispatcher = with_idle(1, Duration::from_millis(50));
    let workers = dispatcher.0.workers();
    let (began, begins) = channel();
    let held = held(&dispatcher, &began);
    next(&begins);
    assert!(!workers.lock().timer);
    let soon = Duration::from_millis(20);
    let turns = limited(&dispatcher, &[soon * 4, soon, LONG, soon * 2]);
    for _ in 0..3 {
        assert_eq!(next(&turns), Turn::Late { workers: 1 });
    }
    assert!(workers.lock().timer);
    drop(held);
    assert_eq!(next(&turns), Turn::Run);
    until("no timer", || !workers.lock().timer);
}

#[test]
fn a_job_that_finds_a_worker_needs_no_timer() {
    let dispatcher = Dispatcher::new(2);
    let turns = limited(&dispatcher, &[LONG]);
    assert_eq!(next(&turns), Turn::Run);
    assert!(!dispatcher.0.workers().lock().timer);
}

#[test]
fn a_worker_that_comes_too_late_does_not_run_the_job() {
    let (mut queue, timer) = (super::queue::Queue::default(), Arc::default());
    queue.push(Box::new(|_| ()), Ends::at(Some(Instant::now())), &timer);
    queue.push(Box::new(|_| ()), Ends::default(), &timer);
    assert!(queue.pop().is_some_and(|(_, late)| late));
    assert!(queue.pop().is_some_and(|(_, late)| !late));
    assert!(queue.pop().is_none() && queue.next_end().is_none());
}

#[test]
fn a_shutdown_waits_for_the_timer() {
    let dispatcher = Dispatcher::new(1);
    let (began, begins) = channel();
    let held = held(&dispatcher, &began);
    next(&begins);
    let turns = limited(&dispatcher, &[LONG]);
    drop(held);
    assert!(dispatcher.shutdown(LONG));
    assert!(!dispatcher.0.workers().lock().timer);
    // The job was run or dropped.
    assert!(turns.recv().is_ok_and(|turn| turn == Turn::Run) || turns.recv().is_err());
}

#[test]
fn a_call_that_is_cancelled_has_the_attempts_before_it() {
    let dispatcher = Dispatcher::new(1);
    let (wake, woken) = channel();
    let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    let (_release, held) = channel::<()>();
    let job = move |_| {
        let _ = held.recv();
        Ok(())
    };
    let deadline = Deadline::default();
    deadline.attempts().set(3);
    let id = calls.start_until(&dispatcher, deadline, CancelToken::new(), job);
    assert!(calls.cancel(id));
    next(&woken);
    let (_, outcome) = calls.take().remove(0);
    assert_eq!(outcome.unwrap_err().attempts(), 3);
}

#[test]
fn a_watched_job_ends_when_its_token_is_cancelled() {
    let dispatcher = Dispatcher::new(1);
    let (began, begins) = channel();
    let release = held(&dispatcher, &began);
    next(&begins);
    let (wake, woken) = channel();
    let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    let token = CancelToken::new();
    let start = |token: &CancelToken| {
        calls.start_watched(&dispatcher, Deadline::default(), token.clone(), |turn| {
            turn.map(drop)
        })
    };
    let (first, other) = (start(&token.child()), start(&CancelToken::new()));
    token.cancel();
    next(&woken);
    let (id, outcome) = calls.take().remove(0);
    assert_eq!(id, first);
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Cancelled);
    drop(release);
    next(&woken);
    let (id, outcome) = calls.take().remove(0);
    assert!(id == other && outcome.is_ok());
    assert!(dispatcher.shutdown(LONG), "the timer has nothing to watch");
}

#[test]
fn calls_whose_jobs_are_ended_settle_when_these_have_ended() {
    let dispatcher = Dispatcher::new(1);
    let (wake, woken) = channel();
    let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    let (began, begins) = channel();
    let (release, held) = channel::<()>();
    let token = CancelToken::new();
    let job = move |_| {
        began.send("began").unwrap();
        let _ = held.recv();
        Ok("ran")
    };
    let running = calls.start(&dispatcher, token.clone(), job);
    next(&begins);
    let waiting = calls.start(&dispatcher, CancelToken::new(), |_| Ok("waited"));
    calls.end_jobs();
    assert!(token.is_cancelled());
    next(&woken);
    let (id, outcome) = calls.take().remove(0);
    assert_eq!(id, waiting);
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Cancelled, super::cancelled().message())
    );
    drop(release);
    next(&woken);
    let (id, outcome) = calls.take().remove(0);
    assert_eq!((id, outcome.unwrap()), (running, "ran"));
}
