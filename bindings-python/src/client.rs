//! The handle of a client: each call of the core, and nothing around it.

use std::sync::Arc;

use neura::CancelToken;
use neura::bindings::{CallId, Dispatcher, OpenClient, dispatcher_for_keys, shared_dispatcher};
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

use crate::api_key::{self, Giver};
use crate::arguments::text;
use crate::attempts::Listener;
use crate::call::Call;
use crate::errors::raise;
use crate::options::ClientOptions;
use crate::package;
use crate::port::Port;
use crate::reading::Reading;
use crate::source::{self, Raised};
use crate::wait::{Interrupt, unraisable};

/// A client of the core, until it is closed. Any number of threads may use it.
#[pyclass(frozen, module = "neura_ai._native")]
pub struct Client(OpenClient<Open>);

/// What a client has until it is closed.
struct Open {
    client: neura::Client,
    /// Runs the calls of event loops.
    dispatcher: Dispatcher,
    /// Whom a call asks for the key. Each handle has a reference of its own, and the core none,
    /// so that the garbage collector counts them all.
    callable: Option<Py<PyAny>>,
}

impl Open {
    fn another(&self, py: Python<'_>) -> Self {
        Self {
            client: self.client.clone(),
            dispatcher: self.dispatcher.clone(),
            callable: self
                .callable
                .as_ref()
                .map(|callable| callable.clone_ref(py)),
        }
    }
}

#[pymethods]
impl Client {
    /// `is_async`: event loops, not threads, wait for the calls of this client.
    #[new]
    fn new(py: Python<'_>, options: &ClientOptions, is_async: bool) -> PyResult<Self> {
        let (options, callable) = (options.get(is_async), options.callable(py));
        let client = Interrupt::new().wait(py, || neura::Client::new(options))?;
        let dispatcher = Dispatcher::of(&client, &shared_dispatcher());
        Ok(Self(OpenClient::new(Open {
            client,
            dispatcher,
            callable,
        })))
    }

    /// Runs a call and waits for its outcome.
    fn run<'py>(&self, py: Python<'py>, call: &Call) -> PyResult<Bound<'py, PyAny>> {
        let Open {
            client, callable, ..
        } = self.open(py)?;
        let mut asked = call.take().map_err(|error| raise(py, &error))?;
        let interrupt = Interrupt::new();
        if let Some(listener) = Listener::find(py, false)? {
            let interrupt = interrupt.clone();
            asked.observe(move |attempt| {
                if let Err(raised) = listener.tell(attempt) {
                    interrupt.raised_by_callback(raised);
                }
            });
        }
        let giver = Giver::is(callable);
        let raised = Raised::clone(&asked.raised);
        let outcome = interrupt.wait(py, || asked.run(&client, &interrupt.cancel, Ok(())));
        drop(giver);
        if let Some(error) = source::taken(&raised) {
            return Err(error);
        }
        let outcome = outcome?;
        outcome.into_py(py, Reading::waiting(interrupt))
    }

    /// Begins a call whose outcome arrives at `port` under the number returned.
    /// `asked`: a callable that is asked for a key needs it.
    fn begin(&self, py: Python<'_>, port: &Port, call: &Call, asked: bool) -> PyResult<CallId> {
        let Open {
            client, dispatcher, ..
        } = self.open(py)?;
        let dispatcher = match asked && client.max_in_flight().is_none() {
            true => dispatcher_for_keys(),
            false => dispatcher,
        };
        let mut call = call.take().map_err(|error| raise(py, &error))?;
        let listener = Listener::find(py, true)?.map(Arc::new);
        if let Some(listener) = listener.clone() {
            call.observe(move |attempt| {
                if let Err(raised) = listener.tell(attempt) {
                    // Nobody who could catch it waits on this thread.
                    unraisable(raised);
                }
            });
        }
        let raised = Some(Raised::clone(&call.raised));
        let token = CancelToken::new();
        let deadline = call.begin(&client);
        let job = move |cancel: &CancelToken, turn: Result<(), _>| {
            let outcome = call.run(&client, cancel, turn)?;
            outcome.await_words();
            Ok(outcome)
        };
        Ok(port.start(&dispatcher, deadline, token, (listener, raised), job))
    }

    /// Another handle of the same client, to be closed by itself.
    fn copy(&self, py: Python<'_>) -> Self {
        Self(
            self.current(py)
                .map_or_else(OpenClient::closed, OpenClient::new),
        )
    }

    /// Uses another key from the next request on.
    fn set_api_key(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        let key = api_key::one(key, "the key")?;
        let client = self.open(py)?.client;
        // Detached: the core may wait for a thread that asks a callable just now.
        Interrupt::new().wait(py, || client.set_api_key(key))
    }

    /// How much each key was used, as a `neura_ai.Object`.
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
    fn holds_secret(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<bool> {
        let text = self::text(text, "the text")?;
        Ok(self.open(py)?.client.holds_secret(&text))
    }

    /// Whom the core asks for the key, or None.
    #[getter]
    fn callable(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.current(py)?.callable
    }

    /// The URL that a request to `path` would ask.
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
        drop(self.0.close());
    }

    /// A callable may well refer to what holds the client: such a ring is to be found.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let callable = |open: &Open| open.callable.as_ref().map(|callable| visit.call(callable));
        self.0.known_now(callable).flatten().unwrap_or(Ok(()))
    }

    fn __clear__(&self) {
        self.close();
    }
}

impl Client {
    fn current(&self, py: Python<'_>) -> Option<Open> {
        self.0.known(|open| open.another(py))
    }

    fn open(&self, py: Python<'_>) -> PyResult<Open> {
        let open = self.0.open(|open| open.another(py));
        open.map_err(|error| raise(py, &error))
    }
}
