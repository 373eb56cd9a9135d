//! Numbers as Python writes them.

use std::io::Write;

use num_bigint::BigUint;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};

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

/// Writes a finite float in the form of Python's `repr`: the fewest digits that
/// read back as the same float, the even one of two that are equally near, with
/// an exponent below 1e-4 and from 1e16 on.
pub fn float(out: &mut Vec<u8>, value: f64) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    // Two differences between the forms: the crate's exponent begins below 1e-5,
    // and it has one digit where one is enough.
    if let Some((digits, exponent)) = text.split_once("e-")
        && exponent.len() == 1
    {
        push(out, &[digits, "e-0", exponent]);
        return;
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    if let Some(digits) = text[sign.len()..].strip_prefix("0.0000")
        && let Some((first, rest)) = digits.split_at_checked(1)
    {
        let point = if rest.is_empty() { "" } else { "." };
        push(out, &[sign, first, point, rest, "e-05"]);
        return;
    }
    push(out, &[text]);
}

fn push(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}
