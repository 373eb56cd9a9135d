//! The one list of kinds, numbered from 1, the same in every language.

/// Declares the kinds once: the enum, its names, and the list of all.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal, $name:literal;)+) => {
        /// What went wrong, as data. The numbers and names never change and are never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum ErrorKind {
            $($(#[$doc])* $kind = $number,)+
        }

        impl ErrorKind {
            /// Every kind, in the order of its number.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$kind,)+];

            /// The stable name, the same in every language: `invalid_api_key`.
            pub fn name(self) -> &'static str {
                match self {
                    $(ErrorKind::$kind => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// An option, an environment variable or a file has a value that cannot be used.
    Config = 1, "config";
    /// An argument of a call cannot be used.
    InvalidArgument = 2, "invalid_argument";
    /// No key was found, or the service got none.
    MissingApiKey = 3, "missing_api_key";
    /// The text cannot be a key; found before any connection. The error's code names the problem.
    MalformedApiKey = 4, "malformed_api_key";
    /// 401: the service does not know the key.
    InvalidApiKey = 5, "invalid_api_key";
    /// 401: the key has expired.
    ExpiredApiKey = 6, "expired_api_key";
    /// 401: the key was revoked.
    RevokedApiKey = 7, "revoked_api_key";
    /// Any other 401.
    Authentication = 8, "authentication";
    /// 400.
    BadRequest = 9, "bad_request";
    /// 402.
    PaymentRequired = 10, "payment_required";
    /// 403.
    PermissionDenied = 11, "permission_denied";
    /// 404.
    NotFound = 12, "not_found";
    /// 408: the service gave up waiting for the request.
    RequestTimeout = 13, "request_timeout";
    /// 409.
    Conflict = 14, "conflict";
    /// 413.
    PayloadTooLarge = 15, "payload_too_large";
    /// 422.
    Unprocessable = 16, "unprocessable";
    /// 429: too many requests for now.
    RateLimited = 17, "rate_limited";
    /// 429: the quota is used up; waiting does not help.
    QuotaExceeded = 18, "quota_exceeded";
    /// 500 to 599.
    Server = 19, "server";
    /// 300 to 399: redirects are never followed.
    Redirect = 20, "redirect";
    /// Any other status outside 200 to 299.
    Api = 21, "api";
    /// No connection, or one that ended too early.
    Connection = 22, "connection";
    /// A limit of time was reached; the message says which.
    Timeout = 23, "timeout";
    /// No trusted TLS connection.
    Tls = 24, "tls";
    /// The proxy refused or failed.
    Proxy = 25, "proxy";
    /// The reply is not valid HTTP/1.1.
    Protocol = 26, "protocol";
    /// The body is not what was asked for: not JSON, or a broken encoding.
    Decode = 27, "decode";
    /// The reply is larger than the limit.
    BodyTooLarge = 28, "body_too_large";
    /// A chat stream ended before the service said that it was complete.
    IncompleteStream = 29, "incomplete_stream";
    /// The caller cancelled the call.
    Cancelled = 30, "cancelled";
    /// A fault of this library.
    Internal = 31, "internal";
    /// There was no memory for a body, an event or a head of this size.
    OutOfMemory = 32, "out_of_memory";
}

impl ErrorKind {
    /// The stable number, from 1.
    pub fn number(self) -> i32 {
        self as i32
    }
}

impl std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
