//! Tests of the C ABI: the header, the libraries, and programs that use them.

mod compile;
#[cfg(unix)]
mod conformance;
mod cpp;
mod examples;
mod folder;
mod header;
mod kept;
mod library;
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
mod scripts;
mod servers;
mod surface;
mod symbols;
#[path = "../../../core/tests/common/tls_server.rs"]
mod tls_server;
