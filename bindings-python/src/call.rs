//! What a client is asked, as Python describes it. Both clients run the same calls: one
//! waits for the outcome, the other gets it through its event loop.

use std::sync::{Mutex, PoisonError};

use neura::bindings::{Deadline, Operation, Request};
use neura::{AttemptInfo, CancelToken, Client, Error, ErrorKind};
use pyo3::prelude::*;

use crate::arguments::text;
use crate::errors::raise;
use crate::held;
use crate::json;
use crate::options::RequestOptions;
use crate::outcome::Outcome;
use crate::source::{self, Raised};

/// One call, to be run once. In the stubs it has the type of its outcome.
#[pyclass(frozen, generic, module = "neura_ai._native")]
pub struct Call(Mutex<Option<Asked>>);

/// A call with all that it needs but a client.
pub struct Asked {
    what: What,
    options: neura::bindings::RequestOptions,
    /// What the source of its body raises.
    pub raised: Raised,
}

enum What {
    Send(Request),
    Open(Request),
    Events(Request),
    ChatStream(Vec<u8>),
    Operation(Operation),
    Check,
    AuthHeader,
}

impl Asked {
    /// Logs each attempt, on the thread that runs the call.
    pub fn observe(&mut self, observer: impl Fn(&AttemptInfo<'_>) + Send + Sync + 'static) {
        self.options.set_observer(observer);
    }

    /// The call begins now, and runs later.
    pub fn begin(&mut self, client: &Client) -> Deadline {
        client.begin(&mut self.options)
    }

    /// Runs the call on this thread; `cancel` ends it. `turn` is why it must not, if so.
    pub fn run(
        self,
        client: &Client,
        cancel: &CancelToken,
        turn: Result<(), Error>,
    ) -> Result<Outcome, Error> {
        let mut options = self.options;
        let turn = match turn {
            Err(error) if !matches!(self.what, What::Check) => return Err(error),
            turn => turn,
        };
        options.set_cancel(cancel.clone());
        Ok(match self.what {
            What::Send(request) => {
                let reply = client.send(request.options(options))?;
                Outcome::Reply(held::placed(reply)?)
            }
            What::Open(request) => {
                let reply = client.send_streaming(request.options(options))?;
                Outcome::Open(Box::new(reply))
            }
            What::Events(request) => {
                let stream = client.open(request.options(options))?;
                Outcome::Stream(Box::new(stream.into()))
            }
            What::ChatStream(body) => {
                let stream = client.open_chat(body, options)?;
                Outcome::Stream(Box::new(stream.into()))
            }
            What::Operation(operation) => {
                let reply = client.call(operation, options)?;
                Outcome::Reply(held::placed(reply)?)
            }
            What::Check => Outcome::Json(client.check_in_turn(turn, options).to_json()),
            What::AuthHeader => Outcome::Text(client.auth_header_with(&options)?),
        })
    }
}

#[pymethods]
impl Call {
    /// Any request; any status is a reply.
    #[staticmethod]
    fn send(
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        json: Option<Bound<'_, PyAny>>,
        default: Option<Bound<'_, PyAny>>,
        data: Option<Bound<'_, PyAny>>,
        options: &RequestOptions,
    ) -> PyResult<Self> {
        let (request, raised) = request(py, method, path, json, default, data)?;
        Ok(Self::made(What::Send(request), raised, options))
    }

    /// As `send`, but the body is read as it comes.
    #[staticmethod]
    fn open(
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        json: Option<Bound<'_, PyAny>>,
        default: Option<Bound<'_, PyAny>>,
        data: Option<Bound<'_, PyAny>>,
        options: &RequestOptions,
    ) -> PyResult<Self> {
        let (request, raised) = request(py, method, path, json, default, data)?;
        Ok(Self::made(What::Open(request), raised, options))
    }

    /// Any request whose reply is a stream of events.
    #[staticmethod]
    fn events(
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        json: Option<Bound<'_, PyAny>>,
        default: Option<Bound<'_, PyAny>>,
        data: Option<Bound<'_, PyAny>>,
        options: &RequestOptions,
    ) -> PyResult<Self> {
        let (request, raised) = request(py, method, path, json, default, data)?;
        Ok(Self::made(What::Events(request), raised, options))
    }

    /// A chat; `members` are those of the request, and `unchecked` names those of `extra_body`.
    #[staticmethod]
    fn chat(
        members: &Bound<'_, PyAny>,
        default: Option<Bound<'_, PyAny>>,
        options: &RequestOptions,
        unchecked: Vec<String>,
    ) -> PyResult<Self> {
        let body = json::write(members.py(), members, default.as_ref())?;
        let operation = Operation::Chat(body);
        Ok(Self::new(What::Operation(operation), options).leaving(unchecked))
    }

    /// A streamed chat.
    #[staticmethod]
    fn chat_stream(
        members: &Bound<'_, PyAny>,
        default: Option<Bound<'_, PyAny>>,
        options: &RequestOptions,
        unchecked: Vec<String>,
    ) -> PyResult<Self> {
        let body = json::write(members.py(), members, default.as_ref())?;
        Ok(Self::new(What::ChatStream(body), options).leaving(unchecked))
    }

    #[staticmethod]
    fn embeddings(
        members: &Bound<'_, PyAny>,
        default: Option<Bound<'_, PyAny>>,
        options: &RequestOptions,
        unchecked: Vec<String>,
    ) -> PyResult<Self> {
        let body = json::write(members.py(), members, default.as_ref())?;
        let operation = Operation::Embeddings(body);
        Ok(Self::new(What::Operation(operation), options).leaving(unchecked))
    }

    #[staticmethod]
    fn models(options: &RequestOptions) -> Self {
        Self::new(What::Operation(Operation::Models), options)
    }

    #[staticmethod]
    fn model(id: &Bound<'_, PyAny>, options: &RequestOptions) -> PyResult<Self> {
        let operation = Operation::Model(text(id, "the model's id")?);
        Ok(Self::new(What::Operation(operation), options))
    }

    /// What `GET /models` says of the key, as a `neura_ai.Object`.
    #[staticmethod]
    fn check(options: &RequestOptions) -> Self {
        Self::new(What::Check, options)
    }

    /// `Bearer` and the key: the secret itself.
    #[staticmethod]
    fn auth_header(options: &RequestOptions) -> Self {
        Self::new(What::AuthHeader, options)
    }
}

impl Call {
    fn new(what: What, options: &RequestOptions) -> Self {
        Self::made(what, Raised::default(), options)
    }

    fn made(what: What, raised: Raised, options: &RequestOptions) -> Self {
        let options = options.get();
        Self(Mutex::new(Some(Asked {
            what,
            options,
            raised,
        })))
    }

    /// Has these parameters sent as they are.
    fn leaving(mut self, unchecked: Vec<String>) -> Self {
        if let Ok(Some(asked)) = self.0.get_mut() {
            asked.options.set_unchecked(unchecked);
        }
        self
    }

    /// The call, for the one time that it runs.
    pub fn take(&self) -> Result<Asked, Error> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked
            .take()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "a call was run twice"))
    }
}

fn request(
    py: Python<'_>,
    method: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
    json: Option<Bound<'_, PyAny>>,
    default: Option<Bound<'_, PyAny>>,
    data: Option<Bound<'_, PyAny>>,
) -> PyResult<(Request, Raised)> {
    let json = json
        .map(|value| json::write(py, &value, default.as_ref()))
        .transpose()?;
    let method = text(method, "the method")?
        .parse::<neura::Method>()
        .map_err(|unknown| raise(py, &unknown.into()))?;
    let mut request = Request::new(method, text(path, "the path")?);
    if let Some(json) = json {
        request = request.json(json);
    }
    let raised = Raised::default();
    if let Some(data) = data {
        request = request.body(source::body(&data, &raised)?);
    }
    Ok((request, raised))
}
