//! A raw TCP server that plays scripted replies, well-formed or not, and checks
//! the requests; or, if the script asks for it, a proxy.
//!
//! It uses blocking sockets and a thread for each connection: a script controls
//! every byte and every pause, which an HTTP library does not allow.

mod answer;
mod args;
mod asked;
mod body;
mod connection;
mod control;
mod door;
mod head;
mod http_head;
mod incoming;
mod judge;
mod perform;
mod proxy;
mod recording;
mod reply;
mod reply_json;
mod report;
mod script;
mod script_error;
mod served;
mod stage;

pub use args::run;
