//! The kinds of errors, as C sees them.

use std::ffi::CString;
use std::sync::LazyLock;

use neura_core::ErrorKind;

use crate::boundary::run;
use crate::text::{Text, terminated};

/// What went wrong, the same in every language. The numbers never change and are never
/// reused; later versions may add some, so a `switch` needs a `default`.
// A copy of the core's list, because cbindgen reads source text. A test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Kind {
    /// An option, an environment variable or a file has an invalid value.
    Config = 1,
    /// An argument of a call is invalid.
    InvalidArgument = 2,
    /// No key was found, or the service got none.
    MissingApiKey = 3,
    /// The key has an invalid form, found before any connection. The error's code names the problem.
    MalformedApiKey = 4,
    /// 401: the service does not know the key.
    InvalidApiKey = 5,
    /// 401: the key has expired.
    ExpiredApiKey = 6,
    /// 401: the key was revoked.
    RevokedApiKey = 7,
    /// Any other 401.
    Authentication = 8,
    /// 400.
    BadRequest = 9,
    /// 402.
    PaymentRequired = 10,
    /// 403.
    PermissionDenied = 11,
    /// 404.
    NotFound = 12,
    /// 408: the service gave up waiting for the request.
    RequestTimeout = 13,
    /// 409.
    Conflict = 14,
    /// 413.
    PayloadTooLarge = 15,
    /// 422.
    Unprocessable = 16,
    /// 429: too many requests for now.
    RateLimited = 17,
    /// 429: the quota is used up; waiting does not help.
    QuotaExceeded = 18,
    /// 500 to 599.
    Server = 19,
    /// 300 to 399: redirects are never followed.
    Redirect = 20,
    /// Any other status outside 200 to 299.
    Api = 21,
    /// The connection failed or ended too early.
    Connection = 22,
    /// A time limit was reached; the message says which.
    Timeout = 23,
    /// No trusted TLS connection.
    Tls = 24,
    /// The proxy refused or failed.
    Proxy = 25,
    /// The server's reply is not valid HTTP/1.1.
    Protocol = 26,
    /// The body is not what was asked for: not JSON, or a broken encoding.
    Decode = 27,
    /// The reply is larger than the limit.
    BodyTooLarge = 28,
    /// A chat stream ended before the service marked it as complete.
    IncompleteStream = 29,
    /// The caller cancelled the call.
    Cancelled = 30,
    /// A bug in this library.
    Internal = 31,
    /// There was no memory for a body, an event or a head of this size.
    OutOfMemory = 32,
}

static NAMES: LazyLock<Vec<CString>> = LazyLock::new(|| {
    let names = ErrorKind::ALL.iter();
    names.map(|kind| terminated(kind.name())).collect()
});

/// The stable name of a kind, such as `invalid_api_key`.
///
/// @param kind  one of `NEURA_KIND_...`
/// @return  **static** text; NULL for an unknown number
#[unsafe(no_mangle)]
pub extern "C" fn neura_kind_name(kind: i32) -> Text<'static> {
    run(|| {
        let mut numbers = ErrorKind::ALL.iter().map(|known| known.number());
        let place = numbers.position(|number| number == kind);
        Text::from(place.and_then(|place| NAMES.get(place)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of the header, by the words of its source.
    fn kinds_of_this_file() -> Vec<(String, i32)> {
        let source = include_str!("kind.rs");
        let list = source.split("pub enum Kind {").nth(1).unwrap();
        let list = list.split('}').next().unwrap();
        list.lines()
            .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "))
            .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_kinds_and_their_numbers_are_the_cores() {
        let of_the_core: Vec<(String, i32)> = ErrorKind::ALL
            .iter()
            .map(|kind| (format!("{kind:?}"), kind.number()))
            .collect();
        assert_eq!(kinds_of_this_file(), of_the_core);
    }

    #[test]
    fn a_number_that_is_no_kind_has_no_name() {
        for number in [i32::MIN, -1, 0, 33, i32::MAX] {
            assert!(neura_kind_name(number).is_null());
        }
        assert_eq!(
            neura_kind_name(5).needed("name").unwrap(),
            "invalid_api_key"
        );
    }
}
