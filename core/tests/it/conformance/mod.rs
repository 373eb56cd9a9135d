//! The shared cases, through the public surface and over real sockets.

#[macro_use]
mod form;
mod base_url;
mod call;
mod dotenv;
mod error;
mod joined;
mod key;
mod proxy;
mod resolve;
mod retry;
mod sse;
mod surface;
