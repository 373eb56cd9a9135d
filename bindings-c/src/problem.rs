//! Setters return nothing, so what one was given wrongly waits here for the call that can say so.

use neura_core::Error;

use crate::boundary::invalid_argument;

/// The first wrong argument that a setter of one object was given.
#[derive(Default)]
pub(crate) struct Problem(Option<Error>);

impl Problem {
    /// Runs a setter, and keeps its error if it is the first, under the setter's name.
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
