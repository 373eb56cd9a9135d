//! Numbers as Python writes them.

use std::io::Write;

use num_bigint::BigUint;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyString};

/// Writes an integer of any size in decimal, a subclass by its number.
pub fn integer(out: &mut Vec<u8>, value: &Bound<'_, PyInt>) -> PyResult<()> {
    if let Ok(small) = value.extract::<i64>() {
        write!(out, "{small}")?;
        return Ok(());
    }
    let int = value.py().get_type::<PyInt>();
    match int.call_method1("__repr__", (value,)) {
        Ok(digits) => out.extend_from_slice(digits.cast::<PyString>()?.to_str()?.as_bytes()),
        Err(error) if error.is_instance_of::<PyValueError>(value.py()) => {
            // Beyond the length to which Python limits decimal text, but not hexadecimal.
            let digits = int.call_method1("__format__", (value, "x"))?;
            let digits = digits.cast::<PyString>()?.to_str()?;
            let (sign, digits) = match digits.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", digits),
            };
            let whole = BigUint::parse_bytes(digits.as_bytes(), 16).ok_or(error)?;
            write!(out, "{sign}{whole}")?;
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Writes a finite float, a subclass by its number.
pub fn float(out: &mut Vec<u8>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let digits = match value.is_exact_instance_of::<PyFloat>() {
        true => value.repr()?,
        false => {
            let float = value.py().get_type::<PyFloat>();
            float.call_method1("__repr__", (value,))?.cast_into()?
        }
    };
    out.extend_from_slice(digits.to_str()?.as_bytes());
    Ok(())
}
