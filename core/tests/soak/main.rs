//! Many calls from many threads against a server that injects faults. Each call ends with its own
//! answer or with an error that its fault allows, and no resource is left.
//!
//! `NEURA_SOAK` is the number of calls, 4,000 unless it is set; `bench/deep.sh` makes 100,000.

mod chaos;
#[path = "../common/isolated.rs"]
mod isolated;
mod remains;
#[path = "../common/wire.rs"]
mod wire;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chaos::{Act, Call};
use neura::bindings::{Request, RequestOptions};
use neura::{Client, Error, ErrorKind, Method};
use remains::Remains;

const THREADS: usize = 64;
const USUAL: u64 = 4_000;
/// Shorter than the stalls before a head.
const TIMEOUT: Duration = Duration::from_millis(1_500);
/// Shorter than the stalls inside a body.
const IDLE: Duration = Duration::from_millis(700);
/// The share of calls that may be late on a busy machine without a stall.
const LATE: f64 = 0.01;

/// Makes the call with this number; the answer of another call is a panic.
fn make(client: &Client, marker: u64) -> Result<(), Error> {
    let mut options = RequestOptions::new();
    options.add_header(chaos::MARKER, marker.to_string());
    let own = chaos::body(marker);
    match Call::of(marker) {
        Call::Get => {
            let reply = client.send(Request::new(Method::Get, "/echo").options(options))?;
            reply.check()?;
            assert!(reply.text() == own, "{marker}: not its answer");
        }
        Call::Post => {
            let request = Request::new(Method::Post, "/echo").body(own.clone());
            let reply = client.send(request.options(options))?;
            reply.check()?;
            assert!(reply.text() == own, "{marker}: not its answer");
        }
        Call::Chat => {
            let mut chunks = 0;
            let mut stream = client.open_chat("{\"model\":\"gpt-5\"}", options)?;
            while let Some(chunk) = stream.next_text() {
                assert!(
                    chunk?.data == chaos::chunk(marker),
                    "{marker}: not its chunk"
                );
                chunks += 1;
            }
            assert_eq!(chunks, chaos::CHUNKS, "{marker}: not all of its chunks");
        }
    }
    Ok(())
}

/// How a call ended, as one word; an outcome that is not allowed is a panic. On a busy machine any
/// call may be late, if its time is really up.
fn judge(marker: u64, ended: Result<(), Error>, took: Duration) -> &'static str {
    let Err(error) = ended else { return "right" };
    assert!(!format!("{error} {error:?}").contains(wire::KEY));
    let last = Act::of(marker, error.attempts() - 1);
    let kind = error.kind();
    if last.allows(Call::of(marker), kind) {
        return kind.name();
    }
    let late = kind == ErrorKind::Timeout && took >= IDLE;
    assert!(late, "{marker}: {last:?} ended in {error:?} after {took:?}");
    "late"
}

#[test]
fn every_call_ends_as_it_should_and_nothing_is_left_behind() {
    let calls = std::env::var("NEURA_SOAK").map_or(USUAL, |calls| calls.parse().unwrap());
    let server = chaos::server();
    let before = Remains::now();
    let client = server
        .client()
        .max_retries(2)
        .timeout(TIMEOUT)
        .idle_timeout(IDLE)
        .build()
        .unwrap();
    let next = Arc::new(AtomicU64::new(0));
    let tally = Arc::new(Mutex::new(BTreeMap::<&'static str, u64>::new()));
    let samples = Arc::new(Mutex::new(Vec::new()));
    let started = Instant::now();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            let (tally, samples) = (Arc::clone(&tally), Arc::clone(&samples));
            thread::spawn(move || {
                loop {
                    let marker = next.fetch_add(1, Ordering::Relaxed);
                    if marker >= calls {
                        return;
                    }
                    // While all threads still run.
                    if marker == calls / 10 || marker == calls - 1 {
                        samples.lock().unwrap().push(Remains::now());
                    }
                    let began = Instant::now();
                    let ended = make(&client, marker);
                    let word = judge(marker, ended, began.elapsed());
                    *tally.lock().unwrap().entry(word).or_default() += 1;
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let took = started.elapsed();
    drop(client);
    let after = Remains::settled(&before);

    let tally = tally.lock().unwrap();
    let (right, late) = (
        tally["right"],
        tally.get("late").copied().unwrap_or_default(),
    );
    println!(
        "soak: {calls} calls from {THREADS} threads in {:.1} s",
        took.as_secs_f64()
    );
    println!("soak: {tally:?} over {} connections", server.opened());
    assert_eq!(tally.values().sum::<u64>(), calls);
    assert!(right > calls / 2 && right < calls, "{tally:?}");
    assert!(late as f64 <= LATE * calls as f64, "{tally:?}");
    // Each kind of fault must occur, or the server injects too few.
    for kind in ["connection", "timeout", "incomplete_stream"] {
        assert!(tally.contains_key(kind), "no {kind} in {tally:?}");
    }
    let samples = samples.lock().unwrap();
    let [tenth, last] = &samples[..] else {
        panic!("{samples:?}");
    };
    println!("soak: before {before:?}, after {after:?}");
    println!("soak: after a tenth {tenth:?}, with the last call {last:?}");
    after.assert_nothing_left(&before);
    last.assert_no_more_memory(tenth);
}
