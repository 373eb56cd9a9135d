//! Cancelled calls, and calls whose limit passed: which limit, how long the call took, how much was
//! received.

use std::time::Duration;

use neura_transport::{Limit, Phase, Progress};

use crate::config::LimitNames;
use crate::option_table;

pub(super) fn cancelled(progress: &Progress) -> String {
    format!(
        "the call was cancelled after {} {}",
        seconds(progress.elapsed),
        state(progress)
    )
}

pub(super) fn passed(limit: Limit, progress: &Progress, names: &LimitNames) -> String {
    let after = seconds(progress.elapsed);
    match limit {
        Limit::Total(limit) => format!(
            "the call took longer than {} ({name}), and was stopped after {after} {}{}. Raise \
             {name} for long answers, or stream them",
            seconds(limit),
            state(progress),
            in_queue(limit, progress),
            name = names.total()
        ),
        Limit::Connect(limit) => format!(
            "no connection within {} ({name}): the time ended {}, and nothing of the request was \
             sent. The host may be down or a firewall may drop the traffic; raise {name} for a \
             slow network",
            seconds(limit),
            state(progress),
            name = names.connect()
        ),
        Limit::Head(limit) => format!(
            "the server did nothing for {} (the read timeout), and the call was stopped after \
             {after} {}. Raise {} if the service needs longer",
            seconds(limit),
            state(progress),
            names.head()
        ),
        Limit::Idle(limit) => format!(
            "no data arrived for {} ({name}) in the middle of the reply, {after} after the call \
             began and after {} bytes. Raise {name} if the service needs longer",
            seconds(limit),
            progress.received,
            name = names.idle()
        ),
    }
}

/// For a call that waited for other calls for more than a tenth of its time.
fn in_queue(limit: Duration, progress: &Progress) -> String {
    match progress.queued > limit / 10 {
        true => format!(
            ", of which it waited {} for other calls to end ({})",
            seconds(progress.queued),
            option_table::MAX_IN_FLIGHT
        ),
        false => String::new(),
    }
}

/// The progress of the call, in words that follow a time.
fn state(progress: &Progress) -> String {
    let words = match progress.phase {
        Phase::Start => "before it connected",
        Phase::LookUp => "while looking up the host's name",
        Phase::Connect => "while connecting",
        Phase::Tunnel => "while the proxy opened the tunnel",
        Phase::Handshake => "during the TLS handshake",
        Phase::Send => "while sending the request",
        Phase::AwaitHead if !progress.reply_began => "before any reply arrived",
        Phase::AwaitHead | Phase::ReadBody | Phase::Stream | Phase::Finish => {
            return format!("with {} bytes of the reply read", progress.received);
        }
    };
    words.to_owned()
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
    fn times_below_a_second_are_in_milliseconds() {
        assert_eq!(seconds(Duration::from_millis(20)), "20 ms");
        assert_eq!(seconds(Duration::from_millis(1_449)), "1.4 s");
    }
}
