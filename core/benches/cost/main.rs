//! The CPU time of a call, compared with a bare socket loop and plain ureq.
//!
//! Everything is pinned to one core, including the server. The sides take turns, so that other load
//! on the machine affects all of them equally. The figures are medians over the rounds: the client
//! thread's own CPU time, and the wall time, which includes the server.
//!
//! `cargo bench -p neura --bench cost`; with `--check` it fails if a promise is broken, with
//! `--profile` or `--profile-tls` it only makes calls, for a profiler.

mod clock;
#[path = "../../tests/common/self_signed.rs"]
mod self_signed;
mod server;
mod sides;

use std::process::ExitCode;

use clock::{Spent, median, pin_to_one_core};
use server::Server;
use sides::Side;

const ROUNDS: usize = 60;
const CALLS: usize = 200;
const PROFILED: usize = 200_000;
/// Calls without a comparison, for a profiler.
type Start = fn() -> Server;
const PROFILES: [(&str, Start); 2] = [("--profile", Server::plain), ("--profile-tls", Server::tls)];

/// A call over a plain connection costs at most this many times a bare socket.
const PLAIN_LIMIT: f64 = 1.5;
/// A call over TLS costs at most this many times a bare rustls stream.
const TLS_LIMIT: f64 = 1.2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    pin_to_one_core();
    for (argument, start) in PROFILES {
        if arguments.iter().any(|given| given == argument) {
            let mut side = Side::neura(&start());
            (0..PROFILED).for_each(|_| side.call());
            return ExitCode::SUCCESS;
        }
    }
    println!("a 300-byte JSON and its 600-byte answer, {ROUNDS} rounds of {CALLS} calls each");

    let server = Server::plain();
    let mut plain = [
        Side::socket(&server),
        Side::neura(&server),
        Side::ureq(&server),
    ];
    let [socket, ours, ureq] = measure(&mut plain);
    let server = Server::tls();
    let mut tls = [Side::socket(&server), Side::neura(&server)];
    let [socket_tls, ours_tls] = measure(&mut tls);

    let (plain, less, tls) = (ours / socket, ours / ureq, ours_tls / socket_tls);
    println!("plain: {plain:.2} times a bare socket (at most {PLAIN_LIMIT})");
    println!("plain: {less:.2} times bare ureq (less than 1)");
    println!("TLS:   {tls:.2} times a bare rustls stream (at most {TLS_LIMIT})");
    match plain <= PLAIN_LIMIT && less < 1.0 && tls <= TLS_LIMIT {
        true => ExitCode::SUCCESS,
        false if check => ExitCode::FAILURE,
        false => {
            println!("a promise is broken");
            ExitCode::SUCCESS
        }
    }
}

/// The median CPU time of a call on each side, in microseconds.
fn measure<const SIDES: usize>(sides: &mut [Side; SIDES]) -> [f64; SIDES] {
    for side in sides.iter_mut() {
        (0..CALLS).for_each(|_| side.call());
    }
    let mut spent: [Vec<Spent>; SIDES] = std::array::from_fn(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (side, spent) in sides.iter_mut().zip(&mut spent) {
            spent.push(Spent::on(|| (0..CALLS).for_each(|_| side.call())));
        }
    }
    std::array::from_fn(|index| {
        let each = |of: fn(&Spent) -> f64| median(spent[index].iter().map(of)) / CALLS as f64;
        let (cpu, wall) = (each(|spent| spent.cpu), each(|spent| spent.wall));
        println!(
            "{:<22} {cpu:6.1} µs of CPU a call, {wall:6.1} µs of wall time",
            sides[index].name
        );
        cpu
    })
}
