//! The way from worker threads to one event loop of asyncio.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use neura::bindings::{CallId, CallRest, CallbackContext, Calls, Deadline, Dispatcher, WakeupFd};
use neura::{CancelToken, Error};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::api_key;
use crate::attempts::Listener;
use crate::errors::raise;
use crate::finalization;
use crate::outcome::Outcome;
use crate::reading::Reading;
use crate::source;

/// What an event loop gets when a call settles, or asks for its key.
enum Settled {
    /// On the heap, because it is moved often: the room for it would be part of the stack of every
    /// call in flight.
    Given(Box<Given>),
    /// It failed, for what a callable raised.
    Failed(Error, Option<PyErr>),
    /// The source of its body raised this.
    Raised(PyErr),
    /// It wants to know the key first.
    Question(Question),
}

struct Given {
    outcome: Outcome,
    /// What its rest is read by.
    cancel: CancelToken,
    dispatcher: Dispatcher,
    /// Dropped by the event loop's thread, which has the interpreter, and made the call.
    _listener: Option<Arc<Listener>>,
    _rest: Option<CallRest>,
}

impl Settled {
    fn into_py(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Given(given) => {
                let reading = Reading::for_event_loop(given.cancel, given.dispatcher);
                given.outcome.into_py(py, reading)
            }
            Self::Failed(error, cause) => {
                let error = raise(py, &error);
                error.set_cause(py, cause);
                Err(error)
            }
            Self::Raised(error) => Err(error),
            Self::Question(question) => question.into_bound_py_any(py),
        }
    }
}

/// What came of a job, and what the event loop's thread is to free.
pub type Ran = (Result<Outcome, Error>, Option<CallRest>);

/// The open calls of one event loop. Outcomes gather until `take`; the first to come since
/// then wakes the loop, and the others ride along.
#[pyclass(frozen, weakref, module = "neura_ai._native")]
pub struct Port {
    calls: Calls<Settled>,
    wakeup: Option<Arc<WakeupFd>>,
}

#[pymethods]
impl Port {
    /// A port that wakes its loop through the descriptor `fileno`, or else calls `wake` from any
    /// thread.
    //: (cls, wake: Callable[[], None] | None) -> Port
    #[new]
    fn new(wake: Option<Py<PyAny>>) -> PyResult<Self> {
        let (wakeup, calls) = match wake {
            None => {
                let wakeup = Arc::new(WakeupFd::new()?);
                let waker = Arc::clone(&wakeup);
                (Some(wakeup), Calls::new(move || waker.wake()))
            }
            Some(wake) => (None, Calls::new(move || call(&wake))),
        };
        Ok(Self { calls, wakeup })
    }

    /// The descriptor that can be read when there is something to take.
    fn fileno(&self) -> Option<i32> {
        self.wakeup.as_ref().map(|wakeup| wakeup.descriptor())
    }

    /// What came since the last time, in order: `(number, value, None)`, or
    /// `(number, None, exception)`.
    //: -> list[tuple[int, Any, BaseException | None]]
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        // Before the outcomes: one that comes in between wakes the loop again.
        if let Some(wakeup) = &self.wakeup {
            wakeup.clear();
        }
        let list = PyList::empty(py);
        for (id, outcome) in self.calls.take() {
            let settled = outcome.map_err(|error| raise(py, &error));
            // A value that Python has no room for must not leave its call open.
            match settled.and_then(|settled| settled.into_py(py)) {
                Ok(value) => list.append((id, value, py.None()))?,
                Err(error) => list.append((id, py.None(), error.into_value(py)))?,
            }
        }
        Ok(list)
    }

    /// Settles a call as cancelled, and closes its connection.
    fn cancel(&self, py: Python<'_>, id: CallId) {
        py.detach(|| self.calls.cancel(id));
    }

    /// Cancels every open call, takes no more, and waits up to `seconds` for those that run.
    fn stop(&self, py: Python<'_>, seconds: f64) -> bool {
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        py.detach(|| self.calls.stop(wait))
    }
}

impl Port {
    /// Runs `job` on a worker thread; its outcome arrives under the number returned. It gets
    /// an error if `deadline` passed before its turn.
    pub fn start(
        &self,
        dispatcher: &Dispatcher,
        deadline: Deadline,
        cancel: CancelToken,
        (listener, by_source): (Option<Arc<Listener>>, Option<source::Raised>),
        job: impl FnOnce(&CancelToken, Result<(), Error>) -> Ran + Send + 'static,
    ) -> CallId {
        let (token, threads) = (cancel.clone(), dispatcher.clone());
        let job = move |turn: Result<CallId, _>| {
            let (outcome, rest) = job(&token, turn.map(drop));
            let raised = RAISED.take();
            if let Some(error) = by_source.as_ref().and_then(source::taken) {
                return Ok(Settled::Raised(error));
            }
            match outcome {
                Ok(outcome) => Ok(Settled::Given(Box::new(Given {
                    outcome,
                    cancel: token,
                    dispatcher: threads,
                    _listener: listener,
                    _rest: rest,
                }))),
                Err(error) if error.quotes_callback() => {
                    let cause = raised.and_then(|raised| lock(&raised).take());
                    Ok(Settled::Failed(error, cause))
                }
                Err(error) => Err(error),
            }
        };
        self.calls.start_until(dispatcher, deadline, cancel, job)
    }
}

/// Calls `wake` from a worker thread, unless the interpreter is going away.
fn call(wake: &Py<PyAny>) {
    Python::try_attach(|py| {
        if let Err(error) = finalization::call(wake.bind(py), (), None) {
            finalization::unraisable(py, error, Some(wake.bind(py)));
        }
    });
}

/// What a callable raised, from the event loop's thread to the one that waits for the key.
type Raised = Arc<Mutex<Option<PyErr>>>;

thread_local! {
    /// That of the last question of the call that runs on this thread.
    static RAISED: RefCell<Option<Raised>> = const { RefCell::new(None) };
}

fn lock(raised: &Raised) -> MutexGuard<'_, Option<PyErr>> {
    raised.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has the event loop of the call that runs on this thread ask for the key.
pub fn ask(asking: &CallbackContext) -> Result<String, String> {
    let place = Raised::default();
    let raised = Arc::downgrade(&place);
    RAISED.set(Some(place));
    Calls::ask(asking, |question| {
        Settled::Question(Question { question, raised })
    })
}

/// A call's question to the callable that gives its client's key, and that its event loop knows.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Question {
    question: neura::bindings::Question,
    /// The call's own: what is raised when it is over goes nowhere. It may refer to this
    /// question, which would keep both for ever.
    raised: Weak<Mutex<Option<PyErr>>>,
}

#[pymethods]
impl Question {
    /// The key that the callable returned; a value that is not text is an error.
    fn answer(&self, given: &Bound<'_, PyAny>) {
        match given.cast::<PyString>() {
            Ok(key) => {
                self.question.answer(api_key::text(key));
            }
            Err(_) => self.question.fail(api_key::not_text(given)),
        }
    }

    /// What it raised instead.
    //: (self, raised: BaseException) -> None
    fn fail(&self, py: Python<'_>, raised: &Bound<'_, PyAny>) {
        let error = PyErr::from_value(raised.clone());
        let (words, raised) = api_key::in_words(py, error);
        if let Some(place) = self.raised.upgrade() {
            *lock(&place) = Some(raised);
        }
        self.question.fail(words);
    }
}
