//! One per environment (the main thread, or one of its workers).

use std::sync::Arc;
use std::time::Duration;

use napi::Env;
use napi::bindgen_prelude::{Either, Function, Unknown, retain_current_module_for_unload_safety};
use napi_derive::napi;
use neura::bindings::{Dispatcher, catch_panic, has_exit_hook, set_program, write_usage};

use crate::failure::Failure;
use crate::port::{Port, Settled};
use crate::reply::Reply;
use crate::stream::Stream;

/// The environment's side of all its calls. `lib/runtime.js` makes the only one.
#[napi]
pub struct Runtime {
    pub(crate) port: Arc<Port>,
    pub(crate) dispatcher: Dispatcher,
}

#[napi]
impl Runtime {
    /// `script`: the program that Node runs, or an empty text.
    #[napi(constructor)]
    pub fn new(env: Env, script: String) -> napi::Result<Runtime> {
        set_program(&script);
        has_exit_hook();
        // Node unloads the addon with the only worker that used it. Threads of ours may still
        // run then, and the next worker would find the addon half unloaded.
        retain_current_module_for_unload_safety();
        let port = Port::new();
        let dispatcher = Dispatcher::new(Dispatcher::DEFAULT_LIMIT);
        // Without this a worker that is terminated would leave its requests
        // running. Nobody waits for the threads: what they bring is dropped.
        let ending = (Arc::clone(&port), dispatcher.clone());
        env.add_env_cleanup_hook(ending, |(port, dispatcher)| {
            port.end();
            dispatcher.shutdown(Duration::ZERO);
            write_usage();
        })?;
        Ok(Runtime { port, dispatcher })
    }

    /// Before the first call. `settle` gets call numbers and outcomes in turn, many at a time; a
    /// question in an outcome's place leaves its call open.
    #[napi(
        ts_args_type = "settle: (batch: Array<number | Failure | Reply | Stream | Batch | Diagnosis | Question | Wanted | Attempt | string>) => void"
    )]
    pub fn listen(&self, settle: Function<'_, Settled, Unknown<'static>>) -> napi::Result<()> {
        self.port.listen(&settle)
    }

    /// Keeps the process alive: the first call opened.
    #[napi]
    pub fn hold(&self, env: Env) {
        self.port.hold(env);
    }

    /// Lets the process end: the last call settled.
    #[napi]
    pub fn release(&self, env: Env) {
        self.port.release(env);
    }

    /// The body of a whole reply as events.
    #[napi]
    pub fn events_of(&self, reply: &Reply) -> Either<Stream, Failure> {
        match catch_panic(|| reply.events()) {
            Ok(events) => {
                let (port, dispatcher) = (Arc::clone(&self.port), self.dispatcher.clone());
                Either::A(Stream::events(events, port, dispatcher))
            }
            Err(error) => Either::B(error.into()),
        }
    }

    /// Whether the attempts of the calls that begin from now on are reported, each as an `Attempt`
    /// under its call's number.
    #[napi]
    pub fn observe(&self, observes: bool) {
        self.port.observe(observes);
    }

    /// Writes to `NEURA_USAGE_FILE` what is not written yet. After `process.exit` the environment is
    /// not cleaned up.
    #[napi]
    pub fn write_usage(&self) {
        write_usage();
    }

    /// Ends a call at once with a failure of kind `cancelled`.
    #[napi]
    pub fn cancel(&self, call: f64) {
        self.port.cancel(call);
    }
}
