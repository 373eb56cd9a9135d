//! API keys of the sandbox: how they are made, stored and checked.

mod environment;
mod error;
mod lifetime;
mod private_file;
mod record;
mod schema;
mod secret;
mod store;
mod tier;
mod usage;

pub use environment::Environment;
pub use error::StoreError;
pub use lifetime::{Expiry, Lifetime};
pub use record::{KeyRecord, KeyState};
pub use secret::{KEY_PREFIX, Secret, without_key};
pub use store::{CreatedKey, KnownKey, NewKey, Store};
pub use tier::{Quota, Tier};
pub use usage::{Counts, Piece, Refusal, Span, UsageBatch, UsedKey};
