//! Threads that are in Python's code when the interpreter ends.
//!
//! Python before 3.14 ends a thread that wants the interpreter meanwhile, a daemon's or one of
//! the core's, by unwinding it from wherever it waits. Rust's frames do not survive that: the
//! process would abort. Such a thread rests here instead until the process is gone, as 3.14
//! has it rest by itself. pyo3 does so where it takes the interpreter, but not where it calls
//! what runs Python's code; so that is called from here.

use std::ffi::{CStr, c_char, c_int};

use pyo3::exceptions::{PyAttributeError, PyResourceWarning, PyRuntimeError};
use pyo3::ffi::{self, Py_ssize_t, PyObject};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

/// A function of Python's from which a thread may be unwound. pyo3 declares that none is, and a
/// declaration of our own would not do: the compiler believes one of the two for both. So it is
/// not to know which function it is.
macro_rules! unwinding {
    ($function:ident($($argument:ty),*) -> $given:ty) => {{
        type Known = unsafe extern "C" fn($($argument),*) -> $given;
        type Unwinding = unsafe extern "C-unwind" fn($($argument),*) -> $given;
        let known: Known = ffi::$function;
        // SAFETY: the two types differ in nothing but that an unwinding is seen.
        unsafe { std::mem::transmute::<Known, Unwinding>(std::ptr::read_volatile(&known)) }
    }};
}

/// Calls what may run Python's code.
pub fn call<'py>(
    callable: &Bound<'py, PyAny>,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = arguments.into_pyobject(callable.py()).map_err(Into::into)?;
    let named = named.map_or(std::ptr::null_mut(), |named| named.as_ptr());
    let enter =
        unwinding!(PyObject_Call(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject);
    // SAFETY: all three are alive until after the call, which wants a tuple and a dict or null.
    given(callable.py(), || unsafe {
        enter(callable.as_ptr(), arguments.as_ptr(), named)
    })
}

/// `str(value)`.
pub fn text<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let enter = unwinding!(PyObject_Str(*mut PyObject) -> *mut PyObject);
    // SAFETY: `value` is alive until after the call.
    let text = given(value.py(), || unsafe { enter(value.as_ptr()) });
    Ok(text?.cast_into()?)
}

/// `isinstance(value, of)`, where a class may decide it by code of its own.
pub fn is_instance(value: &Bound<'_, PyAny>, of: &Bound<'_, PyAny>) -> PyResult<bool> {
    let enter = unwinding!(PyObject_IsInstance(*mut PyObject, *mut PyObject) -> c_int);
    // SAFETY: both are alive until after the call.
    match resting(|| unsafe { enter(value.as_ptr(), of.as_ptr()) }) {
        -1 => Err(PyErr::fetch(value.py())),
        found => Ok(found != 0),
    }
}

/// An attribute, where the value has it.
pub fn attribute<'py>(
    value: &Bound<'py, PyAny>,
    name: &CStr,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    let enter = unwinding!(PyObject_GetAttrString(*mut PyObject, *const c_char) -> *mut PyObject);
    // SAFETY: `value` is alive until after the call, and the name ends with a NUL.
    let found = given(py, || unsafe { enter(value.as_ptr(), name.as_ptr()) });
    where_there(py, found)
}

/// The same by a name that is an object.
pub fn named_attribute<'py>(
    value: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let enter = unwinding!(PyObject_GetAttr(*mut PyObject, *mut PyObject) -> *mut PyObject);
    // SAFETY: both are alive until after the call.
    let found = given(value.py(), || unsafe {
        enter(value.as_ptr(), name.as_ptr())
    });
    where_there(value.py(), found)
}

fn where_there<'py>(
    py: Python<'py>,
    found: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    match found {
        Err(error) if error.is_instance_of::<PyAttributeError>(py) => Ok(None),
        found => found.map(Some),
    }
}

/// Refuses a call where the interpreter ends: objects that are let go of then may still ask for
/// one, but the modules are gone.
pub fn refuse_at_the_end(py: Python<'_>) -> PyResult<()> {
    static ASKED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if ASKED.get(py).is_none() {
        // SAFETY: the thread is attached, and the name ends with a NUL. The reference is borrowed.
        let asked = unsafe {
            let asked = ffi::PySys_GetObject(c"is_finalizing".as_ptr());
            Bound::from_borrowed_ptr_or_opt(py, asked)
        };
        if let Some(asked) = asked {
            let _ = ASKED.set(py, asked.unbind()); // Another was there first: it is the same.
        }
    }
    let asked = ASKED.get(py).map(|asked| asked.bind(py));
    let ends = asked.map_or(Ok(true), |asked| asked.call0()?.is_truthy());
    match ends? {
        true => Err(PyRuntimeError::new_err(
            "the interpreter is ending, so neura_ai makes no more calls. Make them earlier, for \
             example in a function that atexit calls",
        )),
        false => Ok(()),
    }
}

/// An attribute by the rules of any object, whatever those of its class are.
pub fn generic_attribute<'py>(
    of: &Bound<'py, PyAny>,
    name: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let enter = unwinding!(PyObject_GenericGetAttr(*mut PyObject, *mut PyObject) -> *mut PyObject);
    // SAFETY: both are alive until after the call.
    given(of.py(), || unsafe { enter(of.as_ptr(), name.as_ptr()) })
}

/// The same, to set it, or without a value to delete it.
pub fn set_generic_attribute(
    of: &Bound<'_, PyAny>,
    name: &Bound<'_, PyAny>,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let enter =
        unwinding!(PyObject_GenericSetAttr(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int);
    let value = value.map_or(std::ptr::null_mut(), |value| value.as_ptr());
    // SAFETY: these are alive until after the call, which takes null for `value`.
    done(of.py(), || unsafe {
        enter(of.as_ptr(), name.as_ptr(), value)
    })
}

/// A member of a dict, whatever its class makes of `[]`. Keys may have their own `__eq__`.
pub fn member<'py>(
    of: &Bound<'py, PyDict>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let enter = unwinding!(PyDict_GetItemWithError(*mut PyObject, *mut PyObject) -> *mut PyObject);
    let found = resting(|| unsafe {
        // SAFETY: both are alive until after the call, which gives a borrowed reference or null.
        let found = enter(of.as_ptr(), key.as_ptr());
        Bound::from_borrowed_ptr_or_opt(of.py(), found)
    });
    match found {
        Some(found) => Ok(Some(found)),
        None => PyErr::take(of.py()).map_or(Ok(None), Err),
    }
}

/// The same, to set it; what it was before may have its own `__del__`.
pub fn set_member(
    of: &Bound<'_, PyDict>,
    key: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let enter = unwinding!(PyDict_SetItem(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int);
    // SAFETY: all three are alive until after the call.
    done(of.py(), || unsafe {
        enter(of.as_ptr(), key.as_ptr(), value.as_ptr())
    })
}

/// `of[key] = value`.
pub fn set_item(
    of: &Bound<'_, PyAny>,
    key: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let enter = unwinding!(PyObject_SetItem(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int);
    // SAFETY: all three are alive until after the call.
    done(of.py(), || unsafe {
        enter(of.as_ptr(), key.as_ptr(), value.as_ptr())
    })
}

/// `del of[key]`.
pub fn delete_item(of: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>) -> PyResult<()> {
    let enter = unwinding!(PyObject_DelItem(*mut PyObject, *mut PyObject) -> c_int);
    // SAFETY: both are alive until after the call.
    done(of.py(), || unsafe { enter(of.as_ptr(), key.as_ptr()) })
}

/// A module, whose code runs if it was not imported before.
pub fn import<'py>(py: Python<'py>, name: &CStr) -> PyResult<Bound<'py, PyAny>> {
    refuse_at_the_end(py)?;
    let enter = unwinding!(PyImport_ImportModule(*const c_char) -> *mut PyObject);
    // SAFETY: the thread is attached, and the name ends with a NUL.
    given(py, || unsafe { enter(name.as_ptr()) })
}

/// What iterating gives: its `__iter__` is asked, also that of a list's subclass.
pub fn items<'py>(iterable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let list = iterable.py().get_type::<PyList>();
    Ok(call(&list, (iterable,), None)?.cast_into()?)
}

/// `list(mapping.items())`.
pub fn members<'py>(mapping: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let enter = unwinding!(PyMapping_Items(*mut PyObject) -> *mut PyObject);
    // SAFETY: `mapping` is alive until after the call.
    let members = given(mapping.py(), || unsafe { enter(mapping.as_ptr()) });
    Ok(members?.cast_into()?)
}

/// Reports to `sys.unraisablehook` what no caller can catch, and `where` it was raised.
pub fn unraisable(py: Python<'_>, raised: PyErr, r#where: Option<&Bound<'_, PyAny>>) {
    raised.restore(py);
    let at = r#where.map_or(std::ptr::null_mut(), |at| at.as_ptr());
    let enter = unwinding!(PyErr_WriteUnraisable(*mut PyObject) -> ());
    // SAFETY: the thread is attached, an exception is set, and `at` is null or alive.
    resting(|| unsafe { enter(at) });
}

/// Gives a `ResourceWarning`; an error where the program has those raised.
pub fn warn(py: Python<'_>, text: &CStr) -> PyResult<()> {
    let category = py.get_type::<PyResourceWarning>();
    let enter = unwinding!(PyErr_WarnEx(*mut PyObject, *const c_char, Py_ssize_t) -> c_int);
    // SAFETY: the thread is attached, the category is alive, and the text ends with a NUL.
    done(py, || unsafe { enter(category.as_ptr(), text.as_ptr(), 1) })
}

/// What `enter` did: 0, or another number and an exception.
fn done(py: Python<'_>, enter: impl FnOnce() -> c_int) -> PyResult<()> {
    match resting(enter) {
        0 => Ok(()),
        _ => Err(PyErr::fetch(py)),
    }
}

/// What `enter` gives: a reference of our own, or null and an exception.
fn given(py: Python<'_>, enter: impl FnOnce() -> *mut PyObject) -> PyResult<Bound<'_, PyAny>> {
    let object = resting(enter);
    // SAFETY: the thread is attached, and `object` is of the type that this function takes.
    unsafe { Bound::from_owned_ptr_or_err(py, object) }
}

/// Calls into Python; a thread that is unwound from there stays parked.
fn resting<T>(enter: impl FnOnce() -> T) -> T {
    let rest = Rest;
    let given = enter();
    std::mem::forget(rest);
    given
}

/// Dropped when the thread is unwound.
struct Rest;

impl Drop for Rest {
    fn drop(&mut self) {
        loop {
            std::thread::park();
        }
    }
}
