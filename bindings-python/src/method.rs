//! Methods that are declared in Python and run here: no frame of Python's holds a key or a header.

use neura::bindings::{hint, instead, quoted};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

use crate::asking::Asking;
use crate::client::{has_event_loop, is_async};
use crate::errors::without_context;
use crate::finalization;
use crate::name::Name;
use crate::package;
use crate::request::taken;

/// `inspect.CO_VARKEYWORDS` and `inspect.CO_COROUTINE`.
const TAKES_MORE: u32 = 0x08;
const IS_COROUTINE: u32 = 0x80;

/// What tools look for in a function.
const SHOWN: [&str; 10] = [
    "__module__",
    "__name__",
    "__qualname__",
    "__doc__",
    "__code__",
    "__defaults__",
    "__kwdefaults__",
    "__annotations__",
    "__globals__",
    "__closure__",
];

/// A function that Python declares: its parameters and its documentation. Its call runs here.
#[pyclass(frozen, dict, weakref, module = "neura_ai._native")]
pub struct Method {
    declared: Py<PyAny>,
    asking: Asking,
    /// Its first argument is a client, or a part of one.
    has_self: bool,
    /// The names of the other arguments, those by position first.
    names: Vec<Name>,
    positional: usize,
    /// The arguments without a default.
    required: Vec<Name>,
    takes_more: bool,
    /// The same for clients of event loops: tools see a coroutine function.
    awaited: PyOnceLock<Py<Self>>,
}

/// Has a declared function run here.
//: (declared: _Declared) -> _Declared
#[pyfunction]
pub fn method<'py>(declared: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Method>> {
    let code = declared.getattr("__code__")?;
    let number = |name: &str| code.getattr(name)?.extract::<usize>();
    let (by_position, by_name) = (number("co_argcount")?, number("co_kwonlyargcount")?);
    let mut names: Vec<String> = code.getattr("co_varnames")?.extract()?;
    names.truncate(by_position + by_name);
    let defaults: Option<Bound<'py, PyTuple>> = declared.getattr("__defaults__")?.extract()?;
    let named: Option<Bound<'py, PyDict>> = declared.getattr("__kwdefaults__")?.extract()?;
    let mut required = names.clone();
    required.truncate(by_position - defaults.map_or(0, |defaults| defaults.len()));
    let named = named.unwrap_or_else(|| PyDict::new(declared.py()));
    for name in &names[by_position..] {
        if !named.contains(name)? {
            required.push(name.clone());
        }
    }
    let has_self = names.first().is_some_and(|name| name == "self");
    if has_self {
        names.remove(0);
        required.remove(0);
    }
    let py = declared.py();
    let known = |names: Vec<String>| names.into_iter().map(|name| Name::new(py, name)).collect();
    let (names, required) = (known(names), known(required));
    let qualified: String = declared.getattr("__qualname__")?.extract()?;
    let method = Method {
        declared: declared.clone().unbind(),
        asking: Asking::named(&qualified),
        has_self,
        positional: by_position - usize::from(has_self),
        names,
        required,
        takes_more: number("co_flags")? as u32 & TAKES_MORE != 0,
        awaited: PyOnceLock::new(),
    };
    shown_as(method, declared)
}

/// The method with what tools look for in a function.
fn shown_as<'py>(method: Method, declared: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Method>> {
    let made = Bound::new(declared.py(), method)?;
    for name in SHOWN {
        made.setattr(name, declared.getattr(name)?)?;
    }
    Ok(made)
}

#[pymethods]
impl Method {
    //: (self, instance: Any, owner: Any = None, /) -> Any
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        of: Option<Bound<'py, PyAny>>,
        class: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let awaited = slf.get().asking.is_verb() && class.is_some_and(|it| is_async(&it));
        let method = match awaited {
            true => Self::awaited(slf)?,
            false => slf.clone(),
        };
        match of {
            Some(of) => package::bound(method.as_any(), &of),
            None => Ok(method.into_any()),
        }
    }

    #[pyo3(signature = (*arguments, **named))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        arguments: &Bound<'py, PyTuple>,
        named: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (slf.py(), slf.get());
        finalization::refuse_at_the_end(py)?;
        let given = named.unwrap_or_else(|| PyDict::new(py));
        let of = match this.has_self {
            true => match arguments.get_item(0) {
                Ok(of) => of,
                Err(_) => return Err(this.misfit(arguments, &given, None)),
            },
            false if this.asking.needs_client() => package::default_client(py)?,
            false => py.None().into_bound(py),
        };
        let begun = this.begin(&of, arguments, &given);
        match begun {
            // As with a coroutine function, awaiting it raises the error.
            Err(error) if this.asking.is_awaited() && has_event_loop(&of) => {
                python!(py, "neura_ai._port", "failed", (error.into_value(py),))
            }
            begun => begun,
        }
    }

    /// A function, for those who ask what it is: `unittest.mock`, `inspect`, `help`.
    #[getter]
    fn __class__<'py>(&self, py: Python<'py>) -> Bound<'py, PyType> {
        self.declared.bind(py).get_type()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = self.declared.bind(py).getattr("__qualname__")?;
        Ok(format!("<function {name}>"))
    }

    /// For `pickle` and `copy`, which find it by its name.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.declared.bind(py).getattr("__qualname__")
    }
}

impl Method {
    fn awaited<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        if let Some(known) = this.awaited.get(py) {
            return Ok(known.bind(py).clone());
        }
        let declared = this.declared.bind(py);
        let twin = shown_as(
            Self {
                declared: declared.clone().unbind(),
                names: this.names.iter().map(|name| name.another(py)).collect(),
                required: this.required.iter().map(|name| name.another(py)).collect(),
                awaited: PyOnceLock::new(),
                ..*this
            },
            declared,
        )?;
        let code = declared.getattr("__code__")?;
        let options = PyDict::new(py);
        let flags = code.getattr("co_flags")?.extract::<u32>()?;
        options.set_item("co_flags", flags | IS_COROUTINE)?;
        twin.setattr("__code__", code.call_method("replace", (), Some(&options))?)?;
        // Another thread may have been first.
        let _ = this.awaited.set(py, twin.clone().unbind());
        Ok(twin)
    }

    fn begin<'py>(
        &self,
        of: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        given: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let own = self.asking.own_request(of)?;
        if own.is_none() {
            // First, as Python does it: its own text for misplaced arguments quotes their names.
            self.check(of, given)?;
        }
        self.place(of, arguments, given)?;
        if let Some((verb, request)) = own {
            // A program's own `request` knows its own arguments.
            let path = taken(given, self.names[0].object(of.py()))?;
            return finalization::call(&request, (verb, path), Some(given));
        }
        self.asking.start(of, &self.names, given)
    }

    /// Gives the arguments by position their names.
    fn place<'py>(
        &self,
        of: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyTuple>,
        given: &Bound<'py, PyDict>,
    ) -> PyResult<()> {
        let own = usize::from(self.has_self);
        let count = arguments.len().saturating_sub(own);
        let placed = &self.names[..count.min(self.positional)];
        let mut fits = count <= self.positional;
        for name in placed {
            fits &= given.is_empty() || !given.contains(name.object(of.py()))?;
        }
        for name in &self.required {
            fits &=
                placed.iter().any(|it| **it == **name) || given.contains(name.object(of.py()))?;
        }
        if !fits {
            return Err(self.misfit(arguments, given, Some(of)));
        }
        for (name, value) in placed.iter().zip(arguments.iter().skip(own)) {
            given.set_item(name.object(of.py()), value)?;
        }
        Ok(())
    }

    /// Refuses names that it does not know. It never quotes a value.
    fn check(&self, of: &Bound<'_, PyAny>, given: &Bound<'_, PyDict>) -> PyResult<()> {
        if self.asking.takes_members() {
            return Ok(());
        }
        let known = || self.names.iter().map(|name| &**name);
        for name in given.keys() {
            let name = name.cast::<PyString>()?.to_string_lossy();
            if known().any(|it| it == name) {
                continue;
            }
            // `OpenAI(organization=None)` asks for nothing.
            let value = given.get_item(&name)?;
            let is_nothing = value.is_some_and(|value| value.is_none());
            if self.asking == Asking::Init && is_nothing && instead(&name).is_some() {
                given.del_item(&name)?;
                continue;
            }
            let options = match self.takes_more {
                true => self.asking.options(),
                false => Vec::new(),
            };
            if options.contains(&&*name) {
                continue;
            }
            let call = self.shown(of);
            let text = match self.asking.is_verb() && name == "method" {
                true => format!("{call}() got multiple values for argument 'method'"),
                false => {
                    let said = hint(&name, known().chain(options));
                    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
                    let name = quoted(&name);
                    format!("{call}() got an unexpected keyword argument '{name}'{said}")
                }
            };
            return Err(without_context(given.py(), PyTypeError::new_err(text)));
        }
        Ok(())
    }

    /// What errors call it.
    fn shown(&self, of: &Bound<'_, PyAny>) -> String {
        let name = self.declared.bind(of.py()).getattr("__name__");
        let name = name.and_then(|name| name.extract::<String>());
        self.asking.shown(&name.unwrap_or_default(), of)
    }

    /// Python's own error for arguments that do not fit the declaration.
    fn misfit(
        &self,
        arguments: &Bound<'_, PyTuple>,
        given: &Bound<'_, PyDict>,
        of: Option<&Bound<'_, PyAny>>,
    ) -> PyErr {
        let py = arguments.py();
        let declared = self.declared.bind(py);
        let said = || {
            let error = finalization::call(declared, arguments.clone(), Some(given)).err()?;
            // Not that of the declaration's body.
            if !error.is_instance_of::<PyTypeError>(py) {
                return None;
            }
            let qualified: String = declared.getattr("__qualname__").ok()?.extract().ok()?;
            let name = of.map_or_else(|| qualified.clone(), |of| self.shown(of));
            Some(error.value(py).to_string().replace(&qualified, &name))
        };
        let text = said().unwrap_or_else(|| "the arguments do not fit".to_owned());
        without_context(py, PyTypeError::new_err(text))
    }
}
