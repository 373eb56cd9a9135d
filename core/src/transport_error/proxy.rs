//! What went wrong at a proxy.

use neura_transport::{Cause, ConnectionEnd, Failure, ProxyCause, ProxyFailure, ProxyStep};

use super::{Names, seconds};
use crate::config::{Proxy, in_words, proxy_secrets};
use crate::redact::{Secrets, escaped, quoted};

/// The most characters of a proxy's own words.
const WORDS: usize = 100;

pub(super) fn message(failure: &ProxyFailure, names: &Names) -> String {
    let Some(proxy) = names.network.as_ref().and_then(|it| it.proxy.as_ref()) else {
        return format!("the proxy failed at this step: {}", step(failure.step));
    };
    let what = what(failure, proxy, names);
    format!("the proxy {} (from {}) {what}", proxy.at(), proxy.source)
}

fn what(failure: &ProxyFailure, proxy: &Proxy, names: &Names) -> String {
    let at = step(failure.step);
    let source = &proxy.source;
    let is_socks = !matches!(
        failure.step,
        ProxyStep::SendConnect | ProxyStep::ConnectReply
    );
    match &failure.cause {
        ProxyCause::Unreachable(why) => {
            let why = names.message(why);
            let why = why.replace("the base URL", "the proxy's address");
            format!("cannot be reached: {why}")
        }
        ProxyCause::TooSlow(limit) => format!(
            "did not open the way within {} ({name}); the step that did not end: {at}. It may be \
             down or overloaded; raise {name} for a slow one",
            seconds(*limit),
            name = names.limits.connect()
        ),
        ProxyCause::Lost(why) => lost(why, at, names),
        ProxyCause::Closed(began) if !is_socks => {
            let when = match began {
                false => "before it answered CONNECT",
                true => "in the midst of its answer to CONNECT",
            };
            format!(
                "closed the connection {when}. Does it speak another protocol, such as https or \
                 socks5h?"
            )
        }
        ProxyCause::Closed(_) => format!(
            "closed the connection at this step: {at}. Does it speak another protocol, such as \
             http?"
        ),
        ProxyCause::Refused {
            status,
            reason,
            target,
        } => format!(
            "refused the way to {} with status {status}{}. {}",
            quoted(target),
            match said(reason, proxy) {
                words if words.is_empty() => words,
                words => format!(" ({words})"),
            },
            match status {
                502..=504 => "It may not reach that host, or be overloaded",
                _ => "Does it let you through to that host and port?",
            }
        ),
        ProxyCause::LoginWanted if is_socks => format!(
            "wants a user and a password. Put them into {source}: {}://user:password@host:port",
            proxy.scheme.name()
        ),
        ProxyCause::LoginWanted => format!(
            "wants a user and a password (407). Put them into {source}: \
             http://user:password@host:port"
        ),
        ProxyCause::LoginRefused => format!(
            "refused the user and password in {source}{}. Are they right?",
            if is_socks { "" } else { " (407)" }
        ),
        ProxyCause::LoginUnsupported(_) if is_socks => {
            "wants a way to log in that is not supported; user and password are: ask its operator"
                .to_owned()
        }
        ProxyCause::LoginUnsupported(schemes) => format!(
            "wants a way to log in that is not supported (407; it offers {}). Basic is: ask its \
             operator",
            said(&schemes.join(", "), proxy)
        ),
        ProxyCause::NotHttp => "answered something that is not HTTP/1.1. Is it an HTTP proxy? \
                                Others are named with https://, socks5:// or socks5h://"
            .to_owned(),
        ProxyCause::BytesBehindReply => {
            "sent more than its answer to CONNECT, before any request".to_owned()
        }
        ProxyCause::HeadTooLong(most) => format!(
            "sent a head of more than {} in answer to CONNECT",
            in_words(*most)
        ),
        ProxyCause::NotSocks => "answered something that is not SOCKS 5. Is it a SOCKS proxy? An \
                                 HTTP proxy is named with http:// or https://"
            .to_owned(),
        ProxyCause::TextTooLong => "cannot take a name of more than 255 bytes".to_owned(),
        ProxyCause::NoAddress => "was given no address to connect to".to_owned(),
        ProxyCause::SocksReply { code, target } => format!(
            "did not open the way to {}: {} (reply {code})",
            quoted(target),
            socks_reply(*code)
        ),
    }
}

fn lost(why: &Failure, at: &str, names: &Names) -> String {
    match why.cause() {
        Cause::ConnectionEnded { end, .. } => {
            let text = match end {
                ConnectionEnd::Error(error) => error.to_string(),
                _ => names.message(why),
            };
            format!("closed the connection at this step: {at} ({text})")
        }
        _ => format!("broke off at this step: {at} ({})", names.message(why)),
    }
}

fn step(step: ProxyStep) -> &'static str {
    match step {
        ProxyStep::LookUp => "looking up its name",
        ProxyStep::Connect => "connecting to it",
        ProxyStep::Handshake => "the TLS handshake with it",
        ProxyStep::SendConnect => "the request CONNECT",
        ProxyStep::ConnectReply => "the answer to CONNECT",
        ProxyStep::Greeting => "the answer to the greeting",
        ProxyStep::Login => "the answer to user and password",
        ProxyStep::Request => "the answer to the request for a connection",
    }
}

/// Source: RFC 1928, section 6.
fn socks_reply(code: u8) -> &'static str {
    match code {
        1 => "it failed for a reason that it does not tell",
        2 => "its rules do not allow that",
        3 => "it has no way to that network",
        4 => "it has no way to that host",
        5 => "nobody listens there",
        6 => "the way there is too long",
        7 => "it does not know the command CONNECT",
        8 => "it does not know this kind of address",
        _ => "the reason has a number that is not assigned",
    }
}

/// The proxy's own words, fit for a message: redacted before they are cut.
fn said(text: &str, proxy: &Proxy) -> String {
    let own = Secrets::default();
    if let Some(credentials) = &proxy.credentials {
        for secret in proxy_secrets(credentials) {
            own.add(&secret);
        }
        own.add(&credentials.user);
    }
    let text = own.clean(text.trim());
    escaped(&text).chars().take(WORDS).collect()
}
