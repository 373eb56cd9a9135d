//! One event of a plain stream.

use std::hash::{DefaultHasher, Hash, Hasher};

use neura::bindings::Buffer;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use serde_json::value::RawValue;

use crate::errors::raise_not_json;
use crate::json;
use crate::memory;

/// An event as it came: `event` is "message" where the server named none.
#[pyclass(frozen, module = "neura_ai")]
pub struct Event(neura::Event);

impl From<neura::Event> for Event {
    fn from(event: neura::Event) -> Self {
        Self(event)
    }
}

#[pymethods]
impl Event {
    //: -> tuple[str, str, str]
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&str, &str, &str) = ("event", "data", "id");

    #[new]
    fn new(event: String, data: String, id: String) -> Self {
        Self(neura::Event::new(event, data, id))
    }

    /// The name that the server gave the event, else "message".
    #[getter]
    fn event<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        memory::string(py, &self.0.event, Buffer::Event)
    }

    /// The text of its `data` lines.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        memory::string(py, &self.0.data, Buffer::Event)
    }

    /// The last id that the server gave, else "".
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// The data as JSON; `options` are those of `json.loads`. Data that is not
    /// JSON is a `DecodeError`, and a `json.JSONDecodeError` too.
    #[pyo3(signature = (**options))]
    fn json<'py>(
        &self,
        py: Python<'py>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.0
            .json::<Box<RawValue>>()
            .map_err(|error| raise_not_json(py, &error, self.0.data.as_bytes()))?;
        json::read_with(py, &self.0.data, options)
    }

    /// For `pickle` and `copy`.
    fn __getnewargs__(&self) -> (&str, &str, &str) {
        (&self.0.event, &self.0.data, &self.0.id)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.__getnewargs__() == other.__getnewargs__()
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.__getnewargs__().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let fields = self.__getnewargs__().into_pyobject(py)?;
        Ok(format!("Event{}", fields.repr()?))
    }
}
