//! Redacted text: no secret is left, in any spelling and wherever the text is cut, and the cost
//! depends only on the length.

use std::sync::Arc;

use super::{KEY, SECRET};
use crate::redact::cost::steps_of;
use crate::redact::{Cleaner, Secrets};

/// The most steps that a byte of text may cost, with keys of this length.
const STEPS: usize = 400;

/// A server's text. The first byte chooses the length of a piece. The next ones choose the spelling
/// of each character of a key, which is put into the middle of the rest.
pub fn redaction(data: &[u8]) {
    let [piece, text @ ..] = data else {
        return;
    };
    let secrets = Arc::new(Secrets::default());
    for secret in [
        KEY,
        SECRET,
        "abababababababab",
        "%41%2541\\u0041",
        KEY.split_at(9).1,
    ] {
        secrets.add(secret);
    }
    let choice = |at: usize| text.get(at).copied().unwrap_or_default();
    let escaped: String = KEY
        .bytes()
        .enumerate()
        .map(|(at, byte)| spelled(byte, choice(at)))
        .collect();
    let broken: String =
        base64(&[text.get(..1).unwrap_or_default(), KEY.as_bytes(), b"!!"].concat())
            .chars()
            .enumerate()
            .map(|(at, character)| format!("{character}{}", line_break(choice(at))))
            .collect();
    let (before, behind) = text.split_at(text.len() / 2);
    for spelled in ["", KEY, &escaped, &broken] {
        let whole = [before, spelled.as_bytes(), behind].concat();
        let mut clean = Vec::new();
        let steps = steps_of(|| clean = secrets.clean_bytes(&whole).into_owned());
        assert!(
            steps <= whole.len() * STEPS,
            "{steps} steps for {} bytes",
            whole.len()
        );
        assert_clean(&clean, spelled);
        let at_once = streamed(&secrets, &whole, whole.len().max(1));
        assert_eq!(
            at_once,
            streamed(&secrets, &whole, usize::from(*piece % 32) + 1)
        );
        assert_clean(&at_once, KEY);
        let lossy = String::from_utf8_lossy(&whole);
        assert_clean(secrets.clean(&lossy).as_bytes(), spelled);
        assert_clean(secrets.clean_message(&lossy).as_bytes(), spelled);
    }
}

fn assert_clean(clean: &[u8], spelled: &str) {
    let text = String::from_utf8_lossy(clean);
    assert!(!text.contains(KEY), "the key stands in {text:?}");
    assert!(
        spelled.is_empty() || !text.contains(spelled),
        "{spelled:?} stands in {text:?}"
    );
    assert!(
        !decoded(clean).contains(KEY),
        "the key is spelled in {text:?}"
    );
}

fn streamed(secrets: &Arc<Secrets>, text: &[u8], piece: usize) -> Vec<u8> {
    let (mut cleaner, mut out) = (Cleaner::new(secrets, true), Vec::new());
    for piece in text.chunks(piece) {
        cleaner.push(piece, &mut out);
    }
    cleaner.finish(&mut out);
    out
}

fn spelled(byte: u8, choice: u8) -> String {
    match choice % 6 {
        0 => char::from(byte).to_string(),
        1 => format!("%{byte:02X}"),
        2 => format!("%{byte:02x}"),
        3 => format!("\\u{byte:04x}"),
        4 => format!("%25{byte:02X}"),
        _ => format!("\\{}", char::from(byte)),
    }
}

fn line_break(choice: u8) -> &'static str {
    ["", "", "\n", "\r\n", "\\n", "\\r\\n", "%0A", "\n  "][usize::from(choice % 8)]
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks_exact(3) {
        let value = three
            .iter()
            .fold(0, |value, byte| value << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            out.push(char::from(ALPHABET[value >> shift & 63]));
        }
    }
    out
}

/// Decodes percent and JSON escapes once, from the left.
fn decoded(text: &[u8]) -> String {
    let digits = |from: usize, to: usize| {
        let digits = std::str::from_utf8(text.get(from..to)?).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    let (mut out, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let (byte, length) = match text[at] {
            b'%' => digits(at + 1, at + 3).map_or((b'%', 1), |byte| (byte, 3)),
            b'\\' if text[at..].starts_with(b"\\u00") => {
                digits(at + 4, at + 6).map_or((b'\\', 1), |byte| (byte, 6))
            }
            byte => (byte, 1),
        };
        out.push(byte);
        at += length;
    }
    String::from_utf8_lossy(&out).into_owned()
}
