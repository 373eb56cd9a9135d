//! The playground's form without script.

use crate::harness::Running;

#[test]
fn a_plain_form_shows_the_whole_answer_and_never_the_key() {
    let sandbox = Running::sandbox(&["--seed-keys", "--log"]);
    let send = |key: &str, message: &str| {
        let fields = [
            ("api_key", key),
            ("model", "gpt-5-mini"),
            ("message", message),
        ];
        sandbox.form("/dashboard/playground", &fields)
    };
    let key = sandbox.field("api_key").to_owned();
    let page = send(&key, "<b>Hello & bye</b>");
    assert_eq!(page.status, 200);
    assert!(
        page.text
            .contains("You said: &lt;b&gt;Hello &amp; bye&lt;/b&gt;"),
        "{}",
        page.text
    );
    assert!(page.text.contains("<option selected>gpt-5-mini</option>"));
    assert!(!page.text.contains(&key));
    assert_eq!(sandbox.key("default")["usage"]["requests"], 1);
    assert!(
        send(&format!("  {key}\r\n"), "x")
            .text
            .contains("You said: x")
    );

    for (name, code) in [
        ("expired_api_key", "401 expired_api_key"),
        ("revoked_api_key", "401 revoked_api_key"),
    ] {
        assert!(send(sandbox.field(name), "x").text.contains(code), "{code}");
    }
    for wrong in ["wrong", "", "a b", "naïve", "a\u{7f}b", "a\nb"] {
        let page = send(wrong, "x");
        assert_eq!(page.status, 200);
        assert!(
            page.text.contains("401 ") || page.text.contains("characters"),
            "{wrong:?}: {}",
            page.text
        );
        assert!(!page.text.contains("You said"));
    }
    let long = "word ".repeat(10_000);
    assert!(send(&key, &long).text.matches("word").count() >= 20_000);
    let ended = sandbox.close_stdin();
    assert!(!ended.stderr.contains(&key));
}
