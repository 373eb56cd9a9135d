//! The end of the process: the usage that is not written yet.

use neura::bindings::{has_exit_hook, set_program};
use pyo3::prelude::*;

/// Has it written by `atexit`, and names the program after the script that runs.
pub fn prepare(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // Without arguments where Python is a part of another program.
    let script = py
        .import("sys")?
        .getattr("argv")
        .and_then(|all| all.get_item(0));
    if let Ok(script) = script.and_then(|script| script.extract::<String>()) {
        set_program(&script);
    }
    let write = wrap_pyfunction!(write_usage, module)?;
    py.import("atexit")?.call_method1("register", (&write,))?;
    has_exit_hook();
    module.add_function(write)
}

/// Writes to `NEURA_USAGE_FILE` what is not written yet.
#[pyfunction]
fn write_usage(py: Python<'_>) {
    py.detach(neura::bindings::write_usage);
}
