//! A job asks the consumer of its call for the key.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use neura::bindings::{CallId, Calls, Dispatcher, Question};
use neura::{CancelToken, Client, Error, ErrorKind, Options, Response};

use crate::wire::Wire;

const LONG: Duration = Duration::from_secs(30);

enum Outcome {
    Replied(Box<Response>),
    Asked(Question),
}

/// A client that asks its consumers for the key, and a server that reports the keys it received.
fn asks() -> (Wire, Client, Receiver<String>) {
    let (sender, keys) = channel();
    let server = Wire::start(move |peer, _| {
        while let Some(head) = peer.head() {
            let key = head
                .lines()
                .find_map(|it| it.strip_prefix("authorization: Bearer "));
            sender.send(key.unwrap().to_owned()).unwrap();
            peer.answer("{}");
        }
    });
    let mut options = Options::new();
    options.set_base_url(format!("http://{}/v1", server.address));
    options.set_api_key_callback_for(|asking| Calls::ask(asking, Outcome::Asked));
    (server, Client::new(options).unwrap(), keys)
}

/// A consumer that is woken through a channel.
struct Consumer {
    calls: Calls<Outcome>,
    woken: Receiver<()>,
    dispatcher: Dispatcher,
}

impl Consumer {
    fn new() -> Self {
        let (wake, woken) = channel();
        Consumer {
            calls: Calls::new(move || wake.send(()).unwrap_or_default()),
            woken,
            dispatcher: Dispatcher::new(1),
        }
    }

    fn get(&self, client: &Client) -> CallId {
        let (client, token) = (client.clone(), CancelToken::new());
        let inside = token.clone();
        let job = move |_| {
            let reply = client.get("/models").cancel(&inside).send()?;
            Ok(Outcome::Replied(Box::new(reply)))
        };
        self.calls.start(&self.dispatcher, token, job)
    }

    fn next(&self) -> (CallId, Result<Outcome, Error>) {
        self.woken
            .recv_timeout(LONG)
            .expect("the consumer was not woken");
        let mut came = self.calls.take();
        assert_eq!(came.len(), 1);
        came.remove(0)
    }

    fn question(&self, call: CallId) -> Question {
        match self.next() {
            (asked, Ok(Outcome::Asked(question))) if asked == call => question,
            (_, other) => panic!("{:?}", other.err()),
        }
    }

    fn reply(&self, call: CallId) -> Result<u16, Error> {
        match self.next() {
            (settled, Ok(Outcome::Replied(reply))) if settled == call => Ok(reply.status()),
            (_, other) => Err(other.err().expect("a question")),
        }
    }
}

#[test]
fn the_consumer_is_asked_once_and_a_late_answer_is_refused() {
    let (_server, client, keys) = asks();
    let consumer = Consumer::new();
    let call = consumer.get(&client);
    let question = consumer.question(call);
    assert!(question.answer("nk-fake-first-0123456789"));
    assert_eq!(consumer.reply(call).unwrap(), 200);
    assert!(!question.answer("nk-fake-late-0123456789"));
    let call = consumer.get(&client);
    assert_eq!(consumer.reply(call).unwrap(), 200);
    for _ in 0..2 {
        let key = keys.recv_timeout(LONG).unwrap();
        assert_eq!(key, "nk-fake-first-0123456789");
    }
}

#[test]
fn of_several_consumers_the_one_whose_call_asks_is_asked() {
    let (_server, client, keys) = asks();
    let (one, other) = (Consumer::new(), Consumer::new());
    let call = one.get(&client);
    let question = one.question(call);
    // It waits until the first has asked.
    let waits = other.get(&client);
    question.fail("the vault is closed");
    assert_eq!(one.reply(call).unwrap_err().kind(), ErrorKind::Config);
    let question = other.question(waits);
    assert!(question.answer("nk-fake-second-0123456789"));
    assert_eq!(other.reply(waits).unwrap(), 200);
    assert_eq!(
        keys.recv_timeout(LONG).unwrap(),
        "nk-fake-second-0123456789"
    );
    assert!(one.calls.take().is_empty());
}

#[test]
fn why_there_is_no_key_stands_in_the_error() {
    type Refuse = fn(Question);
    let ways: [(Refuse, &str); 4] = [
        (
            |question| question.fail("the vault is closed"),
            "the vault is closed",
        ),
        (drop, "its question was dropped without an answer"),
        (
            |question| drop(question.if_dropped("its task is gone")),
            "its task is gone",
        ),
        (
            |question| {
                question.fail("first");
                question.fail("second");
            },
            "first",
        ),
    ];
    let (server, client, _keys) = asks();
    for (refuse, why) in ways {
        let consumer = Consumer::new();
        let call = consumer.get(&client);
        refuse(consumer.question(call));
        let error = consumer.reply(call).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains(why), "{why:?} in {error}");
    }
    assert_eq!(server.opened(), 0);
}

#[test]
fn a_call_that_is_cancelled_waits_for_no_answer() {
    let (server, client, _keys) = asks();
    let consumer = Consumer::new();
    let call = consumer.get(&client);
    let question = consumer.question(call);
    assert!(consumer.calls.cancel(call));
    assert_eq!(
        consumer.reply(call).unwrap_err().kind(),
        ErrorKind::Cancelled
    );
    let started = Instant::now();
    assert!(consumer.calls.stop(LONG), "its job ended");
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(!question.answer("nk-fake-late-0123456789"));
    assert_eq!(server.opened(), 0);
}

#[test]
fn outside_a_call_no_consumer_is_asked() {
    let (server, client, _keys) = asks();
    let asks = |client: &Client| {
        let error = client.get("/models").send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let why = "it can only be asked within a call";
        assert!(error.message().contains(why), "{error}");
    };
    asks(&client);
    // On a worker that had a call, and in a call whose outcomes have another type.
    let consumer = Consumer::new();
    let call = consumer.get(&client);
    drop(consumer.question(call));
    consumer.reply(call).unwrap_err();
    let (done, ended) = channel();
    let (again, inside) = (client.clone(), done.clone());
    let job = move || {
        asks(&again);
        inside.send(()).unwrap();
    };
    consumer.dispatcher.spawn(job).unwrap();
    ended.recv_timeout(LONG).unwrap();
    let others = Arc::new(Calls::<u16>::new(|| {}));
    let job = move |_| {
        asks(&client);
        done.send(()).unwrap();
        Ok(200)
    };
    others.start(&consumer.dispatcher, CancelToken::new(), job);
    ended.recv_timeout(LONG).unwrap();
    assert_eq!(server.opened(), 0);
}
