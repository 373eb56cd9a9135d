//! The command `neura` as its users run it: the real binary, against the real sandbox and the
//! scripted server. One program, because each links the whole core.

mod bad_keys_file;
mod chat;
mod check;
mod completions;
mod embed;
mod exit_codes;
mod guard;
mod guard_forms;
mod guard_repository;
mod header;
mod help;
mod input;
#[cfg(unix)]
mod interactive;
#[cfg(unix)]
mod key_prompts;
mod keys;
mod keys_file_form;
mod neura;
mod output;
mod package;
#[path = "../../../core/tests/common/place.rs"]
mod place;
mod rotation;
mod run;
mod sandbox;
#[path = "../../../core/tests/common/servers.rs"]
mod servers;
mod streams;
#[cfg(unix)]
mod terminal;
mod usage;
mod which;
