//! Why a call ended before its reply: which limit, how long it lasted, how much had come.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Call, Step};
use crate::error::{Error, ErrorKind};
use crate::option_table;

impl Call {
    /// Why a call that is over ended.
    pub fn over(&self) -> Error {
        match self.cancel.poll() {
            true => self.cancelled(),
            false => self.total_reached(),
        }
    }

    pub fn cancelled(&self) -> Error {
        Error::new(
            ErrorKind::Cancelled,
            format!(
                "the call was cancelled after {} {}",
                seconds(self.started.elapsed()),
                self.state()
            ),
        )
    }

    pub(super) fn forked(&self) -> Error {
        let message = "this process was forked while the call was under way; it belongs to the \
                       parent. Make the call again here";
        Error::new(ErrorKind::Connection, message)
    }

    pub fn connect_reached(&self, limit: Duration) -> Error {
        if self.left().is_some_and(|left| left.is_zero()) {
            return self.total_reached();
        }
        Error::new(
            ErrorKind::Timeout,
            format!(
                "no connection within {} ({name}): the time ended {}, and nothing of the request was \
                 sent. The host may be down or a firewall may drop the traffic; raise {name} for \
                 a slow network",
                seconds(limit),
                self.state(),
                name = self.limits.names.connect
            ),
        )
    }

    pub fn total_reached(&self) -> Error {
        Error::new(
            ErrorKind::Timeout,
            format!(
                "the call took longer than {} ({name}), and was stopped after {} {}{}. Raise {name} \
                 for long answers, or stream them",
                seconds(self.limits.total.unwrap_or_default()),
                seconds(self.started.elapsed()),
                self.state(),
                self.in_queue(),
                name = self.limits.names.total
            ),
        )
    }

    /// What a spent total has to tell of the time before the call ran, where that was much.
    fn in_queue(&self) -> String {
        let much = self.limits.total.unwrap_or_default() / 10;
        match self.queued > much {
            true => format!(
                ", the first {} of it before it was its turn ({})",
                seconds(self.queued),
                option_table::MAX_IN_FLIGHT
            ),
            false => String::new(),
        }
    }

    pub(super) fn idle_reached(&self, limit: Duration) -> Error {
        if matches!(self.step(), Step::Sending | Step::AwaitingHead) {
            return self.head_reached(limit);
        }
        Error::new(
            ErrorKind::Timeout,
            format!(
                "nothing came for {} ({name}) in the midst of the answer, {} after the call began \
                 and after {} bytes. Raise {name} where the service thinks longer",
                seconds(limit),
                seconds(self.started.elapsed()),
                self.received.load(Ordering::Relaxed),
                name = self.limits.names.idle
            ),
        )
    }

    fn head_reached(&self, limit: Duration) -> Error {
        Error::new(
            ErrorKind::Timeout,
            format!(
                "the server did nothing for {} (the read timeout), and the call was stopped after \
                 {} {}. Raise {} where the service thinks longer",
                seconds(limit),
                seconds(self.started.elapsed()),
                self.state(),
                self.limits.names.head
            ),
        )
    }

    /// How far the call has come, in words that follow a time.
    fn state(&self) -> String {
        let words = match self.step() {
            Step::Beginning => "before it connected",
            Step::LookingUp => "while the host's name was looked up",
            Step::Connecting => "while connecting",
            Step::Tunnelling => "while the proxy opened the way",
            Step::ShakingHands => "during the TLS handshake",
            Step::Sending => "while the request went out",
            Step::AwaitingHead if self.nothing_came() => "before any answer came",
            Step::AwaitingHead | Step::ReadingBody | Step::Streaming | Step::Finishing => {
                let received = self.received.load(Ordering::Relaxed);
                return format!("with {received} bytes of the answer read");
            }
        };
        words.to_owned()
    }
}

/// A time in words: tenths of a second, and milliseconds below one.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_are_told_in_milliseconds() {
        assert_eq!(seconds(Duration::from_millis(20)), "20 ms");
        assert_eq!(seconds(Duration::from_millis(1_449)), "1.4 s");
    }
}
