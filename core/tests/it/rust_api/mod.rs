//! What Rust programs write: the builders, the typed answers, the sources of errors, and calls as
//! futures.

mod builders;
mod errors;
mod futures_in_runtimes;
mod futures_without_runtime;
mod streams;
