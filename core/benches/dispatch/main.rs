//! Compares how calls wait: each on its own thread, as in this library, or in one event loop, as in
//! a prototype.
//!
//! For each way, in its own process: 2,000 calls with 1,000 in flight, against a server that waits
//! 200 ms before each reply, and 5,000 sequential calls that it answers at once. `cargo bench -p
//! neura --bench dispatch`. Without cargo's `--bench` a small run only shows that this program
//! works.

mod event_loop;
mod process;
mod slow_server;

use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use event_loop::EventLoop;
use neura::Client;
use neura::bindings::{Dispatcher, Request};
use process::{memory, processor_time};
use slow_server::WAIT;

const BODY: &str = r#"{"model":"gpt-5","messages":[{"role":"user","content":"Hello!"}]}"#;
const KEY: &str = "nk-fake-0123456789abcdef";
/// The number of runs after the first, which reuse the connections and workers of the run before.
const WARM_RUNS: usize = 3;
/// How often each way runs, in turn.
const ROUNDS: usize = 3;

fn main() {
    let given = |word: &str| std::env::args().any(|argument| argument == word);
    if given("--serve") {
        return slow_server::serve();
    }
    let size = match given("--bench") {
        true => Size {
            calls: 2_000,
            limit: 1_000,
            in_turn: 5_000,
        },
        false => Size {
            calls: 40,
            limit: 20,
            in_turn: 20,
        },
    };
    match std::env::args().skip_while(|word| word != "--way").nth(1) {
        Some(way) => measure(&way, &size),
        None => {
            let program = std::env::current_exe().expect("this program");
            let size: &[&str] = if given("--bench") { &["--bench"] } else { &[] };
            for way in ["threads", "loop"].repeat(ROUNDS) {
                let mut run = Command::new(&program);
                let status = run.args(["--way", way]).args(size).status();
                assert!(status.expect("it runs").success(), "{way}");
            }
        }
    }
}

struct Size {
    calls: u32,
    limit: usize,
    in_turn: u32,
}

/// Starts one call, which sends on the channel when it settles.
type Start<'a> = &'a dyn Fn(&'static str, &Sender<()>);

fn measure(way: &str, size: &Size) {
    let (server, url) = slow_server::start();
    let before = memory();
    match way {
        "threads" => {
            let client = Client::builder().api_key(KEY).base_url(url).build();
            let client = client.expect("a client");
            let dispatcher = Dispatcher::new(size.limit);
            let report = run(size, &|path, settled| {
                on_a_thread(&client, &dispatcher, path, settled.clone());
            });
            println!("{way}: {report}; {before} before, {} after", memory());
        }
        _ => {
            let address = url.trim_start_matches("http://").parse();
            let event_loop = EventLoop::new(address.expect("an address"), size.limit);
            let event_loop = event_loop.expect("a loop");
            let report = run(size, &|path, settled| {
                let settled = settled.clone();
                event_loop.call(request(path), move |body| {
                    body.expect("a reply");
                    settled.send(()).unwrap_or_default();
                });
            });
            println!("{way}: {report}; {before} before, {} after", memory());
        }
    }
    drop(server);
}

fn on_a_thread(client: &Client, dispatcher: &Dispatcher, path: &'static str, settled: Sender<()>) {
    let client = client.clone();
    let job = move || {
        let request = Request::new(neura::Method::Post, path).json(BODY);
        client.send(request).expect("a reply");
        settled.send(()).unwrap_or_default();
    };
    dispatcher.spawn(job).expect("a worker");
}

fn request(path: &str) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {KEY}\r\n\
         user-agent: neura\r\naccept: application/json\r\naccept-encoding: gzip\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    head.into_bytes()
}

fn run(size: &Size, start: Start<'_>) -> String {
    let mut times = Vec::new();
    let mut used = Duration::ZERO;
    for _ in 0..=WARM_RUNS {
        let before = processor_time();
        times.push(all(start, size.calls));
        used = processor_time().saturating_sub(before);
    }
    let ideal = WAIT * size.calls / size.limit as u32;
    let (sender, settled) = channel();
    let (began, before) = (Instant::now(), processor_time());
    for _ in 0..size.in_turn {
        start("/at-once", &sender);
        settled.recv().expect("it settles");
    }
    let each = began.elapsed() / size.in_turn;
    let each_used = processor_time().saturating_sub(before) / size.in_turn;
    format!(
        "ideal {ideal:.2?}, cold {:.2?}, warm {:.2?}, {used:.2?} of processor time; one after \
         another {each:.1?}, {each_used:.1?} of processor time",
        times[0], times[WARM_RUNS]
    )
}

/// The time from the start of all calls until the last one settles.
fn all(start: Start<'_>, count: u32) -> Duration {
    let (sender, settled) = channel();
    let began = Instant::now();
    for _ in 0..count {
        start("/chat/completions", &sender);
    }
    for _ in 0..count {
        settled.recv().expect("it settles");
    }
    began.elapsed()
}
