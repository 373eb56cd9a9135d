//! The base of `neura_ai.Object`: a dict whose members are attributes too.
//!
//! pyo3 makes no subclass of dict for the stable ABI of Python 3.10. So the type is made from a
//! spec; it has the fields of a dict, and its own way to read and to set an attribute.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;

use neura::bindings::Shape;
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi::{self, PyObject, PyType_Slot, PyType_Spec};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

use crate::finalization;

/// Where the classes of the package are, which have no attributes of their own but defaults.
static OURS: PyOnceLock<Vec<usize>> = PyOnceLock::new();

/// The type, for the module.
pub fn make(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let slot = |slot: c_int, pfunc: *mut c_void| PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_getattro, get as *mut c_void),
        slot(ffi::Py_tp_setattro, set as *mut c_void),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = PyType_Spec {
        name: c"neura_ai._native.AttributeDict".as_ptr(),
        basicsize: 0, // That of a dict.
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE) as c_uint,
        slots: slots.as_mut_ptr(),
    };
    let bases = PyTuple::new(py, [py.get_type::<PyDict>()])?;
    // SAFETY: the spec and the tuple are alive; the two functions have the types of their slots;
    // what the type keeps of the spec, its name, is static.
    unsafe {
        let made = ffi::PyType_FromSpecWithBases(&mut spec, bases.as_ptr());
        Bound::from_owned_ptr_or_err(py, made)
    }
}

/// The classes of objects: first the one without a shape, then one for each shape.
pub fn classes(py: Python<'_>) -> PyResult<&Bound<'_, PyTuple>> {
    Ok(python!(py, "neura_ai.types", "_CLASSES")?.cast()?)
}

/// The place of a shape's class among `classes`.
pub fn place(shape: Option<Shape>) -> usize {
    shape.map_or(0, |shape| shape as usize + 1)
}

/// The class of an object, or of those in a list, that stands under `member` in one of `of`.
//: (of: type[Object], member: str) -> type[Object]
#[pyfunction]
pub fn class_within<'py>(
    of: &Bound<'py, PyType>,
    member: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let number: Option<usize> = of.getattr(intern!(of.py(), "_shape"))?.extract()?;
    let shape = number.and_then(|number| Shape::ALL.get(number));
    let inner = shape.and_then(|shape| shape.within(member.extract().ok()?));
    classes(of.py())?.get_item(place(inner))
}

/// `tp_getattro`.
unsafe extern "C" fn get(of: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python calls this attached, with an object of the type and a name, both alive.
    let (of, name) = unsafe { arguments(of, name) };
    match attribute(&of, &name) {
        Ok(found) => found.into_ptr(),
        Err(error) => {
            error.restore(of.py());
            ptr::null_mut()
        }
    }
}

/// `tp_setattro`; a null `value` deletes.
unsafe extern "C" fn set(of: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: as of `get`; `value` is null or alive.
    let (of, name, value) = unsafe {
        let (of, name) = arguments(of, name);
        let value = Bound::from_borrowed_ptr_or_opt(of.py(), value);
        (of, name, value)
    };
    match put(&of, &name, value.as_ref()) {
        Ok(()) => 0,
        Err(error) => {
            error.restore(of.py());
            -1
        }
    }
}

/// # Safety
/// The thread is attached, and both are alive.
unsafe fn arguments<'py>(
    of: *mut PyObject,
    name: *mut PyObject,
) -> (Bound<'py, PyAny>, Bound<'py, PyAny>) {
    // SAFETY: as said above.
    unsafe {
        let py = Python::assume_attached();
        let of = Bound::from_borrowed_ptr(py, of);
        (of, Bound::from_borrowed_ptr(py, name))
    }
}

/// A member that is no name of a method; else what any object has; else the member after all.
fn attribute<'py>(of: &Bound<'py, PyAny>, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = of.py();
    let member = member(of, name)?;
    let error = match member {
        Some(member) if is_ours(of)? && !is_reserved(name)? => return Ok(member),
        _ => match finalization::generic_attribute(of, name) {
            // None of a class is a default.
            Ok(found) if !found.is_none() || member.is_none() => return Ok(found),
            Ok(_) => return Ok(member.unwrap_or_else(|| py.None().into_bound(py))),
            Err(error) => error,
        },
    };
    if !error.is_instance_of::<PyAttributeError>(py) {
        return Err(error);
    }
    if name.eq(intern!(py, "_response"))? {
        return Ok(py.None().into_bound(py)); // The slot is not set.
    }
    if let Some(member) = member
        && !is_dunder(name)
    {
        return Ok(member);
    }
    let keys: Vec<String> = of
        .cast::<PyDict>()?
        .keys()
        .iter()
        .map(|key| key.to_string())
        .collect();
    let keys = match keys.is_empty() {
        true => "none".to_owned(),
        false => keys.join(", "),
    };
    let name = name.repr()?;
    let message = format!("this object has no {name}; its keys are: {keys}");
    Err(PyAttributeError::new_err(message))
}

fn put<'py>(
    of: &Bound<'py, PyAny>,
    name: &Bound<'py, PyAny>,
    value: Option<&Bound<'py, PyAny>>,
) -> PyResult<()> {
    let Ok(text) = name.cast::<PyString>() else {
        return Err(PyTypeError::new_err(
            "the name of an attribute must be a text",
        ));
    };
    let Some(value) = value else {
        if member(of, name)?.is_none() || is_reserved(name)? {
            let message = format!("this object has no {} to delete", name.repr()?);
            return Err(PyAttributeError::new_err(message));
        }
        return of.del_item(name);
    };
    let is_private = text.to_str().is_ok_and(|text| text.starts_with('_'));
    if is_private && !is_dunder(name) && of.get_type().hasattr(text)? {
        return finalization::set_generic_attribute(of, name, value);
    }
    if is_reserved(name)? {
        let name = name.repr()?;
        let message = format!("{name} is reserved by Python: set it with [{name}]");
        return Err(PyAttributeError::new_err(message));
    }
    let may_hold_dicts = value.is_instance_of::<PyDict>()
        || value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>();
    match is_ours(of)? && !may_hold_dicts {
        true => of.cast::<PyDict>()?.set_item(name, value),
        false => finalization::set_item(of, name, value),
    }
}

fn member<'py>(
    of: &Bound<'py, PyAny>,
    name: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    // SAFETY: both are alive, and `of` is a dict. The reference is borrowed from it.
    let found = unsafe {
        let found = ffi::PyDict_GetItemWithError(of.as_ptr(), name.as_ptr());
        Bound::from_borrowed_ptr_or_opt(of.py(), found)
    };
    // SAFETY: attached.
    if found.is_none() && unsafe { !ffi::PyErr_Occurred().is_null() } {
        return Err(PyErr::fetch(of.py()));
    }
    Ok(found)
}

fn is_ours(of: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = of.py();
    if OURS.get(py).is_none() {
        // Not under its lock: see `package::named`.
        let found = classes(py)?.iter().map(|class| class.as_ptr() as usize);
        let _ = OURS.set(py, found.collect());
    }
    let ours = OURS.get(py).map_or(&[][..], Vec::as_slice);
    // SAFETY: `of` is alive.
    let class = unsafe { ffi::Py_TYPE(of.as_ptr()) };
    Ok(ours.contains(&(class as usize)))
}

fn is_reserved(name: &Bound<'_, PyAny>) -> PyResult<bool> {
    let reserved = python!(name.py(), "neura_ai._object", "RESERVED")?;
    Ok(reserved.contains(name)? || is_dunder(name))
}

fn is_dunder(name: &Bound<'_, PyAny>) -> bool {
    let name = name.cast::<PyString>();
    name.is_ok_and(|name| name.to_str().is_ok_and(|name| name.starts_with("__")))
}
