//! The connection to the base URL: proxy, name, TCP, TLS.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use neura_transport::host::authority;
use neura_transport::{CancelToken, PeerCertificate, ProxyScheme, probe};

use super::{Check, Reachability};
use crate::call::Call;
use crate::config::{Direct, Limits, NetworkNames, Options, Proxy, ProxyChoice, Roots};
use crate::error::Error;
use crate::option_table;
use crate::redact::quoted;
use crate::transport_error::shown_name;
use crate::url::BaseUrl;

/// A certificate that expires sooner gives a warning.
const SOON: Duration = Duration::from_secs(14 * 24 * 3_600);

pub(super) fn checks(
    options: &Options,
    url: Option<&BaseUrl>,
    cancel: &CancelToken,
    checks: &mut Vec<Check>,
) -> Reachability {
    let Some(url) = url else {
        for code in ["proxy", "name_resolution", "tcp", "tls"] {
            checks.push(Check::skipped(code, "there is no base URL to connect to"));
        }
        return Ok(());
    };
    let way = match options.proxy_choice(url) {
        Ok(choice) => {
            checks.push(proxy_check(&choice));
            connect(options, url, cancel, checks)
        }
        Err(error) => Err(failed("proxy", error, checks)),
    };
    for code in ["name_resolution", "tcp", "tls"] {
        if !checks.iter().any(|check| check.code == code) {
            checks.push(Check::skipped(code, "the step before it failed"));
        }
    }
    let (secure, ..) = url.endpoint();
    if let Some(check) = checks.iter_mut().rfind(|check| check.code == "tls")
        && secure
        && let Ok(setup) = options.setup(url)
    {
        check.found = format!("{}; {}", check.found, trusted(&setup.roots));
    }
    way
}

/// Which authorities are trusted, and which variables are not used.
fn trusted(roots: &Roots) -> String {
    let mut words = format!("trusted: {roots}");
    for variable in &roots.not_used {
        words.push_str("; ");
        words.push_str(variable);
    }
    words
}

fn connect(
    options: &Options,
    url: &BaseUrl,
    cancel: &CancelToken,
    checks: &mut Vec<Check>,
) -> Reachability {
    let limits = options.limits().unwrap_or(Limits::DEFAULT);
    let setup = options.setup(url)?;
    let (secure, host, port) = url.endpoint();
    let network = Arc::new(NetworkNames::of_proxy(setup.proxy.as_ref()));
    let call = || Call::since(None, cancel.child(), limits, false, Some(&network));

    let started = Instant::now();
    if cancel.is_cancelled() {
        return Err(failed("name_resolution", call().cancelled(), checks));
    }
    let found = look_up(&network, host, port, &call)
        .map_err(|error| failed("name_resolution", error, checks))?;
    checks.push(Check::ok(
        "name_resolution",
        format!("{found} ({})", since(started)),
    ));

    let started = Instant::now();
    let (settings, network) = setup
        .prepare(url)
        .map_err(|error| failed("tcp", error, checks))?;
    let network = Arc::new(network);
    let connecting = Call::since(None, cancel.child(), limits, false, Some(&network));
    let error = |failure| connecting.error(&failure);
    let connected = probe::connect(settings, connecting.control())
        .map_err(|failure| failed("tcp", error(failure), checks))?;
    let through = match &network.proxy {
        Some(proxy) => format!(" through the proxy {proxy}"),
        None => String::new(),
    };
    checks.push(Check::ok(
        "tcp",
        format!(
            "connected to {}{through} ({})",
            authority(&quoted(host), port),
            since(started)
        ),
    ));

    if !secure {
        checks.push(Check::skipped("tls", "the base URL is plain http"));
        return Ok(());
    }
    let started = Instant::now();
    let certificate = connected
        .handshake()
        .map_err(|failure| failed("tls", error(failure), checks))?;
    checks.push(tls_check(&certificate, since(started)));
    Ok(())
}

/// Looks up the names that this machine looks up, and returns the results as text.
fn look_up(
    network: &NetworkNames,
    host: &str,
    port: u16,
    call: &impl Fn() -> Call,
) -> Result<String, Error> {
    let look_up = || {
        let call = call();
        let found = probe::look_up(host, port, call.control());
        found.map_err(|failure| call.error(&failure))
    };
    let Some(proxy) = &network.proxy else {
        return Ok(is_at(host, &look_up()?));
    };
    let of_proxy = is_at(&proxy.host, &look_up_proxy(proxy, &call())?);
    let of_host = match proxy.scheme {
        _ if host.parse::<IpAddr>().is_ok() => format!("{host} needs no lookup"),
        ProxyScheme::Socks5 => is_at(host, &look_up()?),
        _ => format!("{} is looked up by the proxy", quoted(host)),
    };
    Ok(format!("the proxy {of_proxy}; {of_host}"))
}

fn look_up_proxy(proxy: &Proxy, call: &Call) -> Result<Vec<SocketAddr>, Error> {
    let found = probe::look_up_proxy(&proxy.plain(), call.control());
    found.map_err(|failure| call.error(&failure))
}

fn is_at(host: &str, addresses: &[SocketAddr]) -> String {
    let shown: Vec<String> = addresses.iter().map(|at| at.ip().to_string()).collect();
    format!("{} is {}", quoted(host), shown.join(", "))
}

fn tls_check(certificate: &PeerCertificate, took: String) -> Check {
    let PeerCertificate {
        version,
        issuer,
        not_after,
    } = certificate;
    let found = format!(
        "{version}, issued by {}, valid until {} ({took})",
        shown_name(issuer),
        httpdate::fmt_http_date(*not_after)
    );
    let left = not_after
        .duration_since(SystemTime::now())
        .unwrap_or_default();
    match left < SOON {
        true => Check::warning("tls", found)
            .advise("The certificate expires soon: the server's operator should renew it"),
        false => Check::ok("tls", found),
    }
}

/// The proxy without its credentials, or why no proxy is used.
fn proxy_check(choice: &ProxyChoice) -> Check {
    let code = "proxy";
    match choice {
        ProxyChoice::Through(proxy) => Check::ok(code, format!("{proxy}, from {}", proxy.source)),
        ProxyChoice::Direct(Direct::Unset) => Check::ok(code, "no proxy is used"),
        ProxyChoice::Direct(Direct::Off) => {
            let why = option_table::PROXY.place();
            Check::ok(code, format!("no proxy is used: {why} is empty"))
        }
        ProxyChoice::Direct(Direct::Exempt(why)) => {
            Check::ok(code, format!("no proxy is used: {why}"))
        }
        ProxyChoice::Direct(Direct::NotRead(why)) => {
            Check::warning(code, format!("no proxy is used: {why}"))
        }
    }
}

fn failed(code: &'static str, error: Error, checks: &mut Vec<Check>) -> Error {
    checks.push(Check::failed(code, error.message()));
    error
}

fn since(started: Instant) -> String {
    format!("{} ms", started.elapsed().as_millis())
}
