//! Objects of Python's whose size or number a body sets. Where there is no memory for one,
//! pyo3's own constructors panic.

use std::os::raw::{c_char, c_int};

use neura::bindings::{Buffer, afford_for, out_of_memory};
use pyo3::exceptions::PyMemoryError;
use pyo3::ffi::{self, Py_ssize_t, PyObject};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::errors::raise;

/// Python's own loop makes a list of at least this many floats faster than one call for each.
const MANY_FLOATS: usize = 128;

/// `PyBUF_READ`, which is in the stable ABI's headers only from Python 3.11 on.
const READ_ONLY: c_int = 0x100;

/// A copy of these bytes.
pub fn bytes<'py>(py: Python<'py>, from: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let start = from.as_ptr().cast::<c_char>();
    // SAFETY: attached, and these bytes can be read there.
    let made = owned(py, unsafe {
        ffi::PyBytes_FromStringAndSize(start, from.len() as Py_ssize_t)
    });
    let made = made.map_err(|error| explained(py, error, from.len(), Buffer::Body))?;
    Ok(made.cast_into()?)
}

/// What came of a body, if anything did.
pub type Piece<'py> = PyResult<Option<Bound<'py, PyBytes>>>;

/// A piece of a body.
pub fn piece<'py>(py: Python<'py>, from: Option<Vec<u8>>) -> Piece<'py> {
    from.map(|from| bytes(py, &from)).transpose()
}

/// A text of a body or of an event.
pub fn string<'py>(py: Python<'py>, from: &str, of: Buffer) -> PyResult<Bound<'py, PyString>> {
    let start = from.as_ptr().cast::<c_char>();
    // SAFETY: attached, and these bytes of UTF-8 can be read there.
    let made = owned(py, unsafe {
        ffi::PyUnicode_FromStringAndSize(start, from.len() as Py_ssize_t)
    });
    Ok(made
        .map_err(|error| explained(py, error, from.len(), of))?
        .cast_into()?)
}

/// A float.
pub fn float(py: Python<'_>, value: f64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: attached.
    owned(py, unsafe { ffi::PyFloat_FromDouble(value) })
}

/// A whole number.
pub fn int(py: Python<'_>, value: i64) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: attached.
    owned(py, unsafe { ffi::PyLong_FromLongLong(value) })
}

/// An empty dict.
pub fn dict(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    // SAFETY: attached.
    Ok(owned(py, unsafe { ffi::PyDict_New() })?.cast_into()?)
}

/// An empty dict of a class of its own.
pub fn object<'py>(class: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = class.py();
    let empty = PyTuple::empty(py);
    // SAFETY: `class` is a class, whose slot is null or a function of this type; it takes a tuple.
    let made = unsafe {
        let slot = ffi::PyType_GetSlot(class.as_ptr().cast(), ffi::Py_tp_new);
        let new: Option<ffi::newfunc> = std::mem::transmute(slot);
        new.map_or(std::ptr::null_mut(), |new| {
            new(class.as_ptr().cast(), empty.as_ptr(), std::ptr::null_mut())
        })
    };
    Ok(owned(py, made)?.cast_into()?)
}

/// Gives an empty dict the members of another.
pub fn copy_members(into: &Bound<'_, PyDict>, from: &Bound<'_, PyDict>) -> PyResult<()> {
    // SAFETY: both are alive. Their keys are texts, so no code of Python's runs.
    match unsafe { ffi::PyDict_Update(into.as_ptr(), from.as_ptr()) } {
        0 => Ok(()),
        _ => Err(PyErr::fetch(into.py())),
    }
}

/// A list of these items.
pub fn list<'py>(
    py: Python<'py>,
    items: impl ExactSizeIterator<Item = Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    list_of(py, items.map(Ok))
}

/// A list of items that are made one by one.
pub fn list_of<'py>(
    py: Python<'py>,
    items: impl ExactSizeIterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Bound<'py, PyList>> {
    // SAFETY: attached.
    let list = owned(py, unsafe { ffi::PyList_New(items.len() as Py_ssize_t) })?;
    for (place, item) in (0..).zip(items) {
        // SAFETY: the list is new and not shared, has this place, and takes the reference.
        let set = unsafe { ffi::PyList_SetItem(list.as_ptr(), place, item?.into_ptr()) };
        if set != 0 {
            return Err(PyErr::fetch(py));
        }
    }
    Ok(list.cast_into()?)
}

/// A list of floats.
pub fn list_of_floats<'py>(py: Python<'py>, floats: &[f64]) -> PyResult<Bound<'py, PyList>> {
    if floats.len() < MANY_FLOATS {
        return list_of(py, floats.iter().map(|value| float(py, *value)));
    }
    // SAFETY: attached. The memory is not written, and stays until the view is released below.
    let view = owned(py, unsafe {
        let start = floats.as_ptr().cast_mut().cast::<c_char>();
        ffi::PyMemoryView_FromMemory(start, size_of_val(floats) as Py_ssize_t, READ_ONLY)
    })?;
    let seen = view.call_method1(intern!(py, "cast"), (intern!(py, "d"),));
    let list = seen.and_then(|seen| {
        let list = seen.call_method0(intern!(py, "tolist"));
        seen.call_method0(intern!(py, "release"))?;
        list
    });
    view.call_method0(intern!(py, "release"))?;
    Ok(list?.cast_into()?)
}

/// Checks that `wanted` bytes can be had for a line of `length` bytes; without `wanted` it is known
/// that they cannot.
#[pyfunction]
#[pyo3(signature = (length, wanted=None))]
pub fn afford_line(py: Python<'_>, length: usize, wanted: Option<usize>) -> PyResult<()> {
    afford(py, length, wanted, Buffer::Line)
}

/// The same for a piece of a body.
#[pyfunction]
#[pyo3(signature = (length, wanted=None))]
pub fn afford_piece(py: Python<'_>, length: usize, wanted: Option<usize>) -> PyResult<()> {
    afford(py, length, wanted, Buffer::Piece)
}

fn afford(py: Python<'_>, length: usize, wanted: Option<usize>, of: Buffer) -> PyResult<()> {
    let there = match wanted {
        Some(wanted) => afford_for(wanted, length, of),
        None => Err(out_of_memory(length, of)),
    };
    there.map_err(|error| raise(py, &error))
}

/// A `MemoryError` as this package's own; any other error as it is.
pub fn explained(py: Python<'_>, error: PyErr, bytes: usize, of: Buffer) -> PyErr {
    match error.get_type(py).is(py.get_type::<PyMemoryError>()) {
        true => raise(py, &out_of_memory(bytes, of)),
        false => error,
    }
}

fn owned(py: Python<'_>, made: *mut PyObject) -> PyResult<Bound<'_, PyAny>> {
    // SAFETY: `made` is a new reference, or null where an exception is set.
    unsafe { Bound::from_owned_ptr_or_err(py, made) }
}
