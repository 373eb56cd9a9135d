//! Chunks of a stream that are like the one before them but for one text.

use std::ops::Range;

use jiter::Jiter;
use neura::bindings::Buffer;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::{self as json, Form};
use crate::finalization;
use crate::memory;

/// A text that no service sends.
const PROBE: &str = "the words of the first choice";

/// A chunk whose lists and objects nest deeper is no template.
const DEPTH: usize = 8;

/// The text of a chunk around one string of it, and what its values are made of.
pub struct Template {
    /// Up to the quotation mark of the string.
    before: String,
    /// From the second quotation mark on.
    after: String,
    root: Value,
}

enum Value {
    /// One that nothing can change.
    Same(Py<PyAny>),
    List(Vec<Value>),
    Object {
        class: Py<PyAny>,
        /// All members, in their order.
        members: Py<PyDict>,
        /// Those that are made anew.
        inner: Vec<(Py<PyAny>, Value)>,
    },
    /// The string that differs.
    Words,
}

impl Template {
    /// Of a chunk with this text, which was read as `value`. At `words` it has a string, as JSON
    /// without the quotation marks: `content` of the first choice's `delta`.
    pub fn of(
        text: &str,
        words: &Range<usize>,
        value: &Bound<'_, PyAny>,
        form: Form,
    ) -> Option<Self> {
        let path = ["choices", "", "delta", "content"];
        let template = Self {
            before: text.get(..words.start)?.to_owned(),
            after: text.get(words.end..)?.to_owned(),
            root: Value::of(value, Some(&path), DEPTH).ok().flatten()?,
        };
        // The choices may stand in another order, and a name twice: a probe tells.
        let py = value.py();
        let probe = format!("{}{PROBE}{}", template.before, template.after);
        let made = template.root.make(py, &PyString::new(py, PROBE)).ok()?;
        let read = json::read(py, &probe, form).ok()?;
        read.eq(made).ok()?.then_some(template)
    }

    /// The value of another chunk; None if more than the string differs.
    pub fn read<'py>(&self, py: Python<'py>, text: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(words) = text
            .strip_prefix(&*self.before)
            .and_then(|rest| rest.strip_suffix(&*self.after))
        else {
            return Ok(None);
        };
        let quoted = self.before.len() - 1..text.len() - self.after.len() + 1;
        let Some(quoted) = text.get(quoted) else {
            return Ok(None);
        };
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        let words = match words.bytes().all(is_plain) {
            true => memory::string(py, words, Buffer::Body)?,
            false => {
                let mut reader = Jiter::new(quoted.as_bytes());
                let Ok(words) = reader.next_str() else {
                    return Ok(None);
                };
                let words = memory::string(py, words, Buffer::Body)?;
                match reader.finish() {
                    Ok(()) => words,
                    Err(_) => return Ok(None),
                }
            }
        };
        self.root.make(py, &words).map(Some)
    }
}

impl Value {
    /// `path` leads to the string that differs, if it is in this value: names of members, and an
    /// empty one for the first item of a list. None if the value cannot be made again so.
    fn of(value: &Bound<'_, PyAny>, path: Option<&[&str]>, depth: usize) -> PyResult<Option<Self>> {
        let Some(depth) = depth.checked_sub(1) else {
            return Ok(None);
        };
        if path.is_some_and(<[_]>::is_empty) {
            return Ok(value
                .is_exact_instance_of::<PyString>()
                .then_some(Self::Words));
        }
        let next = |name: &str| {
            let (first, rest) = path?.split_first()?;
            (*first == name).then_some(rest)
        };
        if let Ok(list) = value.cast_exact::<PyList>() {
            let mut items = Vec::new();
            for (place, item) in list.iter().enumerate() {
                let path = if place == 0 { next("") } else { None };
                let Some(item) = Self::of(&item, path, depth)? else {
                    return Ok(None);
                };
                items.push(item);
            }
            return Ok(Some(Self::List(items)));
        }
        let Ok(object) = value.cast::<PyDict>() else {
            return Ok(Some(Self::Same(value.clone().unbind())));
        };
        let (members, mut inner) = (PyDict::new(value.py()), Vec::new());
        for (name, member) in object.iter() {
            let path = next(name.cast::<PyString>()?.to_str()?);
            match Self::of(&member, path, depth)? {
                None => return Ok(None),
                Some(Self::Same(same)) => members.set_item(&name, same)?,
                Some(made) => {
                    members.set_item(&name, value.py().None())?;
                    inner.push((name.unbind(), made));
                }
            }
        }
        Ok(Some(Self::Object {
            class: value.get_type().into_any().unbind(),
            members: members.unbind(),
            inner,
        }))
    }

    fn make<'py>(
        &self,
        py: Python<'py>,
        words: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Same(value) => Ok(value.bind(py).clone()),
            Self::Words => Ok(words.clone().into_any()),
            Self::List(items) => {
                let items = items.iter().map(|item| item.make(py, words));
                Ok(memory::list_of(py, items)?.into_any())
            }
            Self::Object {
                class,
                members,
                inner,
            } => {
                let object = memory::object(class.bind(py))?;
                memory::copy_members(&object, members.bind(py))?;
                for (name, value) in inner {
                    finalization::set_member(&object, name.bind(py), &value.make(py, words)?)?;
                }
                Ok(object.into_any())
            }
        }
    }
}
