//! The deadline of a call that may have to wait for a worker.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};
use crate::option_table::{self, OptionName, Scope};
use crate::transport_error::seconds;

/// When a call began and how long it may take, counted from before it runs: made by
/// [`Client::begin`](crate::Client::begin), for [`Calls::start_until`](crate::bindings::Calls::start_until).
/// The default is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deadline(Option<Limited>);

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
        Deadline(total.and_then(|total| {
            let end = began.checked_add(total)?;
            Some(Limited {
                began,
                total,
                end,
                name,
            })
        }))
    }

    /// `None` if the call has no limit.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.0.map(|limited| limited.end)
    }

    /// The error of a call whose time was up before it ran; `places` calls may run at a time.
    pub(crate) fn reached_in_queue(&self, places: usize) -> Error {
        let (limit, waited, name) = match self.0 {
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
