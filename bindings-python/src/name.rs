//! The name of an argument.

use std::ops::Deref;

use pyo3::prelude::*;
use pyo3::types::PyString;

/// A name, and the object that Python's dicts of arguments have for it: looking for that one needs
/// neither an allocation nor a hash.
pub struct Name {
    text: String,
    object: Py<PyString>,
}

impl Name {
    pub fn new(py: Python<'_>, text: String) -> Self {
        let object = PyString::intern(py, &text).unbind();
        Self { text, object }
    }

    pub fn object<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        self.object.bind(py)
    }

    pub fn another(&self, py: Python<'_>) -> Self {
        Self {
            text: self.text.clone(),
            object: self.object.clone_ref(py),
        }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}
