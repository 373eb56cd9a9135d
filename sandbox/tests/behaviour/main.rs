//! The two programs as their users meet them: over sockets and pipes.

#![forbid(unsafe_code)]

mod harness;

mod authentication;
mod chat;
mod embeddings;
mod key_commands;
mod models;
mod replay_report;
mod replay_script;
mod requests;
mod start_and_stop;
mod tiers;
