//! The pages.

pub(super) mod key;
pub(super) mod keys;
pub(super) mod layout;
pub(super) mod playground;
mod query;
pub(super) mod revoke;
pub(super) mod usage;
