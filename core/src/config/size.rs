//! The size limits of a reply.

use super::config_error;
use super::limit::not_this;
use crate::error::Error;
use crate::option_table::{self, Row};

/// Limits in bytes. A larger reply is an error, so that it cannot fill the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// A body, unpacked.
    pub body: usize,
    /// One event of a stream.
    pub event: usize,
    /// The head of a reply.
    pub header: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Sizes {
            body: option_table::MAX_BODY_BYTES.bytes(),
            event: option_table::MAX_EVENT_BYTES.bytes(),
            header: option_table::MAX_HEADER_BYTES.bytes(),
        }
    }
}

impl Sizes {
    /// The caller's limits, with defaults for the others.
    pub fn of(body: Option<i64>, event: Option<i64>, header: Option<i64>) -> Result<Self, Error> {
        let default = Sizes::default();
        Ok(Sizes {
            body: size(&option_table::MAX_BODY_BYTES, body, default.body)?,
            event: size(&option_table::MAX_EVENT_BYTES, event, default.event)?,
            header: size(&option_table::MAX_HEADER_BYTES, header, default.header)?,
        })
    }
}

fn size(option: &Row, given: Option<i64>, default: usize) -> Result<usize, Error> {
    let Some(given) = given else {
        return Ok(default);
    };
    match usize::try_from(given) {
        Ok(bytes) if bytes > 0 => Ok(bytes),
        _ => Err(config_error(format!(
            "{option} must be more than 0 bytes, {}. Leave it out for the default",
            not_this(given)
        ))),
    }
}

/// A number of bytes for people to read.
pub(crate) fn in_words(bytes: usize) -> String {
    match bytes {
        _ if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes >= 1 << 10 && bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}
