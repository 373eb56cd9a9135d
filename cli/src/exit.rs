//! The exit codes, by the kind of error.

use neura::ErrorKind;

/// A row of the table of exit codes.
pub struct ExitCode {
    /// The code.
    pub code: u8,
    /// When the command ends with it.
    pub meaning: &'static str,
    /// The kinds of errors that end with it.
    pub kinds: &'static [ErrorKind],
}

/// It worked.
pub const OK: u8 = 0;
/// Any other failure, and what a command looked for was found: `neura guard` found a key.
pub const FAILED: u8 = 1;
/// The command line cannot be used.
pub const USAGE: u8 = 2;
/// `neura run` found the program, but could not start it.
pub const CANNOT_START: u8 = 126;
/// `neura run` did not find the program.
pub const NOT_THERE: u8 = 127;
/// Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// Every exit code, in order.
pub const TABLE: &[ExitCode] = &[
    ExitCode {
        code: OK,
        meaning: "it worked",
        kinds: &[],
    },
    ExitCode {
        code: FAILED,
        meaning: "any other failure, or `neura guard` found a key",
        kinds: &[ErrorKind::Internal, ErrorKind::OutOfMemory],
    },
    ExitCode {
        code: USAGE,
        meaning: "the command line or the input cannot be used",
        kinds: &[ErrorKind::InvalidArgument],
    },
    ExitCode {
        code: 3,
        meaning: "an option, a variable or a file cannot be used",
        kinds: &[ErrorKind::Config],
    },
    ExitCode {
        code: 4,
        meaning: "there is no key, or the text cannot be one",
        kinds: &[ErrorKind::MissingApiKey, ErrorKind::MalformedApiKey],
    },
    ExitCode {
        code: 5,
        meaning: "the service refused the key",
        kinds: &[
            ErrorKind::InvalidApiKey,
            ErrorKind::ExpiredApiKey,
            ErrorKind::RevokedApiKey,
            ErrorKind::Authentication,
        ],
    },
    ExitCode {
        code: 6,
        meaning: "the service refused the request",
        kinds: &[
            ErrorKind::BadRequest,
            ErrorKind::PaymentRequired,
            ErrorKind::PermissionDenied,
            ErrorKind::NotFound,
            ErrorKind::Conflict,
            ErrorKind::PayloadTooLarge,
            ErrorKind::Unprocessable,
            ErrorKind::Redirect,
            ErrorKind::Api,
        ],
    },
    ExitCode {
        code: 7,
        meaning: "too many requests, or the quota is used up",
        kinds: &[ErrorKind::RateLimited, ErrorKind::QuotaExceeded],
    },
    ExitCode {
        code: 8,
        meaning: "the service failed, or its reply cannot be used",
        kinds: &[
            ErrorKind::Server,
            ErrorKind::RequestTimeout,
            ErrorKind::Protocol,
            ErrorKind::Decode,
            ErrorKind::BodyTooLarge,
            ErrorKind::IncompleteStream,
        ],
    },
    ExitCode {
        code: 9,
        meaning: "the service cannot be reached in time",
        kinds: &[
            ErrorKind::Connection,
            ErrorKind::Timeout,
            ErrorKind::Tls,
            ErrorKind::Proxy,
        ],
    },
    ExitCode {
        code: CANNOT_START,
        meaning: "`neura run`: the program cannot be started",
        kinds: &[],
    },
    ExitCode {
        code: NOT_THERE,
        meaning: "`neura run` or `neura sandbox`: the program is not there",
        kinds: &[],
    },
    ExitCode {
        code: INTERRUPTED,
        meaning: "Ctrl-C",
        kinds: &[ErrorKind::Cancelled],
    },
];

/// The exit code of an error of this kind.
pub fn code_of(kind: ErrorKind) -> u8 {
    let row = TABLE.iter().find(|row| row.kinds.contains(&kind));
    row.map_or(FAILED, |row| row.code)
}

/// The exit code of a verdict of `neura diagnose`: the name of a kind.
pub(crate) fn code_of_name(name: &str) -> u8 {
    let kind = ErrorKind::ALL.iter().find(|kind| kind.name() == name);
    kind.map_or(FAILED, |kind| code_of(*kind))
}

/// The table as text, for `--help`.
pub(crate) fn table_text() -> String {
    let mut text = String::from("Exit codes:\n");
    for row in TABLE {
        let names: Vec<&str> = row.kinds.iter().map(|kind| kind.name()).collect();
        text.push_str(&format!("  {:>3}  {}\n", row.code, row.meaning));
        for line in names.chunks(4) {
            text.push_str(&format!("       {}\n", line.join(", ")));
        }
    }
    text.push_str("`neura run` ends with the exit code of its program.");
    text
}
