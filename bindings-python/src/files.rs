//! The form of `files=`; `_files.py` says what they may be.

use neura::bindings::Multipart;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::arguments::text;
use crate::errors::raise;
use crate::pairs;
use crate::request::is_form;
use crate::source::Sources;

/// The fields of `data`, then the files.
pub fn form<'py>(
    files: &Bound<'py, PyAny>,
    data: Option<&Bound<'py, PyAny>>,
    sources: &mut Sources<'py>,
) -> PyResult<Multipart> {
    let py = files.py();
    let refused = |error| raise(py, &error);
    let mut form = Multipart::default();
    if let Some(data) = data {
        if !is_form(data)? {
            let message = "beside files, data must be a mapping or a list of pairs";
            return Err(PyTypeError::new_err(message));
        }
        for (name, value) in pairs::form(data, "data")? {
            form.add(&name, None, &[], value).map_err(refused)?;
        }
    }
    let parts = python!(py, "neura_ai._files", "parts_of", (files,))?;
    for part in parts.try_iter()? {
        let (name, file_name, headers, value): Part<'_> = part?.extract()?;
        let name = text(&name, "the name of a file")?;
        let file_name = file_name.map(|it| text(&it, "the filename of a file"));
        let headers = pairs::headers(&headers, "the headers of a file")?;
        let value = sources.body(&value, "a file")?;
        form.add(
            name.as_bytes(),
            file_name.transpose()?.as_deref(),
            &headers,
            value,
        )
        .map_err(refused)?;
    }
    Ok(form)
}

type Part<'py> = (
    Bound<'py, PyAny>,
    Option<Bound<'py, PyAny>>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
);
