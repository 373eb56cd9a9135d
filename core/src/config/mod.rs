//! Options, and where each value comes from.

mod again;
mod client_cert;
mod command;
pub(crate) mod credentials;
pub(crate) mod env_file;
pub(crate) mod file;
mod language;
mod limit;
mod network;
mod network_names;
mod options;
mod pem;
#[cfg(unix)]
mod pipe;
mod place;
mod profile;
mod proxy;
mod resolve;
mod roots;
mod search;
mod size;
pub(crate) mod table;
mod variables;

pub(crate) use again::{Looked, look_again};
pub(crate) use command::KeyCommand;
pub use language::{Language, set_language};
pub use limit::Limit;
pub(crate) use limit::{LimitNames, Limits, retries};
pub(crate) use network::{ClientCert, Setup};
pub(crate) use network_names::NetworkNames;
pub(crate) use options::Given;
pub use options::{Asking, EnvFile, Options};
pub use place::KeyInfo;
pub(crate) use place::{Place, UrlSource};
pub(crate) use profile::Profile;
pub(crate) use proxy::{Direct, Proxy, ProxyChoice, authority, is_loopback, proxy_secrets};
pub(crate) use resolve::Resolved;
pub use resolve::resolve;
pub(crate) use roots::{Base, CaFile, Roots};
pub(crate) use search::{Search, Sight};
pub(crate) use size::{Sizes, in_words};

use crate::error::{Error, ErrorKind};

/// The variable that holds the key. Source: the service's page.
pub(crate) const KEY_VARIABLE: &str = "NEURA_API_KEY";
/// The variable that holds the base URL.
pub(crate) const URL_VARIABLE: &str = "NEURA_BASE_URL";

/// An error that names an option, a variable or a file.
pub(crate) fn config_error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
