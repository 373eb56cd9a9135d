use super::*;

fn members(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let read = read(text, |walk| {
        walk.object(|name, walk| {
            let name = String::from_utf8(name.to_vec()).unwrap();
            found.push((name, walk.value()?.to_owned()));
            Ok(())
        })
    });
    read.is_ok().then_some(found)
}

#[test]
fn the_members_of_an_object_are_found_as_they_are_written() {
    for (text, wanted) in [
        ("{}", &[][..]),
        (" { \"a\" : 1 } ", &[("a", "1")]),
        (
            r#"{"a":"x\"}","b\n":[1, {"c":2}],"":null,"a":-0.5E+1}"#,
            &[
                ("a", r#""x\"}""#),
                ("b\n", r#"[1, {"c":2}]"#),
                ("", "null"),
                ("a", "-0.5E+1"),
            ],
        ),
        (r#"{"\ud800":{}}"#, &[(r#""\ud800""#, "{}")]),
    ] {
        let found = members(text).unwrap_or_else(|| panic!("{text}"));
        let found: Vec<_> = found.iter().map(|(n, v)| (&**n, &**v)).collect();
        assert_eq!(found, wanted, "{text}");
    }
    for text in [
        "",
        "[]",
        "{",
        "{}x",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":-}",
        "{\"a\":nul}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":[1}",
        "{\"a\":\"\\u12\"}",
    ] {
        assert_eq!(members(text), None, "{text}");
    }
}

#[test]
fn the_elements_of_a_list_are_counted_and_any_depth_is_passed() {
    let count = |text: &str| {
        let mut count = 0;
        let read = read(text, |walk| {
            walk.list(|walk| {
                count += 1;
                walk.skip()
            })
        });
        read.map(|()| count).ok()
    };
    let deep = format!("[{}{}, 1]", "[{\"a\":".repeat(50_000), "}]".repeat(50_000));
    assert_eq!(count(&deep.replace("\"a\":}", "\"a\":0}")), Some(2));
    assert_eq!(count("[]"), Some(0));
    assert_eq!(count("[1, \"],\", [[]], {\"a\": [,]}]"), None);
    assert_eq!(count("[1, \"],\", [[]], {\"a\": [1]}]"), Some(4));
    assert_eq!(count("{}"), None);
}

#[test]
fn an_error_has_the_place() {
    let error = check("{\"a\":\n 1,}").unwrap_err();
    assert_eq!((error.line(), error.column()), (2, 4));
    assert!(check("{\"a\":").unwrap_err().is_eof());
    // JSON, but not what was to be read.
    assert!(
        read("[]", |walk| walk.object(|_, _| Ok(())))
            .unwrap_err()
            .is_data()
    );
}
