//! The client of the module's own verbs.

use neura::bindings::Lazy;
use pyo3::prelude::*;

use crate::finalization;

/// A client that is made at the first use.
#[pyclass(frozen, generic, module = "neura_ai._native")]
pub struct DefaultClient(Lazy<Py<PyAny>>);

#[pymethods]
impl DefaultClient {
    #[new]
    fn new() -> Self {
        Self(Lazy::new())
    }

    /// The client; calls `make` if it was not made yet.
    //: (self, make: Callable[[], _Given]) -> _Given
    fn get(&self, py: Python<'_>, make: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let make = || finalization::call(make, (), None).map(Bound::unbind);
        let client = self.0.get_or_try_make(make)?;
        Ok(client.clone_ref(py))
    }

    /// The next use makes another client. Calls that run keep theirs.
    fn forget(&self) {
        drop(self.0.forget());
    }
}
