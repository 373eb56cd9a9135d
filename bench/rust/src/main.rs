//! The Rust sides of the comparison: `neura-bench-rust SIDE FUNCTION` is a process that measures one.

#![forbid(unsafe_code)]

mod events;
mod neura_side;
mod reqwest_side;
mod rounds;
mod setting;
mod socket;
mod ureq_side;

use setting::{Setting, Side};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [side, function] = words.as_slice() else {
        panic!("name the side and the function");
    };
    let setting = Setting::of_the_environment();
    let made: Side = match side.as_str() {
        "neura" => neura_side::side(function, &setting),
        "reqwest" => reqwest_side::side(function, &setting),
        "socket" => socket::side(&setting),
        "ureq" => ureq_side::side(function, &setting),
        _ => panic!("there is no side {side}"),
    };
    rounds::run(made, &setting);
}
