//! The method of a request.

use std::fmt;
use std::str::FromStr;

/// The method of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Read.
    #[default]
    Get,
    /// Read only the headers.
    Head,
    /// Create, or ask for a completion.
    Post,
    /// Replace.
    Put,
    /// Change a part.
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

    /// Whether a request of this method has a `Content-Length` even if its body is empty.
    #[doc(hidden)]
    pub fn always_has_body(self) -> bool {
        matches!(self, Method::Post | Method::Put | Method::Patch)
    }
}

/// A name that is not a [`Method`].
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownMethod(String);

impl UnknownMethod {
    /// The name as it was given. It may hold anything, a secret too.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Without the name.
impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown method")
    }
}

impl fmt::Debug for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnknownMethod")
    }
}

impl std::error::Error for UnknownMethod {}

impl FromStr for Method {
    type Err = UnknownMethod;

    /// Reads a name, in upper or lower case.
    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
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
            .ok_or_else(|| UnknownMethod(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_any_case_and_an_unknown_one_is_not_shown() {
        assert_eq!("post".parse(), Ok(Method::Post));
        let error = "nk-fake-0123".parse::<Method>().unwrap_err();
        assert_eq!(error.name(), "nk-fake-0123");
        assert!(!format!("{error} {error:?}").contains("nk-fake"));
    }
}
