//! What only the bindings need; no part of the public surface.

pub use crate::config::{Language, set_language};
pub use crate::near_miss::near_miss;
