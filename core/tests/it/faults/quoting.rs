//! 92: text that may be a key is masked wherever a message quotes it.

use neura::bindings::Request;
use neura::{Client, EnvFile, Error, Method};
use serde_json::json;

use super::leaks::refused;
use super::{LONG, assert_shows_no_key};
use crate::common::{FAKE_KEY, Server};

#[test]
fn fault_92_a_key_in_a_wrong_argument_is_masked() {
    let server = Server::replies(json!([404]));
    let client = server.client().build().unwrap();
    let error = Error::from(FAKE_KEY.parse::<Method>().unwrap_err());
    assert_shows_no_key(&error);
    assert!(error.message().contains("\"…cdef\""), "{error}");
    for path in [
        format!("/{FAKE_KEY}"),
        format!("/a/{FAKE_KEY}/b"),
        format!("/a/{}", FAKE_KEY.replace('-', "%2D")),
        format!("https://{FAKE_KEY}/x"),
        format!("https://{FAKE_KEY}:8443/x"),
        format!("https://evil.example/{FAKE_KEY}"),
        format!("//{FAKE_KEY}/x"),
        format!("{FAKE_KEY}\n"),
    ] {
        let sent = client
            .get(path.as_str())
            .send()
            .and_then(|reply| reply.check());
        assert_shows_no_key(&sent.expect_err(&path));
    }
    let error = client
        .get(format!("/{FAKE_KEY}"))
        .send()
        .unwrap()
        .check()
        .unwrap_err();
    assert!(error.message().contains("/v1/…cdef"), "{error}");
    // Without a key to compare with, the form is enough.
    let file = |path: String| EnvFile::Path(path.into());
    for builder in [
        Client::builder().profile(FAKE_KEY),
        Client::builder().env_file(file(FAKE_KEY.to_owned())),
        Client::builder().env_file(file(format!("/{FAKE_KEY}/.env"))),
    ] {
        let error = builder.build().expect_err("there is no key");
        assert_shows_no_key(&error);
        let message = error.message().to_ascii_lowercase();
        assert!(!message.contains(FAKE_KEY), "{error}");
        assert!(!message.contains(&FAKE_KEY.replace('-', "_")), "{error}");
    }
    let plain = || server.client().max_retries(0).connect_timeout(LONG / 20);
    for builder in [
        plain().base_url(FAKE_KEY),
        plain().base_url(format!("https://{FAKE_KEY}.invalid/v1")),
        plain().base_url(format!(
            "https://{}.invalid/v1",
            FAKE_KEY.to_ascii_uppercase()
        )),
        plain().ca_file(FAKE_KEY),
        plain()
            .client_cert(format!("/x/{FAKE_KEY}"))
            .client_key(FAKE_KEY),
        plain().proxy(FAKE_KEY),
        plain().proxy(format!("http://{FAKE_KEY}.invalid:3128")),
        plain().profile(format!("x/{FAKE_KEY}")),
        plain().header(FAKE_KEY, "a\nb"),
    ] {
        let outcome = builder.build().and_then(|client| client.models().send());
        assert_shows_no_key(&outcome.unwrap_err());
    }
}

/// A key that no client has is recognised only by its form.
#[test]
fn fault_92_what_may_be_a_key_is_masked_whatever_stands_around_it() {
    let other = "nk-fake-other-0123456789fedcba";
    let server = Server::replies(json!([404]));
    let plain = || server.client().max_retries(0).connect_timeout(LONG / 20);
    let file = |path: String| EnvFile::Path(path.into());
    let host = format!("{other}.invalid");
    let client = plain().build().unwrap();
    let asked = |request: Result<neura::Response, neura::Error>| {
        request.and_then(|reply| reply.check()).unwrap_err()
    };
    let made = |builder: neura::ClientBuilder| {
        let outcome = builder.build().and_then(|client| client.models().send());
        outcome.unwrap_err()
    };
    for error in [
        made(
            plain()
                .env_file(file(format!("\"{other}\"")))
                .profile("x y"),
        ),
        made(Client::builder().env_file(file(format!("\"{other}\"")))),
        made(Client::builder().profile(format!("\"{other}\""))),
        made(
            plain()
                .client_cert(format!("{other}:80"))
                .client_key(format!("'{other}'")),
        ),
        made(plain().ca_file(format!("{other}.pem"))),
        made(plain().header(format!("Bearer {other}"), "x")),
        made(plain().base_url(format!("https://{host}/v1"))),
        made(plain().base_url(format!("https://{host}/{other}"))),
        made(plain().proxy(format!("http://{host}:3128"))),
        made(plain().proxy(format!("socks5://{host}:1080"))),
        asked(client.get(format!("https://{host}/x")).send()),
        asked(client.get(format!("/models/a%2F{other}")).send()),
        asked(client.get(format!("/models/a:{other}")).send()),
        refused(json!({
            "status": 302,
            "headers": [["location", format!("https://{host}/x")]],
            "body": "",
        })),
    ] {
        let shown = format!("{error} {error:?}").to_ascii_lowercase();
        assert!(!shown.contains(other), "{shown}");
        assert!(!shown.contains("0123456789"), "{shown}");
    }
    let error = asked(client.get(format!("/models/a%2F{other}")).send());
    assert!(error.message().contains("/models/a%2F…dcba"), "{error}");
    let client = plain().base_url(format!("https://{host}/v1")).build();
    let client = client.unwrap();
    assert!(!format!("{client:?}").contains(other), "{client:?}");
    assert_eq!(client.base_url(), format!("https://{host}/v1"));
}

#[test]
fn fault_92_a_report_names_no_key() {
    let mut options = neura::Options::new();
    options.set_api_key(FAKE_KEY);
    options.set_profile(FAKE_KEY);
    options.set_base_url(format!("https://{FAKE_KEY}.invalid/v1"));
    options.set_connect_timeout(LONG / 20);
    let assert_hidden = |text: String| {
        let lower = text.to_ascii_lowercase();
        assert!(!lower.contains(FAKE_KEY), "{text}");
        assert!(!lower.contains(&FAKE_KEY.replace('-', "_")), "{text}");
    };
    let key = neura::resolve(&options).unwrap();
    assert_eq!(key.to_json()["profile"], "…cdef");
    assert_hidden(format!("{key:?} {} {}", key.to_json(), key.base_url()));
    let report = neura::diagnose(&options);
    assert_hidden(format!("{report} {report:?} {}", report.to_json()));
    let client = Client::new(options.clone()).unwrap();
    let check = client.check();
    assert_hidden(format!("{client:?} {check:?} {}", check.to_json()));
    // A key without a digit is recognised because the options contain it.
    let key = "OnlyLettersInThisKey";
    let mut options = neura::Options::new();
    options.set_api_key(key);
    options.set_profile(format!("/{key}"));
    let error = neura::resolve(&options).unwrap_err();
    assert!(!error.message().contains(key), "{error}");
    let report = neura::diagnose(&options);
    assert!(!format!("{report} {report:?}").contains(key), "{report}");
}

#[test]
fn fault_92_an_attempt_is_reported_without_what_may_be_a_key() {
    let server = Server::replies(json!([404]));
    let client = server.client().max_retries(0).build().unwrap();
    let paths = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&paths);
    let mut options = neura::bindings::RequestOptions::new();
    options.set_observer(move |attempt| seen.lock().unwrap().push(attempt.path.to_owned()));
    let request = Request::new(Method::Get, "/a/nk-fake-other-0123456789fedcba").options(options);
    client.send(request).unwrap();
    assert_eq!(*paths.lock().unwrap(), ["/v1/a/…dcba"]);
}

#[test]
fn fault_92_a_headers_name_is_reported_without_the_key() {
    let long = "x".repeat(100 * 1024);
    for (more, key) in [
        ("", FAKE_KEY),
        (&long, FAKE_KEY),
        ("", "OnlyLettersInThisKey"),
    ] {
        let lower = key.to_ascii_lowercase();
        let reply = json!({
            "status": 200,
            "headers": [
                [format!("x-{key}"), "1"],
                ["x-ratelimit-limit-requests", "2"],
                ["x-more", more],
            ],
            "body": "{}",
        });
        let server = Server::replies(json!([reply, reply]));
        let client = server.client().api_key(key).max_header_bytes(1 << 20);
        let client = client.build().unwrap();
        let assert_redacted = |headers: &[(String, String)]| {
            let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            assert!(names.contains(&"x-redacted"), "{names:?}");
            assert!(names.contains(&"x-ratelimit-limit-requests"), "{names:?}");
            assert!(!names.concat().contains(&lower), "{names:?}");
        };
        let whole = client.get("/x").send().unwrap();
        assert_redacted(whole.headers());
        assert_redacted(&whole.parts().headers);
        let open = client
            .send_streaming(Request::new(Method::Get, "/x"))
            .unwrap();
        assert_redacted(open.headers());
        assert_redacted(open.without_secrets().headers());
    }
}

/// A key without a digit is recognised because its client has it.
#[test]
fn fault_92_a_key_of_any_form_is_masked_by_its_client() {
    let key = "OnlyLettersInThisKey";
    let server = Server::replies(json!([404]));
    let plain = || server.client().api_key(key).max_retries(0);
    let client = plain().build().unwrap();
    let sent = client.get(format!("/a/{key}")).send().unwrap();
    let asked = sent.check().unwrap_err();
    assert!(asked.message().contains("/a/…sKey"), "{asked}");
    let lower = key.to_ascii_lowercase();
    for error in [
        asked,
        client
            .get(format!("https://{key}.example/x"))
            .send()
            .unwrap_err(),
        plain().ca_file(format!("/x/{key}")).build().unwrap_err(),
        plain()
            .client_cert(key)
            .client_key(key)
            .build()
            .unwrap_err(),
        plain().profile(format!("/{key}")).build().unwrap_err(),
        plain()
            .base_url(format!("https://{key}.invalid"))
            .build()
            .unwrap()
            .models()
            .send()
            .unwrap_err(),
        plain()
            .proxy(format!("http://{key}.invalid:1"))
            .build()
            .unwrap()
            .models()
            .send()
            .unwrap_err(),
    ] {
        let message = error.message().to_ascii_lowercase();
        assert!(!message.contains(&lower), "{error}");
        assert!(
            !format!("{:?}", error.request())
                .to_ascii_lowercase()
                .contains(&lower)
        );
    }
}
