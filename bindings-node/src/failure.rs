//! The core's error as JavaScript reads it.

use napi_derive::napi;
use neura::bindings::{cancelled, closed_stream};
use neura::{Error, ErrorKind};

use crate::reply::RateLimit;

/// An error of the core. `lib/errors.js` makes the class of its kind from it.
#[napi]
pub struct Failure {
    error: Error,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { error }
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
}

/// The names of all kinds, in the order of their numbers.
#[napi]
pub fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.iter().map(|kind| kind.name()).collect()
}

/// The failure of a call whose signal was aborted before it began.
#[napi]
pub fn cancelled_failure() -> Failure {
    cancelled().into()
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
