//! A client that shares the keys and connections of another, with other options for its calls.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Client, Inner};
use crate::config::Options;
use crate::error::Error;
use crate::headers;

/// Names and values of a request.
type Pairs<'a> = Cow<'a, [(String, String)]>;

impl Client {
    /// Another client of the same keys, connections and usage counts. Its calls have the limits of
    /// time, the retries, the headers and the parameters of `options`; what is left out is as in
    /// this client. The other options of `options` have no effect.
    ///
    /// # Errors
    /// `config` for an option that cannot be used.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use std::time::Duration;
    ///
    /// let mut options = neura::Options::new();
    /// options.set_timeout(Duration::from_secs(5));
    /// options.set_header("X-Team", "search");
    /// client.with_options(&options)?.models().send()?;
    /// assert_eq!(client.usage().keys[0].requests, 1);
    /// # Ok::<(), neura::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn with_options(&self, options: &Options) -> Result<Self, Error> {
        let of = &*self.0;
        // First: an error must not show them.
        headers::secrets(&options.headers).for_each(|secret| of.secrets.add(secret));
        let checked = || {
            headers::check(&options.headers)?;
            Ok(Inner {
                limits: options.limits_over(of.limits)?,
                max_retries: options.retries_over(of.max_retries)?,
                added: headers_over(&of.added, Cow::Borrowed(&options.headers)).into_owned(),
                params: params_over(&of.params, &options.params, &options.left_out).into_owned(),
                ..of.clone()
            })
        };
        let inner: Result<Inner, Error> = checked();
        let clean = |error: Error| error.map_message(|message| of.secrets.clean_message(message));
        inner.map(|inner| Client(Arc::new(inner))).map_err(clean)
    }
}

/// The headers of a request, and those of its client whose names it has not.
pub(super) fn headers_over<'a>(clients: &[(String, String)], own: Pairs<'a>) -> Pairs<'a> {
    over(clients, own, &[], |one, other| {
        one.eq_ignore_ascii_case(other)
    })
}

/// The same of parameters, without those of the client that are left out.
pub(super) fn params_over<'a>(
    clients: &[(String, String)],
    own: &'a [(String, String)],
    left_out: &[String],
) -> Pairs<'a> {
    let own = Cow::Borrowed(own);
    over(clients, own, left_out, |one, other| one == other)
}

fn over<'a>(
    clients: &[(String, String)],
    own: Pairs<'a>,
    left_out: &[String],
    is_same: impl Fn(&str, &str) -> bool,
) -> Pairs<'a> {
    if clients.is_empty() {
        return own;
    }
    let is_left = |(name, _): &&(String, String)| {
        let mut others = own.iter().map(|(known, _)| known).chain(left_out);
        !others.any(|other| is_same(other, name))
    };
    let mut left: Vec<_> = clients.iter().filter(is_left).cloned().collect();
    if left.is_empty() {
        return own;
    }
    left.extend(own.into_owned());
    Cow::Owned(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        list.iter().map(owned).collect()
    }

    #[test]
    fn a_requests_own_replace_those_of_its_client() {
        let clients = pairs(&[("X-A", "1"), ("X-B", "1"), ("x-b", "2")]);
        let own = pairs(&[("x-a", "3"), ("x-a", "4")]);
        let headers = headers_over(&clients, Cow::Borrowed(&own));
        let wanted = [("X-B", "1"), ("x-b", "2"), ("x-a", "3"), ("x-a", "4")];
        assert_eq!(*headers, pairs(&wanted));
        // A parameter's name has its case.
        assert_eq!(params_over(&clients[..1], &own, &[]).len(), 3);
        assert!(matches!(params_over(&[], &own, &[]), Cow::Borrowed(_)));
        let left_out = ["X-A".to_owned()];
        assert_eq!(
            *params_over(&clients[..2], &[], &left_out),
            pairs(&[("X-B", "1")])
        );
    }
}
