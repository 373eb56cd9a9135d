//! Failures at a proxy.

use neura_transport::{Cause, ConnectionEnd, Failure, ProxyCause, ProxyFailure, ProxyStep};

use super::{Names, seconds};
use crate::config::{Proxy, in_words, proxy_secrets};
use crate::redact::{Secrets, escaped, quoted};

/// How many characters of a proxy's own words are shown.
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
            "did not open the tunnel within {} ({name}); it was waiting for this step: {at}. It \
             may be down or overloaded; raise {name} for a slow one",
            seconds(*limit),
            name = names.limits.connect()
        ),
        ProxyCause::Lost(why) => lost(why, at, names),
        ProxyCause::Closed(began) if !is_socks => {
            let when = match began {
                false => "before it replied to CONNECT",
                true => "in the middle of its reply to CONNECT",
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
            "refused the tunnel to {} with status {status}{}. {}",
            quoted(target),
            match said(reason, proxy) {
                words if words.is_empty() => words,
                words => format!(" ({words})"),
            },
            match status {
                502..=504 => "It may be unable to reach that host, or be overloaded",
                _ => "Does it allow that host and port?",
            }
        ),
        ProxyCause::LoginWanted if is_socks => format!(
            "requires a user and a password. Put them into {source}: {}://user:password@host:port",
            proxy.scheme.name()
        ),
        ProxyCause::LoginWanted => format!(
            "requires a user and a password (407). Put them into {source}: \
             http://user:password@host:port"
        ),
        ProxyCause::LoginRefused => format!(
            "refused the user and password in {source}{}. Are they right?",
            if is_socks { "" } else { " (407)" }
        ),
        ProxyCause::LoginUnsupported(_) if is_socks => {
            "requires an unsupported way to log in; only user and password are supported: ask its \
             operator"
                .to_owned()
        }
        ProxyCause::LoginUnsupported(schemes) => format!(
            "requires an unsupported way to log in (407; it offers {}). Only Basic is supported: \
             ask its operator",
            said(&schemes.join(", "), proxy)
        ),
        ProxyCause::NotHttp => "sent a reply that is not HTTP/1.1. Is it an HTTP proxy? Other \
                                kinds have URLs with https://, socks5:// or socks5h://"
            .to_owned(),
        ProxyCause::BytesBehindReply => {
            "sent more data after its reply to CONNECT, before any request. Is it an HTTP proxy?"
                .to_owned()
        }
        ProxyCause::HeadTooLong(most) => format!(
            "replied to CONNECT with headers larger than {}. Is it an HTTP proxy?",
            in_words(*most)
        ),
        ProxyCause::NotSocks => "sent a reply that is not SOCKS 5. Is it a SOCKS proxy? An HTTP \
                                 proxy has a URL with http:// or https://"
            .to_owned(),
        ProxyCause::TextTooLong => {
            "cannot accept a host name longer than 255 bytes. Is the base URL right?".to_owned()
        }
        ProxyCause::NoAddress => {
            "was given no address, because the host's name has none. Is the base URL right?"
                .to_owned()
        }
        ProxyCause::SocksReply { code, target } => format!(
            "did not open the tunnel to {}: {} (reply {code}). {}",
            quoted(target),
            socks_reply(*code),
            match code {
                3..=6 => "Is the base URL right, and can the proxy reach that host?",
                _ => "Ask its operator whether it allows that host and port",
            }
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
            format!(
                "closed the connection at this step: {at} ({text}). Is its URL right, and is it up?"
            )
        }
        _ => format!("failed at this step: {at} ({})", names.message(why)),
    }
}

fn step(step: ProxyStep) -> &'static str {
    match step {
        ProxyStep::LookUp => "looking up its name",
        ProxyStep::Connect => "connecting to it",
        ProxyStep::Handshake => "the TLS handshake with it",
        ProxyStep::SendConnect => "sending CONNECT",
        ProxyStep::ConnectReply => "the reply to CONNECT",
        ProxyStep::Greeting => "the reply to the greeting",
        ProxyStep::Login => "the reply to user and password",
        ProxyStep::Request => "the reply to the request for a connection",
    }
}

/// Source: RFC 1928, section 6.
fn socks_reply(code: u8) -> &'static str {
    match code {
        1 => "general failure, without a reason",
        2 => "its rules do not allow it",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "the route is too long (TTL expired)",
        7 => "it does not support the CONNECT command",
        8 => "it does not support this type of address",
        _ => "unknown reason",
    }
}

/// The proxy's own words, for a message: redacted first, then shortened.
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
