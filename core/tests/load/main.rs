//! A thousand threads, calls and connections at a time. A program of its own: what it takes of
//! the machine would make other tests late.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/silent.rs"]
mod silent;
#[path = "../common/wire.rs"]
mod wire;

mod crowd;
mod pool;
