//! What the system or TLS said of a failure, in the words that programs know it by.

use std::io;

use neura_transport::{
    Cause, CertificateProblem, ConnectCause, ConnectFailure, ConnectionEnd, Failure, Limit,
    ProxyCause, SystemError, TlsProblem,
};

use crate::error::SystemCause;
use crate::redact::quoted;

/// `None` if the failure is not one of the system's or has no name.
pub(super) fn of(failure: &Failure) -> Option<SystemCause> {
    match failure.cause() {
        Cause::Connect(failure) => of_connect(failure),
        Cause::LimitPassed(limit, _) => Some(SystemCause {
            syscall: matches!(limit, Limit::Connect(_)).then_some("connect"),
            ..named("ETIMEDOUT")
        }),
        Cause::ConnectionEnded { end, .. } => match end {
            ConnectionEnd::Handshake(_, error) | ConnectionEnd::Error(error) => of_error(error),
            _ => Some(named("ECONNRESET")),
        },
        Cause::Tls(failure) => Some(named(of_tls(&failure.problem)?)),
        Cause::Proxy(failure) => match &failure.cause {
            ProxyCause::Unreachable(failure) | ProxyCause::Lost(failure) => of(failure),
            ProxyCause::TooSlow(_) => Some(named("ETIMEDOUT")),
            ProxyCause::Closed(_) => Some(named("ECONNRESET")),
            _ => None,
        },
        _ => None,
    }
}

fn named(code: &'static str) -> SystemCause {
    SystemCause {
        code,
        ..SystemCause::default()
    }
}

fn of_error(error: &SystemError) -> Option<SystemCause> {
    Some(SystemCause {
        text: Some(error.to_string()),
        ..named(code_of(error)?)
    })
}

fn of_connect(failure: &ConnectFailure) -> Option<SystemCause> {
    let cause = match &failure.cause {
        ConnectCause::LookUp(error) => SystemCause {
            syscall: Some("getaddrinfo"),
            hostname: Some(quoted(&failure.host)),
            text: Some(error.to_string()),
            ..named(of_look_up(error))
        },
        ConnectCause::Addresses(errors) => match errors.last() {
            Some((address, error)) => SystemCause {
                syscall: Some("connect"),
                address: Some(*address),
                ..of_error(error)?
            },
            None => SystemCause {
                syscall: Some("getaddrinfo"),
                hostname: Some(quoted(&failure.host)),
                ..named("ENOTFOUND")
            },
        },
        ConnectCause::Socket(error) | ConnectCause::NoDescriptor(_, error) => SystemCause {
            syscall: Some("connect"),
            ..of_error(error)?
        },
        ConnectCause::NoThread(error) => of_error(error)?,
    };
    Some(cause)
}

/// The standard library keeps only the words of an error of `getaddrinfo`.
fn of_look_up(error: &SystemError) -> &'static str {
    match error
        .to_string()
        .to_ascii_lowercase()
        .contains("temporary failure")
    {
        true => "EAI_AGAIN",
        false => "ENOTFOUND",
    }
}

fn code_of(error: &SystemError) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    #[cfg(unix)]
    if let Some(code) = error.code.and_then(of_number) {
        return Some(code);
    }
    Some(match error.kind {
        Kind::ConnectionRefused => "ECONNREFUSED",
        Kind::ConnectionReset | Kind::UnexpectedEof => "ECONNRESET",
        Kind::ConnectionAborted => "ECONNABORTED",
        Kind::NotConnected => "ENOTCONN",
        Kind::AddrInUse => "EADDRINUSE",
        Kind::AddrNotAvailable => "EADDRNOTAVAIL",
        Kind::BrokenPipe => "EPIPE",
        Kind::TimedOut => "ETIMEDOUT",
        Kind::HostUnreachable => "EHOSTUNREACH",
        Kind::NetworkUnreachable => "ENETUNREACH",
        Kind::NetworkDown => "ENETDOWN",
        Kind::PermissionDenied => "EACCES",
        Kind::WouldBlock => "EAGAIN",
        Kind::InvalidInput => "EINVAL",
        Kind::OutOfMemory => "ENOMEM",
        _ => return None,
    })
}

/// Those that the standard library has no kind for, or one kind for several.
#[cfg(unix)]
fn of_number(code: i32) -> Option<&'static str> {
    Some(match code {
        libc::EPERM => "EPERM",
        libc::EMFILE => "EMFILE",
        libc::ENFILE => "ENFILE",
        libc::ENOBUFS => "ENOBUFS",
        libc::EAFNOSUPPORT => "EAFNOSUPPORT",
        _ => return None,
    })
}

fn of_tls(problem: &TlsProblem) -> Option<&'static str> {
    Some(match problem {
        TlsProblem::Certificate(refused) => match refused.problem {
            CertificateProblem::Expired => "CERT_HAS_EXPIRED",
            CertificateProblem::NotYetValid => "CERT_NOT_YET_VALID",
            CertificateProblem::WrongName => "ERR_TLS_CERT_ALTNAME_INVALID",
            CertificateProblem::SelfSigned => "DEPTH_ZERO_SELF_SIGNED_CERT",
            CertificateProblem::UnknownIssuer => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            CertificateProblem::Revoked => "CERT_REVOKED",
            CertificateProblem::BadSignature => "CERT_SIGNATURE_FAILURE",
            CertificateProblem::WrongPurpose => "INVALID_PURPOSE",
            _ => return None,
        },
        TlsProblem::NotTls => "ERR_SSL_WRONG_VERSION_NUMBER",
        TlsProblem::OldVersion => "ERR_SSL_UNSUPPORTED_PROTOCOL",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(cause: ConnectCause) -> Failure {
        let host = "gw.example".to_owned();
        let port = 443;
        Cause::Connect(ConnectFailure { host, port, cause }).into()
    }

    #[test]
    fn a_refused_connection_names_the_last_address() {
        let error = |kind| SystemError::from(io::Error::from(kind));
        let errors = [
            ("[::1]:443", io::ErrorKind::NetworkUnreachable),
            ("127.0.0.1:443", io::ErrorKind::ConnectionRefused),
        ];
        let errors = errors.map(|(at, kind)| (at.parse().unwrap(), error(kind)));
        let cause = of(&connect(ConnectCause::Addresses(errors.into()))).unwrap();
        assert_eq!(
            (cause.code, cause.syscall),
            ("ECONNREFUSED", Some("connect"))
        );
        assert_eq!(cause.address, Some("127.0.0.1:443".parse().unwrap()));
    }

    #[test]
    fn a_name_that_is_not_found_is_named() {
        for (words, code) in [
            (
                "failed to lookup address information: Name or service not known",
                "ENOTFOUND",
            ),
            (
                "failed to lookup address information: Temporary failure in name resolution",
                "EAI_AGAIN",
            ),
            ("No such host is known. (os error 11001)", "ENOTFOUND"),
        ] {
            let error = io::Error::other(words).into();
            let cause = of(&connect(ConnectCause::LookUp(error))).unwrap();
            assert_eq!((cause.code, cause.syscall), (code, Some("getaddrinfo")));
            assert_eq!(cause.hostname.as_deref(), Some("gw.example"));
        }
    }

    #[test]
    fn an_early_end_is_a_reset_and_other_failures_have_no_cause_of_the_system() {
        let end = ConnectionEnd::BeforeReply;
        let certificate_wanted = false;
        let ended = Cause::ConnectionEnded {
            end,
            certificate_wanted,
        }
        .into();
        assert_eq!(of(&ended), Some(named("ECONNRESET")));
        assert_eq!(of(&Cause::Internal("x").into()), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_number_of_the_system_says_more_than_its_kind() {
        for (number, code) in [
            (libc::ECONNREFUSED, Some("ECONNREFUSED")),
            (libc::EACCES, Some("EACCES")),
            (libc::EPERM, Some("EPERM")),
            (libc::EMFILE, Some("EMFILE")),
            (libc::EXDEV, None),
        ] {
            let error = SystemError::from(io::Error::from_raw_os_error(number));
            assert_eq!(code_of(&error), code, "{error}");
        }
    }
}
