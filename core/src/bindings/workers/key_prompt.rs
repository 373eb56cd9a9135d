//! A job's question to the consumer of its call, for the key or a piece of a body.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use neura_transport::{Giver, SourceCall, SourceError, awaited};

use super::completion::{CallId, Completions};
use crate::config::CallbackContext;
use crate::error::{Error, ErrorKind};

/// The key, or why the callable gave no key.
type Answer = Result<String, String>;

/// The call whose job runs on this thread; its outcomes may have any type.
type Caller = (Arc<dyn Any + Send + Sync>, CallId);

thread_local! {
    static CALLER: RefCell<Option<Caller>> = const { RefCell::new(None) };
}

/// Runs a call's job on this thread; its questions belong to that call.
pub(super) fn on_behalf<T: Send + 'static, R>(
    calls: &Arc<Completions<T>>,
    id: CallId,
    job: impl FnOnce() -> R,
) -> R {
    let calls: Arc<dyn Any + Send + Sync> = Arc::<Completions<T>>::clone(calls);
    CALLER.replace(Some((calls, id)));
    let _end = Ending;
    job()
}

/// Clears the call of this thread, also when the job panics.
struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        drop(CALLER.take());
    }
}

/// See [`Calls::ask`](super::Calls::ask).
pub(super) fn ask<T: Send + 'static>(
    asking: &CallbackContext,
    question: impl FnOnce(Question) -> T,
) -> Answer {
    let Some((calls, call)) = caller() else {
        // This may be the consumer's own thread, which would wait for itself.
        return Err("it can only be asked within a call".to_owned());
    };
    let (answer, answered) = awaited();
    let asked = Question {
        answer,
        dropped: "its question was dropped without an answer",
    };
    if calls.push(call, question(asked))
        && let Ok(Some(answer)) = answered.wait(&asking.cancel, || asking.left().ok_or(()))
    {
        return answer;
    }
    Err("the call ended in the meantime".to_owned())
}

/// The call whose job runs on this thread, if its outcomes have this type.
fn caller<T: Send + 'static>() -> Option<(Arc<Completions<T>>, CallId)> {
    CALLER.with_borrow(|caller| {
        let (calls, id) = caller.as_ref()?;
        Some((Arc::clone(calls).downcast::<Completions<T>>().ok()?, *id))
    })
}

/// See [`Calls::post_own`](super::Calls::post_own).
pub(super) fn post<T: Send + 'static>(value: T) -> bool {
    let Some((calls, call)) = caller() else {
        return false;
    };
    calls.post(call, value);
    true
}

/// See [`Calls::want`](super::Calls::want).
pub(super) fn want<T: Send + 'static, A>(
    call: &SourceCall<'_>,
    wanted: impl FnOnce(Wanted<A>) -> T,
) -> Result<A, SourceError> {
    let gone = || {
        Error::new(
            ErrorKind::Cancelled,
            "the call ended while its body was read",
        )
    };
    let (calls, id) = caller().ok_or_else(gone)?;
    let (answer, answered) = awaited();
    if !calls.push(id, wanted(Wanted(answer))) {
        return Err(gone().into());
    }
    call.wait(&answered)?.ok_or_else(|| gone().into())
}

/// A value that a job waits for; see [`Calls::want`](super::Calls::want). The first answer counts.
#[doc(hidden)]
pub struct Wanted<A>(Giver<A>);

impl<A> Wanted<A> {
    /// Gives the value; false if the job no longer waits for it.
    pub fn give(&self, answer: A) -> bool {
        self.0.give(answer)
    }
}

/// A call's question for its client's key; see [`Calls::ask`](super::Calls::ask). The call waits
/// until the question is answered or dropped, or until the call is over. The first answer counts.
pub struct Question {
    answer: Giver<Answer>,
    dropped: &'static str,
}

impl Question {
    /// Sets the error of a question that is dropped without an answer.
    pub fn if_dropped(mut self, why: &'static str) -> Self {
        self.dropped = why;
        self
    }

    /// Answers with the key; false if the call no longer waits for it.
    pub fn answer(&self, key: impl Into<String>) -> bool {
        self.answer.give(Ok(key.into()))
    }

    /// Answers with the reason why there is no key.
    pub fn fail(&self, why: impl Into<String>) {
        self.answer.give(Err(why.into()));
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.fail(self.dropped);
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question")
    }
}
