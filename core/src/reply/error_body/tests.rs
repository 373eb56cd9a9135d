use super::*;

const JSON: Option<&str> = Some("application/json");
const EVENTS: Option<&str> = Some("text/event-stream; charset=utf-8");

fn message(body: &str, content_type: Option<&str>) -> Option<String> {
    read(body, content_type).said.message
}

#[test]
fn the_words_are_found_whatever_is_around_them() {
    let error = r#"{"error":{"message":"The words","code":"a_code"}}"#;
    for (body, content_type) in [
        (error.to_owned(), JSON),
        (format!("\u{feff}\r\n{error}\0"), JSON),
        (format!("\n\u{feff}{error}"), None),
        (
            format!("{},\"score\":1e999}}", &error[..error.len() - 1]),
            JSON,
        ),
        (format!("{:?}", error), JSON),
        (format!("data: {error}\n\n"), EVENTS),
        (format!("data: {error}\n\n"), JSON),
        (format!("data: {error}"), EVENTS),
        (
            format!("event: error\r\ndata: {error}\r\n\r\ndata: [DONE]\r\n\r\n"),
            None,
        ),
        (format!(": wait\n\nid: 7\ndata: {error}\n\n"), EVENTS),
        (
            format!("data: {{\"message\":\"not this\"}}\n\nevent: error\ndata: {error}\n\n"),
            EVENTS,
        ),
        (
            format!(
                "event: error\ndata: {},\ndata: \"x\":1e999}}\n\n",
                &error[..error.len() - 1]
            ),
            EVENTS,
        ),
        (error.to_owned(), EVENTS),
        (format!(": wait\n\n{error}\n"), EVENTS),
        (format!("data:{error}\rdata:\r\r"), Some("text/plain")),
    ] {
        let words = read(&body, content_type).said;
        assert_eq!(words.message.as_deref(), Some("The words"), "{body}");
        assert_eq!(words.code.as_deref(), Some("a_code"), "{body}");
    }
}

#[test]
fn the_code_may_stand_behind_plain_words() {
    for before in ["429: ", ")]}',\n", "Error code: 429 - "] {
        let body =
            format!("{before}{{\"error\": {{\"message\": \"The words\", \"code\": \"a_code\"}}}}");
        let words = read(&body, JSON).said;
        assert_eq!(words.message, Some(body));
        assert_eq!(words.code.as_deref(), Some("a_code"));
    }
}

#[test]
fn plain_words_are_the_message() {
    for words in [
        "Rate limit exceeded",
        "[ERROR] no memory",
        "{model} is missing",
        "\"model\" is required",
        "data is missing: id",
        "event: it went down",
        ": (",
        "\u{1b}[31mRate limit exceeded\u{1b}[0m",
        "überlastet\nspäter",
        "Cl\u{fffd} inconnue",
    ] {
        for content_type in [JSON, None, Some("text/plain"), EVENTS] {
            assert_eq!(
                message(words, content_type).as_deref(),
                Some(words),
                "{content_type:?}"
            );
        }
    }
    for (body, content_type) in [
        ("\"Rate limit exceeded\"", JSON),
        ("\"Rate limit exceeded", Some("text/html")),
        ("Rate limit exceeded\0", JSON),
        ("data: Rate limit exceeded\n\n", EVENTS),
        ("event: error\ndata: Rate limit exceeded", None),
    ] {
        let wanted = (content_type != Some("text/html")).then_some("Rate limit exceeded");
        assert_eq!(message(body, content_type).as_deref(), wanted, "{body}");
    }
}

#[test]
fn markup_broken_json_and_what_is_not_text_say_nothing() {
    let packed = String::from_utf8_lossy(b"\x1f\x8b\x08\x00\x9a\xb2\x03\xff\x0b\xca").into_owned();
    for (body, content_type) in [
        ("<html>busy</html>", JSON),
        ("\u{feff}<?xml version=\"1.0\"?>", None),
        ("busy", Some("text/html")),
        ("busy", Some("application/xml")),
        (packed.as_str(), JSON),
        ("\u{1}\u{2}ab\u{3}", None),
        ("", JSON),
        ("null", JSON),
        ("data: [DONE]\n\n", EVENTS),
        ("{\"error\":{\"message\":\"oo", JSON),
        ("{\"error\":{\"message\":\"words\"}", JSON),
        ("{\"error\":{\"message\":\"words\"}} <html>", JSON),
        ("{\"error\":{\"message\":\"words\"},\"x\":NaN}", JSON),
        ("{'error': {'message': 'words'}}", JSON),
        ("{\"error\":\"two\nlines\"}", JSON),
        ("[\"words\",", JSON),
        ("\"words", JSON),
        ("data: {\"error\":\"words\"\n\n", EVENTS),
    ] {
        let said = message(body, content_type);
        assert!(said.is_none() || body.starts_with("data"), "{said:?}");
    }
}

#[test]
fn a_text_in_utf_16_is_read() {
    let text = "{\"error\":\"Größe \u{1f600}\"}";
    for mark in ["\u{feff}", ""] {
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = [mark, text].concat();
            let mut bytes: Vec<u8> = units.encode_utf16().flat_map(to_bytes).collect();
            assert_eq!(
                message(&text_of(&bytes), JSON).as_deref(),
                Some("Größe \u{1f600}")
            );
            bytes.push(b'x');
            assert_eq!(text_of(&bytes), text);
        }
    }
    for bytes in [&b""[..], b"\0", b"a", b"\0\0\0\0"] {
        assert_eq!(text_of(bytes), String::from_utf8_lossy(bytes));
    }
}
