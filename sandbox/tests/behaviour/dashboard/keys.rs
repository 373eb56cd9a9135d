//! Keys made and revoked by forms.

use super::secret_in;
use crate::harness::{Database, Running, fetch};

fn create<'a>(name: &'a str, form: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("form", form),
        ("name", name),
        ("environment", "staging"),
        ("expires", "90d"),
        ("tier", "free"),
    ]
}

fn with<'a>(
    mut fields: Vec<(&'a str, &'a str)>,
    field: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    for (_, old) in fields.iter_mut().filter(|(name, _)| *name == field) {
        *old = value;
    }
    fields
}

#[test]
fn a_key_is_shown_once() {
    let db = Database::new();
    let sandbox = Running::sandbox(&["--db", db.path(), "--log"]);
    let page = sandbox.form("/dashboard/keys", &create("web", "1"));
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let secret = secret_in(&page.text).to_owned();
    assert_eq!(page.text.matches(&secret).count(), 1);
    assert_eq!(sandbox.ask_with(&secret, "GET", "/models", "").status, 200);
    let key = sandbox.key("web");
    assert_eq!(key["environment"], "staging");
    assert_eq!(key["tier"], "free");
    assert_eq!(key["mask"], format!("…{}", &secret[secret.len() - 4..]));
    assert!(key["expires_at"].as_str() > key["created_at"].as_str());

    // Sent again, as a browser does when the page is loaded again.
    let again = sandbox.form("/dashboard/keys", &create("web", "1"));
    assert_eq!(again.status, 409);
    assert!(again.text.contains("only once"));
    let id = key["id"].as_str().unwrap();
    for path in [
        "/".to_owned(),
        "/dashboard/usage".into(),
        format!("/dashboard/keys/{id}"),
        format!("/dashboard/keys/{id}/revoke"),
        "/dashboard/api/keys".into(),
        "/dashboard/api/refusals".into(),
        format!("/dashboard/api/keys/{id}"),
    ] {
        let page = sandbox.page(&path);
        assert_eq!(page.status, 200);
        assert!(!page.text.contains(&secret[secret.len() - 12..]), "{path}");
    }
    assert!(!again.text.contains(&secret));
    let ended = sandbox.close_stdin();
    assert!(ended.stderr.contains("POST /dashboard/keys 200"));
    assert!(!(ended.stderr + &ended.stdout).contains(&secret));
}

#[test]
fn two_sendings_of_one_form_at_once_make_one_key() {
    let sandbox = Running::sandbox(&[]);
    let token = sandbox.token();
    let fields = [&[("token", token.as_str())], &create("twin", "7")[..]].concat();
    let made = std::thread::scope(|scope| {
        let send = || sandbox.raw_form("/dashboard/keys", &fields).status;
        let all: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        let all = all.into_iter().map(|one| one.join().unwrap());
        all.filter(|status| *status == 200).count()
    });
    assert_eq!(made, 1);
    assert_eq!(sandbox.keys()["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn a_name_is_text_wherever_it_is_shown() {
    let sandbox = Running::sandbox(&[]);
    for (number, name) in [
        "<script>alert(1)</script>",
        "\" onfocus=alert(1) autofocus x=\"",
        "'><img src=x>",
        "</title><b>",
        "&lt;b&gt; &amp;",
        "{{7*7}} ${7*7}",
        "naïve 名前 🔑 \u{202e}txt",
    ]
    .iter()
    .enumerate()
    {
        let page = sandbox.form("/dashboard/keys", &create(name, &number.to_string()));
        assert_eq!(page.status, 200, "{name}");
        let id = sandbox.key(name)["id"].as_str().unwrap().to_owned();
        let escaped = name
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        for page in [
            page,
            sandbox.page("/"),
            sandbox.page("/dashboard/usage"),
            sandbox.page(&format!("/dashboard/keys/{id}")),
            sandbox.page(&format!("/dashboard/keys/{id}/revoke")),
        ] {
            assert!(
                page.text.contains(&format!("<bdi>{escaped}</bdi>")),
                "{name}"
            );
            assert!(escaped == *name || !page.text.contains(name), "{name}");
        }
    }
}

#[test]
fn a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed() {
    let sandbox = Running::sandbox(&[]);
    let long = "x".repeat(101);
    for (field, value) in [
        ("name", ""),
        ("name", "   "),
        ("name", long.as_str()),
        ("name", "a\nb"),
        ("name", "a\u{0}b"),
        ("expires", "soon"),
        ("expires", "0s"),
        ("expires", "99999d"),
    ] {
        let fields = with(create("<typed>", "1"), field, value);
        let page = sandbox.form("/dashboard/keys", &fields);
        assert_eq!(page.status, 400, "{field} {value:?}");
        assert!(page.text.contains(r#"role="alert""#), "{field} {value:?}");
        if field == "expires" {
            assert!(
                page.text.contains(r#"value="&lt;typed&gt;""#),
                "{}",
                page.text
            );
        }
        assert!(page.text.contains(r#"<option value="staging" selected>"#));
    }
    for (field, value) in [("environment", "moon"), ("tier", "gold"), ("form", "")] {
        let fields = with(create("x", "9"), field, value);
        let status = sandbox.form("/dashboard/keys", &fields).status;
        assert!(status == 400 || status == 409, "{field}: {status}");
    }
    assert_eq!(sandbox.keys()["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_form_must_be_a_form_of_ordinary_size() {
    let sandbox = Running::sandbox(&[]);
    let token = sandbox.token();
    let url = sandbox.page_url("/dashboard/keys");
    let body = format!("token={token}&form=1&name=x");
    for kind in ["text/plain", "application/json", "multipart/form-data"] {
        assert_eq!(
            fetch("POST", &url, &[("content-type", kind)], &body).status,
            415,
            "{kind}"
        );
    }
    let form = [(
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8",
    )];
    let large = format!("{body}&more={}", "x".repeat(64 * 1024));
    assert_eq!(fetch("POST", &url, &form, &large).status, 413);
    assert_eq!(fetch("POST", &url, &form, &body).status, 200);
}

#[test]
fn a_key_is_revoked_after_a_question() {
    let sandbox = Running::sandbox(&[]);
    let id = sandbox.key("default")["id"].as_str().unwrap().to_owned();
    let question = sandbox.page(&format!("/dashboard/keys/{id}/revoke"));
    assert!(question.text.contains("Revoke this key?"));
    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
    let token = sandbox.token();
    let body = format!("token={token}");
    let request = format!(
        "POST /dashboard/keys/{id}/revoke HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = crate::harness::exchange(sandbox.connect(), &request);
    assert!(
        reply.starts_with("HTTP/1.1 303") && reply.contains("location: /\r\n"),
        "{reply}"
    );
    assert!(!reply.contains("nk-sandbox-"));
    let refused = sandbox.ask("GET", "/models", "");
    assert_eq!(refused.error_code(), "revoked_api_key");
    let page = sandbox.page("/").text;
    assert!(page.contains("revoked") && !page.contains("/revoke\""));
}
