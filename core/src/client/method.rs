//! The error of a method that is none of those that can be sent.

use neura_transport::UnknownMethod;

use crate::error::{Error, ErrorKind};
use crate::redact::quoted;

/// How much of the name is shown.
const SHOWN_CHARS: usize = 40;

impl From<UnknownMethod> for Error {
    fn from(unknown: UnknownMethod) -> Self {
        let name: String = quoted(unknown.name()).chars().take(SHOWN_CHARS).collect();
        Error::new(
            ErrorKind::InvalidArgument,
            format!(
                "\"{name}\" is not a method that can be sent: GET, HEAD, POST, PUT, PATCH, DELETE \
                 and OPTIONS are"
            ),
        )
    }
}
