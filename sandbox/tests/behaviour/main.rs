//! Tests of the two programs through sockets and pipes.

#![forbid(unsafe_code)]

mod harness;

mod authentication;
mod chat;
mod dashboard;
mod embeddings;
mod heads;
mod key_commands;
mod models;
#[cfg(unix)]
mod private_file;
mod refused_bodies;
mod replay_answers;
mod replay_bad_scripts;
mod replay_connections;
mod replay_expectations;
mod replay_other_answers;
mod replay_proxy;
mod replay_readme;
mod replay_report;
mod replay_script;
mod requests;
mod start_and_stop;
mod tiers;
