//! The state that all connections of one replay share: the script, its position,
//! and the recording.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::connection;
use super::listener::Listener;
use super::recording::Recording;
use super::reply::{At, Reply, ScriptedReply, Then};
use super::report::Report;
use super::request_facts::RequestFacts;
use super::script::{After, Script};
use super::server::Service;

pub(super) struct Replay {
    script: Script,
    listener: Listener,
    started: Instant,
    state: Mutex<ReplayState>,
}

struct ReplayState {
    /// The index of the next reply in the script.
    position: usize,
    recording: Recording,
}

/// The reply to send now, and what happens to the port after it.
pub(super) struct NextReply {
    pub(super) reply: ScriptedReply,
    pub(super) refusal: Option<Refusal>,
    /// The script has no reply left for this request, which is a problem.
    pub(super) is_unexpected: bool,
}

/// The port refuses the following attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refusal {
    For(Duration),
    Forever,
}

impl NextReply {
    /// The same, with the reply for this request.
    pub(super) fn for_request(self, request: &RequestFacts) -> Self {
        match self.reply.answer.clone() {
            None => self,
            Some(answer) => Self {
                reply: answer.reply_to(&self.reply, request),
                ..self
            },
        }
    }
}

impl Replay {
    pub(super) fn new(script: Script, listener: Listener) -> Self {
        Self {
            script,
            listener,
            started: Instant::now(),
            state: Mutex::new(ReplayState {
                position: 0,
                recording: Recording::default(),
            }),
        }
    }

    /// Milliseconds since the start.
    pub(super) fn now_ms(&self) -> u64 {
        self.ms_at(Instant::now())
    }

    pub(super) fn ms_at(&self, time: Instant) -> u64 {
        let since = time.saturating_duration_since(self.started);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Changes the recording.
    pub(super) fn record<T>(&self, change: impl FnOnce(&mut Recording) -> T) -> T {
        change(&mut self.lock().recording)
    }

    /// Records a request (or a connection, for a reply that does not wait for a
    /// request) and takes its reply. One lock covers both, so that the nth request
    /// gets the nth reply.
    pub(super) fn next<T>(&self, note: impl FnOnce(&mut Recording) -> T) -> (T, NextReply) {
        let mut state = self.lock();
        let noted = note(&mut state.recording);
        let next = take(&self.script, &mut state.position);
        if next.is_unexpected {
            let number = state.recording.requests.len();
            let fault = format!("request {number}: the script has no reply left for it");
            state.recording.faults.push(fault);
        }
        (noted, next)
    }

    /// The same, if the next reply begins as soon as a connection is accepted.
    pub(super) fn next_at_connect<T>(
        &self,
        note: impl FnOnce(&mut Recording) -> T,
    ) -> Option<(T, NextReply)> {
        let mut state = self.lock();
        let mut ahead = state.position;
        if take(&self.script, &mut ahead).reply.at != At::Connect {
            return None;
        }
        let noted = note(&mut state.recording);
        Some((noted, take(&self.script, &mut state.position)))
    }

    fn lock(&self) -> MutexGuard<'_, ReplayState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Replay {
    type Report = Report;

    fn listener(&self) -> &Listener {
        &self.listener
    }

    /// Opens at once, or after the refusals at the start of the script.
    fn open(&self) -> io::Result<()> {
        match refusal_at(&self.script, 0) {
            None => self.listener.open_after(Duration::ZERO),
            Some(Refusal::For(time)) => self.listener.open_after(time),
            Some(Refusal::Forever) => Ok(()),
        }
    }

    fn url(&self) -> (&'static str, String) {
        let port = self.listener.port();
        ("base_url", format!("http://127.0.0.1:{port}/v1"))
    }

    fn serve(self: &Arc<Self>, stream: TcpStream) {
        connection::serve(self, stream);
    }

    /// The recording so far, and its problems.
    fn report(&self) -> Report {
        Report::new(&self.lock().recording, &self.script)
    }

    fn is_ok(report: &Report) -> bool {
        report.ok
    }
}

/// The next reply that is not a refusal: the port handles those.
fn take(script: &Script, position: &mut usize) -> NextReply {
    while let Some(Reply::Refuse) = script.replies.get(*position) {
        *position += 1;
    }
    let next = |reply, refusal| NextReply {
        reply,
        refusal,
        is_unexpected: false,
    };
    match script.replies.get(*position) {
        Some(Reply::Scripted(reply)) => {
            *position += 1;
            next(reply.clone(), refusal_at(script, *position))
        }
        _ => match (script.after, script.replies.last()) {
            (After::Repeat, Some(Reply::Scripted(reply))) => next(reply.clone(), None),
            (After::Error, _) => NextReply {
                is_unexpected: true,
                ..next(no_reply_left(), None)
            },
            _ => next(ScriptedReply::silent(Then::Close), None),
        },
    }
}

/// A 400, which no client retries.
fn no_reply_left() -> ScriptedReply {
    ScriptedReply {
        answer: Some(Arc::new(Answer::no_reply_left())),
        ..ScriptedReply::silent(Then::Keep)
    }
}

/// The number of refusals in the script from `index` on.
fn refusal_at(script: &Script, index: usize) -> Option<Refusal> {
    let rest = script.replies.get(index..).unwrap_or_default();
    let refusals = rest
        .iter()
        .take_while(|reply| matches!(reply, Reply::Refuse))
        .count();
    if refusals == 0 {
        None
    } else if refusals == rest.len() && script.after == After::Repeat {
        Some(Refusal::Forever)
    } else {
        let times = u32::try_from(refusals).unwrap_or(u32::MAX);
        Some(Refusal::For(script.refuse.saturating_mul(times)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_add_up_and_the_last_one_lasts_forever() {
        let script = json!({"replies": ["refuse", "refuse", 200, "refuse"], "refuse_ms": 100});
        let script = Script::parse(&script).unwrap();
        let both = Refusal::For(Duration::from_millis(200));
        assert_eq!(refusal_at(&script, 0), Some(both));
        assert_eq!(refusal_at(&script, 2), None);
        assert_eq!(refusal_at(&script, 3), Some(Refusal::Forever));
        let mut position = 0;
        assert_eq!(take(&script, &mut position).refusal, Some(Refusal::Forever));
        assert_eq!(position, 3);
    }
}
