//! The Rust API: builders, typed answers, sources of errors, and calls as futures.

mod builders;
mod errors;
mod futures_in_runtimes;
mod futures_without_runtime;
mod streams;
mod values;
