//! Setters return nothing, so their error is kept here for the call that can return it.

use neura_core::Error;

use crate::boundary::invalid_argument;

/// The first error of the setters of one object.
#[derive(Default)]
pub(crate) struct Problem(Option<Error>);

impl Problem {
    /// Runs a setter. If its error is the first, keeps it with the setter's name.
    pub fn note(&mut self, setter: &str, set: impl FnOnce() -> Result<(), Error>) {
        if let Err(error) = set() {
            let named = || invalid_argument(format!("{setter}: {}", error.message()));
            self.0.get_or_insert_with(named);
        }
    }

    /// The error that the call must fail with.
    pub fn check(&self) -> Result<(), Error> {
        self.0.clone().map_or(Ok(()), Err)
    }
}
