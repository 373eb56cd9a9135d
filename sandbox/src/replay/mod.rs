//! A raw TCP server that sends scripted replies, well-formed or not, and checks
//! the requests; or, if the script asks for it, a proxy.
//!
//! It uses blocking sockets and a thread for each connection: a script controls
//! every byte and every pause, which an HTTP library does not allow.

mod answer;
mod args;
mod body;
mod check;
mod connection;
mod control;
mod head;
mod http_head;
mod incoming;
mod listener;
mod proxy;
mod recording;
mod reply;
mod reply_json;
mod report;
mod request_facts;
mod script;
mod script_error;
mod script_headers;
mod server;
mod state;
mod write_reply;

pub use args::run;
