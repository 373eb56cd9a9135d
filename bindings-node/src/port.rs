//! The way from worker threads to the JavaScript thread of one environment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::Status;
use napi::bindgen_prelude::{Array, Function, ToNapiValue};
use napi::threadsafe_function::{
    ThreadsafeFunction, ThreadsafeFunctionCallMode, UnknownReturnValue,
};
use napi::{Env, sys};
use neura::{CancelToken, Dispatcher, Error, ErrorKind, catch_panic};

use crate::asking::{Question, for_call};
use crate::calls::Calls;
use crate::failure::{Failure, cancelled};
use crate::reply::Reply;
use crate::report::Diagnosis;
use crate::stream::{Batch, Stream};

/// What a call came to.
pub type Outcome = Result<Value, Error>;

/// What JavaScript gets for a call that succeeded, or that has a question first.
pub enum Value {
    Reply(neura::Response),
    Stream(Stream),
    Batch(Batch),
    /// A report as JSON text.
    Report(String),
    Diagnosis(Diagnosis),
    Question(Question),
}

impl ToNapiValue for Value {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        // SAFETY: the caller's own promise, passed on.
        unsafe {
            match value {
                Value::Reply(response) => {
                    let reply = Reply::from(response);
                    reply.tell_memory(Env::from_raw(env))?;
                    Reply::to_napi_value(env, reply)
                }
                Value::Stream(stream) => Stream::to_napi_value(env, stream),
                Value::Batch(batch) => Batch::to_napi_value(env, batch),
                Value::Report(text) => String::to_napi_value(env, text),
                Value::Diagnosis(diagnosis) => Diagnosis::to_napi_value(env, diagnosis),
                Value::Question(question) => Question::to_napi_value(env, question),
            }
        }
    }
}

/// Call numbers and outcomes, as many as came since JavaScript was last called.
pub struct Settled(Vec<(f64, Outcome)>);

impl ToNapiValue for Settled {
    unsafe fn to_napi_value(raw: sys::napi_env, settled: Self) -> napi::Result<sys::napi_value> {
        let env = Env::from_raw(raw);
        let mut array = env.create_array(0)?;
        for (place, (id, outcome)) in (0..).step_by(2).zip(settled.0) {
            array.set(place, id)?;
            let set = match outcome {
                Ok(value) => array.set(place + 1, value),
                Err(error) => array.set(place + 1, Failure::from(error)),
            };
            // A value that JavaScript has no room for must not leave its call open.
            if let Err(error) = set {
                array.set(place + 1, Failure::from(internal(&error)))?;
            }
        }
        // SAFETY: the caller's own promise, passed on.
        unsafe { Array::to_napi_value(raw, array) }
    }
}

fn internal(error: &napi::Error) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("the outcome has no form in JavaScript: {error}"),
    )
}

type Waiting = Arc<Mutex<Vec<(f64, Outcome)>>>;
type Wake = ThreadsafeFunction<(), UnknownReturnValue, Settled, Status, false, true>;

/// One environment's open calls and the function that wakes its thread.
///
/// Shared by the environment's clients and streams and by the jobs on worker
/// threads; a lock is held for one push or one look-up.
pub(crate) struct Port {
    calls: Mutex<Calls>,
    waiting: Waiting,
    wake: Wake,
}

impl Port {
    /// `settle` is called with an array: call number, outcome, call number, ...
    pub(crate) fn new(settle: &Function<'_, Settled, UnknownReturnValue>) -> napi::Result<Self> {
        let waiting = Waiting::default();
        let source = Arc::clone(&waiting);
        // Weak, so that an idle client lets the process end; `hold` and
        // `release` keep it alive exactly while calls are open.
        let wake = settle
            .build_threadsafe_function::<()>()
            .weak::<true>()
            .build_callback(move |_| Ok(Settled(std::mem::take(&mut *locked(&source)))))?;
        Ok(Port {
            calls: Mutex::default(),
            waiting,
            wake,
        })
    }

    /// Runs `job` on a worker thread; its outcome arrives under the number returned.
    pub(crate) fn start(
        self: &Arc<Self>,
        dispatcher: &Dispatcher,
        token: CancelToken,
        job: impl FnOnce() -> Outcome + Send + 'static,
    ) -> f64 {
        let id = locked(&self.calls).open(token);
        let port = Arc::clone(self);
        let spawned = dispatcher.spawn(move || {
            let outcome = for_call(id, || catch_panic(job));
            port.finish(id, outcome);
        });
        if let Err(error) = spawned {
            self.finish(id, Err(error));
        }
        id
    }

    /// A call that failed before it could begin, told like every other.
    pub(crate) fn refuse(&self, error: Error) -> f64 {
        let id = locked(&self.calls).open(CancelToken::new());
        self.finish(id, Err(error));
        id
    }

    /// Ends a call at once; one that has ended already is left as it is.
    ///
    /// The outcome is told here and not by the job, which may still wait in the
    /// queue for a thread. Whatever the job brings later is dropped.
    pub(crate) fn cancel(&self, id: f64) {
        let token = locked(&self.calls).close(id);
        if let Some(token) = token {
            token.cancel();
            self.tell(id, Err(cancelled()));
        }
    }

    /// Brings a question of a call that stays open.
    pub(crate) fn ask(&self, id: f64, question: Question) {
        self.tell(id, Ok(Value::Question(question)));
    }

    /// Cancels every open call and tells nobody: the environment is ending.
    pub(crate) fn end(&self) {
        for token in locked(&self.calls).end() {
            token.cancel();
        }
    }

    /// Keeps the process alive until `release`.
    pub(crate) fn hold(&self, env: Env) {
        // SAFETY: called on the environment's own thread, where the function is
        // closed too, so it cannot close between the look and the use.
        unsafe {
            if !self.wake.aborted() {
                sys::napi_ref_threadsafe_function(env.raw(), self.wake.raw());
            }
        }
    }

    pub(crate) fn release(&self, env: Env) {
        // SAFETY: as in `hold`.
        unsafe {
            if !self.wake.aborted() {
                sys::napi_unref_threadsafe_function(env.raw(), self.wake.raw());
            }
        }
    }

    fn finish(&self, id: f64, outcome: Outcome) {
        let open = locked(&self.calls).close(id).is_some();
        if open {
            self.tell(id, outcome);
        }
    }

    fn tell(&self, id: f64, outcome: Outcome) {
        let first = {
            let mut waiting = locked(&self.waiting);
            waiting.push((id, outcome));
            waiting.len() == 1
        };
        // Later ones ride along with the first: the callback takes all there are.
        if first {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

/// A panic elsewhere leaves these lists whole: each change is one call.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
