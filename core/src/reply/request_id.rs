//! The id that the service gave a request, for its support.

use std::borrow::Cow;

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

/// The id as a reply shows it, if that differs from the header's value. Almost no value needs
/// escaping, so the search for secrets comes second.
pub(super) fn escaped_form(headers: &HeaderList, context: &ErrorContext) -> Option<String> {
    if values(headers).all(|value| matches!(escaped(value), Cow::Borrowed(_))) {
        return None;
    }
    let id = of(headers, context)?;
    Some(escaped(id).into_owned()).filter(|shown| shown != id)
}

/// The id as an error shows it: with a mark in place of a secret.
pub(super) fn redacted(headers: &HeaderList, context: &ErrorContext) -> Option<String> {
    values(headers)
        .map(|value| escaped(&context.clean(value)).into_owned())
        .find(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::redact::{Secrets, cost};

    fn context() -> ErrorContext {
        let secrets = Arc::new(Secrets::default());
        secrets.add("nk-fake-0123456789abcdef");
        ErrorContext::new(String::new(), &Arc::from("https://example.com"), &secrets)
    }

    fn headers(id: &str) -> HeaderList {
        [("x-request-id", id)].into_iter().collect()
    }

    #[test]
    fn an_id_is_shown_without_control_characters() {
        let context = context();
        let shown = |id| escaped_form(&headers(id), &context);
        assert_eq!(shown("req_1"), None);
        assert_eq!(shown("req\u{202e}1").as_deref(), Some("req\\u{202e}1"));
        assert_eq!(shown("nk-fake-0123456789abcdef\u{202e}"), None);
    }

    #[test]
    fn an_ordinary_id_is_not_searched_for_secrets_before_it_is_asked_for() {
        let (context, headers) = (context(), headers("req_01aB3c"));
        assert_eq!(cost::steps_of(|| drop(escaped_form(&headers, &context))), 0);
        assert!(cost::steps_of(|| assert!(of(&headers, &context).is_some())) > 0);
    }
}
