//! Tests of the core through its public API and over real sockets, in one program, because each
//! program links the whole core and rustls.
//!
//! Tests run in parallel in this process. A test that changes or measures the process (its
//! environment, limits, name resolution) runs under [`isolated::isolated`]. Separate programs are
//! `fork`, whose children would hold the sockets of other tests, and `load` and `soak`, whose load
//! would break the timing of other tests.

#[path = "../common/asked.rs"]
mod asked;
#[path = "../common/child.rs"]
mod child;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/consumer.rs"]
mod consumer;
#[path = "../common/isolated.rs"]
mod isolated;
#[path = "../common/place.rs"]
mod place;
#[path = "../common/proxy.rs"]
mod proxy;
#[path = "../common/report.rs"]
mod report;
#[cfg(target_os = "linux")]
#[path = "../resolver/mod.rs"]
mod resolver;
#[path = "../common/silent.rs"]
mod silent;
#[path = "../common/streaming_servers.rs"]
mod streaming_servers;
#[cfg(target_os = "linux")]
#[path = "../common/switches.rs"]
mod switches;
#[path = "../common/tls_server.rs"]
mod tls_server;
#[path = "../common/wire.rs"]
mod wire;

mod batches;
mod callables;
mod cancel;
mod closable_body;
mod conformance;
mod connections;
mod diagnose;
mod diagnose_service;
mod dispatch;
mod environment;
mod faults;
mod few_threads;
mod files;
#[cfg(target_os = "linux")]
mod idle_waits;
mod key_files;
mod keys;
mod log;
mod observer;
mod options;
mod parts;
mod proxies;
mod proxy_cancel;
mod proxy_faults;
mod questions;
mod read_ahead;
mod rules;
mod rust_api;
mod sandbox;
mod stream_memory;
mod streaming_reply;
mod streaming_reply_close;
mod tls;
#[cfg(feature = "ureq")]
mod ureq_agent;
mod usage_file;
mod waiting;
