//! What Rust programs write: the builders, the typed answers, the sources of errors, and calls as
//! futures.

#[path = "../common/asked.rs"]
mod asked;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/silent.rs"]
mod silent;
#[path = "../common/wire.rs"]
mod wire;

mod builders;
mod errors;
mod futures_alone;
mod futures_in_runtimes;
mod streams;
