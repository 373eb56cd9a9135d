use std::borrow::Cow;

use super::*;

pub(super) const KEY: &str = "nk-fake+secret/0123456789==";
pub(super) const STANDARD: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) fn secrets() -> Secrets {
    let secrets = Secrets::default();
    secrets.add(KEY);
    secrets
}

pub(super) fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|b| (0..8).rev().map(move |i| b >> i & 1))
        .collect();
    bits.chunks(6)
        .map(|six| {
            let value = (0..6).fold(0, |v, i| v << 1 | six.get(i).copied().unwrap_or(0));
            char::from(alphabet[usize::from(value)])
        })
        .collect()
}

pub(super) fn pushed(secrets: &Arc<Secrets>, text: &[u8], piece: usize) -> String {
    let mut cleaner = Cleaner::new(secrets, true);
    let mut out = Vec::new();
    for piece in text.chunks(piece) {
        cleaner.push(piece, &mut out);
    }
    cleaner.finish(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_secret_is_replaced_wherever_it_stands() {
    let text = format!("key {KEY} and {KEY}{KEY}, ende\u{fc}");
    assert_eq!(
        secrets().clean(&text),
        "key [redacted] and [redacted][redacted], ende\u{fc}"
    );
    assert!(matches!(secrets().clean("nothing here"), Cow::Borrowed(_)));
}

#[test]
fn any_mix_of_escapes_is_found() {
    for text in [
        "nk%2Dfake%2Bsecret%2f0123456789==",
        "%6e%6B-fake+secret/0123456789%3d%3D",
        "nk-fake\\u002bsecret\\/0123456789==",
        "nk-fake\\u002Bsecret%2F0123456789=\\x3d",
        // Encoded twice, or quoted in a quoted text.
        "nk%252Dfake%25252Bsecret%252F0123456789==",
        "nk-fake\\\\u002bsecret\\\\\\/0123456789==",
    ] {
        assert_eq!(secrets().clean(&format!("<{text}>")), "<[redacted]>");
    }
}

#[test]
fn what_stands_before_an_escape_takes_none_of_it() {
    let secrets = Secrets::default();
    secrets.add("41-abcdef");
    for before in [
        "%", "%4", "\\", "\\\\", "\\u00", "\\x", "%25", "100%", "%%", "%2541%",
    ] {
        for text in [
            "41-abcdef",
            "41%2Dabcdef",
            "4%31-ab\\u0063def",
            "%34%31%2dabcde%66",
        ] {
            let text = format!("{before}{text}!");
            let clean = secrets.clean(&text).into_owned();
            assert_eq!(clean, format!("{before}[redacted]!"), "{text}");
        }
    }
}

#[test]
fn a_secret_with_escapes_of_its_own_is_found() {
    let key = "a%41b\\nc%25\\u0041%";
    let secrets = Secrets::default();
    secrets.add(key);
    for text in [
        key,
        "a%2541b\\nc%2525\\u0041%25",
        "a%41b%5Cnc%25%5cu0041%",
        "a%41b\\\\nc%25\\\\u0041%",
    ] {
        assert_eq!(secrets.clean(text), "[redacted]", "{text}");
    }
}

#[test]
fn base64_at_every_alignment_is_found() {
    for alphabet in [STANDARD, URL_SAFE] {
        for before in ["", "u", "us", "user:", "Bearer "] {
            let text = base64(format!("{before}{KEY}:after").as_bytes(), alphabet);
            let clean = secrets().clean(&text).into_owned();
            assert!(clean.contains(MARK), "{before:?} left {text}");
            assert!(clean.len() < text.len());
        }
    }
}

#[test]
fn a_short_text_is_masked_as_a_long_one_is() {
    let secrets = Secrets::default();
    secrets.add(KEY);
    let mut texts = vec![KEY.to_owned(), KEY.to_uppercase(), KEY.replace('-', "%2D")];
    for before in ["", "a", "ab"] {
        for alphabet in [STANDARD, URL_SAFE] {
            texts.push(base64(format!("{before}{KEY}").as_bytes(), alphabet));
        }
    }
    for text in texts {
        let short = format!("/home/{text}/.env");
        // One that is long enough for the automaton.
        let long = format!("{}{short}", "/x".repeat(SHORT_TEXT));
        let masked = secrets.masked(&short);
        assert_ne!(masked, short, "{text}");
        assert!(secrets.masked(&long).ends_with(&masked), "{text}");
    }
    let plain = "/home/user/some-project/.env";
    assert_eq!(secrets.masked(plain), plain);
}

#[test]
fn fault_93_base64_with_line_breaks_inside_is_found() {
    let text = base64(format!("user:{KEY}").as_bytes(), STANDARD);
    let whole = secrets().clean(&text).into_owned();
    for line_break in [
        "\n", "\r\n", "\r", "\\n", "\\r\\n", "\\\\n", "%0A", "%0d%0a", "\\u000a", "\n  ", "\r\n\t",
        "\\n    ",
    ] {
        for width in 1..text.len() {
            let lines: Vec<&str> = (0..text.len())
                .step_by(width)
                .map(|at| &text[at..text.len().min(at + width)])
                .collect();
            let clean = secrets().clean(&lines.join(line_break)).into_owned();
            let joined = clean.replace(line_break, "");
            assert!(
                joined.contains(MARK) && joined.len() <= whole.len(),
                "{line_break:?} at {width} left {clean:?}"
            );
        }
    }
    let escaped = text
        .replace('+', "%2B")
        .replace('/', "\\/")
        .replace('a', "%61");
    assert!(secrets().clean(&escaped).len() <= whole.len());
}

#[test]
fn a_short_secret_takes_the_whole_text_with_it() {
    let secrets = Secrets::default();
    secrets.add("abc");
    assert_eq!(secrets.clean("an abc text"), "");
    assert_eq!(secrets.clean("an a%62c text"), "");
    assert_eq!(secrets.clean("another text"), "another text");
    assert_eq!(secrets.clean_own("an abc text"), "an abc text");
    // A part of a long secret is not a short secret.
    secrets.add("key-abc-01234567");
    assert_eq!(secrets.clean("<key-abc-01234567>"), "<[redacted]>");
    assert_eq!(secrets.clean("<key-abc-01234567> abc"), "");
}

#[test]
fn a_secret_among_bytes_that_are_no_text_is_replaced() {
    let secrets = secrets();
    secrets.add("abc");
    let packed = [b"\xff\xfe".as_slice(), KEY.as_bytes(), b"\x00abc\x80"].concat();
    assert_eq!(
        *secrets.clean_bytes(&packed),
        *b"\xff\xfe[redacted]\x00abc\x80"
    );
    assert!(matches!(secrets.clean_bytes(b"\xff"), Cow::Borrowed(_)));
}

#[test]
fn secrets_that_overlap_are_replaced_whole() {
    let secrets = secrets();
    for more in ["", "-and-more"] {
        secrets.add(&format!("{KEY}{more}"));
        secrets.add(&format!("{more}0123456789"));
    }
    secrets.add("89==-and-other");
    assert_eq!(secrets.clean(&format!("<{KEY}-and-more>")), "<[redacted]>");
    assert_eq!(secrets.clean(&format!("<{KEY}-and-other>")), "<[redacted]>");
    assert_eq!(secrets.clean("<-and-more0123456789>"), "<[redacted]>");
}

#[test]
fn a_secret_that_is_no_ascii_is_found() {
    let secrets = Secrets::default();
    secrets.add("pässwörd-€");
    for text in [
        "pässwörd-€",
        "p%C3%A4ssw%c3%b6rd-%E2%82%AC",
        "p\\u00e4ssw\\u00F6rd-\\u20ac",
    ] {
        assert_eq!(secrets.clean(&format!("<{text}>")), "<[redacted]>");
    }
}

#[test]
fn letters_that_became_small_are_found() {
    let secrets = Secrets::default();
    secrets.add("NK-Fake-0123456789");
    assert!(secrets.stands_in_any_case("https://nk-fake-0123456789/"));
    assert!(secrets.stands_in_any_case("https://NK-FAKE-%30123456789.example/"));
    assert!(!secrets.stands_in_any_case("https://nk-fake-012345678.example/"));
    assert!(!Secrets::default().stands_in_any_case(""));
}

#[test]
fn debug_shows_no_secret() {
    assert!(!format!("{:?}", secrets()).contains("fake"));
}

/// The steps of a cleaning depend only on the length of the text.
#[test]
fn the_cost_of_any_text_is_linear() {
    let secrets = Arc::new(Secrets::default());
    let keys = [
        "a".repeat(4_096),
        "ab".repeat(2_048),
        "nk-fake-0123456789abcdef".to_owned(),
    ];
    keys.iter().for_each(|key| secrets.add(key));
    let encoded = base64(keys[0].as_bytes(), STANDARD);
    let piece = |text: &str| text.repeat(1 + 20_000 / text.len());
    for text in [
        piece("%"),
        piece("%2"),
        piece("%25"),
        piece("\\"),
        piece("\\u"),
        piece("\\n"),
        piece("a"),
        piece("ab"),
        piece("%61"),
        piece("%61b"),
        piece("\\u0061"),
        piece("nk-"),
        piece("nk-fake-0123456789abcde"),
        piece("%6ek-"),
        piece("YWFh"),
        piece("YWFh\n"),
        piece("YWFh\\n"),
        piece("\n"),
        piece(&encoded),
        piece("aaa%"),
        piece("%2561"),
        piece("%61\\"),
    ] {
        let begin = &text[..12];
        let steps = cost::steps_of(|| drop(secrets.clean(&text)));
        assert!(
            steps < text.len() * 60,
            "{begin}: {} a byte",
            steps / text.len()
        );
        let steps = cost::steps_of(|| drop(pushed(&secrets, text.as_bytes(), 4_096)));
        assert!(
            steps < text.len() * 120,
            "{begin}: {} a byte",
            steps / text.len()
        );
    }
}
