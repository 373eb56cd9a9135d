//! Reading environment variables: when one counts as set, and what its value is.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::config_error;
use crate::error::Error;
use crate::pasted::{is_blank, is_quoted, trim};
use crate::redact::quoted_variable;

/// The value, trimmed of white space and invisible characters. `None` if it is empty then, or the
/// variable is not set.
///
/// # Errors
/// `config` where it is not UTF-8, or begins or ends with a quotation mark.
pub(super) fn text(name: &str) -> Result<Option<Zeroizing<String>>, Error> {
    text_of(name, std::env::var_os(name))
}

/// As [`text`], for a value that was read already. Pure.
pub(super) fn text_of(
    name: &str,
    value: Option<OsString>,
) -> Result<Option<Zeroizing<String>>, Error> {
    let Some(text) = utf_8(name, value)? else {
        return Ok(None);
    };
    match trim(&text) {
        "" => Ok(None),
        trimmed if is_quoted(trimmed) => Err(has_quotes(name)),
        trimmed => Ok(Some(Zeroizing::new(trimmed.to_owned()))),
    }
}

/// The value unchanged: with quotation marks, even if blank.
///
/// # Errors
/// `config` where it is not UTF-8.
pub(super) fn raw(name: &str) -> Result<Option<Zeroizing<String>>, Error> {
    utf_8(name, std::env::var_os(name))
}

/// A path, or several as in `PATH`. If a file of exactly this name exists, the value is used
/// unchanged; otherwise it is read like any other text.
///
/// # Errors
/// As [`text`], but a path need not be UTF-8.
pub(super) fn path(name: &str) -> Result<Option<PathBuf>, Error> {
    let Some(value) = std::env::var_os(name) else {
        return Ok(None);
    };
    if value.to_str().is_none() || !is_blank_value(&value) && is_there(&value) {
        return Ok(Some(value.into()));
    }
    Ok(text_of(name, Some(value))?.map(|text| PathBuf::from(text.as_str())))
}

/// Whether the variable holds more than white space and invisible characters.
pub(super) fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !is_blank_value(&value))
}

pub(super) fn is_blank_value(value: &OsStr) -> bool {
    value.to_str().is_some_and(is_blank)
}

fn is_there(value: &OsStr) -> bool {
    Path::new(value).symlink_metadata().is_ok()
}

/// No error shows the value: it may hold a password, or a key in the wrong place.
fn utf_8(name: &str, value: Option<OsString>) -> Result<Option<Zeroizing<String>>, Error> {
    let text = value.map(|value| value.into_string().map(Zeroizing::new));
    text.transpose().map_err(|_| {
        let name = quoted_variable(name);
        config_error(format!("the environment variable {name} is not UTF-8 text"))
    })
}

/// Shells remove the quotation marks of an assignment; docker's `--env-file` keeps them.
fn has_quotes(name: &str) -> Error {
    config_error(format!(
        "the environment variable {} has quotation marks around its value, which count as \
         a part of it (docker's --env-file keeps them). Remove them",
        quoted_variable(name)
    ))
}
