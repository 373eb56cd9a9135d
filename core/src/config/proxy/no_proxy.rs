//! The hosts that `no_proxy` exempts. Pure.

use std::net::IpAddr;

use super::Target;
use super::url::port_of;

/// Whether the list exempts the target. Entries are separated by commas or white space:
///
/// - `*` as the only entry: every host;
/// - a name: itself and its subdomains, with or without a leading dot. Upper and lower case are the
///   same, and a dot at the end is ignored;
/// - an address: itself, also in brackets;
/// - an address and a prefix length, `10.0.0.0/8`: every address of that network;
/// - a name or an address with a port: only that port.
///
/// Names are not looked up to compare their addresses. An entry that cannot be read exempts
/// nothing. Source: curl; the ports, which curl does not have, are as in Go and Python's urllib.
pub(super) fn exempts(list: &str, target: &Target<'_>) -> bool {
    if list.trim() == "*" {
        return true;
    }
    list.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .any(|entry| exempts_one(entry, target))
}

fn exempts_one(entry: &str, target: &Target<'_>) -> bool {
    let host: Option<IpAddr> = target.host.parse().ok();
    if let Some((network, prefix)) = entry.split_once('/') {
        return match (host, address(network), prefix_of(prefix)) {
            (Some(host), Some(network), Some(prefix)) => begins_alike(host, network, prefix),
            _ => false,
        };
    }
    if let Some(address) = address(entry) {
        return host == Some(address);
    }
    let (name, port) = match entry.rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (entry, None),
    };
    if port.is_some_and(|port| port_of(port) != Some(target.port)) {
        return false;
    }
    match (host, address(name)) {
        (Some(host), address) => address == Some(host),
        (None, _) => is_under(target.host, name),
    }
}

fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match bare {
        Some(bare) => bare.parse().ok().filter(IpAddr::is_ipv6),
        None => text.parse().ok(),
    }
}

fn prefix_of(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

fn begins_alike(host: IpAddr, network: IpAddr, prefix: u32) -> bool {
    // A shift by the whole width leaves no bits to compare.
    match (host, network) {
        (IpAddr::V4(host), IpAddr::V4(network)) if prefix <= 32 => {
            let differ = host.to_bits() ^ network.to_bits();
            differ.checked_shr(32 - prefix).unwrap_or(0) == 0
        }
        (IpAddr::V6(host), IpAddr::V6(network)) if prefix <= 128 => {
            let differ = host.to_bits() ^ network.to_bits();
            differ.checked_shr(128 - prefix).unwrap_or(0) == 0
        }
        _ => false,
    }
}

fn is_under(host: &str, name: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = name.strip_prefix('.').unwrap_or(name);
    if name.is_empty() {
        return false;
    }
    let Some(at) = host.len().checked_sub(name.len()) else {
        return false;
    };
    // As bytes: an entry may hold any character, and the host is ASCII.
    let (front, back) = host.as_bytes().split_at(at);
    back.eq_ignore_ascii_case(name.as_bytes()) && (front.is_empty() || front.ends_with(b"."))
}
