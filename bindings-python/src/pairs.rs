//! Headers, query parameters and forms: what Python's values are. What becomes of them is decided
//! in the core.

use neura::Error;
use neura::bindings::{
    Given, Kind, QueryPairs, header_pairs, not_pairs, pairs_in, query_pairs, spread,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::arguments::{name_of, text};
use crate::errors::raise;
use crate::finalization;
use crate::package;

pub type Text = Vec<(String, String)>;

/// The headers of a mapping or of pairs; `what` names them in errors.
pub fn headers(given: &Bound<'_, PyAny>, what: &str) -> PyResult<Text> {
    header_pairs(pairs_of(given, what)?)
}

/// The headers `own` over those `beneath`; a value of None takes a header away.
pub fn headers_over(
    beneath: Option<&Bound<'_, PyAny>>,
    own: Option<&Bound<'_, PyAny>>,
) -> PyResult<Text> {
    let pairs = |given: Option<&_>| given.map_or(Ok(Vec::new()), |it| pairs_of(it, "headers"));
    let (mut all, own) = (pairs(beneath)?, pairs(own)?);
    let lower = |name: &Value<'_>| {
        finalization::text(&name.0).map(|it| it.to_string_lossy().to_lowercase())
    };
    let known: Vec<String> = own
        .iter()
        .map(|(name, _)| lower(name))
        .collect::<PyResult<_>>()?;
    all.retain(|(name, _)| lower(name).map_or(true, |name| !known.contains(&name)));
    all.extend(own);
    all.retain(|(_, value)| !value.0.is_none());
    header_pairs(all)
}

/// The same of query parameters.
pub fn query(given: &Bound<'_, PyAny>, what: &str) -> PyResult<QueryPairs> {
    query_pairs(pairs_of(given, what)?)
}

/// The pairs of a mapping, or of anything that gives pairs; none of what stands for nothing.
pub fn pairs<'py>(given: &Bound<'py, PyAny>, what: &str) -> PyResult<Vec<Pair<'py>>> {
    let pairs = pairs_of(given, what)?.into_iter();
    Ok(pairs.map(|(name, value)| (name.0, value.0)).collect())
}

/// The pairs of a form, as in requests: values by `str`, so True is "True"; once for each of
/// several values, and not for None.
pub fn form(given: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<(Vec<u8>, Vec<u8>)>> {
    let bytes = |value: &Value<'_>| match value.0.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes.as_bytes().to_vec()),
        Err(_) => text(finalization::text(&value.0)?.as_any(), what).map(String::into_bytes),
    };
    let mut found = Vec::new();
    for (name, value) in pairs_of(given, what)? {
        let name = bytes(&name)?;
        spread(value, &mut |value: Value<'_>| {
            found.push((name.clone(), bytes(&value)?));
            Ok(())
        })?;
    }
    Ok(found)
}

type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// A value of Python's.
struct Value<'py>(Bound<'py, PyAny>);

fn pairs_of<'py>(given: &Bound<'py, PyAny>, what: &str) -> PyResult<Vec<(Value<'py>, Value<'py>)>> {
    if given.is_none() || package::is_left_out(given)? {
        return Ok(Vec::new());
    }
    // A subclass may have an `items` of its own.
    if let Ok(dict) = given.cast_exact::<PyDict>() {
        let pair = |(name, value)| (Value(name), Value(value));
        return Ok(dict.iter().map(pair).collect());
    }
    let items = match package::is_mapping(given)? {
        true => finalization::members(given)?,
        false if is_text(given) || !package::is_iterable(given)? => {
            return Err(not_pairs(&Value(given.clone()), what));
        }
        false => finalization::items(given)?,
    };
    pairs_in(items.iter().map(Value).collect(), what)
}

fn is_text(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>()
}

impl<'py> Given for Value<'py> {
    type Error = PyErr;

    fn kind(&self) -> PyResult<Kind<Self>> {
        let value = &self.0;
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(kind_of_text(text));
        }
        if value.is_none() {
            return Ok(Kind::Null);
        }
        if let Ok(switch) = value.cast::<PyBool>() {
            return Ok(Kind::Switch(switch.is_true()));
        }
        if value.is_instance_of::<PyInt>() {
            return self.number();
        }
        if value.is_instance_of::<PyFloat>() {
            return Ok(match self.printed()? {
                Kind::Text(text) => Kind::Number(text),
                other => other,
            });
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Kind::Bytes(bytes.as_bytes().to_vec()));
        }
        let plain = value.is_exact_instance_of::<PyList>();
        if plain || !package::is_mapping(value)? && package::is_iterable(value)? {
            let items = finalization::items(value)?;
            return Ok(Kind::Several(items.iter().map(Value).collect()));
        }
        Ok(Kind::Other)
    }

    fn pair(&self) -> PyResult<Option<(Self, Self)>> {
        let is_array = self.0.is_instance_of::<PyTuple>() || self.0.is_instance_of::<PyList>();
        if !is_array || self.0.len()? != 2 {
            return Ok(None);
        }
        let (name, value) = (self.0.get_item(0)?, self.0.get_item(1)?);
        Ok(Some((Value(name), Value(value))))
    }

    fn printed(&self) -> PyResult<Kind<Self>> {
        match package::is_mapping(&self.0)? {
            true => Ok(Kind::Other),
            false => Ok(kind_of_text(&finalization::text(&self.0)?)),
        }
    }

    fn type_name(&self) -> String {
        name_of(&self.0)
    }

    fn wrong_type(&self, message: String) -> PyErr {
        PyTypeError::new_err(message)
    }

    fn refused(&self, error: &Error) -> PyErr {
        raise(self.0.py(), error)
    }
}

impl Value<'_> {
    /// An integer by its own digits: the text of an `IntEnum` is its name.
    fn number(&self) -> PyResult<Kind<Self>> {
        if let Ok(number) = self.0.extract::<i64>() {
            return Ok(Kind::Number(number.to_string()));
        }
        let int = self.0.py().get_type::<PyInt>();
        let digits = int.call_method1("__repr__", (&self.0,))?;
        Ok(Kind::Number(digits.extract()?))
    }
}

fn kind_of_text<'py>(text: &Bound<'py, PyString>) -> Kind<Value<'py>> {
    text.extract().map_or(Kind::HalfPair, Kind::Text)
}
