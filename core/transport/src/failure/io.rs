//! From the errors of the system and of libraries to a [`Failure`].

use std::error::Error as StdError;
use std::{fmt, io};

use super::{ConnectionEnd, Failure};

/// An error of the operating system, or of the standard library's name look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    /// The standard library's kind.
    pub kind: io::ErrorKind,
    /// The system's code.
    pub code: Option<i32>,
    text: String,
}

impl SystemError {
    /// The error as the standard library has it.
    pub fn to_io(&self) -> io::Error {
        match self.code {
            Some(code) => io::Error::from_raw_os_error(code),
            None => self.kind.into(),
        }
    }
}

impl From<&io::Error> for SystemError {
    fn from(error: &io::Error) -> Self {
        SystemError {
            kind: error.kind(),
            code: error.raw_os_error(),
            text: error.to_string(),
        }
    }
}

impl From<io::Error> for SystemError {
    fn from(error: io::Error) -> Self {
        SystemError::from(&error)
    }
}

impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The failure of a read or write: the one inside the error, or the end of the connection.
pub(crate) fn from_io(error: io::Error) -> Failure {
    match own(&error) {
        Some(own) => own.clone(),
        None => Failure::ended(ConnectionEnd::Error(error.into())),
    }
}

/// The failure inside an error, through any number of `io::Error` around it.
pub(crate) fn own(error: &io::Error) -> Option<&Failure> {
    let mut inner: &(dyn StdError + 'static) = error.get_ref()?;
    loop {
        if let Some(own) = inner.downcast_ref::<Failure>() {
            return Some(own);
        }
        inner = inner.downcast_ref::<io::Error>()?.get_ref()?;
    }
}
