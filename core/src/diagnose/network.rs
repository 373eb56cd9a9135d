//! The way to the base URL: proxy, name, connection, TLS.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::{Check, Way};
use crate::cancel::CancelToken;
use crate::config::{Limits, Options};
use crate::error::Error;
use crate::transport::{Call, Certificate, probe};
use crate::url::BaseUrl;

/// A certificate that ends sooner is worth a word.
const SOON: Duration = Duration::from_secs(14 * 24 * 3_600);
/// The variables that other clients take a proxy from.
const PROXY_VARIABLES: [&str; 5] = [
    "https_proxy",
    "HTTPS_PROXY",
    "http_proxy",
    "all_proxy",
    "ALL_PROXY",
];

pub(super) fn checks(
    options: &Options,
    url: Option<&BaseUrl>,
    cancel: &CancelToken,
    checks: &mut Vec<Check>,
) -> Way {
    let Some(url) = url else {
        for code in ["proxy", "name_resolution", "tcp", "tls"] {
            checks.push(Check::skipped(code, "there is no base URL to connect to"));
        }
        return Ok(());
    };
    checks.push(proxy_check());
    let way = connect(options, url, cancel, checks);
    for code in ["name_resolution", "tcp", "tls"] {
        if !checks.iter().any(|check| check.code == code) {
            checks.push(Check::skipped(code, "the step before it failed"));
        }
    }
    way
}

fn connect(options: &Options, url: &BaseUrl, cancel: &CancelToken, checks: &mut Vec<Check>) -> Way {
    let limits = options.limits().unwrap_or(Limits::DEFAULT);
    let setup = options.setup(url)?;
    let (secure, host, port) = url.endpoint();
    let call = || Arc::new(Call::new(cancel.child(), limits, false));

    let started = Instant::now();
    let addresses = probe::look_up(host, port, &call())
        .map_err(|error| failed("name_resolution", error, checks))?;
    let shown: Vec<String> = addresses.iter().map(|at| at.ip().to_string()).collect();
    checks.push(Check::ok(
        "name_resolution",
        format!("{host} is {} ({})", shown.join(", "), since(started)),
    ));

    let started = Instant::now();
    let opened = probe::connect(&setup, host, port, &call())
        .map_err(|error| failed("tcp", error, checks))?;
    checks.push(Check::ok(
        "tcp",
        format!("connected to {host}:{port} ({})", since(started)),
    ));

    if !secure {
        checks.push(Check::skipped("tls", "the base URL is plain http"));
        return Ok(());
    }
    let started = Instant::now();
    let certificate = opened
        .handshake(host)
        .map_err(|error| failed("tls", error, checks))?;
    checks.push(tls_check(&certificate, since(started)));
    Ok(())
}

fn tls_check(certificate: &Certificate, took: String) -> Check {
    let Certificate {
        version,
        issuer,
        until,
        until_text,
    } = certificate;
    let found = format!("{version}, issued by {issuer}, good until {until_text} ({took})");
    let left = until.duration_since(SystemTime::now()).unwrap_or_default();
    match left < SOON {
        true => Check::warning("tls", found)
            .advise("The certificate ends soon: whoever runs the server should renew it"),
        false => Check::ok("tls", found),
    }
}

/// This version connects directly; who sits behind a proxy should know.
fn proxy_check() -> Check {
    let set = PROXY_VARIABLES
        .into_iter()
        .find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    match set {
        None => Check::ok("proxy", "none is in use"),
        Some(name) => Check::warning(
            "proxy",
            format!("{name} is set, but this version connects directly"),
        )
        .advise("If there is no direct way to the base URL, calls fail with `connection`"),
    }
}

fn failed(code: &'static str, error: Error, checks: &mut Vec<Check>) -> Error {
    checks.push(Check::failed(code, error.message()));
    error
}

fn since(started: Instant) -> String {
    format!("{} ms", started.elapsed().as_millis())
}
