//! The id that the service gave a request, for its support.

use neura_transport::HeaderList;

use crate::error_context::ErrorContext;
use crate::redact::escaped;

/// The headers that may have it, the first one first.
const HEADERS: [&str; 2] = ["x-request-id", "request-id"];

/// The id as the server sent it. A value that repeats a secret is not an id: it would be printed
/// and logged as one.
pub(super) fn of<'h>(headers: &'h HeaderList, context: &ErrorContext) -> Option<&'h str> {
    let values = HEADERS.into_iter().filter_map(|name| headers.find(name));
    values
        .map(str::trim)
        .find(|id| !id.is_empty() && !context.is_secret(id))
}

/// The id as messages and logs show it.
pub(super) fn shown(headers: &HeaderList, context: &ErrorContext) -> Option<String> {
    of(headers, context).map(|id| escaped(id).into_owned())
}
