//! The handle of a client: each call of the core, and nothing around it.

use std::sync::Arc;

use neura::CancelToken;
use neura::bindings::{CallId, Dispatcher, OpenClient, dispatcher_for_keys, shared_dispatcher};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

use crate::api_key::{self, Giver};
use crate::arguments::text;
use crate::attempts::Listener;
use crate::call::Call;
use crate::errors::raise;
use crate::exit;
use crate::held;
use crate::options::ClientOptions;
use crate::outcome::Outcome;
use crate::package;
use crate::port::Port;
use crate::reading::Reading;
use crate::source::{self, Raised};
use crate::wait::{Interrupt, unraisable};

/// A client of the core, until it is closed. Any number of threads may use it.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Client {
    open: OpenClient<Open>,
    /// Event loops, not threads, wait for its calls.
    is_async: bool,
}

/// Whether a class of Python's clients, or one of its objects, is for event loops.
pub fn is_async(of: &Bound<'_, PyAny>) -> bool {
    let known = of.getattr_opt(intern!(of.py(), "_is_async"));
    known.is_ok_and(|it| it.is_some_and(|it| it.is_truthy().unwrap_or(false)))
}

/// Whether an event loop waits for the calls of a client, or of a part of one.
pub fn has_event_loop(of: &Bound<'_, PyAny>) -> bool {
    let native = of.getattr_opt(intern!(of.py(), "_native")).ok().flatten();
    native.is_some_and(|it| it.cast::<Client>().is_ok_and(|it| it.get().is_async))
}

/// What a client has until it is closed.
struct Open {
    client: neura::Client,
    /// Runs the calls of event loops.
    dispatcher: Dispatcher,
    /// Whom a call asks for the key. Each handle has a reference of its own, and the core none,
    /// so that the garbage collector counts them all.
    callable: Option<Py<PyAny>>,
    /// Makes of a value that JSON has no form for another that it has.
    default: Option<Py<PyAny>>,
    /// Is called after each attempt.
    on_attempt: Option<Py<PyAny>>,
}

impl Open {
    fn another(&self, py: Python<'_>) -> Self {
        let another = |it: &Option<Py<PyAny>>| it.as_ref().map(|it| it.clone_ref(py));
        Self {
            client: self.client.clone(),
            dispatcher: self.dispatcher.clone(),
            callable: another(&self.callable),
            default: another(&self.default),
            on_attempt: another(&self.on_attempt),
        }
    }
}

impl Client {
    pub fn new(
        py: Python<'_>,
        options: &ClientOptions,
        is_async: bool,
        (default, on_attempt): (Option<Py<PyAny>>, Option<Py<PyAny>>),
    ) -> PyResult<Self> {
        let (options, callable) = (options.get(is_async), options.callable(py));
        let client = Interrupt::new().wait(py, || neura::Client::new(options))?;
        exit::prepare(py)?;
        let dispatcher = Dispatcher::of(&client, &shared_dispatcher());
        let open = OpenClient::new(Open {
            client,
            dispatcher,
            callable,
            default,
            on_attempt,
        });
        Ok(Self { open, is_async })
    }

    /// Gives the calls of this handle other options.
    pub fn change(&self, py: Python<'_>, options: &ClientOptions) -> PyResult<()> {
        let open = self.open(py)?;
        let client = open.client.with_options(&options.get(self.is_async));
        let client = client.map_err(|error| raise(py, &error))?;
        // Let go after the lock.
        drop(self.open.replace(Open { client, ..open }));
        Ok(())
    }

    pub fn is_async(&self) -> bool {
        self.is_async
    }

    /// Runs a call, or returns what an event loop awaits for it. `sources` are read for its body.
    pub fn start<'py>(
        slf: &Bound<'py, Self>,
        call: Call,
        sources: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match slf.get().is_async {
            true => package::awaitable(slf, call, sources),
            false => slf.get().run(slf.py(), &call),
        }
    }

    /// Uses another key from the next request on.
    pub fn set_api_key(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let key = api_key::one(key, "the key")?;
        let client = self.open(py)?.client;
        // Detached: the core may wait for a thread that asks a callable just now.
        Interrupt::new().wait(py, || client.set_api_key(key))
    }

    fn current(&self, py: Python<'_>) -> Option<Open> {
        self.open.known(|open| open.another(py))
    }

    fn open(&self, py: Python<'_>) -> PyResult<Open> {
        let open = self.open.open(|open| open.another(py));
        open.map_err(|error| raise(py, &error))
    }
}

#[pymethods]
impl Client {
    /// Runs a call and waits for its outcome.
    //: (self, call: Call[_Given]) -> _Given
    fn run<'py>(&self, py: Python<'py>, call: &Call) -> PyResult<Bound<'py, PyAny>> {
        let Open {
            client,
            callable,
            on_attempt,
            ..
        } = self.open(py)?;
        let mut asked = call.take().map_err(|error| raise(py, &error))?;
        asked.place_body(held::room);
        let interrupt = Interrupt::new();
        if let Some(listener) = Listener::find(py, false, on_attempt)? {
            let interrupt = interrupt.clone();
            asked.observe(move |attempt| {
                if let Err(raised) = listener.tell(attempt) {
                    interrupt.raised_by_callback(raised);
                }
            });
        }
        call.tell_progress(py, &mut asked, Some(&interrupt))?;
        let giver = Giver::is(callable);
        let run = || {
            asked
                .run(&client, &interrupt.cancel, Ok(()))
                .and_then(Outcome::of)
        };
        let outcome = interrupt.wait(py, run);
        drop(giver);
        if let Some(error) = source::taken(&call.raised) {
            return Err(error);
        }
        let outcome = outcome?;
        outcome.into_py(py, Reading::waiting(interrupt))
    }

    /// Begins a call whose outcome arrives at `port` under the number returned.
    /// `asked`: a callable that is asked for a key needs it.
    //: (self, port: Port, call: Call[Any], asked: bool) -> int
    fn begin(&self, py: Python<'_>, port: &Port, call: &Call, asked: bool) -> PyResult<CallId> {
        let Open {
            client,
            dispatcher,
            on_attempt,
            ..
        } = self.open(py)?;
        let dispatcher = match asked && client.max_in_flight().is_none() {
            true => dispatcher_for_keys(),
            false => dispatcher,
        };
        let raised = Some(Raised::clone(&call.raised));
        let mut asked = call.take().map_err(|error| raise(py, &error))?;
        asked.place_body(held::room);
        let listener = Listener::find(py, true, on_attempt)?.map(Arc::new);
        if let Some(listener) = listener.clone() {
            asked.observe(move |attempt| {
                if let Err(raised) = listener.tell(attempt) {
                    // Nobody who could catch it waits on this thread.
                    unraisable(raised);
                }
            });
        }
        call.tell_progress(py, &mut asked, None)?;
        let token = CancelToken::new();
        let deadline = asked.begin(&client);
        let job = move |cancel: &CancelToken, turn: Result<(), _>| {
            let (outcome, rest) = asked.run_for(&client, cancel, turn);
            let outcome = outcome.and_then(Outcome::of);
            if let Ok(outcome) = &outcome {
                outcome.await_words();
            }
            (outcome, rest)
        };
        Ok(port.start(&dispatcher, deadline, token, (listener, raised), job))
    }

    /// Another handle of the same client, to be closed by itself.
    fn copy(&self, py: Python<'_>) -> Self {
        let open = self.current(py);
        Self {
            open: open.map_or_else(OpenClient::closed, OpenClient::new),
            is_async: self.is_async,
        }
    }

    /// How much each key was used, as a `neura_ai.Object`.
    //: -> Object
    fn usage<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        package::object(py, &self.open(py)?.client.usage().to_json())
    }

    /// The base URL, and the mask of the key or else the sort of place that is to give it;
    /// None once the client is closed.
    #[getter]
    fn shown(&self, py: Python<'_>) -> Option<(String, String)> {
        let client = self.current(py)?.client;
        let key = client.key_info();
        let mask = key.mask().unwrap_or(key.source());
        Some((key.base_url().to_owned(), mask.to_owned()))
    }

    /// Whether a text holds a secret of the client's: such a text is never written down.
    //: (self, text: str) -> bool
    fn holds_secret(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<bool> {
        let text = self::text(text, "the text")?;
        Ok(self.open(py)?.client.holds_secret(&text))
    }

    /// Whom the core asks for the key, or None.
    //: -> Callable[[], Any] | None
    #[getter]
    fn callable(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.current(py)?.callable
    }

    /// What a body's values are given to that JSON has no form for, or None.
    //: -> Callable[[Any], Any] | None
    #[getter]
    pub fn default<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let default = |open: &Open| open.default.as_ref().map(|it| it.bind(py).clone());
        self.open.known(default).flatten()
    }

    /// What is called after each attempt, or None.
    //: -> Callable[..., object] | None
    #[getter]
    fn on_attempt(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.current(py)?.on_attempt
    }

    /// The URL that a request to `path` would ask.
    //: (self, path: str) -> str
    fn url(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<String> {
        let path = text(path, "the path")?;
        self.open(py)?
            .client
            .url(&path)
            .map_err(|error| raise(py, &error))
    }

    #[getter]
    fn base_url(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.open(py)?.client.base_url().to_owned())
    }

    /// Closes the connections that rest; of a closed client there are none to be found.
    fn close_idle(&self, py: Python<'_>) {
        if let Some(Open { client, .. }) = self.current(py) {
            py.detach(|| client.close_idle_connections());
        }
    }

    /// Lets go of the core's client; calls that run keep it until they end.
    fn close(&self) {
        // Let go after the lock: the callable's own end may be Python code that comes here.
        drop(self.open.close());
    }

    /// A callable may well refer to what holds the client: such a ring is to be found.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let held = |open: &Open| {
            visit.call(&open.callable)?;
            visit.call(&open.default)?;
            visit.call(&open.on_attempt)
        };
        self.open.known_now(held).unwrap_or(Ok(()))
    }

    fn __clear__(&self) {
        self.close();
    }
}
