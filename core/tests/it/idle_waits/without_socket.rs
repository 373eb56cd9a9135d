//! Waits for a key, a worker or an answer.

use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use neura::bindings::{Calls, Deadline, Dispatcher, Question};
use neura::{CancelToken, Client, Options};

use super::{AT_ONCE, FEW, SECOND, SETTLED, assert_sleeps, cancelled, get, in_a_second};
use crate::common::FAKE_KEY;
use crate::isolated::isolated;
use crate::switches::Thread;
use crate::wire::Wire;

#[test]
fn a_call_that_waits_for_the_key_of_another_sleeps_and_then_has_it() {
    let server = Wire::start(|peer, _| peer.answer_all());
    let (release, held) = channel::<()>();
    let held = Mutex::new(held);
    let asks = move || {
        let _ = held.lock().unwrap().recv();
        Ok(FAKE_KEY.to_owned())
    };
    let url = format!("http://{}/v1", server.address);
    let keyed = Client::builder().api_key_callback(asks).base_url(url);
    let keyed = keyed.build().unwrap();
    let call = |client: &Client| {
        let client = client.clone();
        thread::spawn(move || {
            let reply = client.get("/models").send().unwrap();
            (reply.status(), Instant::now())
        })
    };
    let first = call(&keyed);
    thread::sleep(Duration::from_millis(100));
    let waits = keyed.clone();
    assert_sleeps("another call's look-up", move |token| get(&waits, token));
    let second = call(&keyed);
    thread::sleep(SETTLED);
    release.send(()).unwrap();
    let at = Instant::now();
    let (status, _) = first.join().unwrap();
    let (other, ended) = second.join().unwrap();
    assert_eq!((status, other), (200, 200));
    assert!(ended.saturating_duration_since(at) < SECOND);
}

/// Each that wakes would otherwise take the lock of the look-up in turn, and wake all that still wait.
#[test]
fn a_crowd_that_waits_for_one_key_wakes_once() {
    let (release, held) = channel::<()>();
    let held = Mutex::new(held);
    let asks = move || {
        let _ = held.lock().unwrap().recv();
        Ok(FAKE_KEY.to_owned())
    };
    let client = Client::builder().api_key_callback(asks).build().unwrap();
    let crowd = [(); 200].map(|()| {
        let client = client.clone();
        thread::spawn(move || {
            let before = Thread::current().switches();
            client.auth_header().unwrap();
            Thread::current().switches() - before
        })
    });
    thread::sleep(SECOND);
    release.send(()).unwrap();
    let all: u64 = crowd.into_iter().map(|it| it.join().unwrap()).sum();
    assert!(all < 200 * 10, "{all} sleeps of 200 threads");
}

/// The outcome of a call that asks its consumer for the key.
enum Outcome {
    Status(u16),
    Asked(Question),
}

#[test]
fn a_call_that_asks_its_consumer_sleeps_until_the_answer() {
    let server = Wire::start(|peer, _| peer.answer_all());
    let mut options = Options::new();
    options.set_base_url(format!("http://{}/v1", server.address));
    let (sender, asks) = channel();
    let sender = Mutex::new(sender);
    options.set_api_key_callback_for(move |asking| {
        let sender: Sender<Thread> = sender.lock().unwrap().clone();
        sender.send(Thread::current()).unwrap();
        Calls::ask(asking, Outcome::Asked)
    });
    let client = Client::new(options).unwrap();
    let (wake, woken) = channel();
    let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    let job = move |_| {
        client
            .get("/models")
            .send()
            .map(|reply| Outcome::Status(reply.status()))
    };
    calls.start(&Dispatcher::new(1), CancelToken::new(), job);
    woken.recv().unwrap();
    let Some((_, Ok(Outcome::Asked(question)))) = calls.take().pop() else {
        panic!("no question");
    };
    let waits = asks.recv().unwrap();
    thread::sleep(SETTLED);
    let switches = in_a_second(&waits);
    assert!(switches <= FEW, "{switches} switches in a second");
    assert!(question.answer(FAKE_KEY));
    woken.recv().unwrap();
    let settled = calls.take().pop();
    assert!(matches!(settled, Some((_, Ok(Outcome::Status(200))))));
}

#[test]
fn the_timer_of_waiting_calls_sleeps_until_a_cancel() {
    let name = "idle_waits::without_socket::the_timer_of_waiting_calls_sleeps_until_a_cancel";
    isolated(name, || {
        let dispatcher = Dispatcher::new(1);
        let (release, held) = channel::<()>();
        dispatcher
            .spawn(move || held.recv().unwrap_or_default())
            .unwrap();
        let (wake, woken) = channel();
        let calls = Calls::new(move || wake.send(()).unwrap_or_default());
        let watched = || {
            let token = CancelToken::new();
            let deadline = Deadline::default();
            calls.start_watched(&dispatcher, deadline, token.clone(), |turn| turn.map(drop));
            token
        };
        let tokens = [(); 4].map(|()| watched());
        thread::sleep(SETTLED);
        let timer = Thread::named("neura-timer");
        let switches = in_a_second(&timer);
        assert!(switches <= FEW, "{switches} switches in a second");
        let times = tokens.map(|token| {
            let at = Instant::now();
            token.cancel();
            woken.recv().unwrap();
            let took = at.elapsed();
            cancelled(calls.take()[0].1.as_ref().unwrap_err());
            thread::sleep(Duration::from_millis(17));
            took
        });
        assert!(times.iter().min().unwrap() < &AT_ONCE, "{times:?}");
        // One that is cancelled already.
        let token = CancelToken::new();
        token.cancel();
        let deadline = Deadline::default();
        calls.start_watched(&dispatcher, deadline, token, |turn| turn.map(drop));
        woken.recv_timeout(SECOND).unwrap();
        cancelled(calls.take()[0].1.as_ref().unwrap_err());
        drop(release);
    });
}
