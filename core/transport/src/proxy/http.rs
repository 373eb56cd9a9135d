//! A tunnel through an HTTP proxy: `CONNECT`. Source: RFC 9110, section 9.3.6.

use std::io::{Read, Write};

use zeroize::Zeroizing;

use super::{ProxyConnector, failed};
use crate::failure::{Failure, ProxyCause, ProxyStep};
use crate::http1::{self, ReplyHead, is_success};
use crate::tls::Channel;

/// The most bytes of all heads of the proxy's reply.
const LONGEST_HEAD: usize = 64 * 1024;

/// Asks the proxy for a tunnel to `target`, which is `host:port`. Afterwards the channel leads there.
pub(super) fn open_tunnel(
    connector: &ProxyConnector<'_>,
    channel: &mut Channel,
    target: &str,
    user_agent: &str,
) -> Result<(), Failure> {
    let request = request(connector, target, user_agent);
    channel
        .write_all(request.as_bytes())
        .and_then(|()| channel.flush())
        .map_err(|error| connector.lost(error, ProxyStep::SendConnect))?;
    let head = read_reply(connector, channel)?;
    match head.status {
        status if is_success(status) => Ok(()),
        407 => Err(refused(login_problem(connector, head.schemes))),
        status => Err(refused(ProxyCause::Refused {
            status,
            reason: head.reason,
            target: target.to_owned(),
        })),
    }
}

fn refused(cause: ProxyCause) -> Failure {
    failed(ProxyStep::ConnectReply, cause)
}

fn request(connector: &ProxyConnector<'_>, target: &str, user_agent: &str) -> Zeroizing<String> {
    let mut request = Zeroizing::new(format!(
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {user_agent}\r\n"
    ));
    if let Some(credentials) = &connector.proxy.credentials {
        let basic = credentials.basic();
        // At once: a growing text would leave a copy of the credentials behind.
        request.reserve(basic.len() + 64);
        request.push_str("Proxy-Authorization: Basic ");
        request.push_str(&basic);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    request
}

struct Head {
    status: u16,
    reason: String,
    /// The schemes of `Proxy-Authenticate`.
    schemes: Vec<String>,
}

/// Reads the head of the final reply, and nothing after it.
fn read_reply(connector: &ProxyConnector<'_>, channel: &mut Channel) -> Result<Head, Failure> {
    let mut unread: Vec<u8> = Vec::new();
    let (mut read_before, mut searched) = (0, 0);
    loop {
        let found =
            http1::read_head(&unread, searched).map_err(|_| refused(ProxyCause::NotHttp))?;
        searched = unread.len();
        if let Some(head) = found {
            let rest = unread.split_off(head.length);
            read_before += head.length;
            searched = 0;
            // 101 is final: no other protocol was asked for.
            if (100..200).contains(&head.status) && head.status != 101 {
                unread = rest;
                continue;
            }
            // In HTTP and TLS the client speaks first, so these bytes are not the target's. They
            // would be read as the reply to the next request.
            if !rest.is_empty() && is_success(head.status) {
                return Err(refused(ProxyCause::BytesBehindReply));
            }
            return Ok(Head {
                status: head.status,
                reason: http1::reason(&unread),
                schemes: schemes(&head),
            });
        }
        if read_before + unread.len() > LONGEST_HEAD {
            return Err(refused(ProxyCause::HeadTooLong(LONGEST_HEAD)));
        }
        let mut piece = [0; 2048];
        let read = channel
            .read(&mut piece)
            .map_err(|error| connector.lost(error, ProxyStep::ConnectReply))?;
        match piece.get(..read) {
            Some(bytes) if read > 0 => unread.extend_from_slice(bytes),
            _ => {
                let began = read_before + unread.len() > 0;
                return Err(refused(ProxyCause::Closed(began)));
            }
        }
    }
}

fn schemes(head: &ReplyHead) -> Vec<String> {
    head.headers
        .iter()
        .filter(|(name, _)| *name == "proxy-authenticate")
        .filter_map(|(_, value)| value.split_whitespace().next().map(str::to_owned))
        .collect()
}

fn login_problem(connector: &ProxyConnector<'_>, schemes: Vec<String>) -> ProxyCause {
    let mut offered = schemes.iter();
    let basic = offered.any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    match &connector.proxy.credentials {
        _ if !basic && !schemes.is_empty() => ProxyCause::LoginUnsupported(schemes),
        Some(_) => ProxyCause::LoginRefused,
        None => ProxyCause::LoginWanted,
    }
}
