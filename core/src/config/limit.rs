//! Limits of time and of retries, from the caller's options to the limits of a call.

use std::time::Duration;

use super::config_error;
use crate::error::Error;
use crate::option_table::{self, Language, OptionName, Scope};

/// A limit of time as a binding gives it.
#[doc(hidden)]
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
    /// What a Rust program gives; `None` is no limit.
    pub(crate) fn of(limit: impl Into<Option<Duration>>) -> Self {
        limit.into().map_or(Limit::Off, Limit::from)
    }

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

/// The names of the limits, in the order of [`Limits::with`].
const LIMITS: [fn(&LimitNames) -> OptionName; 4] = [
    LimitNames::total,
    LimitNames::connect,
    LimitNames::idle,
    LimitNames::head,
];

/// The limits that a caller gives a client or one request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GivenLimits {
    pub total: Limit,
    pub connect: Limit,
    pub idle: Limit,
    pub head: Limit,
    /// How the caller wrote the limits of connecting and reading, if one value gave both.
    pair: Option<[&'static str; 2]>,
}

impl GivenLimits {
    /// Sets the limits of connecting and reading from one value. The second also limits the wait
    /// for the head of the reply.
    pub fn split(&mut self, connect: Limit, read: Limit, written: [&'static str; 2]) {
        self.connect = connect;
        self.idle = read;
        self.head = read;
        self.pair = Some(written);
    }
}

/// The options that set the limits, for errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitNames {
    /// Of the total, connect, idle and head limits.
    scopes: [Scope; 4],
    /// What the caller wrote in place of the options of the last three.
    written: [Option<&'static str>; 3],
}

impl LimitNames {
    const DEFAULT: Self = LimitNames {
        scopes: [Scope::Client; 4],
        written: [None; 3],
    };

    pub fn total(&self) -> OptionName {
        option_table::TIMEOUT.of(self.scopes[0])
    }

    pub fn connect(&self) -> OptionName {
        let [connect, ..] = self.written;
        option_table::CONNECT_TIMEOUT
            .of(self.scopes[1])
            .written(connect)
    }

    pub fn idle(&self) -> OptionName {
        let [_, idle, _] = self.written;
        option_table::IDLE_TIMEOUT.of(self.scopes[2]).written(idle)
    }

    pub fn head(&self) -> OptionName {
        let [.., head] = self.written;
        option_table::HEAD_TIMEOUT.of(self.scopes[3]).written(head)
    }
}

impl Limits {
    /// Without the names.
    pub fn plain(&self) -> neura_transport::Limits {
        neura_transport::Limits {
            total: self.total,
            connect: self.connect,
            idle: self.idle,
            head: self.head,
        }
    }

    /// The defaults of a client.
    pub const DEFAULT: Limits = Limits {
        total: option_table::TIMEOUT.time(),
        connect: option_table::CONNECT_TIMEOUT.time(),
        idle: option_table::IDLE_TIMEOUT.time(),
        head: option_table::HEAD_TIMEOUT.time(),
        names: LimitNames::DEFAULT,
    };

    /// These limits, each replaced if the options of a client or of one request give another.
    pub fn with(mut self, given: &GivenLimits, scope: Scope) -> Result<Self, Error> {
        let all = [given.total, given.connect, given.idle, given.head];
        if all == [Limit::Default; 4] {
            return Ok(self);
        }
        let of_connect = given.pair.map(|[connect, _]| connect);
        let of_read = given.pair.map(|[_, read]| read);
        let written = [of_connect, of_read, of_read];
        let limits = [
            &mut self.total,
            &mut self.connect,
            &mut self.idle,
            &mut self.head,
        ];
        for (index, (limit, given)) in limits.into_iter().zip(all).enumerate() {
            if given == Limit::Default {
                continue;
            }
            self.names.scopes[index] = scope;
            if let Some(at) = index.checked_sub(1) {
                self.names.written[at] = written[at];
            }
            let name = LIMITS[index](&self.names);
            *limit = given.resolve(name, *limit)?;
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
            "{} must be between 0 and {}, {}. 0 means one attempt without retries",
            option_table::MAX_RETRIES.of(scope),
            u32::MAX,
            not_this(given)
        ))
    })
}

/// The number of calls at a time that a caller gives.
pub(crate) fn in_flight(given: i64) -> Result<usize, Error> {
    match usize::try_from(given) {
        Ok(calls) if calls > 0 => Ok(calls),
        _ => Err(config_error(format!(
            "{} must be 1 or more, {}. Leave it out for the default",
            option_table::MAX_IN_FLIGHT,
            not_this(given)
        ))),
    }
}

/// Which number was refused, for an error's message. The bindings give the largest or the smallest
/// number for one beyond it, which is not what the caller wrote.
pub(super) fn not_this(given: i64) -> String {
    match given {
        i64::MAX => "and the given number is too large".to_owned(),
        i64::MIN => "and the given number is too small".to_owned(),
        _ => format!("not {given}"),
    }
}
