//! Who is let in, and the headers of every page.

use crate::harness::{Running, exchange, fetch};

/// The status of a request with these lines in its head.
fn status(sandbox: &Running, head: &str) -> u16 {
    let request = format!("{head}\r\nConnection: close\r\n\r\n");
    let reply = exchange(sandbox.connect(), &request);
    let status = reply.split(' ').nth(1);
    status
        .unwrap_or_else(|| panic!("{reply:?}"))
        .parse()
        .unwrap()
}

#[test]
fn only_a_host_on_this_machine_is_answered() {
    let sandbox = Running::sandbox(&[]);
    let port = sandbox.address().rsplit(':').next().unwrap().to_owned();
    let ask = |path: &str, host: &str| status(&sandbox, &format!("GET {path} HTTP/1.1\r\n{host}"));
    for path in ["/", "/dashboard/api/keys", "/dashboard/style.css"] {
        for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
            assert_eq!(
                ask(path, &format!("Host: {host}:{port}")),
                200,
                "{path} {host}"
            );
        }
        for host in [
            "Host: evil.example",
            "Host: localhost.evil.example",
            "Host: 127.0.0.1.evil.example:8080",
            "Host: 0.0.0.0",
            "Host: 192.168.0.1",
            "Host: me@localhost",
            "Host: ",
            "Host: localhost\r\nHost: localhost",
            "Host: localhost\r\nHost: evil.example",
            "X: no host",
        ] {
            let got = ask(path, host);
            assert!(got == 403 || got == 400, "{path} {host}: {got}");
        }
    }
    // The absolute form of a target names a host, too.
    assert_eq!(ask("http://evil.example/", "Host: localhost"), 403);
    assert_eq!(ask("http://localhost/", "Host: localhost"), 200);
    // The API is for any name, as before: it has its keys.
    assert_eq!(ask("/v1/models", "Host: sandbox.test"), 401);
}

#[test]
fn another_sites_page_is_refused() {
    let sandbox = Running::sandbox(&[]);
    let address = sandbox.address();
    let ask = |origin: &str| {
        let head = format!("GET / HTTP/1.1\r\nHost: {address}\r\nOrigin: {origin}");
        status(&sandbox, &head)
    };
    assert_eq!(ask(&format!("http://{address}")), 200);
    for origin in [
        "http://evil.example".to_owned(),
        "null".into(),
        format!("https://{address}"),
        "http://127.0.0.1:1".into(),
        // The same machine by another name is another origin.
        address.replace("127.0.0.1", "http://localhost"),
        format!("http://{address}.evil.example"),
        format!("http://{address}\r\nOrigin: http://evil.example"),
    ] {
        assert_eq!(ask(&origin), 403, "{origin}");
    }
}

#[test]
fn nothing_changes_without_the_token() {
    let sandbox = Running::sandbox(&[]);
    let (key, token) = (sandbox.key("default"), sandbox.token());
    let id = key["id"].as_str().unwrap();
    let revoke = format!("/dashboard/keys/{id}/revoke");
    for fields in [
        &[][..],
        &[("token", "")],
        &[("token", "wrong")],
        &[("Token", &token)],
        &[("token", &token[1..])],
    ] {
        let fields = [fields, &[("name", "x"), ("form", "1"), ("message", "x")]].concat();
        for path in ["/dashboard/keys", revoke.as_str(), "/dashboard/playground"] {
            assert_eq!(
                sandbox.raw_form(path, &fields).status,
                403,
                "{path} {fields:?}"
            );
        }
    }
    let twice = [("token", token.as_str()), ("token", token.as_str())];
    assert_eq!(sandbox.raw_form(&revoke, &twice).status, 400);
    for headers in [&[][..], &[("x-dashboard-token", "wrong")]] {
        for path in [
            "keys".to_owned(),
            format!("keys/{id}/revoke"),
            format!("keys/{id}/expire"),
        ] {
            let url = sandbox.page_url(&format!("/dashboard/api/{path}"));
            let reply = fetch("POST", &url, headers, r#"{"name":"x"}"#);
            assert_eq!(
                (reply.status, reply.error_code()),
                (403, "wrong_token".into())
            );
        }
    }
    assert_eq!(sandbox.keys()["keys"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.key("default")["state"], "active");
    let other = Running::sandbox(&[]);
    assert_ne!(other.token(), token);
}

#[test]
fn a_get_changes_nothing_and_other_methods_are_refused() {
    let sandbox = Running::sandbox(&[]);
    let id = sandbox.key("default")["id"].as_str().unwrap().to_owned();
    let token = sandbox.token();
    assert_eq!(
        sandbox.page(&format!("/dashboard/keys/{id}/revoke")).status,
        200
    );
    for (method, path, allowed) in [
        ("POST", "/".to_owned(), "GET,HEAD"),
        ("GET", "/dashboard/keys".into(), "POST"),
        ("DELETE", format!("/dashboard/keys/{id}"), "GET,HEAD"),
        (
            "PUT",
            format!("/dashboard/keys/{id}/revoke"),
            "GET,HEAD,POST",
        ),
        ("DELETE", "/dashboard/usage".into(), "GET,HEAD"),
        ("GET", format!("/dashboard/api/keys/{id}/revoke"), "POST"),
        ("DELETE", format!("/dashboard/api/keys/{id}"), "GET,HEAD"),
        ("OPTIONS", "/dashboard/api/keys".into(), "GET,HEAD,POST"),
    ] {
        let headers = [("x-dashboard-token", token.as_str())];
        let reply = fetch(method, &sandbox.page_url(&path), &headers, "");
        assert_eq!(reply.status, 405, "{method} {path}");
        assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    assert_eq!(sandbox.key("default")["state"], "active");
}

#[test]
fn every_page_has_the_headers_that_keep_it_safe() {
    let sandbox = Running::sandbox(&[]);
    for path in [
        "/",
        "/dashboard",
        "/dashboard/",
        "/dashboard/usage",
        "/dashboard/playground",
        "/dashboard/nowhere",
        "/dashboard/keys",
        "/dashboard/keys/key_000000000000",
        "/dashboard/style.css",
        "/dashboard/script.js",
        "/dashboard/icon.svg",
        "/favicon.ico",
        "/dashboard/api/keys",
        "/dashboard/api/nowhere",
    ] {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let reply = exchange(sandbox.connect(), &request).to_ascii_lowercase();
        for header in [
            "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'; \
             img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
            "cache-control: no-store",
            "referrer-policy: same-origin",
            "x-content-type-options: nosniff",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "x-request-id: req_",
        ] {
            assert!(
                reply.contains(&format!("\r\n{header}")),
                "{path}: {header}: {reply}"
            );
        }
    }
    let refused = fetch("GET", &sandbox.page_url("/"), &[("origin", "null")], "");
    assert_eq!(refused.header("cache-control"), Some("no-store"));
}

#[test]
fn no_page_has_script_or_style_of_its_own() {
    let sandbox = Running::sandbox(&["--seed-keys"]);
    let id = sandbox.key("default")["id"].as_str().unwrap().to_owned();
    for path in [
        "/".to_owned(),
        "/dashboard/usage".into(),
        "/dashboard/playground".into(),
        format!("/dashboard/keys/{id}"),
        format!("/dashboard/keys/{id}/revoke"),
    ] {
        let page = sandbox.page(&path).text;
        assert_eq!(page.matches("<script").count(), 1, "{path}");
        assert!(page.contains(r#"<script src="/dashboard/script.js" defer></script>"#));
        for inline in [
            "style=",
            "<style",
            " onclick",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!page.contains(inline), "{path}: {inline}");
        }
    }
}

#[test]
fn the_pages_can_be_left_out() {
    let sandbox = Running::sandbox(&["--no-dashboard"]);
    for path in ["/", "/dashboard/usage", "/dashboard/api/keys"] {
        let reply = sandbox.page(path);
        assert_eq!(
            (reply.status, reply.error_code()),
            (401, "missing_api_key".into()),
            "{path}"
        );
    }
    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
}

#[test]
fn errors_are_pages_for_people_and_json_for_programs() {
    let sandbox = Running::sandbox(&[]);
    let page = sandbox.page("/dashboard/keys/key_000000000000");
    assert_eq!(page.status, 404);
    assert!(page.text.contains("no key has the id") && page.text.contains("<h1>"));
    assert_eq!(sandbox.page("/dashboard/nowhere").status, 404);
    let json = sandbox.page("/dashboard/api/nowhere");
    assert_eq!((json.status, json.error_code()), (404, "not_found".into()));
    let json = sandbox.page("/dashboard/api/keys/key_000000000000");
    assert_eq!(
        (json.status, json.error_code()),
        (404, "unknown_key".into())
    );
    assert_eq!(sandbox.page("/dashboard/keys/%ff").status, 404);
}
