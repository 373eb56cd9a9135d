//! The error for an unsupported method.

use neura_transport::UnknownMethod;

use crate::error::{Error, ErrorKind};
use crate::redact::quoted;

/// How many characters of the name are shown.
const SHOWN_CHARS: usize = 40;

impl From<UnknownMethod> for Error {
    fn from(unknown: UnknownMethod) -> Self {
        let name: String = quoted(unknown.name()).chars().take(SHOWN_CHARS).collect();
        Error::new(
            ErrorKind::InvalidArgument,
            format!(
                "\"{name}\" is not a supported method: use GET, HEAD, POST, PUT, PATCH, DELETE or \
                 OPTIONS"
            ),
        )
    }
}
