//! The deadline of a call that may have to wait for a worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};
use crate::option_table::{self, OptionName, Scope};
use crate::transport_error::seconds;

/// When a call began and how long it may take, counted from before it runs: made by
/// [`Client::begin`](crate::Client::begin), for [`Calls::start_until`](crate::bindings::Calls::start_until).
/// The default is no limit. It also counts the call's attempts, for the error of a call that is
/// cancelled from outside while it runs.
#[derive(Clone, Debug, Default)]
pub struct Deadline {
    limited: Option<Limited>,
    attempts: AttemptCount,
}

/// How many times the request of a call was sent so far; a clone counts the same call.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttemptCount(Arc<AtomicU32>);

impl AttemptCount {
    pub fn of(attempts: u32) -> Self {
        AttemptCount(Arc::new(AtomicU32::new(attempts)))
    }

    pub fn set(&self, attempts: u32) {
        self.0.store(attempts, Ordering::Relaxed);
    }

    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Clone, Copy, Debug)]
struct Limited {
    began: Instant,
    total: Duration,
    end: Instant,
    /// The option that set the limit.
    name: OptionName,
}

impl Deadline {
    pub(crate) fn new(began: Instant, total: Option<Duration>, name: OptionName) -> Self {
        let limited = total.and_then(|total| {
            let end = began.checked_add(total)?;
            Some(Limited {
                began,
                total,
                end,
                name,
            })
        });
        Deadline {
            limited,
            attempts: AttemptCount::default(),
        }
    }

    pub(crate) fn attempts(&self) -> &AttemptCount {
        &self.attempts
    }

    /// `None` if the call has no limit.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.limited.map(|limited| limited.end)
    }

    /// The error of a call whose time was up before it ran; `places` calls may run at a time.
    pub(crate) fn reached_in_queue(&self, places: usize) -> Error {
        let (limit, waited, name) = match self.limited {
            Some(limited) => (limited.total, limited.began.elapsed(), limited.name),
            None => (
                Duration::ZERO,
                Duration::ZERO,
                option_table::TIMEOUT.of(Scope::Client),
            ),
        };
        let places = match places {
            1 => "another call to end".to_owned(),
            _ => format!("one of {places} other calls to end"),
        };
        let message = format!(
            "the call took longer than {} ({name}), and was stopped after {}, while it waited for \
             {places} ({in_flight}); nothing was sent. Raise {in_flight} for more calls at a time, \
             or {name}",
            seconds(limit),
            seconds(waited),
            in_flight = option_table::MAX_IN_FLIGHT,
        );
        Error::new(ErrorKind::Timeout, message).with_unsent(true)
    }
}
