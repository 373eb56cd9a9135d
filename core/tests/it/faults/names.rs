//! 25 and 26, and a resolver that never answers: with the tests' own resolver.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use neura::{ClientBuilder, ErrorKind};

use super::{LONG, assert_kind, assert_shows_no_key};
use crate::resolver::under_our_resolver;
use crate::wire::{self, BlackHole, Wire};

const CONNECT: Duration = Duration::from_millis(1_500);

fn client(name: &str, port: u16) -> ClientBuilder {
    let client = wire::client(format!("http://{name}:{port}/v1"));
    client.allow_http(true).connect_timeout(CONNECT)
}

#[test]
fn fault_25_an_unknown_host_is_a_connection_error() {
    let name = "faults::names::fault_25_an_unknown_host_is_a_connection_error";
    under_our_resolver(name, || {
        let client = client("unknown.test", 80).max_retries(1).build().unwrap();
        let started = Instant::now();
        let error = client.models().send().unwrap_err();
        assert_kind(&error, ErrorKind::Connection, "unknown.test:80");
        assert_kind(&error, ErrorKind::Connection, "could not be looked up");
        assert!(error.retryable() && error.attempts() == 2, "{error:?}");
        assert!(started.elapsed() < CONNECT + LONG / 4, "{error}");
        assert_shows_no_key(&error);
    });
}

#[test]
fn fault_25_a_name_of_the_real_resolver_that_does_not_exist_is_a_connection_error() {
    let client = wire::client("https://no-such-host.invalid/v1".to_owned());
    let client = client.build().unwrap();
    let started = Instant::now();
    let error = client.get("/models").send().unwrap_err();
    // A machine without a network may need the whole limit for the look-up.
    assert!(
        matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout),
        "{error:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(7));
    assert!(error.message().contains("no-such-host.invalid") || error.kind() == ErrorKind::Timeout);
}

#[test]
fn fault_25_a_resolver_that_never_answers_ends_in_a_timeout_within_the_connect_limit() {
    let name = "faults::names::fault_25_a_resolver_that_never_answers_ends_in_a_timeout_within_the_connect_limit";
    under_our_resolver(name, || {
        let client = client("black-hole.test", 80)
            .max_retries(1)
            .build()
            .unwrap();
        let started = Instant::now();
        let error = client.models().send().unwrap_err();
        // Nothing was sent, so it was tried again.
        assert_kind(&error, ErrorKind::Timeout, "(connect_timeout)");
        assert_kind(&error, ErrorKind::Timeout, "looking up");
        assert_eq!(error.attempts(), 2);
        assert!((CONNECT * 2..CONNECT * 2 + LONG / 4).contains(&started.elapsed()));
        assert_shows_no_key(&error);
        let started = Instant::now();
        let limit = Duration::from_millis(300);
        let error = client.get("/models").timeout(limit).send().unwrap_err();
        assert_kind(&error, ErrorKind::Timeout, "(timeout)");
        assert!((limit..CONNECT).contains(&started.elapsed()));
    });
}

#[test]
fn fault_26_a_living_address_is_found_behind_a_black_holed_one() {
    let name = "faults::names::fault_26_a_living_address_is_found_behind_a_black_holed_one";
    under_our_resolver(name, || {
        let server = Wire::start(|peer, _| peer.answer_all());
        let port = server.address.port();
        let _hole = BlackHole::at(Ipv4Addr::new(127, 0, 0, 2), port);
        let client = client("first-dead.test", port).build().unwrap();
        let started = Instant::now();
        assert_eq!(client.get("/models").send().unwrap().attempts(), 1);
        assert!(started.elapsed() < CONNECT);
        // The name is not looked up again, and the dead address is not tried.
        assert!(client.get("/models").send().is_ok());
        assert_eq!(server.opened(), 1);
    });
}

#[test]
fn fault_26_addresses_that_are_all_black_holed_end_in_a_timeout_within_the_connect_limit() {
    let name = "faults::names::fault_26_addresses_that_are_all_black_holed_end_in_a_timeout_within_the_connect_limit";
    under_our_resolver(name, || {
        let hole = BlackHole::at(Ipv4Addr::new(127, 0, 0, 2), 0);
        let port = hole.address.port();
        let _more = [3, 4].map(|last| BlackHole::at(Ipv4Addr::new(127, 0, 0, last), port));
        let client = client("dead.test", port).build().unwrap();
        let started = Instant::now();
        let error = client.models().send().unwrap_err();
        assert_kind(&error, ErrorKind::Timeout, "(connect_timeout)");
        assert!((CONNECT..CONNECT + LONG / 4).contains(&started.elapsed()));
        assert_shows_no_key(&error);
    });
}
