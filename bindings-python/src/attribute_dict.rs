//! The base of `neura_ai.Object`: a dict whose members are attributes too.
//!
//! pyo3 makes no subclass of dict for the stable ABI of Python 3.10. So the type is made from a
//! spec; it has the fields of a dict, and its own way to read and to set an attribute.

use std::ffi::{c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use neura::bindings::Shape;
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi::{self, PyObject, PyType_Slot, PyType_Spec};
use pyo3::intern;
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

use crate::finalization;
use crate::lazy_info::LazyInfo;

/// Where the classes of the package are, which have no attributes of their own but defaults.
static OURS: PyOnceLock<Vec<usize>> = PyOnceLock::new();

/// The error for an attribute that is missing names so many keys at the most.
const NAMED: usize = 20;

/// The type, for the module.
pub fn make(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let slot = |slot: c_int, pfunc: *mut c_void| PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_clear, of_dict(ffi::Py_tp_clear)),
        slot(ffi::Py_tp_getattro, get as *mut c_void),
        slot(ffi::Py_tp_setattro, set as *mut c_void),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = PyType_Spec {
        name: c"neura_ai._native.AttributeDict".as_ptr(),
        basicsize: 0, // That of a dict.
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC)
            as c_uint,
        slots: slots.as_mut_ptr(),
    };
    let bases = PyTuple::new(py, [py.get_type::<PyDict>()])?;
    // SAFETY: the spec and the tuple are alive; the functions have the types of their slots;
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

/// What a dict has in a slot.
fn of_dict(slot: c_int) -> *mut c_void {
    // SAFETY: the type is Python's own, and always alive.
    unsafe { ffi::PyType_GetSlot(&raw mut ffi::PyDict_Type, slot) }
}

/// `tp_traverse`. An object holds its class, of which a dict's own function knows nothing: a class
/// that holds one of its objects would never be freed.
unsafe extern "C" fn traverse(
    of: *mut PyObject,
    visit: ffi::visitproc,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: Python calls this attached, with an object of the type; the slot of a dict is null or
    // a function of this type.
    unsafe {
        let stopped = visit(ffi::Py_TYPE(of).cast(), argument);
        let slot = of_dict(ffi::Py_tp_traverse);
        let members: Option<ffi::traverseproc> = std::mem::transmute(slot);
        match members {
            Some(members) if stopped == 0 => members(of, visit, argument),
            _ => stopped,
        }
    }
}

/// `tp_getattro`.
unsafe extern "C" fn get(of: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: Python calls this attached, with an object of the type and a name, both alive.
    let (of, name) = unsafe { arguments(of, name) };
    let found = given(of.py(), || attribute(&of, &exact(&name)?));
    found.map_or(ptr::null_mut(), Bound::into_ptr)
}

/// `tp_setattro`; a null `value` deletes.
unsafe extern "C" fn set(of: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: as of `get`; `value` is null or alive.
    let (of, name, value) = unsafe {
        let (of, name) = arguments(of, name);
        let value = Bound::from_borrowed_ptr_or_opt(of.py(), value);
        (of, name, value)
    };
    given(of.py(), || put(&of, &exact(&name)?, value.as_ref())).map_or(-1, |()| 0)
}

/// What `make` gives; else the error is set. A panic is one too, as of the functions that pyo3
/// makes: Python cannot be unwound.
fn given<T>(py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> Option<T> {
    let panicked = |_| Err(PanicException::new_err("the native half panicked"));
    let given = catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(panicked);
    given.map_err(|error| error.restore(py)).ok()
}

/// The name as a text that runs no code of Python's: a subclass may have its own `__hash__`.
fn exact<'py>(name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    // SAFETY: `name` is alive.
    let text = unsafe {
        let text = ffi::PyUnicode_FromObject(name.as_ptr());
        Bound::from_owned_ptr_or_err(name.py(), text)
    };
    let wrong = |_| PyTypeError::new_err("the name of an attribute must be a text");
    Ok(text.map_err(wrong)?.cast_into()?)
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
fn attribute<'py>(
    of: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = of.py();
    let member = finalization::member(of.cast()?, name)?;
    let error = match member {
        Some(member) if is_ours(of)? && !is_reserved(name)? => return Ok(member),
        _ => match finalization::generic_attribute(of, name) {
            Ok(found) if !found.is_none() => {
                return match found.cast_exact::<LazyInfo>() {
                    Ok(info) => info.get().get(py),
                    Err(_) => Ok(found),
                };
            }
            Ok(none) => return Ok(member.filter(|_| is_default(of, name)).unwrap_or(none)),
            Err(error) => error,
        },
    };
    if !error.is_instance_of::<PyAttributeError>(py) {
        return Err(error);
    }
    if *name == "_response" {
        return Ok(py.None().into_bound(py)); // The slot is not set.
    }
    if let Some(member) = member
        && !is_dunder(name)
    {
        return Ok(member);
    }
    if !is_ours(of)? && of_class(of, name)?.is_some() {
        return Err(error); // A property raised it.
    }
    let name = name.repr()?;
    let keys = named_keys(of.cast()?);
    let message = format!("this object has no {name}; its keys are: {keys}");
    Err(PyAttributeError::new_err(message))
}

/// Whether None of a class is what a member has that is absent: not that of a property.
fn is_default(of: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> bool {
    let of_class = of_class(of, name).ok().flatten();
    of_class.is_some_and(|found| found.is_none()) && is_reserved(name).is_ok_and(|is| !is)
}

/// The first keys that are texts, for people.
fn named_keys(of: &Bound<'_, PyDict>) -> String {
    let mut keys = String::new();
    for (place, (key, _)) in of.iter().enumerate() {
        if place == NAMED {
            keys.push_str(", ...");
            break;
        }
        if let Ok(key) = key.cast::<PyString>() {
            keys.push_str(if keys.is_empty() { "" } else { ", " });
            keys.push_str(&key.to_string_lossy());
        }
    }
    match keys.is_empty() {
        true => "none".to_owned(),
        false => keys,
    }
}

fn put<'py>(
    of: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    value: Option<&Bound<'py, PyAny>>,
) -> PyResult<()> {
    if (value.is_some() || !is_ours(of)?) && is_of_class(of, name)? {
        return finalization::set_generic_attribute(of, name, value);
    }
    let Some(value) = value else {
        if finalization::member(of.cast()?, name)?.is_none() || is_reserved(name)? {
            let message = format!("this object has no {} to delete", name.repr()?);
            return Err(PyAttributeError::new_err(message));
        }
        return finalization::delete_item(of, name);
    };
    if is_reserved(name)? {
        let name = name.repr()?;
        let message = format!("{name} is reserved by Python: set it with [{name}]");
        return Err(PyAttributeError::new_err(message));
    }
    let may_hold_dicts = value.is_instance_of::<PyDict>()
        || value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>();
    match is_ours(of)? && !may_hold_dicts {
        true => finalization::set_member(of.cast()?, name, value),
        false => finalization::set_item(of, name, value),
    }
}

/// Whether the class says what setting the attribute does: a private name that it has; of a program's
/// own class also a slot, or a property.
fn is_of_class(of: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> PyResult<bool> {
    let is_private = name.to_str().is_ok_and(|name| name.starts_with('_'));
    let may_be = is_private || !is_ours(of)?;
    if !may_be || is_dunder(name) {
        return Ok(false);
    }
    let found = of_class(of, name)?;
    Ok(found.is_some_and(|found| {
        is_private
            || found
                .get_type()
                .hasattr(intern!(of.py(), "__set__"))
                .unwrap_or(false)
    }))
}

/// What the object's class has by this name.
fn of_class<'py>(
    of: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    finalization::named_attribute(&of.get_type(), name)
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

fn is_reserved(name: &Bound<'_, PyString>) -> PyResult<bool> {
    let reserved = python!(name.py(), "neura_ai._object", "RESERVED")?;
    Ok(reserved.contains(name)? || is_dunder(name))
}

fn is_dunder(name: &Bound<'_, PyString>) -> bool {
    name.to_str().is_ok_and(|name| name.starts_with("__"))
}
