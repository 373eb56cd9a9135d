//! The core's error as JavaScript reads it.

use napi_derive::napi;
use neura::bindings::{cancelled_after, closed_stream};
use neura::{Error, ErrorKind, Response};

use crate::reply::{RateLimit, flat_headers};

/// An error of the core. `lib/errors.js` makes the class of its kind from it.
#[napi]
pub struct Failure {
    error: Error,
    /// Those of the reply, where the error itself does not keep them.
    headers: Option<Vec<(String, String)>>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure {
            error,
            headers: None,
        }
    }
}

impl Failure {
    /// The failure of a reply that the caller has.
    pub(crate) fn of_reply(error: Error, reply: &Response) -> Self {
        Failure {
            error,
            headers: Some(reply.clean_headers()),
        }
    }
}

/// The error of the system below a failure, of which `lib/errors.js` makes Node's.
#[napi(object, object_from_js = false)]
pub struct SystemCause {
    pub code: &'static str,
    pub syscall: Option<&'static str>,
    pub hostname: Option<String>,
    pub address: Option<String>,
    pub port: Option<u16>,
    pub text: Option<String>,
}

impl From<&neura::bindings::SystemCause> for SystemCause {
    fn from(cause: &neura::bindings::SystemCause) -> Self {
        SystemCause {
            code: cause.code,
            syscall: cause.syscall,
            hostname: cause.hostname.clone(),
            address: cause.address.map(|at| at.ip().to_string()),
            port: cause.address.map(|at| at.port()),
            text: cause.text.clone(),
        }
    }
}

#[napi]
impl Failure {
    #[napi(getter)]
    pub fn kind(&self) -> &'static str {
        self.error.kind().name()
    }

    #[napi(getter)]
    pub fn message(&self) -> &str {
        self.error.message()
    }

    #[napi(getter)]
    pub fn status(&self) -> Option<u32> {
        self.error.status().map(u32::from)
    }

    #[napi(getter)]
    pub fn code(&self) -> Option<&str> {
        self.error.code()
    }

    #[napi(getter, js_name = "type")]
    pub fn type_(&self) -> Option<&str> {
        self.error.type_()
    }

    #[napi(getter)]
    pub fn param(&self) -> Option<&str> {
        self.error.param()
    }

    #[napi(getter)]
    pub fn request_id(&self) -> Option<&str> {
        self.error.request_id()
    }

    /// Seconds.
    #[napi(getter)]
    pub fn retry_after(&self) -> Option<f64> {
        self.error.retry_after().map(|wait| wait.as_secs_f64())
    }

    #[napi(getter)]
    pub fn retryable(&self) -> bool {
        self.error.retryable()
    }

    #[napi(getter)]
    pub fn attempts(&self) -> u32 {
        self.error.attempts()
    }

    #[napi(getter)]
    pub fn rate_limit(&self) -> RateLimit {
        self.error.rate_limit().into()
    }

    #[napi(getter)]
    pub fn body(&self) -> Option<&str> {
        self.error.body()
    }

    /// Of the reply: name, value, name, value, without secrets.
    #[napi(getter)]
    pub fn headers(&self) -> Option<Vec<&str>> {
        let headers = self.headers.as_deref().or(self.error.reply_headers());
        headers.map(flat_headers)
    }

    #[napi(getter)]
    pub fn system_cause(&self) -> Option<SystemCause> {
        self.error.system_cause().map(SystemCause::from)
    }
}

/// The names of all kinds, in the order of their numbers.
#[napi]
pub fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.iter().map(|kind| kind.name()).collect()
}

/// The failure of a call whose signal was aborted before it began, or before its outcome was
/// delivered, after this many attempts.
#[napi]
pub fn cancelled_failure(attempts: u32) -> Failure {
    cancelled_after(attempts).into()
}

/// The failure of reading on after an early close.
#[napi]
pub fn closed_stream_failure() -> Failure {
    closed_stream().into()
}

/// What is wrong with an event's data that JavaScript could not parse as JSON.
#[napi]
pub fn event_json_failure(data: String) -> Option<Failure> {
    let event = neura::Event::new("", data, "");
    event.json::<serde_json::Value>().err().map(Failure::from)
}
