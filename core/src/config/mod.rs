//! Options, and where each value comes from.

mod client_cert;
mod command;
pub(crate) mod credentials;
pub(crate) mod env_file;
pub(crate) mod file;
mod file_version;
mod key_source;
mod key_sources;
mod limit;
mod lookup;
mod network;
mod network_names;
mod options;
mod pem;
#[cfg(unix)]
mod pipe;
mod profile;
mod proxy;
mod reload;
mod resolve;
mod roots;
mod size;
mod variables;

pub(crate) use command::{CommandOrigin, KeyCommand};
pub(crate) use file_version::FileVersion;
pub use key_source::KeyInfo;
pub(crate) use key_source::{KeySource, UrlSource};
pub(crate) use key_sources::KeySources;
pub use limit::Limit;
pub(crate) use limit::{GivenLimits, LimitNames, Limits, retries};
pub(crate) use lookup::Lookup;
pub(crate) use network::{ClientCert, Setup};
pub(crate) use network_names::NetworkNames;
pub(crate) use options::KeyOption;
pub use options::{CallbackContext, EnvFile, Options};
pub(crate) use profile::Profile;
pub(crate) use proxy::{Direct, Proxy, ProxyChoice, proxy_secrets};
pub(crate) use reload::{Reloaded, reload};
pub(crate) use resolve::Resolved;
pub use resolve::resolve;
pub(crate) use roots::{Base, CaFile, Roots};
pub(crate) use size::{Sizes, in_words};
pub(crate) use variables::Environment;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};

/// The variable that holds the key. Source: the service's page.
pub(crate) const KEY_VARIABLE: &str = "NEURA_API_KEY";
/// The variable that holds the base URL.
pub(crate) const URL_VARIABLE: &str = "NEURA_BASE_URL";
/// The variable that sets the log level.
pub(crate) const LOG_VARIABLE: &str = "NEURA_LOG";

/// The value of [`LOG_VARIABLE`], if it is set.
///
/// # Errors
/// `config` if it is not UTF-8, or begins or ends with a quotation mark.
pub(crate) fn log_level() -> Result<Option<Zeroizing<String>>, Error> {
    Environment::default().text(LOG_VARIABLE)
}

/// An error that names an option, a variable or a file.
pub(crate) fn config_error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
