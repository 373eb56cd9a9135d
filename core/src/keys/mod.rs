//! The keys of a client: the ring, what follows after a 401, and the usage of each key.

mod file_watch;
mod ring;
mod single_flight;
mod state;
mod tally;
mod usage;
mod usage_log;

pub(crate) use ring::{Credential, Keyring, SelectedKey};
pub(crate) use usage::{Counters, Tokens, may_count_tokens, prepare_token_search};
pub use usage::{KeyUsage, Usage};
pub use usage_log::{before_fork, has_exit_hook, set_program, write_usage, writes_usage};
