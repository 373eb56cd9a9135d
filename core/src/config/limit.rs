//! Limits of time and of retries, from what a caller gives to what a call obeys.

use std::time::Duration;

use super::config_error;
use crate::error::Error;

const MAX_RETRIES: u32 = 2;

/// A limit of time as a caller gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Limit {
    /// The default of this limit.
    #[default]
    Default,
    /// No limit.
    Off,
    /// So many seconds; 0 or less is a `config` error when the limit is used.
    Seconds(f64),
}

impl From<Duration> for Limit {
    fn from(limit: Duration) -> Self {
        Limit::Seconds(limit.as_secs_f64())
    }
}

impl Limit {
    fn resolve(self, name: &str, default: Option<Duration>) -> Result<Option<Duration>, Error> {
        match self {
            Limit::Default => Ok(default),
            Limit::Off => Ok(None),
            Limit::Seconds(seconds) if seconds > 0.0 => {
                // Beyond what a clock can add up, a limit is no limit.
                let limit = Duration::try_from_secs_f64(seconds).ok();
                Ok(limit.filter(|limit| limit.as_secs() < 1 << 32))
            }
            Limit::Seconds(_) => Err(config_error(format!(
                "{name} must be more than 0. Leave it out for the default, or give none (null) \
                 for no limit"
            ))),
        }
    }
}

/// The limits of a call after defaults; `None` is no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub total: Option<Duration>,
    pub connect: Option<Duration>,
    pub idle: Option<Duration>,
    /// Between two steps of the other side before the reply's head is there.
    pub head: Option<Duration>,
}

impl Limits {
    /// The defaults of a client.
    pub const DEFAULT: Limits = Limits {
        total: Some(Duration::from_secs(600)),
        connect: Some(Duration::from_secs(5)),
        idle: Some(Duration::from_secs(300)),
        head: None,
    };

    /// These limits with what a caller gives in their place.
    pub fn with(&self, total: Limit, connect: Limit, idle: Limit) -> Result<Self, Error> {
        Ok(Limits {
            total: total.resolve("timeout", self.total)?,
            connect: connect.resolve("connect_timeout", self.connect)?,
            idle: idle.resolve("idle_timeout", self.idle)?,
            head: self.head,
        })
    }

    /// These limits with another one for the reply's head.
    pub fn with_head(self, head: Limit) -> Result<Self, Error> {
        let head = head.resolve("the read timeout", self.head)?;
        Ok(Limits { head, ..self })
    }
}

/// The number of retries that a caller gives, or the default.
pub(crate) fn retries(given: Option<i64>, default: Option<u32>) -> Result<u32, Error> {
    let Some(given) = given else {
        return Ok(default.unwrap_or(MAX_RETRIES));
    };
    u32::try_from(given).map_err(|_| {
        config_error(format!(
            "max_retries must lie between 0 and {}, not {given}. 0 sends a request once",
            u32::MAX
        ))
    })
}

/// The number of calls at a time that a caller gives.
pub(crate) fn in_flight(given: i64) -> Result<usize, Error> {
    match usize::try_from(given) {
        Ok(calls) if calls > 0 => Ok(calls),
        _ => Err(config_error(format!(
            "max_in_flight must be 1 or more, not {given}"
        ))),
    }
}
