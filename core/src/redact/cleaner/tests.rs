//! Streams are cleaned alike, however they are cut into pieces.

use super::*;
use crate::redact::MARK;
use crate::redact::tests::{KEY, STANDARD, base64, pushed, secrets};

#[test]
fn a_stream_cut_at_any_byte_is_cleaned_alike() {
    let secrets = Arc::new(secrets());
    secrets.add("aaaaaaaa");
    secrets.add(&format!("0123456789==-{KEY}"));
    let encoded = base64(format!("user:{KEY}").as_bytes(), STANDARD);
    let text = format!(
        "data: {KEY} and nk%2Dfake\\u002bsecret%252F0123456789==\n\ndata: aaaaaaaaaaaaaaa nk-fake\
         \r\n\r\n: {}\\n{}\r\rdata: {KEY}-{KEY} %6e%6 \\u00 {KEY}{KEY} %6eaaaaaaa\u{fc} nk-fake+sec",
        &encoded[..20],
        &encoded[20..],
    );
    let whole = pushed(&secrets, text.as_bytes(), text.len());
    assert_eq!(whole, secrets.clean(&text));
    assert_eq!(whole.matches(MARK).count(), 7, "{whole}");
    for piece in 1..text.len() {
        assert_eq!(pushed(&secrets, text.as_bytes(), piece), whole, "{piece}");
    }
    for at in 0..text.len() {
        let (mut cleaner, mut out) = (Cleaner::new(&secrets, true), Vec::new());
        let (first, rest) = text.as_bytes().split_at(at);
        cleaner.push(first, &mut out);
        cleaner.push(rest, &mut out);
        cleaner.finish(&mut out);
        assert_eq!(String::from_utf8_lossy(&out), whole, "{at}");
    }
}

#[test]
fn only_what_may_begin_a_secret_is_held_back() {
    let secrets = Arc::new(secrets());
    for (text, held) in [
        ("data: hello", ""),
        ("data: nk-fake", "nk-fake"),
        ("data: nk-fake!", ""),
        ("data: nknknk-", "nk-"),
        ("data: %6e%6b%2", "%6e%6b%2"),
        ("data: %41", ""),
        ("data: nk-fake\n\n", ""),
        ("data: nk-fake\r\n\r", ""),
        ("data: 100%", "%"),
    ] {
        let (mut cleaner, mut out) = (Cleaner::new(&secrets, true), Vec::new());
        cleaner.push(text.as_bytes(), &mut out);
        let sent = text.strip_suffix(held).unwrap();
        assert_eq!(String::from_utf8_lossy(&out), sent, "{text:?}");
    }
    let mut cleaner = Cleaner::new(&Arc::default(), true);
    let mut out = Vec::new();
    cleaner.push(b"nk-fake", &mut out);
    assert_eq!(out, b"nk-fake");
}

#[test]
fn a_key_that_comes_while_a_stream_is_read_is_kept_out_of_the_rest() {
    let secrets = Arc::new(secrets());
    let (mut cleaner, mut out) = (Cleaner::new(&secrets, true), Vec::new());
    cleaner.push(b"data: nk-fake+", &mut out);
    secrets.add("nk-fake+other");
    cleaner.push(b"other nk-fake+secret/0123456789== nk-fake+other", &mut out);
    cleaner.finish(&mut out);
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out, "data: [redacted] [redacted] [redacted]");
}

#[test]
fn an_event_that_holds_a_short_secret_is_left_out() {
    let secrets = Arc::new(secrets());
    secrets.add("ollama");
    let left_out = format!("{}\n\n", String::from_utf8_lossy(LEFT_OUT));
    for (text, clean) in [
        (
            "data: a\n\ndata: an ollama\n\ndata: b\n\n",
            format!("data: a\n\n{left_out}data: b\n\n"),
        ),
        (
            "\u{feff}id: 1\ndata: oll\\u0061ma\r\n\r\ndata: %6fllama\r\n\r\n:\n\n",
            format!("{left_out}{left_out}\n:\n\n"),
        ),
        ("data: ollam\u{e4} ollama", left_out.clone()),
        (
            "data: ollam\u{e4}\n\nx\n",
            "data: ollam\u{e4}\n\nx\n".to_owned(),
        ),
        (
            "data: nk-fake+secret/0123456789==\n\n",
            format!("data: {MARK}\n\n"),
        ),
        ("[\"b\", \"ollama\"]\n\n[]", "[]".to_owned()),
    ] {
        for piece in 1..=text.len() {
            assert_eq!(pushed(&secrets, text.as_bytes(), piece), clean, "{piece}");
        }
    }
    // If an event is too long to be held back, its rest is left out.
    let long = "x".repeat(40_000);
    let text = format!("data: {long} ollama, y\n\ndata: b\n\n");
    for piece in [1, 1_000, text.len()] {
        let out = pushed(&secrets, text.as_bytes(), piece);
        let (event, rest) = out.split_once("\n\n").unwrap();
        assert!(
            event.starts_with("data: ") && !event.contains("ollama"),
            "{event}"
        );
        assert!(!event.contains(", y"));
        assert_eq!(rest, "data: b\n\n");
    }
    // In an answer it stays, unless the answer is an error.
    for (text, is_clean) in [
        ("data: {\"system_fingerprint\": \"fp_ollama\"}\n\n", true),
        (
            "data: {\"content\": \"an \\\"error\\\" of ollama\"}\n\n",
            true,
        ),
        (
            "data: {\"error\": {\"message\": \"bad key ollama\"}}\n\n",
            false,
        ),
        ("event: error\ndata: bad key ollama\n\n", false),
        ("{\"errors\": [\"bad key ollama\"]}", false),
    ] {
        let (mut cleaner, mut out) = (Cleaner::new(&secrets, false), Vec::new());
        text.bytes()
            .for_each(|byte| cleaner.push(&[byte], &mut out));
        cleaner.finish(&mut out);
        assert_eq!(out == text.as_bytes(), is_clean, "{text}");
        assert_eq!(String::from_utf8(out).unwrap().contains("ollama"), is_clean);
    }
    // In bytes that are not text it matches by chance.
    let bytes = b"\xff\xfe\0ollama\xff";
    let (mut cleaner, mut out) = (Cleaner::new(&secrets, true), Vec::new());
    cleaner.push(bytes, &mut out);
    cleaner.finish(&mut out);
    assert_eq!(out, bytes);
}

#[test]
fn what_is_held_back_does_not_grow_without_end() {
    let secrets = Arc::new(Secrets::default());
    secrets.add(&"a".repeat(64));
    let (mut cleaner, mut out) = (Cleaner::new(&secrets, true), Vec::new());
    for text in ["a", "%61", "YWFh", "YWFh\\n", "\\", "%", "%25"] {
        for _ in 0..100 {
            let before = out.len();
            let text = text.repeat(1_000);
            cleaner.push(text.as_bytes(), &mut out);
            assert!(out.len() - before < 200_000);
        }
        out.clear();
        cleaner.finish(&mut out);
        assert!(out.len() < 20_000, "{text} {}", out.len());
        out.clear();
    }
}
