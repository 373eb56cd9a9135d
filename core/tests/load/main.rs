//! A thousand threads, calls and connections at a time. A separate program, because its load would
//! delay other tests.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/silent.rs"]
mod silent;
#[path = "../common/wire.rs"]
mod wire;

mod crowd;
mod pool;
