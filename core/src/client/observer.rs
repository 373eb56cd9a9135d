//! What a caller's observer is called with after each attempt.

use std::sync::Arc;
use std::time::Duration;

use neura_transport::Method;

use crate::error::ErrorKind;
use crate::log::Attempt;
use crate::reply::Head;

/// One finished attempt of a call, for the caller's own log. It holds no secret.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AttemptInfo<'a> {
    /// The method of the request.
    pub method: Method,
    /// The path of the request's URL, without its query.
    pub path: &'a str,
    /// The status of the reply; `None` if the attempt failed without one.
    pub status: Option<u16>,
    /// Whether a reply arrived with a status of 200 to 299.
    pub ok: bool,
    /// The kind of the error, if the attempt failed without a reply.
    pub error: Option<ErrorKind>,
    /// Counted from 1.
    pub number: u32,
    /// The wait before it.
    pub waited: Duration,
    /// The service's id of the request.
    pub request_id: Option<&'a str>,
    /// The first 12 hex digits of the SHA-256 of the key that was sent; `None` if the caller's own
    /// header replaced the key.
    pub key_fingerprint: Option<&'a str>,
    /// How long it took, up to the headers of the reply.
    pub took: Duration,
}

impl<'a> From<&Attempt<'a>> for AttemptInfo<'a> {
    fn from(attempt: &Attempt<'a>) -> Self {
        let head = attempt.outcome.ok();
        AttemptInfo {
            method: attempt.method,
            path: attempt.path,
            status: head.map(|head| head.status),
            ok: head.is_some_and(Head::ok),
            error: attempt.outcome.err(),
            number: attempt.number,
            waited: attempt.waited,
            request_id: head.and_then(Head::request_id),
            key_fingerprint: attempt.fingerprint,
            took: attempt.took,
        }
    }
}

/// Called after each attempt.
pub(crate) type Observer = Arc<dyn Fn(&AttemptInfo<'_>) + Send + Sync>;
