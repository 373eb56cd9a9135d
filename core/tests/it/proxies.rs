//! Through a proxy to the service: every scheme, http and https, and what each side sees.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use neura::{Client, ClientBuilder, ErrorKind};
use serde_json::json;

use crate::child::Place;
use crate::common::self_signed::{self_signed, self_signed_pem};
use crate::common::{self, FAKE_KEY, Server};
use crate::proxy::{
    ALICE, ALICES, Act, Proxy, Rules, assert_shows_no_login, scripted, secure_service,
};
use crate::report::{Report, assert_complete};

const SERVICE: &str = "api.service.test";

/// A proxy that requires a login, with TLS if the scheme says so, and the PEM text of the
/// authorities for it and the service.
fn proxy_for(scheme: &str, names: BTreeMap<String, SocketAddr>, trusted: &str) -> (Proxy, String) {
    let mut rules = Rules {
        login: Some(ALICE),
        names,
        ..Rules::default()
    };
    let mut pem = trusted.to_owned();
    if scheme == "https" {
        let own = self_signed_pem(&["localhost"]);
        pem.push_str(&own.certificate);
        rules.tls = Some(own);
    }
    (Proxy::start(rules), pem)
}

fn ca_file(place: &Place, pem: &str) -> PathBuf {
    place.write("ca.pem", pem.as_bytes());
    place.path("ca.pem")
}

fn names(address: SocketAddr) -> BTreeMap<String, SocketAddr> {
    BTreeMap::from([(SERVICE.to_owned(), address)])
}

fn secure_client(ca_file: PathBuf, base_url: &str) -> ClientBuilder {
    Client::builder()
        .api_key(FAKE_KEY)
        .base_url(base_url)
        .ca_file(ca_file)
        .max_retries(0)
}

fn holds(bytes: &[u8], part: &str) -> bool {
    memchr::memmem::find(bytes, part.as_bytes()).is_some()
}

#[test]
fn every_scheme_leads_to_an_http_host_through_a_tunnel() {
    let sandbox = Server::sandbox();
    let key = sandbox.key("api_key");
    for scheme in ["http", "https", "socks5", "socks5h"] {
        let (place, (proxy, pem)) = (Place::new(), proxy_for(scheme, BTreeMap::new(), ""));
        let client = sandbox.client().proxy(proxy.url(scheme, ALICES));
        let client = match pem.is_empty() {
            true => client,
            false => client.ca_file(ca_file(&place, &pem)),
        };
        let client = client.max_retries(0).build().unwrap();
        assert_shows_no_login(&format!("{client:?}"));
        for _ in 0..3 {
            assert!(
                client.models().send().unwrap().text().contains("gpt-5"),
                "{scheme}"
            );
        }
        let passages = proxy.passages();
        assert_eq!(passages.len(), 1, "{scheme}: the tunnel serves again");
        let passage = &passages[0];
        assert!(
            sandbox.base_url().contains(&passage.end),
            "{scheme}: {}",
            passage.end
        );
        // The request is only in the tunnel, and the login only before it.
        assert!(!holds(&passage.asked, key) && !holds(&passage.asked, "models"));
        assert!(holds(&passage.up, key) && holds(&passage.up, "GET /v1/models HTTP/1.1"));
        assert!(holds(&passage.down, "gpt-5"));
        for secret in [ALICE.basic, ALICE.password, ALICE.user, "roxy-"] {
            assert!(!holds(&passage.up, secret), "{scheme}: {secret}");
        }
    }
}

#[test]
fn every_scheme_leads_to_an_https_host_and_the_proxy_sees_nothing_of_the_request() {
    for scheme in ["http", "https", "socks5h"] {
        let (config, trusted) = self_signed(&[SERVICE]);
        let (service, got) = secure_service(config);
        let (proxy, pem) = proxy_for(scheme, names(service), &trusted);
        let place = Place::new();
        let client = secure_client(ca_file(&place, &pem), &format!("https://{SERVICE}/v1"))
            .proxy(proxy.url(scheme, ALICES))
            .build()
            .unwrap();
        for _ in 0..3 {
            assert_eq!(
                client.models().send().unwrap().text(),
                "{\"data\": []}",
                "{scheme}"
            );
        }
        let passages = proxy.passages();
        assert_eq!(passages.len(), 1, "{scheme}");
        assert_eq!(passages[0].end, format!("{SERVICE}:443"), "{scheme}");
        for part in [FAKE_KEY, "models", "Bearer"] {
            assert!(!holds(&passages[0].asked, part), "{scheme}: {part}");
            assert!(!holds(&passages[0].up, part), "{scheme}: {part}");
        }
        let got = got.lock().unwrap().clone();
        assert!(holds(&got, FAKE_KEY) && holds(&got, "GET /v1/models"));
        for secret in [ALICE.basic, ALICE.password, ALICE.user, "roxy-"] {
            assert!(!holds(&got, secret), "{scheme}: {secret}");
        }
    }
}

#[test]
fn fault_89_a_body_from_a_source_goes_through_every_proxy() {
    for scheme in ["http", "https", "socks5h"] {
        let (config, trusted) = self_signed(&[SERVICE]);
        let (service, got) = secure_service(config);
        let (proxy, pem) = proxy_for(scheme, names(service), &trusted);
        let place = Place::new();
        let client = secure_client(ca_file(&place, &pem), &format!("https://{SERVICE}/v1"))
            .proxy(proxy.url(scheme, ALICES))
            .build()
            .unwrap();
        let body = neura::RequestBody::sized_reader(&b"from a source"[..], 13);
        assert!(client.post("/files").body(body).send().unwrap().ok());
        assert!(
            holds(&got.lock().unwrap(), "\r\n\r\nfrom a source"),
            "{scheme}"
        );
    }
}

#[test]
fn a_socks5_proxy_gets_an_address_and_a_socks5h_proxy_the_name() {
    let sandbox = Server::sandbox();
    let port = sandbox.base_url().split([':', '/']).nth(4).unwrap();
    let url = format!("http://localhost:{port}/v1");
    for (scheme, end) in [
        ("socks5", format!("127.0.0.1:{port}")),
        ("socks5h", format!("localhost:{port}")),
    ] {
        let proxy = Proxy::start(Rules::default());
        let client = sandbox.client().base_url(&url).proxy(proxy.url(scheme, ""));
        let client = client.max_retries(0).build().unwrap();
        assert!(client.models().send().unwrap().ok());
        // If this machine has more addresses for that name, they may be tried first.
        assert_eq!(proxy.passages().last().unwrap().end, end);
    }
}

#[test]
fn a_login_is_left_out_where_none_is_given_and_where_the_proxy_wants_none() {
    let sandbox = Server::sandbox();
    for scheme in ["http", "socks5"] {
        for credentials in ["", ALICES] {
            let proxy = Proxy::start(Rules::default());
            let client = sandbox.client().proxy(proxy.url(scheme, credentials));
            assert!(client.build().unwrap().models().send().unwrap().ok());
            let asked = &proxy.passages()[0].asked;
            let sent = holds(asked, ALICE.basic) || holds(asked, ALICE.password);
            // Basic credentials are sent at once, as usual; a SOCKS proxy asks for them.
            assert_eq!(sent, scheme == "http" && !credentials.is_empty());
        }
    }
}

#[test]
fn the_environments_proxy_is_used_but_for_hosts_that_are_exempt() {
    let (config, trusted) = self_signed(&[SERVICE]);
    let (service, _) = secure_service(config);
    let (proxy, _) = proxy_for("http", names(service), "");
    let place = Place::new();
    place.write("ca.pem", trusted.as_bytes());
    let options = json!({
        "api_key": FAKE_KEY,
        "base_url": format!("https://{SERVICE}/v1"),
        "ca_file": place.path("ca.pem"),
        "max_retries": 0,
    });
    let ask = |options: &serde_json::Value, env: &[(&str, &str)]| {
        let env = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.into()));
        place.ask("work", env.collect(), options, "models")
    };
    let url = proxy.url("http", ALICES);
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        let before = proxy.passages().len();
        assert_eq!(
            ask(&options, &[(name, &url)]),
            json!({"data": []}),
            "{name}"
        );
        assert_eq!(proxy.passages().len(), before + 1, "{name}");
    }
    let before = proxy.passages().len();
    let direct = ask(&options, &[("https_proxy", &url), ("no_proxy", ".test")]);
    assert_eq!(direct["error"], "connection", "{direct}");
    let mut off = options.clone();
    off["proxy"] = "".into();
    let direct = ask(&off, &[("https_proxy", &url)]);
    assert_eq!(direct["error"], "connection", "{direct}");

    // A loopback host is reached directly, under any name.
    let sandbox = Server::sandbox();
    let local = json!({"api_key": sandbox.key("api_key"), "base_url": sandbox.base_url()});
    let found = ask(&local, &[("http_proxy", &url), ("ALL_PROXY", &url)]);
    assert!(found["data"].is_array(), "{found}");
    assert_eq!(proxy.passages().len(), before);
}

#[test]
fn a_wrong_certificate_behind_the_proxy_is_the_hosts_own_fault() {
    let (config, _) = self_signed(&[SERVICE]);
    let (service, got) = secure_service(config);
    let (proxy, _) = proxy_for("http", names(service), "");
    let (_, other) = self_signed(&[SERVICE]);
    let place = Place::new();
    let error = secure_client(ca_file(&place, &other), &format!("https://{SERVICE}/v1"))
        .proxy(proxy.url("http", ALICES))
        .build()
        .unwrap()
        .models()
        .send()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(error.message().contains(SERVICE), "{error}");
    assert!(got.lock().unwrap().is_empty());
}

#[test]
fn what_a_host_echoes_of_the_proxys_login_is_not_shown() {
    for echoed in [
        ALICE.password,
        ALICE.basic,
        "fake%2Dproxy%2dpassword",
        "alice:fake-proxy-password",
    ] {
        let body = json!({"error": {"message": format!("saw <{echoed}>")}}).to_string();
        let headers = [["content-type", "application/json"]];
        let server = Server::replies(json!([{"status": 400, "headers": headers, "body": body}]));
        let proxy = Proxy::start(Rules::default());
        let client = server
            .client()
            .proxy(proxy.url("http", ALICES))
            .build()
            .unwrap();
        let error = client.models().send().unwrap_err();
        assert!(error.message().contains("[redacted]"), "{error}");
        let body = error.body().unwrap();
        for text in [error.to_string(), format!("{error:?}"), body.to_owned()] {
            assert!(!text.contains("roxy") && !text.contains("YWxp"), "{text}");
        }
    }
}

#[test]
fn a_short_password_takes_no_kind_away() {
    let server = Server::replies(json!([common::unauthorized("invalid_api_key")]));
    let proxy = Proxy::start(Rules::default());
    let client = server.client().proxy(proxy.url("http", "bob:key@"));
    let error = client.build().unwrap().models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidApiKey);
    assert_eq!(error.code(), None, "it may hold the password");
}

#[test]
fn a_report_shows_the_way_through_the_proxy_and_no_login() {
    let (place, sandbox) = (Place::new(), Server::sandbox());
    for (scheme, name) in [
        ("http", "is looked up by the proxy"),
        ("socks5", "localhost is "),
        ("socks5h", "is looked up by the proxy"),
    ] {
        let (proxy, _) = proxy_for(scheme, BTreeMap::new(), "");
        let url = sandbox.base_url().replace("127.0.0.1", "localhost");
        let options = json!({
            "api_key": sandbox.key("api_key"),
            "base_url": url,
            "proxy": proxy.url(scheme, ALICES),
        });
        let report = Report::of(&place, &[], &options);
        assert_complete(&report);
        assert_eq!(report.verdict(), "valid", "{}", report.0["text"]);
        let at = proxy.url(scheme, "");
        report.assert("proxy", "ok", &format!("{at}, from the proxy option"));
        report.assert("name_resolution", "ok", "the proxy localhost is ");
        report.assert("name_resolution", "ok", name);
        report.assert("tcp", "ok", &format!("through the proxy {at}"));
        assert_shows_no_login(&report.0.to_string());
    }
    let options = json!({"api_key": FAKE_KEY, "base_url": "https://10.1.2.3/v1",
        "proxy": "http://alice:fake-proxy-password@127.0.0.1:9"});
    let report = Report::of(&place, &[], &options);
    assert_complete(&report);
    assert_eq!(report.verdict(), "proxy");
    report.assert("name_resolution", "ok", "10.1.2.3 needs no lookup");
    report.assert("tcp", "failed", "127.0.0.1:9 (from the proxy option)");
    assert_shows_no_login(&report.0.to_string());
    let options = json!({"api_key": FAKE_KEY, "base_url": "https://10.1.2.3/v1"});
    let env = [(
        "https_proxy",
        "socks5h://alice:fake-proxy-password@no-such-proxy.invalid",
    )];
    let report = Report::of(&place, &env, &options);
    assert_eq!(report.verdict(), "proxy");
    report.assert("proxy", "ok", "from the environment variable https_proxy");
    report.assert("name_resolution", "failed", "no-such-proxy.invalid");
    assert_shows_no_login(&report.0.to_string());
    let env = [(
        "https_proxy",
        "http://alice:fake-proxy-password@127.0.0.1:x",
    )];
    let report = Report::of(&place, &env, &options);
    assert_complete(&report);
    assert_eq!(report.verdict(), "config");
    report.assert("proxy", "failed", "https_proxy");
    assert_shows_no_login(&report.0.to_string());
}

/// A client of a plain host through a scripted HTTP proxy.
fn through(port: u16) -> Client {
    Client::builder()
        .api_key(FAKE_KEY)
        .base_url("http://127.0.0.1:9/v1")
        .proxy(format!("http://127.0.0.1:{port}"))
        .max_retries(0)
        .build()
        .unwrap()
}

#[test]
fn a_reply_that_comes_before_the_request_is_refused() {
    let bytes = "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let port = scripted(vec![Act::ReadHead, Act::Write(bytes.into())]);
    let error = through(port).models().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Proxy);
    assert!(
        error.message().contains("more data after its reply"),
        "{error}"
    );
}

#[test]
fn interim_answers_old_versions_and_bare_line_feeds_are_understood() {
    for bytes in [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 299 Whatever\r\nContent-Length: 20\r\n\r\n",
        "HTTP/1.1 200 \nA: b\n\n",
        "HTTP/1.1 200\r\n\r\n",
    ] {
        let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        let port = scripted(vec![
            Act::ReadHead,
            Act::Write(bytes.into()),
            Act::ReadHead,
            Act::Write(reply.into()),
        ]);
        let reply = through(port).get("/models").send().unwrap();
        assert_eq!(reply.text(), "{}", "{bytes:?}");
    }
}
