//! The keys that `neura keys` stores: the credentials file, and what it says of each key.

pub(crate) mod atomic_file;
pub(crate) mod entry;
pub(crate) mod new_key;
pub(crate) mod store;
pub(crate) mod tested;

use neura::ErrorKind;

use crate::exit;
use crate::failure::Failure;

/// A file or a variable cannot be used.
pub(crate) fn config(message: impl Into<String>) -> Failure {
    Failure::with_code(exit::code_of(ErrorKind::Config), message)
}
