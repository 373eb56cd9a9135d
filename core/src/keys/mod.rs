//! The keys of a client: the ring of them, what follows after a 401, and what each did.

mod file_watch;
mod ring;
mod single_flight;
mod state;
mod usage;

pub(crate) use ring::{Credential, Keyring, Taken};
pub(crate) use usage::{Counters, Tokens, may_count_tokens, prepare_token_search};
pub use usage::{KeyUsage, Usage};
