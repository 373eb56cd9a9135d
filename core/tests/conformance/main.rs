//! The shared cases, through the public surface and over real sockets.

#[path = "../common/child.rs"]
mod child;
#[path = "../common/mod.rs"]
mod common;
#[macro_use]
mod form;
mod base_url;
mod call;
mod dotenv;
mod error;
mod key;
mod proxy;
mod resolve;
mod retry;
mod sse;
mod surface;
