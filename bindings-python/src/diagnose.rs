//! Where the key comes from, and why it does not work: calls that need no client.

use pyo3::prelude::*;

use crate::api_key::Giver;
use crate::options::ClientOptions;
use crate::package;
use crate::wait::Interrupt;

/// Where a client with these options takes its key from, as a `neura_ai.Object`.
pub fn resolve<'py>(py: Python<'py>, options: &ClientOptions) -> PyResult<Bound<'py, PyAny>> {
    let options = options.get(false);
    let key = Interrupt::new().wait(py, || neura::resolve(&options))?;
    package::object(py, &key.to_json())
}

/// Why authentication fails with these options: a `neura_ai.Report`.
pub fn diagnose<'py>(py: Python<'py>, options: &ClientOptions) -> PyResult<Bound<'py, PyAny>> {
    let (options, callable) = (options.get(false), options.callable(py));
    let interrupt = Interrupt::new();
    let giver = Giver::is(callable);
    let report = interrupt.wait(py, || {
        Ok(neura::bindings::diagnose_with(&options, &interrupt.cancel))
    });
    drop(giver);
    let report = report?;
    let found = package::object(py, &report.to_json())?;
    python!(
        py,
        "neura_ai._diagnose",
        "Report",
        (found, report.to_string())
    )
}
