//! The named calls: chat, embeddings, models, the check of a key.

use neura::bindings::{CallKind, Operation, RequestOptions};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::text;
use crate::asking::Asking;
use crate::call::Call;
use crate::client::Client;
use crate::finalization;
use crate::json;
use crate::name::Name;
use crate::options::put_request;
use crate::package;
use crate::pairs;
use crate::request::{progress, taken, wanted};
use crate::source::Raised;

pub fn start<'py>(
    client: &Bound<'py, Client>,
    asking: Asking,
    names: &[Name],
    given: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut options = RequestOptions::new();
    if let Some(headers) = taken(given, intern!(given.py(), "extra_headers"))? {
        for (name, value) in pairs::headers(&headers, "extra_headers")? {
            options.add_header(name, value);
        }
    }
    if let Some(params) = taken(given, intern!(given.py(), "extra_query"))? {
        options.add_params(pairs::query(&params, "extra_query")?);
    }
    put_request(&mut options, given)?;
    let progress = match asking {
        Asking::Models => progress(given)?,
        _ => None,
    };
    let what = match asking {
        Asking::Check => CallKind::Check,
        Asking::AuthHeaders => CallKind::AuthHeader,
        Asking::Models => CallKind::Operation(Operation::Models),
        Asking::Model => {
            let id = text(
                &wanted(given, intern!(given.py(), "model"))?,
                "the model's id",
            )?;
            CallKind::Operation(Operation::Model(id))
        }
        _ => created(client, asking, names, given, &mut options)?,
    };
    let call = Call::new(what, options, Raised::default()).with_progress(progress);
    match asking == Asking::Models && client.get().is_async() {
        true => python!(
            client.py(),
            "neura_ai._models",
            "AsyncListing",
            (client, call)
        ),
        false => Client::start(client, call, Vec::new()),
    }
}

/// A request whose body has the members that were given. Those of `extra_body` lie over the others.
fn created<'py>(
    client: &Bound<'py, Client>,
    asking: Asking,
    names: &[Name],
    given: &Bound<'py, PyDict>,
    options: &mut RequestOptions,
) -> PyResult<CallKind> {
    let py = given.py();
    let default =
        taken(given, intern!(given.py(), "default"))?.or_else(|| client.get().default(py));
    let extra = extra_body(taken(given, intern!(given.py(), "extra_body"))?)?;
    let members = PyDict::new(py);
    // Those that have names of their own go first.
    for name in names {
        if given.is_empty() {
            break;
        }
        let object = name.object(py);
        if let Some(value) = given.get_item(object)? {
            given.del_item(object)?;
            if **name != *"stream" || !value.is_none() {
                members.set_item(object, value)?;
            }
        }
    }
    members.update(given.as_mapping())?;
    if let Some(extra) = extra {
        members.update(extra.as_mapping())?;
        let texts = extra.keys().iter().filter_map(|name| name.extract().ok());
        options.set_unchecked(texts.collect::<Vec<String>>());
    }
    let mut left_out = Vec::new();
    for (name, value) in members.iter() {
        if package::is_left_out(&value)? {
            left_out.push(name);
        }
    }
    for name in left_out {
        members.del_item(name)?;
    }
    let is_stream = match members.get_item(intern!(py, "stream"))? {
        Some(stream) => stream.is_truthy()?,
        None => false,
    };
    let body = json::write(py, members.as_any(), default.as_ref())?;
    Ok(match asking {
        Asking::Embeddings => CallKind::Operation(Operation::Embeddings(body.into())),
        _ if is_stream => CallKind::Chat(body),
        _ => CallKind::Operation(Operation::Chat(body.into())),
    })
}

/// The members of `extra_body`, of whatever mapping.
fn extra_body(given: Option<Bound<'_, PyAny>>) -> PyResult<Option<Bound<'_, PyDict>>> {
    let Some(given) = given else {
        return Ok(None);
    };
    if package::is_left_out(&given)? {
        return Ok(None);
    }
    if !given.hasattr("keys")? {
        let kind = given.get_type().name()?;
        let message = format!("extra_body must be a mapping, not {kind}");
        return Err(PyTypeError::new_err(message));
    }
    let dict = given.py().get_type::<PyDict>();
    Ok(Some(
        finalization::call(&dict, (given,), None)?.cast_into()?,
    ))
}
