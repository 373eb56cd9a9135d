//! The method of a request.

use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::redact::quoted;

/// The method of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Read.
    #[default]
    Get,
    /// Read the headers alone.
    Head,
    /// Create, or ask for a completion.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
    /// Ask what is allowed.
    Options,
}

impl Method {
    /// The name as it is sent: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
        }
    }

    /// Whether a request of this method is framed with a length even when it has no body.
    pub(crate) fn always_has_body(self) -> bool {
        matches!(self, Method::Post | Method::Put | Method::Patch)
    }
}

impl FromStr for Method {
    type Err = Error;

    /// Reads a name in any case; an unknown one is `invalid_argument`.
    fn from_str(name: &str) -> Result<Self, Error> {
        let all = [
            Method::Get,
            Method::Head,
            Method::Post,
            Method::Put,
            Method::Patch,
            Method::Delete,
            Method::Options,
        ];
        all.into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                let name: String = quoted(name).chars().take(40).collect();
                Error::new(
                    ErrorKind::InvalidArgument,
                    format!(
                        "\"{name}\" is not a method that can be sent: GET, HEAD, POST, PUT, PATCH, \
                         DELETE and OPTIONS are"
                    ),
                )
            })
    }
}
