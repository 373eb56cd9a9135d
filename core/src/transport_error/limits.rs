//! Calls that were cancelled, or whose limit passed: which limit, how long the call took, how much
//! had come.

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
             {after} {}. Raise {} where the service thinks longer",
            seconds(limit),
            state(progress),
            names.head()
        ),
        Limit::Idle(limit) => format!(
            "nothing came for {} ({name}) in the midst of the answer, {after} after the call \
             began and after {} bytes. Raise {name} where the service thinks longer",
            seconds(limit),
            progress.received,
            name = names.idle()
        ),
    }
}

/// Of a call that waited for much of its time until it could run.
fn in_queue(limit: Duration, progress: &Progress) -> String {
    match progress.queued > limit / 10 {
        true => format!(
            ", the first {} of it before it was its turn ({})",
            seconds(progress.queued),
            option_table::MAX_IN_FLIGHT
        ),
        false => String::new(),
    }
}

/// How far the call had come, in words that follow a time.
fn state(progress: &Progress) -> String {
    let words = match progress.phase {
        Phase::Start => "before it connected",
        Phase::LookUp => "while the host's name was looked up",
        Phase::Connect => "while connecting",
        Phase::Tunnel => "while the proxy opened the way",
        Phase::Handshake => "during the TLS handshake",
        Phase::Send => "while the request went out",
        Phase::AwaitHead if !progress.reply_began => "before any answer came",
        Phase::AwaitHead | Phase::ReadBody | Phase::Stream | Phase::Finish => {
            return format!("with {} bytes of the answer read", progress.received);
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
