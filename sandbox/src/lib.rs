//! A NeuraAI on your own machine: the service behind `neura-sandbox`, and the
//! scripted server behind `neura-replay`.
//!
//! Both are for tests and demos. No released package depends on them.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cli;
mod dashboard;
pub mod keys;
pub mod replay;
pub mod service;

mod announce;
mod stop;
