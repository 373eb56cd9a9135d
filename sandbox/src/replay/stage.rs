//! The state that all connections of one replay share: the script, its position,
//! and the recording.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::asked::Asked;
use super::connection;
use super::door::Door;
use super::recording::Recording;
use super::reply::{At, Play, Reply, Then};
use super::report::Report;
use super::script::{After, Script};
use super::served::Served;

pub(super) struct Stage {
    script: Script,
    door: Door,
    started: Instant,
    scene: Mutex<Scene>,
}

struct Scene {
    next_reply: usize,
    recording: Recording,
}

/// The reply to play now, and what happens to the port after it.
pub(super) struct Cue {
    pub(super) play: Play,
    pub(super) refusal: Option<Refusal>,
    /// The script has no reply for this request, which is a problem.
    pub(super) is_left_over: bool,
}

/// The port refuses the following attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Refusal {
    For(Duration),
    Forever,
}

impl Cue {
    /// The same, with the reply for this request.
    pub(super) fn for_request(self, asked: &Asked) -> Self {
        match self.play.answer.clone() {
            None => self,
            Some(answer) => Self {
                play: answer.play(&self.play, asked),
                ..self
            },
        }
    }
}

impl Stage {
    pub(super) fn new(script: Script, door: Door) -> Self {
        Self {
            script,
            door,
            started: Instant::now(),
            scene: Mutex::new(Scene {
                next_reply: 0,
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
    pub(super) fn next<T>(&self, note: impl FnOnce(&mut Recording) -> T) -> (T, Cue) {
        let mut scene = self.lock();
        let noted = note(&mut scene.recording);
        let cue = take(&self.script, &mut scene.next_reply);
        if cue.is_left_over {
            let number = scene.recording.requests.len();
            let fault = format!("request {number}: the script has no reply left for it");
            scene.recording.faults.push(fault);
        }
        (noted, cue)
    }

    /// The same, if the next reply begins as soon as a connection is accepted.
    pub(super) fn next_at_connect<T>(
        &self,
        note: impl FnOnce(&mut Recording) -> T,
    ) -> Option<(T, Cue)> {
        let mut scene = self.lock();
        let mut ahead = scene.next_reply;
        if take(&self.script, &mut ahead).play.at != At::Connect {
            return None;
        }
        let noted = note(&mut scene.recording);
        Some((noted, take(&self.script, &mut scene.next_reply)))
    }

    fn lock(&self) -> MutexGuard<'_, Scene> {
        self.scene.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Served for Stage {
    type Report = Report;

    fn door(&self) -> &Door {
        &self.door
    }

    /// Opens at once, or after the refusals at the start of the script.
    fn open(&self) -> io::Result<()> {
        match refusal_at(&self.script, 0) {
            None => self.door.open_after(Duration::ZERO),
            Some(Refusal::For(time)) => self.door.open_after(time),
            Some(Refusal::Forever) => Ok(()),
        }
    }

    fn url(&self) -> (&'static str, String) {
        let port = self.door.port();
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
fn take(script: &Script, next: &mut usize) -> Cue {
    while let Some(Reply::Refuse) = script.replies.get(*next) {
        *next += 1;
    }
    let cue = |play, refusal| Cue {
        play,
        refusal,
        is_left_over: false,
    };
    match script.replies.get(*next) {
        Some(Reply::Play(play)) => {
            *next += 1;
            cue(play.clone(), refusal_at(script, *next))
        }
        _ => match (script.after, script.replies.last()) {
            (After::Repeat, Some(Reply::Play(play))) => cue(play.clone(), None),
            (After::Error, _) => Cue {
                is_left_over: true,
                ..cue(no_reply_left(), None)
            },
            _ => cue(Play::silent(Then::Close), None),
        },
    }
}

/// A 400, which no client retries.
fn no_reply_left() -> Play {
    Play {
        answer: Some(Arc::new(Answer::no_reply_left())),
        ..Play::silent(Then::Keep)
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
    fn refusals_are_added_up_and_the_last_one_is_for_ever() {
        let script = json!({"replies": ["refuse", "refuse", 200, "refuse"], "refuse_ms": 100});
        let script = Script::parse(&script).unwrap();
        let both = Refusal::For(Duration::from_millis(200));
        assert_eq!(refusal_at(&script, 0), Some(both));
        assert_eq!(refusal_at(&script, 2), None);
        assert_eq!(refusal_at(&script, 3), Some(Refusal::Forever));
        let mut next = 0;
        assert_eq!(take(&script, &mut next).refusal, Some(Refusal::Forever));
        assert_eq!(next, 3);
    }
}
