//! Asking JavaScript for the key, from the worker thread of the call that needs it.

use std::cell::Cell;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use napi_derive::napi;
use neura::{Asking, CallId};

use crate::port::Port;

/// How long a wait outlives its call, or its environment.
const TICK: Duration = Duration::from_millis(50);

/// A function's answer: the key, or why there is none.
type Answer = Result<String, String>;

thread_local! {
    // The core does not know the numbers that calls have here.
    static ASKER: Cell<Option<CallId>> = const { Cell::new(None) };
}

/// Runs a call's job, which must not panic; what it asks is asked for that call.
pub(crate) fn for_call<T>(call: CallId, job: impl FnOnce() -> T) -> T {
    ASKER.set(Some(call));
    let done = job();
    ASKER.set(None);
    done
}

/// Asks the function that gives the key of this call's client, and waits on the worker
/// thread for its answer, until the call is over or its environment ends.
pub(crate) fn ask(port: &Port, asking: &Asking) -> Answer {
    let Some(call) = ASKER.get() else {
        // The JavaScript thread: the answer would have to come from itself.
        return Err("it can be asked within a call alone".to_owned());
    };
    let (answer, answered) = mpsc::channel();
    port.ask(call, Question { answer });
    while !asking.is_over() {
        match answered.recv_timeout(TICK) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) => {}
            // The garbage collector found that nobody could settle the promise any more.
            Err(RecvTimeoutError::Disconnected) => {
                return Err("its promise was dropped before it settled".to_owned());
            }
        }
    }
    Err("the call ended meanwhile".to_owned())
}

/// A call's question to the function that gives its client's key.
#[napi]
pub struct Question {
    answer: Sender<Answer>,
}

#[napi]
impl Question {
    /// The function's key; false where nobody waits for it any more.
    #[napi]
    pub fn answer(&self, key: String) -> bool {
        self.answer.send(Ok(key)).is_ok()
    }

    /// Why the function gives no key.
    #[napi]
    pub fn fail(&self, why: String) {
        // Nobody waits any more: nobody misses it.
        let _ = self.answer.send(Err(why));
    }
}
