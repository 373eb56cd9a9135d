//! What each declared method asks.

use neura::Method as Verb;
use neura::bindings::{CLIENT_OPTIONS, NamedOption, REQUEST_OPTIONS};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::client::Client;
use crate::diagnose;
use crate::finalization;
use crate::making;
use crate::method::Method;
use crate::name::Name;
use crate::named_calls;
use crate::options::{ClientOptions, DEFAULT_HEADERS, DEFAULT_QUERY};
use crate::request::{self, wanted};

const OF_THE_CLASS: &str = "this was called on the class: make a client, as neura_ai.Client()";

#[derive(Clone, Copy, PartialEq)]
pub enum Asking {
    Init,
    SetApiKey,
    WithOptions,
    Resolve,
    Diagnose,
    Request,
    Verb(Verb),
    Stream,
    Check,
    AuthHeaders,
    Models,
    Model,
    Chat,
    Embeddings,
}

impl Asking {
    /// By the qualified name of the declaration.
    pub fn named(qualified: &str) -> Self {
        let (class, name) = qualified.rsplit_once('.').unwrap_or(("", qualified));
        match name {
            "__init__" => Self::Init,
            "set_api_key" => Self::SetApiKey,
            "with_options" => Self::WithOptions,
            "resolve" => Self::Resolve,
            "diagnose" => Self::Diagnose,
            "stream" => Self::Stream,
            "check" => Self::Check,
            "auth_headers" => Self::AuthHeaders,
            "list" => Self::Models,
            "retrieve" => Self::Model,
            "create" if class.ends_with("Embeddings") => Self::Embeddings,
            "create" => Self::Chat,
            // `request` is no verb of HTTP.
            name => name.parse().map_or(Self::Request, Self::Verb),
        }
    }

    pub fn is_verb(self) -> bool {
        matches!(self, Self::Verb(_) | Self::Request)
    }

    /// Whether a client of event loops returns what is awaited for its outcome.
    pub fn is_awaited(self) -> bool {
        !matches!(
            self,
            Self::Init | Self::SetApiKey | Self::WithOptions | Self::Stream | Self::Models
        )
    }

    pub fn needs_client(self) -> bool {
        !matches!(self, Self::Resolve | Self::Diagnose)
    }

    /// The names of options that `**more` takes.
    pub fn options(self) -> Vec<&'static str> {
        fn names<O>(table: &'static [NamedOption<O>]) -> impl Iterator<Item = &'static str> {
            table.iter().filter_map(NamedOption::name)
        }
        match self {
            Self::Resolve | Self::Diagnose => names(CLIENT_OPTIONS)
                .chain([DEFAULT_HEADERS, DEFAULT_QUERY, "on_attempt"])
                .collect(),
            _ => names(REQUEST_OPTIONS)
                .chain(["extra_headers", "extra_query"])
                .collect(),
        }
    }

    /// Whether `**more` are members of the request's body.
    pub fn takes_members(self) -> bool {
        matches!(self, Self::Chat | Self::Embeddings)
    }

    /// What errors call it, which Python calls `name`.
    pub fn shown(self, name: &str, of: &Bound<'_, PyAny>) -> String {
        match self {
            Self::Init => making::class_of(of),
            Self::Models | Self::Model => format!("models.{name}"),
            _ => name.to_owned(),
        }
    }

    /// For a verb of a program's own client: its verb and its own `request`.
    pub fn own_request<'py>(
        self,
        of: &Bound<'py, PyAny>,
    ) -> PyResult<Option<(&'static str, Bound<'py, PyAny>)>> {
        let Self::Verb(verb) = self else {
            return Ok(None);
        };
        let request = of.getattr(intern!(of.py(), "request"))?;
        let function = request.getattr_opt(intern!(of.py(), "__func__"))?;
        match function.is_some_and(|it| it.is_instance_of::<Method>()) {
            true => Ok(None),
            false => Ok(Some((verb.as_str(), request))),
        }
    }

    /// Asks, with arguments that fit the declaration.
    pub fn start<'py>(
        self,
        of: &Bound<'py, PyAny>,
        names: &[Name],
        given: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = of.py();
        match self {
            Self::Init => return making::init(of, given),
            Self::WithOptions => return making::with_options(of, given),
            Self::Resolve => return diagnose::resolve(py, &ClientOptions::new(given)?),
            Self::Diagnose => return diagnose::diagnose(py, &ClientOptions::new(given)?),
            _ => {}
        }
        let client = of.getattr(intern!(py, "_native"))?.cast_into::<Client>();
        let client = client.map_err(|_| PyTypeError::new_err(OF_THE_CLASS))?;
        match self {
            Self::SetApiKey => {
                let key = wanted(given, intern!(given.py(), "key"))?;
                client.get().set_api_key(py, &key)?;
                let has_key = of.getattr("_origin")?.getattr("has_key")?;
                finalization::call(&has_key, (), None)
            }
            Self::Request | Self::Verb(_) | Self::Stream => {
                request::start(of, &client, self, names, given)
            }
            _ => named_calls::start(&client, self, names, given),
        }
    }
}
