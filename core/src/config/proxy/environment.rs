//! The proxy of the environment, by curl's rules. Pure: a function gives the variables.

use std::ffi::OsString;

use super::{Direct, ProxyChoice, Target, no_proxy, url};
use crate::config::variables;
use crate::error::Error;
use crate::url::is_loopback;

/// The variables that may name a proxy, for any target.
const ALL: [&str; 6] = [
    "https_proxy",
    "HTTPS_PROXY",
    "http_proxy",
    "HTTP_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// The first of these that is set names the proxy of an https target.
const FOR_HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The same for http, without `HTTP_PROXY`: in a CGI program this variable holds the `Proxy` header
/// of a request, so a client could choose the proxy.
const FOR_HTTP: [&str; 3] = ["http_proxy", "all_proxy", "ALL_PROXY"];

/// The first of these that is set lists the hosts that are reached directly.
const EXEMPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// Chooses as curl does, except that a loopback target is always reached directly. An empty
/// variable counts as unset, as in curl, and so does a blank one.
///
/// # Errors
/// `config` if a variable that is read is not UTF-8, has quotation marks around it, or names no
/// usable proxy.
pub(super) fn choose(
    target: &Target<'_>,
    look_up: impl Fn(&str) -> Option<OsString>,
) -> Result<ProxyChoice, Error> {
    let names: &[&'static str] = match target.secure {
        true => &FOR_HTTPS,
        false => &FOR_HTTP,
    };
    let is_set = |name: &str| look_up(name).is_some_and(|value| !variables::is_blank_value(&value));
    if is_local(target.host) {
        return Ok(ProxyChoice::Direct(
            match names.iter().find(|name| is_set(name)) {
                Some(name) => Direct::Exempt(format!(
                    "{name} is set, but {} is this machine, which is never reached through a \
                     proxy of the environment",
                    target.host
                )),
                None => Direct::Unset,
            },
        ));
    }
    let Some((name, text)) = first(names, &look_up)? else {
        let other = ALL.into_iter().find(|name| is_set(name));
        return Ok(ProxyChoice::Direct(other.map_or(Direct::Unset, |name| {
            Direct::NotRead(not_read(name, target))
        })));
    };
    // The list comes first: the URL of a proxy that is not used need not be valid.
    if let Some((list, hosts)) = first(&EXEMPTIONS, &look_up)?
        && no_proxy::exempts(&hosts, target)
    {
        return Ok(ProxyChoice::Direct(Direct::Exempt(format!(
            "{name} is set, but {list} exempts {}",
            target.host
        ))));
    }
    let source = format!("the environment variable {name}");
    url::parse(&text, &source).map(ProxyChoice::Through)
}

/// The first variable that is not empty.
fn first<'n>(
    names: &[&'n str],
    look_up: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<(&'n str, zeroize::Zeroizing<String>)>, Error> {
    for name in names {
        if let Some(text) = variables::text_of(name, look_up(name))? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

fn not_read(name: &str, target: &Target<'_>) -> String {
    match (target.secure, name) {
        (true, _) => format!("{name} is set, but the base URL is https; set https_proxy for it"),
        (false, "HTTP_PROXY") => {
            format!("{name} is set, but for an http base URL only http_proxy in lower case is read")
        }
        (false, _) => format!("{name} is set, but the base URL is http; set http_proxy for it"),
    }
}

/// Whether requests to a host never leave this machine, so that no proxy is asked: names under
/// `localhost` are loopback too. Source: RFC 6761, section 6.3.
fn is_local(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    is_loopback(host) || name.ends_with(".localhost")
}
