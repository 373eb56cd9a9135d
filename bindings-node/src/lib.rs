//! The Node.js binding: converts arguments, hands each call to a worker thread
//! of the core, and carries the outcome back to the JavaScript thread.
//!
//! What JavaScript users see is written in `lib/` on top of the classes here.
//! Two rules hold for every function of this crate:
//!
//! - A call that waits returns a number at once; its [`Outcome`](port::Outcome)
//!   arrives later, under that number, through the environment's [`Runtime`](runtime::Runtime).
//!   Nothing runs on libuv's pool.
//! - A failure is never thrown: it is a [`Failure`](failure::Failure) in the value's
//!   place, so that JavaScript makes the error object where the caller awaits it.

mod asking;
mod attempt;
mod body;
pub mod client;
pub mod failure;
pub mod form;
pub mod made_reply;
pub mod options;
pub mod pairs;
mod port;
mod reply;
pub mod report;
mod runtime;
mod stream;
pub mod thread;
mod upload;
mod wake;

use napi_derive::{module_init, napi};
use neura::bindings::{Language, set_language};

/// When the addon is loaded.
#[module_init]
fn init() {
    set_language(Language::Node);
    neura::watch_forks!();
}

/// What to say of a name that a call does not take, or null.
#[napi]
pub fn hint(given: String, known: Vec<String>) -> Option<String> {
    neura::bindings::hint(&given, known.iter().map(String::as_str))
}

/// What a caller gave, as a message quotes it: a key in its place is masked.
#[napi]
pub fn quoted(text: String) -> String {
    neura::bindings::quoted(&text)
}

/// The version of the package and of the core in it.
#[napi]
pub fn version() -> &'static str {
    neura::VERSION
}
