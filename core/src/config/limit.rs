//! Limits of time and of retries, from the caller's options to the limits of a call.

use std::time::Duration;

use super::config_error;
use crate::error::Error;
use crate::option_table::{self, Language, OptionName, Scope};

/// A limit of time as a caller gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Limit {
    /// The default of this limit.
    #[default]
    Default,
    /// No limit.
    Off,
    /// Seconds. 0 or less is a `config` error when the limit is used.
    Seconds(f64),
}

impl From<Duration> for Limit {
    fn from(limit: Duration) -> Self {
        Limit::Seconds(limit.as_secs_f64())
    }
}

impl Limit {
    fn resolve(
        self,
        name: OptionName,
        default: Option<Duration>,
    ) -> Result<Option<Duration>, Error> {
        match self {
            Limit::Default => Ok(default),
            Limit::Off => Ok(None),
            Limit::Seconds(seconds) if seconds > 0.0 => {
                // A limit too large for a clock is no limit.
                let limit = Duration::try_from_secs_f64(seconds).ok();
                Ok(limit.filter(|limit| limit.as_secs() < 1 << 32))
            }
            Limit::Seconds(_) => Err(config_error(format!(
                "{name} must be more than 0. Leave it out for the default, or give {} for no limit",
                Language::current().no_limit()
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
    /// The time in which the server must make progress before the reply's head.
    pub head: Option<Duration>,
    /// The options that set them.
    pub names: LimitNames,
}

/// How a caller wrote the two limits of a pair: connecting, then reading.
pub(crate) type PairNames = [&'static str; 2];

/// The options that set the limits, for errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitNames {
    pub total: OptionName,
    pub connect: OptionName,
    pub idle: OptionName,
    pub head: OptionName,
}

impl Limits {
    /// The defaults of a client.
    pub const DEFAULT: Limits = Limits {
        total: option_table::TIMEOUT.time(),
        connect: option_table::CONNECT_TIMEOUT.time(),
        idle: option_table::IDLE_TIMEOUT.time(),
        head: option_table::HEAD_TIMEOUT.time(),
        names: LimitNames {
            total: option_table::TIMEOUT.of(Scope::Client),
            connect: option_table::CONNECT_TIMEOUT.of(Scope::Client),
            idle: option_table::IDLE_TIMEOUT.of(Scope::Client),
            head: option_table::HEAD_TIMEOUT.of(Scope::Client),
        },
    };

    /// These limits, replaced where the options of a client or of one request give others. `pair`
    /// is how the caller wrote the limits of connecting and reading, if one value gave both.
    pub fn with(
        mut self,
        given: [Limit; 4],
        pair: Option<PairNames>,
        scope: Scope,
    ) -> Result<Self, Error> {
        let [total, connect, idle, head] = given;
        let (of_connect, of_read) = (pair.map(|[it, _]| it), pair.map(|[_, it]| it));
        for (given, row, limit, name, written) in [
            (
                total,
                &option_table::TIMEOUT,
                &mut self.total,
                &mut self.names.total,
                None,
            ),
            (
                connect,
                &option_table::CONNECT_TIMEOUT,
                &mut self.connect,
                &mut self.names.connect,
                of_connect,
            ),
            (
                idle,
                &option_table::IDLE_TIMEOUT,
                &mut self.idle,
                &mut self.names.idle,
                of_read,
            ),
            (
                head,
                &option_table::HEAD_TIMEOUT,
                &mut self.head,
                &mut self.names.head,
                of_read,
            ),
        ] {
            if given != Limit::Default {
                *name = row.of(scope).written(written);
                *limit = given.resolve(*name, *limit)?;
            }
        }
        Ok(self)
    }
}

/// The number of retries that a caller gives, or the default.
pub(crate) fn retries(given: Option<i64>, default: u32, scope: Scope) -> Result<u32, Error> {
    let Some(given) = given else {
        return Ok(default);
    };
    u32::try_from(given).map_err(|_| {
        config_error(format!(
            "{} must be between 0 and {}, not {given}. 0 means one attempt without retries",
            option_table::MAX_RETRIES.of(scope),
            u32::MAX
        ))
    })
}

/// The number of calls at a time that a caller gives.
pub(crate) fn in_flight(given: i64) -> Result<usize, Error> {
    match usize::try_from(given) {
        Ok(calls) if calls > 0 => Ok(calls),
        _ => Err(config_error(format!(
            "{} must be 1 or more, not {given}",
            option_table::MAX_IN_FLIGHT
        ))),
    }
}
