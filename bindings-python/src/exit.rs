//! The usage that is not written yet, when the process ends or forks.

use std::sync::atomic::{AtomicBool, Ordering};

use neura::bindings::{has_exit_hook, set_program, writes_usage};
use pyo3::prelude::*;

use crate::finalization;

/// Names the program after the script that runs.
pub fn name_program(py: Python<'_>) -> PyResult<()> {
    // Without arguments where Python is a part of another program.
    let arguments = py.import("sys")?.getattr("argv");
    let script = arguments.and_then(|arguments| arguments.get_item(0));
    if let Ok(script) = script.and_then(|script| script.extract::<String>()) {
        set_program(&script);
    }
    Ok(())
}

/// After a client was made: has its usage written by `atexit`, if it goes to a file.
pub fn prepare(py: Python<'_>) -> PyResult<()> {
    // No lock, whose holder may be missing in a child of a fork.
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    if !writes_usage() || REGISTERED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let write = python!(py, "neura_ai._native", "write_usage")?;
    let register = python!(py, "atexit", "register")?;
    finalization::call(register, (write,), None)?;
    has_exit_hook();
    Ok(())
}

/// Writes to `NEURA_USAGE_FILE` what is not written yet.
#[pyfunction]
pub fn write_usage(py: Python<'_>) {
    py.detach(neura::bindings::write_usage);
}

/// As `write_usage`, before a fork. It ends the thread that writes later: Python warns when other
/// threads run.
#[pyfunction]
pub fn before_fork(py: Python<'_>) {
    py.detach(neura::bindings::before_fork);
}
