//! The id that the service gave a request, for its support.

use neura_transport::HeaderList;

use crate::error_context::ErrorContext;
use crate::redact::escaped;

/// The headers that may have it, the first one first.
const HEADERS: [&str; 2] = ["x-request-id", "request-id"];

fn values(headers: &HeaderList) -> impl Iterator<Item = &str> {
    let values = HEADERS.into_iter().filter_map(|name| headers.find(name));
    values.map(str::trim).filter(|value| !value.is_empty())
}

/// The id as the server sent it. A value that repeats a secret is not an id: a reply's id is
/// printed and logged.
pub(super) fn of<'h>(headers: &'h HeaderList, context: &ErrorContext) -> Option<&'h str> {
    values(headers).find(|value| !context.is_secret(value))
}

/// The id as an error shows it: with a mark in place of a secret.
pub(super) fn redacted(headers: &HeaderList, context: &ErrorContext) -> Option<String> {
    values(headers)
        .map(|value| escaped(&context.clean(value)).into_owned())
        .find(|id| !id.is_empty())
}
