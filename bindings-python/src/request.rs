//! Any request, from the arguments of a verb.

use neura::Method as Verb;
use neura::bindings::{CallKind, Request, RequestOptions, form, with_query};
use neura::{Error, ErrorKind};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::arguments::text;
use crate::asking::Asking;
use crate::call::Call;
use crate::client::Client;
use crate::errors::raise;
use crate::files;
use crate::json;
use crate::name::Name;
use crate::options::put_request;
use crate::package;
use crate::pairs;
use crate::session;
use crate::source::Sources;

/// Sends a request of `of`.
pub fn start<'py>(
    of: &Bound<'py, PyAny>,
    client: &Bound<'py, Client>,
    asking: Asking,
    names: &[Name],
    given: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = of.py();
    let (verb, path) = match asking {
        Asking::Verb(verb) => (verb, wanted(given, names[0].object(py))?),
        _ => {
            let verb = text(&wanted(given, intern!(given.py(), "method"))?, "the method")?;
            let verb = verb.parse::<Verb>();
            let verb = verb.map_err(|unknown| raise(py, &unknown.into()))?;
            (verb, wanted(given, names[1].object(py))?)
        }
    };
    let headers = taken(given, intern!(given.py(), "headers"))?;
    let mut params = taken(given, intern!(given.py(), "params"))?;
    let mut options = RequestOptions::new();
    let beneath = match session::is_one(names) {
        true => {
            session::refuse_the_rest(given)?;
            params = session::params(of, params)?;
            Some(session::headers(of, headers.as_ref())?)
        }
        false => None,
    };
    for (name, value) in match (beneath, headers) {
        (Some(pairs), _) => pairs,
        (None, Some(headers)) => pairs::headers(&headers, "headers")?,
        (None, None) => Vec::new(),
    } {
        options.add_header(name, value);
    }
    let mut path = text(&path, "the path")?;
    match params {
        Some(params) if params.is_instance_of::<PyString>() => {
            path = with_query(&path, text(&params, "params")?.as_bytes());
        }
        Some(params) => match params.cast::<PyBytes>() {
            Ok(query) => path = with_query(&path, query.as_bytes()),
            Err(_) => options.add_params(pairs::query(&params, "params")?),
        },
        None => {}
    }
    let json = taken(given, intern!(given.py(), "json"))?;
    let data = taken(given, intern!(given.py(), "data"))?;
    let files = match taken(given, intern!(given.py(), "files"))? {
        Some(files) if files.is_truthy()? => Some(files),
        _ => None,
    };
    let default =
        taken(given, intern!(given.py(), "default"))?.or_else(|| client.get().default(py));
    let mut request = Request::new(verb, path);
    let mut sources = Sources::new(client.get().is_async());
    // As in requests: what is empty is no body beside another.
    let has_data = data.as_ref().map_or(Ok(false), |data| data.is_truthy())?;
    match (json, data) {
        (Some(_), _) if has_data || files.is_some() => {
            let other = if has_data { "data" } else { "files" };
            let message = format!("give json or {other}, not both");
            return Err(raise(py, &Error::new(ErrorKind::InvalidArgument, message)));
        }
        (_, data) if let Some(files) = &files => {
            let fields = data.filter(|_| has_data);
            let form = files::form(files, fields.as_ref(), &mut sources)?;
            options.add_content_type(&form.content_type());
            request = request.body(form.body());
        }
        (Some(json), _) => request = request.json(json::write(py, &json, default.as_ref())?),
        (None, Some(data)) if is_form(&data)? => {
            let form = form(&pairs::form(&data, "data")?);
            if !form.is_empty() {
                options.add_content_type("application/x-www-form-urlencoded");
                request = request.body(form.into_bytes());
            }
        }
        (None, Some(data)) => {
            request = request.body(sources.body(&data, "data")?);
        }
        (None, None) => {}
    }
    let is_open = match given.get_item(intern!(py, "stream"))? {
        Some(stream) => stream.is_truthy()?,
        None => false,
    };
    put_request(&mut options, given)?;
    let request = Box::new(request);
    let what = match asking {
        Asking::Stream => CallKind::Events(request),
        _ if is_open => CallKind::Open(request),
        _ => CallKind::Send(request),
    };
    let call = Call::new(what, options, sources.raised).with_progress(progress(given)?);
    Client::start(client, call, sources.given)
}

/// The function that is called with the progress of a body; for True that of a bar.
pub fn progress(given: &Bound<'_, PyDict>) -> PyResult<Option<Py<PyAny>>> {
    let Some(progress) = taken(given, intern!(given.py(), "progress"))? else {
        return Ok(None);
    };
    let progress = python!(given.py(), "neura_ai._progress", "function", (progress,))?;
    Ok(Some(progress.unbind()).filter(|it| !it.is_none(given.py())))
}

/// An argument, if it was given and is not None.
pub fn taken<'py>(
    given: &Bound<'py, PyDict>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if given.is_empty() {
        return Ok(None);
    }
    let Some(value) = given.get_item(name)? else {
        return Ok(None);
    };
    given.del_item(name)?;
    Ok(Some(value).filter(|value| !value.is_none()))
}

/// An argument; None if it was not given.
pub fn wanted<'py>(
    given: &Bound<'py, PyDict>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let value = taken(given, name)?;
    Ok(value.unwrap_or_else(|| given.py().None().into_bound(given.py())))
}

pub fn is_form(data: &Bound<'_, PyAny>) -> PyResult<bool> {
    let is_list = data.is_instance_of::<PyList>() || data.is_instance_of::<PyTuple>();
    Ok(is_list || package::is_mapping(data)?)
}
