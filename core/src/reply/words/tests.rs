use proptest::prelude::*;
use serde_json::json;

use super::*;

fn said(body: Value) -> (Option<String>, Option<String>, Option<String>) {
    let said = read(&body).said;
    (said.message, said.code, said.type_)
}

fn message(body: Value) -> String {
    let message = read(&body).said.message;
    message.unwrap_or_else(|| panic!("no words in {body}"))
}

#[test]
fn words_are_found_in_every_usual_shape() {
    let words = "The model is busy";
    for body in [
        json!({"error": {"message": words}}),
        json!({"error": words}),
        json!({"error": [words]}),
        json!({"error": [{"message": words}]}),
        json!({"error": {"details": words}}),
        json!({"error": {"details": [{"reason": words}]}}),
        json!({"errors": [words]}),
        json!({"errors": [{"message": words, "code": 7}]}),
        json!({"errors": {"model": [words]}}),
        json!({"message": words}),
        json!({"message": [words]}),
        json!({"message": {"text": words}}),
        json!({"message": [{"error": words}]}),
        json!({"msg": words}),
        json!({"detail": words}),
        json!({"detail": {"error": {"message": words}}}),
        json!({"detail": {"detail": words}}),
        json!({"details": words}),
        json!({"error_description": words}),
        json!({"type": "about:blank", "title": words}),
        json!({"response": {"error": {"message": words}}}),
        json!([{"error": {"message": words}}]),
        json!([{"message": words}]),
        json!([words]),
        json!(words),
    ] {
        assert_eq!(message(body.clone()), words, "{body}");
    }
}

#[test]
fn the_sentence_beside_a_label_is_what_was_said() {
    let words = "The key ended on Friday";
    for body in [
        json!({"error": "Unauthorized", "message": words}),
        json!({"error": "a-very-long-label-without-any-blank-in-it", "message": words}),
        json!({"error": words, "message": "Unauthorized"}),
        json!({"error": "invalid_token", "error_description": words}),
        json!({"title": "Unauthorized", "status": 401, "detail": words}),
        json!({"error": {"message": words, "details": "much longer than the words themselves"}}),
        json!({"error": {"message": "Unauthorized", "details": words}, "x": {"error": 1}}),
    ] {
        let found = message(body.clone());
        let is_label = body["error"]["message"] == "Unauthorized";
        let wanted = if is_label { "Unauthorized" } else { words };
        assert_eq!(found, wanted, "{body}");
    }
    assert_eq!(
        message(json!({"error": "no", "detail": "longest"})),
        "longest"
    );
    let read = read(&json!({"error": "invalid_api_key", "message": words}));
    assert!(read.labels.contains(&"invalid_api_key".to_owned()));
}

#[test]
fn several_texts_of_a_list_are_shown_together() {
    assert_eq!(
        message(json!({"message": ["name is empty", "age is not a number"]})),
        "name is empty; age is not a number"
    );
    let fault = |place: &str| json!({"loc": ["body", place, 0], "msg": "field required"});
    assert_eq!(
        message(json!({"detail": [fault("a"), fault("b")]})),
        "body.a.0: field required; body.b.0: field required"
    );
    // The list is ranked by one of its texts, not by the length of all together.
    let body = json!({"message": "Validation of the request failed", "errors": vec!["a b"; 40]});
    assert_eq!(message(body), "Validation of the request failed");
}

#[test]
fn code_and_type_come_from_the_nearest_object() {
    let some = |text: &str| Some(text.to_owned());
    for (body, code, type_) in [
        (
            json!({"error": {"message": "m", "code": "a", "type": "t"}, "code": "b"}),
            some("a"),
            some("t"),
        ),
        (
            json!({"error": {"message": "m"}, "code": 429}),
            some("429"),
            None,
        ),
        (
            json!({"error": "x", "code": "a", "type": "t"}),
            some("a"),
            some("t"),
        ),
        (json!([{"error": {"code": "a"}}]), some("a"), None),
        (
            json!({"errors": [{"code": "a"}, {"code": "b"}]}),
            some("a"),
            None,
        ),
        (
            json!({"message": "m", "code": "a", "details": [{"code": "b"}]}),
            some("a"),
            None,
        ),
        (
            json!({"detail": {"code": "a", "message": "m"}}),
            some("a"),
            None,
        ),
        (
            json!({"detail": [{"loc": ["body"], "msg": "m", "type": "missing"}]}),
            None,
            None,
        ),
        (
            json!({"message": "m", "meta": {"type": "t", "code": 1}}),
            None,
            None,
        ),
        (json!({"error": {"code": "", "type": []}}), None, None),
    ] {
        let (_, found_code, found_type) = said(body.clone());
        assert_eq!((found_code, found_type), (code, type_), "{body}");
    }
}

#[test]
fn what_is_for_programs_is_not_said() {
    for body in [
        json!({}),
        json!({"error": {"code": "a b", "type": "c d", "param": "e f"}}),
        json!({"status": "not ok", "code": ["a b"], "loc": ["c d"]}),
        json!({"error": null, "message": "", "detail": " "}),
        json!({"id": "req 1", "object": "error"}),
        json!(7),
        json!(null),
    ] {
        assert_eq!(read(&body).said.message, None, "{body}");
    }
}

#[test]
fn what_a_service_quotes_of_the_request_is_not_what_it_says() {
    let private = "a private document that is longer than all else";
    for body in [
        json!({"detail": [{"loc": ["body"], "msg": "too short", "input": [private]}]}),
        json!({"detail": [{"loc": ["body"], "msg": "too short", "ctx": {"reason": private}}]}),
        json!({"error": {"reason": "too short", "request": {"text": private}}}),
        json!({"message": "too short", "input": {"messages": [{"text": private}]}}),
        json!({"message": "too short", "messages": [private]}),
    ] {
        assert!(!message(body.clone()).contains(private), "{body}");
    }
}

/// A shape around `inner`: under a name for words, in a list, beside members for programs, inside
/// another object.
fn shape(inner: Value) -> impl Strategy<Value = Value> {
    let name = proptest::sample::select([&WORDS[..], &ERRORS[..]].concat());
    (name, 0..5_u8).prop_map(move |(name, how)| {
        let inner = inner.clone();
        match how {
            0 => json!({ name: inner }),
            1 => json!([inner]),
            2 => json!({ name: [inner], "code": "some_code", "status": 401 }),
            3 => json!({ name: inner, "type": "x", "id": "y", "param": null }),
            _ => json!({ "response": { name: inner } }),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_shape_with_a_text_in_it_yields_nothing(
        words in "[a-z]{2,8}( [a-z]{1,8}){0,3}",
        body in Just(()).prop_flat_map(|()| (1..6_usize,)).prop_flat_map(|(depth,)| {
            (0..depth).fold(Just(json!("@")).boxed(), |inner, _| {
                inner.prop_flat_map(shape).boxed()
            })
        }),
    ) {
        let body = body.to_string().replace('@', &words);
        let body: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(message(body), words);
    }
}
