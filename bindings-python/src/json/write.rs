//! Python's values to JSON text, byte for byte as
//! `json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))`.

use std::cell::RefCell;

use neura::ErrorKind;
use neura::bindings::{Buffer, out_of_memory};
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use super::{DEPTH, number, refused};
use crate::arguments::other_than;
use crate::errors::raise;
use crate::finalization;

/// A text of which it is counted how long it will be.
const LONG: usize = 256;
/// No number and no word is longer, with what stands around it.
const AROUND: usize = 64;

/// The JSON text of a value, as UTF-8. What JSON has no form for is given to
/// `default`, whose result is written in its place and whose errors pass through.
///
/// An `InvalidArgumentError` for NaN and infinities, halves of surrogate pairs,
/// circular references and more than 900 levels; a `TypeError` for a key that is
/// neither text nor number nor None, and for a value that JSON has no form for
/// where there is no `default`.
pub fn write<'py>(
    py: Python<'py>,
    value: &Bound<'py, PyAny>,
    default: Option<&Bound<'py, PyAny>>,
) -> PyResult<Vec<u8>> {
    if let Some(default) = default.filter(|default| !default.is_callable()) {
        return Err(other_than(default, "default must be callable, or None"));
    }
    let mut writer = Writer {
        py,
        default,
        out: Vec::with_capacity(512),
        open: Vec::new(),
        members: Vec::new(),
    };
    writer.value(value.clone())?;
    while let Some(item) = writer.next()? {
        writer.value(item)?;
    }
    Ok(writer.out)
}

/// A value whose inner values are being written. The levels are kept in a list
/// instead of by recursion, so that a thread with a small stack writes any value.
struct Level<'py> {
    value: Bound<'py, PyAny>,
    rest: Rest<'py>,
}

enum Rest<'py> {
    /// The list, and the place of its next item.
    List(Bound<'py, PyList>, usize),
    Tuple(Bound<'py, PyTuple>, usize),
    /// How many of the writer's `members` belong to outer levels.
    Members(usize),
    /// What `default` made of the value.
    Made(Option<Bound<'py, PyAny>>),
}

struct Writer<'a, 'py> {
    py: Python<'py>,
    default: Option<&'a Bound<'py, PyAny>>,
    out: Vec<u8>,
    open: Vec<Level<'py>>,
    /// Members of the open dicts that are still to be written, the next one last.
    members: Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
}

impl<'py> Writer<'_, 'py> {
    /// The next value to write, after closing the levels that have none left.
    fn next(&mut self) -> PyResult<Option<Bound<'py, PyAny>>> {
        while let Some(level) = self.open.last_mut() {
            let next = match &mut level.rest {
                // The length is asked anew each time: `default` may change the list.
                Rest::List(list, place) if *place < list.len() => {
                    self.out.extend((*place > 0).then_some(b','));
                    *place += 1;
                    Some(list.get_item(*place - 1)?)
                }
                Rest::Tuple(tuple, place) if *place < tuple.len() => {
                    self.out.extend((*place > 0).then_some(b','));
                    *place += 1;
                    Some(tuple.get_item(*place - 1)?)
                }
                Rest::Members(outer) if self.members.len() > *outer => self.member()?,
                Rest::Made(made) => made.take(),
                Rest::List(..) | Rest::Tuple(..) => {
                    self.out.push(b']');
                    None
                }
                Rest::Members(_) => {
                    self.out.push(b'}');
                    None
                }
            };
            if next.is_some() {
                return Ok(next);
            }
            self.open.pop();
        }
        Ok(None)
    }

    /// Writes the key of the next member, and gives its value.
    fn member(&mut self) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some((key, value)) = self.members.pop() else {
            return Ok(None);
        };
        if self.out.last() != Some(&b'{') {
            self.out.push(b',');
        }
        self.key(&key)?;
        self.out.push(b':');
        Ok(Some(value))
    }

    /// Writes a value whole, or opens a level for what is inside it.
    fn value(&mut self, value: Bound<'py, PyAny>) -> PyResult<()> {
        self.room(0)?;
        if let Ok(text) = value.cast::<PyString>() {
            return self.text(text);
        }
        if self.scalar(&value)? {
            return Ok(());
        }
        if let Ok(dict) = value.cast::<PyDict>() {
            let outer = self.members.len();
            if !dict.is_empty() {
                self.gather(dict)?;
            }
            self.members[outer..].reverse();
            self.out.push(b'{');
            return self.enter(value, Rest::Members(outer));
        }
        let rest = if let Ok(list) = value.cast_exact::<PyList>() {
            Rest::List(list.clone(), 0)
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            Rest::Tuple(tuple.clone(), 0)
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            // A subclass may have its own view of its items.
            Rest::List(finalization::items(&value)?, 0)
        } else {
            // Entered before the call, for what `default` gives back may hold the value.
            self.enter(value.clone(), Rest::Made(None))?;
            let made = self.made(&value)?;
            if let Some(level) = self.open.last_mut() {
                level.rest = Rest::Made(Some(made));
            }
            return Ok(());
        };
        self.out.push(b'[');
        self.enter(value, rest)
    }

    fn enter(&mut self, value: Bound<'py, PyAny>, rest: Rest<'py>) -> PyResult<()> {
        if self.open.iter().any(|level| level.value.is(&value)) {
            let kind = value.get_type().name()?;
            return Err(self.invalid(format!(
                "the JSON argument has a circular reference: a {kind} in it contains itself"
            )));
        }
        if self.open.len() == DEPTH {
            return Err(self.invalid(format!(
                "the JSON argument is nested too deeply: at most {DEPTH} levels are supported"
            )));
        }
        self.open.push(Level { value, rest });
        Ok(())
    }

    fn made(&self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(default) = self.default {
            return finalization::call(default, (value,), None);
        }
        let kind = value.get_type().name()?;
        let message = format!(
            "the JSON argument contains an object of type {kind}, which JSON cannot represent: \
             convert it first, or give a default= that does"
        );
        Err(PyTypeError::new_err(message))
    }

    /// The members of a dict as they are now: `default` may change it meanwhile.
    fn gather(&mut self, dict: &Bound<'py, PyDict>) -> PyResult<()> {
        if dict.is_exact_instance_of::<PyDict>() {
            let members = RefCell::new(&mut self.members);
            return dict.locked_for_each(|key, value| {
                members.borrow_mut().push((key, value));
                Ok(())
            });
        }
        // A subclass has its own order, as OrderedDict, or its own view of its values.
        for pair in finalization::members(dict)? {
            let Ok((key, value)) = pair.extract() else {
                return Err(PyValueError::new_err("items must return 2-tuples"));
            };
            self.members.push((key, value));
        }
        Ok(())
    }

    fn key(&mut self, key: &Bound<'py, PyAny>) -> PyResult<()> {
        if let Ok(text) = key.cast::<PyString>() {
            return self.text(text);
        }
        self.out.push(b'"');
        if !self.scalar(key)? {
            let kind = key.get_type().name()?;
            let message = format!("keys must be str, int, float, bool or None, not {kind}");
            return Err(PyTypeError::new_err(message));
        }
        self.out.push(b'"');
        Ok(())
    }

    /// Writes a number, a bool or None; false for anything else.
    fn scalar(&mut self, value: &Bound<'py, PyAny>) -> PyResult<bool> {
        if value.is_none() {
            self.out.extend_from_slice(b"null");
        } else if let Ok(given) = value.cast::<PyBool>() {
            let word: &[u8] = if given.is_true() { b"true" } else { b"false" };
            self.out.extend_from_slice(word);
        } else if let Ok(whole) = value.cast::<PyInt>() {
            number::integer(&mut self.out, whole)?;
        } else if let Ok(float) = value.cast::<PyFloat>() {
            let float = float.value();
            if !float.is_finite() {
                return Err(self.invalid(format!(
                    "the JSON argument contains the float {float}, which JSON cannot represent: \
                     send None or a text instead"
                )));
            }
            number::float(&mut self.out, value)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn text(&mut self, text: &Bound<'py, PyString>) -> PyResult<()> {
        match text.to_str() {
            Ok(text) => {
                self.room(quoted_length(text.as_bytes()))?;
                // serde_json escapes what Python does, in the same form; a Vec takes all of it.
                serde_json::to_writer(&mut self.out, text)
                    .map_err(|error| self.invalid(error.to_string()))
            }
            // Not Python's own error, nor as its context: it carries the whole text.
            Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(self.py) => {
                let message = "the JSON argument contains half of a surrogate pair, which UTF-8 \
                               cannot encode";
                Err(self.invalid(message.to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    /// Room for these bytes, and for a number or a word and what stands around it.
    fn room(&mut self, bytes: usize) -> PyResult<()> {
        let more = bytes + AROUND;
        if self.out.capacity() - self.out.len() >= more || self.out.try_reserve(more).is_ok() {
            return Ok(());
        }
        let wanted = self.out.len() + more;
        self.out = Vec::new();
        Err(raise(self.py, &out_of_memory(wanted, Buffer::Request)))
    }

    fn invalid(&self, message: String) -> PyErr {
        refused(self.py, ErrorKind::InvalidArgument, message)
    }
}

/// The most bytes that a text takes; of a long one, what it takes.
fn quoted_length(text: &[u8]) -> usize {
    let is_escaped = |byte: &&u8| **byte < 0x20 || matches!(**byte, b'"' | b'\\');
    match text.len() {
        0..LONG => text.len() * 6,
        length => length + text.iter().filter(is_escaped).count() * 5,
    }
}
