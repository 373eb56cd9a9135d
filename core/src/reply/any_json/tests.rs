use proptest::prelude::*;
use serde_json::json;

use super::*;

fn value(text: &str) -> Value {
    read(text).unwrap_or_else(|| panic!("{text:?} is not read"))
}

#[test]
fn what_the_other_reader_refuses_is_read() {
    let message = |text: &str| json!({"error": {"message": text}});
    for (text, wanted) in [
        (
            r#"{"error":{"message":"a \ud800 b"}}"#,
            message("a \u{fffd} b"),
        ),
        (
            r#"{"error":{"message":"\udc00\ud83d\ude00\ud83d"}}"#,
            message("\u{fffd}\u{1f600}\u{fffd}"),
        ),
        (
            r#"{"error":{"message":"\ud800\u0041\ud800\ud83d\ude00"}}"#,
            message("\u{fffd}A\u{fffd}\u{1f600}"),
        ),
        (
            r#"{"x" : 1e999, "y": -1e999 , "n":12, "t":true}"#,
            json!({"x": null, "y": null, "n": 12, "t": true}),
        ),
        (
            r#"{"error":{"message":"a","message":""},"error":null}"#,
            message("a"),
        ),
        (r#" "a \ud800" "#, json!("a \u{fffd}")),
        ("1e999", Value::Null),
        (
            r#"["\"\\\/\b\f\n\r\t\u00e9"]"#,
            json!(["\"\\/\u{8}\u{c}\n\r\t\u{e9}"]),
        ),
    ] {
        assert_eq!(value(text), wanted, "{text}");
    }
}

#[test]
fn what_is_not_json_is_not_read() {
    for text in [
        "",
        "Rate limit exceeded",
        "{",
        "{'error': 'x'}",
        r#"{"error":"x""#,
        r#"{"error":"x",}"#,
        r#"{"error":NaN}"#,
        r#"{"error":"x"} {}"#,
        "{\"error\":\"a\nb\"}",
        r#"{"error":"\ud8"}"#,
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn what_is_too_deep_becomes_a_list_of_its_words() {
    let levels = 100_000;
    let deep = |inside: &str, begin: &str, end: &str| {
        let value = value(&format!(
            "{}{inside}{}",
            begin.repeat(levels),
            end.repeat(levels)
        ));
        value
            .to_string()
            .trim_matches(['{', '}', '[', ']'])
            .to_owned()
    };
    assert!(deep("\"words\"", "[", "]").ends_with("\"errors\":\"words\""));
    assert!(deep("\"words\"", "{\"error\":", "}").ends_with("{\"error\":\"words\""));
    let inside = r#"{"message":"words","id":"x","code":7,"input":{"text":"private"},"detail":"z"}"#;
    let found = deep(inside, "{\"error\":", "}");
    assert!(
        found.ends_with(r#"{"message":"words"}},{"error":{"code":7}},{"error":{"detail":"z""#),
        "{found}"
    );
    // The rest of the text is read as before.
    let lists = ("[".repeat(levels), "]".repeat(levels));
    let text = format!("{{\"x\":{}1{},\"message\":\"words\"}}", lists.0, lists.1);
    assert_eq!(value(&text)["message"], "words");
    let many = format!("{}{}1{}", lists.0, "\"a\",".repeat(levels), lists.1);
    assert!(value(&many).to_string().len() < 100 * MOST_TOO_DEEP);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}\"',:\\\\u0-9a-fd\n é]{0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn what_is_json_is_read_as_such(text in "[\\PC\n]{0,8}", number in any::<i64>(), deep in 0..28_usize) {
        let inner = json!({"a": [text.as_str(), number, null, {}, []], text.as_str(): {"b": "c"}});
        let value = (0..deep).fold(inner, |inner, level| match level % 2 {
            0 => json!([inner]),
            _ => json!({"x": inner}),
        });
        prop_assert_eq!(read(&value.to_string()), Some(value.clone()));
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(read(&pretty), Some(value));
    }
}
