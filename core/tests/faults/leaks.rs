//! 87 and 90 to 94: the key comes through in no form, at no cost, and nothing that a server
//! says steers a terminal.

use std::time::{Duration, Instant};

use neura::{Client, EnvFile, ErrorKind, Method, Request};
use serde_json::{Value, json};

use crate::common::{FAKE_KEY, Server};
use crate::{LONG, assert_tells_no_key};

/// A JSON error of this status with these words.
fn says(status: u16, words: &str) -> Value {
    json!({
        "status": status,
        "headers": [["content-type", "application/json"]],
        "body": json!({"error": {"message": words, "code": words}}).to_string(),
    })
}

/// What `GET /models` fails with that is answered so.
fn refused(reply: Value) -> neura::Error {
    let server = Server::replies(json!([reply]));
    let client = server.client().max_retries(0).timeout(LONG).build();
    let error = client.unwrap().models().unwrap_err();
    assert_tells_no_key(&error);
    error
}

#[test]
fn fault_87_a_thousand_keys_cost_no_more_than_one() {
    let begun = "%6ek-fake-\\u0030123456789 nk-fake-0123456789abcde ";
    let body = begun.repeat((1 << 20) / begun.len());
    let reply = json!({"status": 500, "headers": [["content-type", "text/plain"]], "body": body});
    let server = Server::replies(json!([reply]));
    let client = server
        .client()
        .max_retries(0)
        .timeout(LONG)
        .build()
        .unwrap();
    let cleaning = || {
        // The best of some: other tests run beside this one.
        let times = (0..5).map(|_| {
            let response = client.get("/models").send().unwrap();
            let started = Instant::now();
            let error = response.check().unwrap_err();
            let took = started.elapsed();
            assert_eq!(error.body().unwrap().len(), body.len());
            took
        });
        times.min().unwrap()
    };
    let with_one = cleaning();
    for number in 0..1_000 {
        client
            .set_api_key(format!("nk-fake-{number:032}-of-many"))
            .unwrap();
    }
    let with_many = cleaning();
    assert!(
        with_many < with_one * 2,
        "{with_one:?} became {with_many:?}"
    );
    assert!(with_many < Duration::from_secs(10), "{with_many:?}");
    let echo = says(400, &format!("not nk-fake-{:032}-of-many", 7));
    let server = Server::replies(json!([echo]));
    let many = server.client().build().unwrap();
    for number in 0..1_000 {
        many.set_api_key(format!("nk-fake-{number:032}-of-many"))
            .unwrap();
    }
    let error = many.models().unwrap_err();
    assert!(error.message().contains("not [redacted]"), "{error}");
}

/// As adapters hand a body to another library.
#[test]
fn fault_90_a_body_that_is_handed_on_holds_no_key() {
    let events = format!(
        "data: {{\"a\":1}}\n\nevent: error\ndata: {{\"error\":{{\"message\":\"not {FAKE_KEY}\"}}}}\n\n\
         data: nk%2Dfake-0123456789abcdef and bmstZmFrZS0wMTIz\\nNDU2Nzg5YWJjZGVm\n\n"
    );
    let clean = events
        .replace(FAKE_KEY, "[redacted]")
        .replace("nk%2Dfake-0123456789abcdef", "[redacted]")
        .replace("bmstZmFrZS0wMTIz\\nNDU2Nzg5YWJjZGVm", "[redacted]");
    let reply = json!({
        "status": 200,
        "headers": [
            ["content-type", "text/event-stream"],
            ["x-echo", FAKE_KEY],
            ["content-length", events.len().to_string()],
        ],
        "body": events,
    });
    let server = Server::replies(json!([reply]));
    let client = server.client().build().unwrap();
    let open = || {
        let reply = client.send_open(Request::new(Method::Get, "/x")).unwrap();
        assert_eq!(
            reply.header("content-length"),
            Some(&*events.len().to_string())
        );
        reply.without_secrets()
    };
    for most in [1, 7, 1 << 20] {
        let (mut reply, mut body) = (open(), Vec::new());
        assert_eq!(reply.header("content-length"), None);
        assert_eq!(reply.header("x-echo"), Some("[redacted]"));
        while let Some(piece) = reply.next_piece(most).unwrap() {
            assert!(piece.len() <= most);
            body.extend(piece);
            while let Some(piece) = reply.ready_piece(most) {
                body.extend(piece);
            }
        }
        assert_eq!(String::from_utf8(body).unwrap(), clean);
    }
    assert_eq!(open().into_response().unwrap().text(), clean);
    let datas: Vec<String> = open()
        .into_events()
        .unwrap()
        .map(|event| event.unwrap().data)
        .collect();
    assert_eq!(datas[1], "{\"error\":{\"message\":\"not [redacted]\"}}");
    // Without that, a caller reads what the server sent.
    let whole = client.get("/x").send().unwrap();
    assert_eq!(whole.text(), events);
    assert_eq!(whole.parts().body, clean.as_bytes());
    assert!(
        !whole
            .parts()
            .headers
            .iter()
            .any(|(name, _)| name == "content-length")
    );
}

#[test]
fn fault_90_an_event_is_handed_on_as_soon_as_it_came() {
    let reply = json!({
        "raw": "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: nk-fake\n\n",
        "then": "stall",
    });
    let server = Server::replies(json!([reply]));
    let client = server.client().build().unwrap();
    let reply = client.send_open(Request::new(Method::Get, "/x")).unwrap();
    let started = Instant::now();
    let mut events = reply.without_secrets().into_events().unwrap();
    assert_eq!(events.next().unwrap().unwrap().data, "nk-fake");
    assert!(started.elapsed() < LONG / 2);
}

#[test]
fn fault_90_what_was_held_back_comes_before_the_error_that_ends_a_body() {
    let raw = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nabc nk-fake";
    let server = Server::replies(json!([{"raw": raw, "then": "close"}]));
    let client = server.client().build().unwrap();
    let reply = client.send_open(Request::new(Method::Get, "/x")).unwrap();
    let (mut reply, mut body) = (reply.without_secrets(), Vec::new());
    let error = loop {
        match reply.next_piece(64) {
            Ok(piece) => body.extend(piece.expect("the body is cut")),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.kind(), &*body),
        (ErrorKind::Connection, &b"abc nk-fake"[..])
    );
    assert!(reply.next_piece(64).is_err());
}

#[test]
fn fault_91_a_redirects_host_that_becomes_the_key_is_not_told() {
    for host in [
        "nk-fake-0123456789abcdef",
        "nk-fake\t-0123456789abcdef",
        "NK-FAKE-0123456789ABCDEF.example",
        "nk%C2%AD-fake-0123456789abcdef",
        "nk%2Dfake%2D0123456789abcdef",
        "\u{ff4e}\u{ff4b}-fake-0123456789\u{ff41}bcdef",
        "nk-fake-\u{2460}23456789abcdef", // Becomes another one: 1 for ①, without the 0.
    ] {
        let location = format!("https://{host}/x");
        let reply = json!({"status": 302, "headers": [["location", location]], "body": ""});
        let error = refused(reply);
        assert_eq!(error.kind(), ErrorKind::Redirect);
        assert!(
            !error.message().to_ascii_lowercase().contains(FAKE_KEY),
            "{error}"
        );
    }
    // One that was given in capitals, and a host in small letters.
    let key = "NK-Fake-0123456789-Capitals";
    let location = format!("https://{}.example/x", key.to_ascii_lowercase());
    let reply = json!({"status": 302, "headers": [["location", location]], "body": ""});
    let server = Server::replies(json!([reply]));
    let client = Client::builder().api_key(key).base_url(server.base_url());
    let error = client.build().unwrap().models().unwrap_err();
    assert!(!error.message().contains("nk-fake"), "{error}");
    assert!(error.message().contains("without saying where"), "{error}");
}

#[test]
fn fault_92_a_key_in_a_wrong_argument_is_masked() {
    let server = Server::replies(json!([404]));
    let client = server.client().build().unwrap();
    let error = FAKE_KEY.parse::<Method>().unwrap_err();
    assert_tells_no_key(&error);
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
        assert_tells_no_key(&sent.expect_err(&path));
    }
    let error = client
        .get(format!("/{FAKE_KEY}"))
        .send()
        .unwrap()
        .check()
        .unwrap_err();
    assert!(error.message().contains("/v1/…cdef"), "{error}");
    // Without a key there is nothing to compare with: the form is enough.
    let file = |path: String| EnvFile::Path(path.into());
    for builder in [
        Client::builder().profile(FAKE_KEY),
        Client::builder().env_file(file(FAKE_KEY.to_owned())),
        Client::builder().env_file(file(format!("/{FAKE_KEY}/.env"))),
    ] {
        let error = builder.build().expect_err("there is no key");
        assert_tells_no_key(&error);
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
        let outcome = builder.build().and_then(|client| client.models());
        assert_tells_no_key(&outcome.unwrap_err());
    }
}

/// Where no client has it for a key, its form alone tells it.
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
        let outcome = builder.build().and_then(|client| client.models());
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
        let told = format!("{error} {error:?}").to_ascii_lowercase();
        assert!(!told.contains(other), "{told}");
        assert!(!told.contains("0123456789"), "{told}");
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
    options.set_connect_timeout((LONG / 20).into());
    let told = |text: String| {
        let lower = text.to_ascii_lowercase();
        assert!(!lower.contains(FAKE_KEY), "{text}");
        assert!(!lower.contains(&FAKE_KEY.replace('-', "_")), "{text}");
    };
    let key = neura::resolve(&options).unwrap();
    assert_eq!(key.to_json()["profile"], "…cdef");
    told(format!("{key:?} {} {}", key.to_json(), key.base_url()));
    let report = neura::diagnose(&options);
    told(format!("{report} {report:?} {}", report.to_json()));
    let client = Client::new(options.clone()).unwrap();
    let check = client.check();
    told(format!("{client:?} {check:?} {}", check.to_json()));
    // A key without a digit is known by the options that it stands in.
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
fn fault_92_an_attempt_is_told_without_what_may_be_a_key() {
    let server = Server::replies(json!([404]));
    let client = server.client().max_retries(0).build().unwrap();
    let paths = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&paths);
    let mut options = neura::RequestOptions::new();
    options.set_observer(move |attempt| seen.lock().unwrap().push(attempt.path.to_owned()));
    let request = Request::new(Method::Get, "/a/nk-fake-other-0123456789fedcba").options(options);
    client.send(request).unwrap();
    assert_eq!(*paths.lock().unwrap(), ["/v1/a/…dcba"]);
}

#[test]
fn fault_92_a_headers_name_is_told_without_the_key() {
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
        let told = |headers: &[(String, String)]| {
            let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            assert!(names.contains(&"x-redacted"), "{names:?}");
            assert!(names.contains(&"x-ratelimit-limit-requests"), "{names:?}");
            assert!(!names.concat().contains(&lower), "{names:?}");
        };
        let whole = client.get("/x").send().unwrap();
        told(whole.headers());
        told(&whole.parts().headers);
        let open = client.send_open(Request::new(Method::Get, "/x")).unwrap();
        told(open.headers());
        told(open.without_secrets().headers());
    }
}

/// What has no digit is known by the client that it belongs to.
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
            .unwrap_err(),
        plain()
            .proxy(format!("http://{key}.invalid:1"))
            .build()
            .unwrap()
            .models()
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

#[test]
fn fault_93_a_key_in_base64_with_line_breaks_is_found() {
    let encoded = "Om5rLWZha2UtMDEyMzQ1Njc4OWFiY2RlZg==";
    for line_break in ["\n", "\r\n", "\\n"] {
        for width in [4, 7, 19] {
            let lines: Vec<&str> = (0..encoded.len())
                .step_by(width)
                .map(|at| &encoded[at..encoded.len().min(at + width)])
                .collect();
            let words = lines.join(line_break);
            let json = refused(says(400, &words));
            let plain = refused(json!({"status": 400, "body": words}));
            for error in [json, plain] {
                let texts = format!("{error} {:?} {:?}", error.body(), error.code());
                assert!(texts.contains("[redacted]"), "{texts}");
                assert!(!texts.contains(lines[1]), "{} in {texts}", lines[1]);
            }
        }
    }
}

#[test]
fn fault_94_what_steers_a_terminal_is_escaped() {
    let words =
        "a\u{1b}[2J\u{7}\r\n\0\u{9b}\u{202e}\u{2028}\u{2066}\u{200f}z caf\u{e9} \u{6a21}\u{578b}";
    let reply = json!({
        "status": 400,
        "headers": [["content-type", "application/json"], ["x-request-id", "req\u{202e}\u{9b}_7"]],
        "body": json!({"error": {"message": words, "code": "c\u{1b}"}}).to_string(),
    });
    let error = refused(reply.clone());
    let shown = "a\\u{1b}[2J\\u{7}\\u{d}\\u{a}\\u{0}\\u{9b}\\u{202e}\\u{2028}\\u{2066}\\u{200f}z \
                 caf\u{e9} \u{6a21}\u{578b}";
    assert!(error.message().contains(shown), "{error}");
    assert!(error.message().contains("code c\\u{1b}"), "{error}");
    assert_eq!(error.request_id(), Some("req\\u{202e}\\u{9b}_7"));
    assert!(
        error.body().unwrap().contains('\u{202e}'),
        "{:?}",
        error.body()
    );
    let server = Server::replies(json!([reply]));
    let response = server
        .client()
        .build()
        .unwrap()
        .get("/models")
        .send()
        .unwrap();
    assert_eq!(response.request_id(), Some("req\\u{202e}\\u{9b}_7"));
    assert_eq!(response.header("x-request-id"), Some("req\u{202e}\u{9b}_7"));
    assert_eq!(response.parts().headers.len(), response.headers().len());

    // In a stream, and where the type of a body is told.
    let event = json!({
        "status": 200,
        "headers": [["content-type", "text/event-stream"]],
        "body": format!("data: {}\n\n", json!({"error": {"message": words}})),
    });
    let server = Server::replies(json!([event]));
    let client = server.client().build().unwrap();
    let error = client
        .chat_stream(&json!({"messages": []}))
        .unwrap()
        .next()
        .unwrap()
        .unwrap_err();
    assert!(error.message().contains(shown), "{error}");
    let odd = json!({"status": 200, "headers": [["content-type", "text/\u{202e}x"]], "body": "no"});
    assert!(refused(odd).message().contains("text/\\u{202e}x"));
}
