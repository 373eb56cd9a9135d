//! Tests of the C ABI: the header, the libraries, and programs that use them.

mod clang;
mod compile;
#[cfg(unix)]
mod conformance;
mod cpp;
mod declarations;
mod examples;
mod folder;
mod header;
#[cfg(target_os = "linux")]
mod instructions;
mod kept;
mod library;
mod null_calls;
#[cfg(target_os = "linux")]
mod packages;
#[cfg(unix)]
#[path = "../../../core/tests/common/place.rs"]
mod place;
mod process;
mod programs;
mod proxy;
mod queues;
mod readme;
mod run;
mod sanitizers;
mod scripts;
mod servers;
mod stacks;
mod stress;
mod surface;
mod symbols;
#[path = "../../../core/tests/common/tls_server.rs"]
mod tls_server;
