use super::*;

fn outline(text: &str) -> Outline<'_> {
    Outline::of(text).unwrap_or_else(|why| panic!("{text}: {why:?}"))
}

#[test]
fn a_finish_reason_is_a_text_in_any_choice_and_nowhere_else() {
    for (data, wanted) in [
        (r#"{"choices":[{"finish_reason":"stop"}]}"#, true),
        (
            r#" {"choices":[{"finish_reason":null},{"finish_reason":"length"}]}"#,
            true,
        ),
        (
            r#"{"choices":[{"delta":{},"finish_reason":"stop","index":0}],"x":1}"#,
            true,
        ),
        (r#"{"choices":[{"finish_\u0072eason":"stop"}]}"#, true),
        (
            r#"{"choices":[1,"a",null,[],true,1.5,{"finish_reason":"stop"}]}"#,
            true,
        ),
        (r#"{"choices":[{"finish_reason":""}]}"#, false),
        (r#"{"choices":[{"finish_reason":0}]}"#, false),
        (r#"{"choices":[{"finish_reason":true}]}"#, false),
        (r#"{"choices":[{"finish_reason":null}]}"#, false),
        (
            r#"{"choices":[["finish_reason"]],"finish_reason":"stop"}"#,
            false,
        ),
        (r#"{"choices":{"finish_reason":"stop"}}"#, false),
        (r#"{"choices":[{"delta":{"finish_reason":"stop"}}]}"#, false),
        (r#"{"choices":"stop"}"#, false),
        (r#"{"choices":null}"#, false),
        (r#"{"choices":[]}"#, false),
        ("{}", false),
    ] {
        assert_eq!(outline(data).is_finished(), wanted, "{data}");
    }
}

#[test]
fn every_json_object_has_an_outline_and_nothing_else_has() {
    let deep = format!(
        "{{\"choices\":{}{}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    for data in [
        &deep,
        r#"{"choices":[1e999],"usage":7}"#,
        r#"{"choices":[{"index":1e999,"delta":{"x":1e999}}]}"#,
        r#"{"usage":1,"usage":2}"#,
        r#"{"error":1,"error":null}"#,
        " {} ",
    ] {
        let outline = outline(data);
        assert!(!outline.is_finished(), "{data}");
        assert!(!outline.is_error(Member::Choices), "{data}");
    }
    for data in ["", "{", "{}x", "{\"choices\":[}", "hello", "{\"a\":01}"] {
        assert!(
            matches!(Outline::of(data), Err(NoOutline::NotJson(_))),
            "{data}"
        );
    }
    for data in ["null", "[1]", "7", "\"stop\"", " [{\"error\":1}]", "true"] {
        assert!(
            matches!(Outline::of(data), Err(NoOutline::NotObject)),
            "{data}"
        );
    }
}

#[test]
fn an_error_that_says_nothing_is_not_an_error() {
    for nothing in [
        "null",
        "false",
        "0",
        "0.0",
        "-0",
        "0.0000000000",
        "0e9",
        "\"\"",
        "\" \"",
        r#""\n""#,
        "{}",
        "{ }",
        "[]",
        "[\n]",
    ] {
        for data in [
            format!("{{\"error\":{nothing}}}"),
            format!("{{\"choices\":[{{\"error\":{nothing}}}]}}"),
            format!("{{\"choices\":[{{\"delta\":{{\"error\":{nothing}}}}}]}}"),
        ] {
            assert!(!outline(&data).is_error(Member::Choices), "{data}");
        }
    }
    for error in [
        "true",
        "\"no\"",
        "{\"message\":null}",
        "1",
        "0.00001",
        "-0.00001234",
        "[0]",
        "\"0\"",
        r#""\ud83d""#,
    ] {
        for data in [
            format!("{{\"error\":{error},\"choices\":3}}"),
            format!("{{\"error\":null,\"error\":{error},\"choices\":[]}}"),
            format!("{{\"choices\":[{{\"error\":{error}}}]}}"),
            format!("{{\"choices\":[{{}},{{\"delta\":{{\"error\":{error}}}}}]}}"),
            format!("{{\"choices\":[{{\"message\":{{\"error\":{error}}}}}]}}"),
        ] {
            assert!(outline(&data).is_error(Member::Choices), "{data}");
        }
    }
    let ended = r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#;
    assert!(outline(ended).is_error(Member::Choices));
    // The words of a model are not the words of the service.
    let words = r#"{"choices":[{"delta":{"content":"{\"error\":true}"}}]}"#;
    assert!(!outline(words).is_error(Member::Choices));
}

#[test]
fn a_number_is_an_error_only_in_place_of_an_answer() {
    for (data, wanted) in [
        (r#"{"code":429}"#, true),
        (r#"{"status":"503"}"#, true),
        (r#"{"code":400.0,"choices":null}"#, true),
        (r#"{"code":429,"choices":[]}"#, false),
        (r#"{"code":399}"#, false),
        (r#"{"code":600}"#, false),
        (r#"{"code":-429}"#, false),
        (r#"{"code":429.5}"#, false),
        (r#"{"code":65965}"#, false),
        (r#"{"code":1e999}"#, false),
        (r#"{"status":"ok","code":null}"#, false),
    ] {
        assert_eq!(outline(data).is_error(Member::Choices), wanted, "{data}");
    }
    assert!(!outline(r#"{"status":500,"data":[]}"#).is_error(Member::Data));
    assert!(!outline(r#"{"status":500,"id":"a"}"#).is_error(Member::Id));
}

#[test]
fn a_member_that_is_null_is_absent_and_a_list_is_counted() {
    assert!(outline(r#"{"id":1,"data":[],"choices":3}"#).has(Member::Id));
    for member in [Member::Choices, Member::Data, Member::Id] {
        let name = member.name();
        assert!(outline(&format!("{{\"{name}\":7}}")).has(member));
        assert!(!outline(&format!("{{\"{name}\":null}}")).has(member));
        assert!(!outline("{}").has(member));
    }
    assert_eq!(outline(r#"{"data":[1,{},[2]]}"#).listed(), Some(3));
    assert_eq!(outline(r#"{"data":{"a":1}}"#).listed(), None);
}

#[test]
fn only_an_objects_own_usage_counts() {
    let counted = |text: &str| outline(text).tokens().map(|tokens| tokens.prompt_tokens());
    assert_eq!(
        counted(r#"{"usage": {"prompt_tokens": 3, "completion_tokens": 4}}"#),
        Some(3)
    );
    assert_eq!(counted(r#"{"usage": {"total_tokens": 7}}"#), Some(0));
    assert_eq!(counted(r#"{"usage": null}"#), None);
    assert_eq!(counted(r#"{"choices": ["\"usage\""]}"#), None);
    assert_eq!(counted(r#"{"usage": "much"}"#), None);
}
