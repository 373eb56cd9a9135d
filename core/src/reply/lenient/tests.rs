use proptest::prelude::*;
use serde_json::json;

use super::*;

const SHOWN: usize = 20;

fn value(text: &str) -> Value {
    read(text, SHOWN).unwrap_or_else(|| panic!("{text:?} is not read"))
}

#[test]
fn what_a_strict_parser_refuses_is_read() {
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
            r#"{"error":{"message":"\ud800\u0041\u00e9"}}"#,
            message("\u{fffd}A\u{e9}"),
        ),
        (
            r#"{"error":{"message":"\u12 \u+123 \x41 \' \/ \é"}}"#,
            message("\u{fffd}12 \u{fffd}+123 x41 ' / é"),
        ),
        ("{\"error\":{\"message\":\"a\nb\tc\"}}", message("a\nb\tc")),
        (r#"{"error":{"message":"a",}}"#, message("a")),
        ("{'error': {'message': \"don't\"}}", message("don't")),
        (r#"{"error":{message: "a"}}"#, message("a")),
        (r#"{"error":{"message":"a"}"#, message("a")),
        (r#"{"error":{"message":"a","code":"cut"#, message("a")),
        (r#"{"error":{"message":"a"]]"#, message("a")),
        (r#"{"error":{"message":"a"}} <html>"#, message("a")),
        (r#"{"error":{"message":"a"}};"#, message("a")),
        (
            r#"{"x":1e999,"y":NaN,"z":-Infinity,"n":12}"#,
            json!({"x": null, "y": null, "z": null, "n": 12}),
        ),
        (
            r#"{"error":{"message":"no "model" or 'x' "}}"#,
            message("no \"model\" or 'x' "),
        ),
        (
            r#"{"error":{"message":"a","message":""},"error":null}"#,
            message("a"),
        ),
        (r#"{"x":}"#, json!({})),
        (r#"{"x":,"y":undefined}"#, json!({"y": null})),
        (r#"{"a":1,"a":2} {"b":3}"#, json!([{"a": 2}, {"b": 3}])),
        ("{\"a\":\"1\"}\n\u{1e}[\"b\"]\n", json!([{"a": "1"}, ["b"]])),
        (r#""a \ud800""#, json!("a \u{fffd}")),
        ("{", json!({})),
        ("[", json!([])),
        ("\"cut", json!(null)),
    ] {
        assert_eq!(value(text), wanted, "{text}");
    }
}

#[test]
fn plain_words_are_not_taken_for_json() {
    for text in [
        "",
        "Rate limit exceeded",
        "[ERROR] no memory",
        "[500] busy",
        "{name} is missing",
        "\"model\" is required",
        "'a'",
        "<html>",
        "null",
        "1e999",
    ] {
        assert_eq!(read(text, SHOWN), None, "{text}");
    }
}

#[test]
fn of_a_text_that_is_cut_only_a_long_one_is_read() {
    let long = "x".repeat(SHOWN);
    assert_eq!(
        value(&format!("{{\"message\":\"{long}")),
        json!({"message": long})
    );
    assert_eq!(value(&format!("{{\"message\":\"{}", &long[1..])), json!({}));
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
    // What stands behind it is read as before.
    let lists = ("[".repeat(levels), "]".repeat(levels));
    let text = format!("{{\"x\":{}1{},\"message\":\"words\"}}", lists.0, lists.1);
    assert_eq!(value(&text)["message"], "words");
    let cut = format!("{{\"message\":\"words\",\"x\":{}", lists.0);
    assert_eq!(value(&cut)["message"], "words");
    let many = format!("{}{}", lists.0, "\"a\",".repeat(levels));
    assert!(value(&many).to_string().len() < 100 * MOST_SUNK);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_to_its_end(text in "[\\[\\]{}\"',:\\\\u0-9a-fd\n é]{0,60}") {
        let _ = read(&text, SHOWN);
    }

    #[test]
    fn what_is_json_is_read_as_such(text in "[\\PC\n]{0,8}", number in any::<i64>(), deep in 0..28_usize) {
        let inner = json!({"a": [text.as_str(), number, null, {}, []], text.as_str(): {"b": "c"}});
        let value = (0..deep).fold(inner, |inner, level| match level % 2 {
            0 => json!([inner]),
            _ => json!({"x": inner}),
        });
        prop_assert_eq!(read(&value.to_string(), SHOWN), Some(value.clone()));
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(read(&pretty, SHOWN), Some(value));
    }
}
