//! Testing the key with one call. A failure is part of the result, not an error.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Client;
use super::Operation;
use super::RequestOptions;
use crate::config::KeyInfo;
use crate::error::Error;

/// The result of testing a key. It holds no secret.
#[derive(Clone, Debug)]
pub struct KeyCheck {
    key: KeyInfo,
    latency: Duration,
    result: Result<Answer, Error>,
}

#[derive(Clone, Debug)]
struct Answer {
    status: u16,
    request_id: Option<String>,
    models: usize,
}

impl KeyCheck {
    /// Whether the service accepts the key.
    pub fn ok(&self) -> bool {
        self.result.is_ok()
    }

    /// Why the service does not accept the key.
    pub fn error(&self) -> Option<&Error> {
        self.result.as_ref().err()
    }

    /// Where the key came from.
    pub fn key(&self) -> &KeyInfo {
        &self.key
    }

    /// The time from the request to the reply, over all attempts.
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// How many models the key can use; `None` if the check failed.
    pub fn models(&self) -> Option<usize> {
        self.result.as_ref().ok().map(|answer| answer.models)
    }

    /// As JSON: `ok, kind, status, message, key, latency_ms, request_id, models`.
    pub fn to_json(&self) -> Value {
        let error = self.error();
        let answer = self.result.as_ref().ok();
        json!({
            "ok": self.ok(),
            "kind": error.map(|error| error.kind().name()),
            "status": answer.map(|a| a.status).or(error.and_then(Error::status)),
            "message": error.map(Error::message),
            "key": self.key.to_json(),
            "latency_ms": self.latency.as_millis() as u64,
            "request_id": answer
                .map_or(error.and_then(Error::request_id), |a| a.request_id.as_deref()),
            "models": self.models(),
        })
    }
}

impl Client {
    /// Calls `GET /models` to see whether the service accepts the key. Never fails: an error is
    /// part of the result.
    #[doc(hidden)]
    pub fn check_with(&self, options: RequestOptions) -> KeyCheck {
        self.check_in_turn(Ok(()), options)
    }

    /// As [`check_with`](Self::check_with), for a job of
    /// [`Calls::start_until`](crate::bindings::Calls::start_until), whose `turn` may be an error too.
    #[doc(hidden)]
    pub fn check_in_turn(&self, turn: Result<(), Error>, options: RequestOptions) -> KeyCheck {
        let started = options.began.unwrap_or_else(Instant::now);
        let result = turn.and_then(|()| self.ask_models(options));
        KeyCheck {
            key: self.key_info(),
            latency: started.elapsed(),
            result,
        }
    }

    fn ask_models(&self, options: RequestOptions) -> Result<Answer, Error> {
        let response = self.call(Operation::Models, &options)?;
        Ok(Answer {
            status: response.status(),
            request_id: response.request_id().map(|id| self.redact(id)),
            models: response.listed()?,
        })
    }

    /// Calls `GET /models` to see whether the service accepts the key, within the client's limits.
    /// Never fails: an error is part of the result.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let check = client.check();
    /// assert!(check.ok());
    /// assert_eq!(check.models(), Some(3));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn check(&self) -> KeyCheck {
        self.check_with(RequestOptions::new())
    }
}
