//! The way from worker threads to the JavaScript thread of one environment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use napi::bindgen_prelude::{Array, Function, Null, ToNapiValue, Uint8ArraySlice, Unknown};
use napi::{Env, sys};
use neura::bindings::{CallId, Calls, Deadline, Dispatcher, PendingCall};
use neura::{CancelToken, Error, ErrorKind};

use crate::asking::Question;
use crate::attempt::Attempt;
use crate::body::OpenReply;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::report::Diagnosis;
use crate::stream::{Batch, Stream};
use crate::upload::Wanted;
use crate::wake::Wake;

/// What a call came to.
pub type Outcome = Result<Value, Error>;

/// What JavaScript gets for a call that succeeded, or that has a question first.
pub enum Value {
    Reply(neura::Response),
    OpenReply(OpenReply),
    /// The next bytes of a body; `None` at its end.
    Piece(Option<Vec<u8>>),
    Stream(Stream),
    Batch(Batch),
    /// A report as JSON text.
    Report(String),
    Diagnosis(Diagnosis),
    Question(Question),
    /// The next piece of a call's body.
    Wanted(Wanted),
    /// An attempt of a call that may be settled already.
    Attempt(Attempt),
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
                Value::OpenReply(reply) => OpenReply::to_napi_value(env, reply),
                // Copied: Electron forbids memory of ours under an ArrayBuffer.
                Value::Piece(Some(piece)) => {
                    let array = Uint8ArraySlice::copy_from(&Env::from_raw(env), piece)?;
                    Uint8ArraySlice::to_napi_value(env, array)
                }
                Value::Piece(None) => Null::to_napi_value(env, Null),
                Value::Stream(stream) => Stream::to_napi_value(env, stream),
                Value::Batch(batch) => Batch::to_napi_value(env, batch),
                Value::Report(text) => String::to_napi_value(env, text),
                Value::Diagnosis(diagnosis) => Diagnosis::to_napi_value(env, diagnosis),
                Value::Question(question) => Question::to_napi_value(env, question),
                Value::Wanted(wanted) => Wanted::to_napi_value(env, wanted),
                Value::Attempt(attempt) => Attempt::to_napi_value(env, attempt),
            }
        }
    }
}

/// Call numbers and outcomes, as many as came since JavaScript was last called.
pub struct Settled(Vec<(CallId, Outcome)>);

impl ToNapiValue for Settled {
    unsafe fn to_napi_value(raw: sys::napi_env, settled: Self) -> napi::Result<sys::napi_value> {
        let env = Env::from_raw(raw);
        let mut array = env.create_array(0)?;
        for (place, (id, outcome)) in (0..).step_by(2).zip(settled.0) {
            array.set(place, id as f64)?;
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
        format!("the outcome cannot be converted to JavaScript: {error}"),
    )
}

/// One environment's calls and the function that wakes its thread for their outcomes.
///
/// Shared by the environment's clients and streams.
pub(crate) struct Port {
    calls: Calls<Value>,
    /// Made at the first call: it is an open handle, which tools such as jest report.
    wake: Arc<OnceLock<Wake>>,
    /// They read streams ahead.
    readers: Dispatcher,
    /// Whether the attempts of the calls that begin now are reported.
    observes: AtomicBool,
}

impl Port {
    pub(crate) fn new() -> Arc<Self> {
        let wake = Arc::new(OnceLock::<Wake>::new());
        let waker = Arc::clone(&wake);
        let calls = Calls::new(move || {
            if let Some(wake) = waker.get() {
                wake.wake();
            }
        });
        Arc::new(Port {
            calls,
            wake,
            readers: Dispatcher::new(Dispatcher::DEFAULT_LIMIT),
            observes: AtomicBool::new(false),
        })
    }

    /// From now on `settle` is called with an array: call number, outcome, call number, ...
    pub(crate) fn listen(
        self: &Arc<Self>,
        settle: &Function<'_, Settled, Unknown<'static>>,
    ) -> napi::Result<()> {
        // The function reads from the port, which has the function in it.
        let source = Arc::downgrade(self);
        // An idle client lets the process end; `hold` and `release` keep it alive exactly while
        // calls are open.
        let wake = Wake::new(settle, move || {
            let settled = Weak::upgrade(&source).map(|port| port.calls.take());
            Settled(settled.unwrap_or_default())
        })?;
        // For what arrived before there was a function to call.
        self.wake.get_or_init(|| wake).wake();
        Ok(())
    }

    /// Runs `job` on a worker thread; its outcome arrives under the number returned. It is told
    /// where `deadline` came before its turn.
    pub(crate) fn start(
        &self,
        dispatcher: &Dispatcher,
        deadline: Deadline,
        token: CancelToken,
        job: impl FnOnce(Result<(), Error>) -> Outcome + Send + 'static,
    ) -> f64 {
        self.calls
            .start_until(dispatcher, deadline, token, |turn| job(turn.map(drop))) as f64
    }

    /// A call that settles when its other half is given an outcome.
    pub(crate) fn pending(&self, token: CancelToken, attempts: u32) -> (f64, PendingCall<Value>) {
        let (id, call) = self.calls.pending(token, attempts);
        (id as f64, call)
    }

    /// Queues a value for a call, also if it is settled.
    pub(crate) fn post(&self, id: f64, value: Value) {
        self.calls.post(id as CallId, value);
    }

    pub(crate) fn readers(&self) -> &Dispatcher {
        &self.readers
    }

    pub(crate) fn observes(&self) -> bool {
        self.observes.load(Ordering::Relaxed)
    }

    pub(crate) fn observe(&self, observes: bool) {
        self.observes.store(observes, Ordering::Relaxed);
    }

    /// A call that failed before it could begin, told like every other.
    pub(crate) fn refuse(&self, error: Error) -> f64 {
        self.calls.refuse(error) as f64
    }

    /// Ends a call at once; one that has ended already is left as it is.
    pub(crate) fn cancel(&self, id: f64) {
        self.calls.cancel(id as CallId);
    }

    /// Cancels every open call and tells nobody: the environment is ending.
    pub(crate) fn end(&self) {
        self.calls.stop(Duration::ZERO);
        self.readers.shutdown(Duration::ZERO);
        // Streams among them hold this port.
        drop(self.calls.take());
    }

    /// Keeps the process alive until `release`.
    pub(crate) fn hold(&self, env: Env) {
        if let Some(wake) = self.wake.get() {
            wake.hold(env);
        }
    }

    pub(crate) fn release(&self, env: Env) {
        if let Some(wake) = self.wake.get() {
            wake.release(env);
        }
    }
}
