//! The forms in which a secret may appear in a text.

use zeroize::Zeroizing;

/// A shorter secret may be part of ordinary words. Replacing it would garble the text and reveal
/// it, so the whole text is left out.
const SHORTEST: usize = 8;

/// The bytes for the 64 values of base64 in the automaton. In UTF-8 text two of them never follow
/// each other, so a base64 form matches only when a text is read as base64.
const SYMBOLS: u8 = 0x80;

/// The meaning of a character when a text is read as base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Character {
    /// One of the 64 values in either alphabet, as its byte in the automaton.
    Symbol(u8),
    /// A line break, which encoders insert anywhere.
    LineBreak,
    /// A blank, which is ignored at the beginning of a line.
    Blank,
    Other,
}

/// The meaning of each byte in base64 or base64url.
pub(super) const BASE64: [Character; 256] = {
    let mut table = [Character::Other; 256];
    let mut value: u8 = 0;
    while value < 26 {
        table[(b'A' + value) as usize] = Character::Symbol(SYMBOLS + value);
        table[(b'a' + value) as usize] = Character::Symbol(SYMBOLS + 26 + value);
        if value < 10 {
            table[(b'0' + value) as usize] = Character::Symbol(SYMBOLS + 52 + value);
        }
        value += 1;
    }
    table[b'+' as usize] = Character::Symbol(SYMBOLS + 62);
    table[b'-' as usize] = Character::Symbol(SYMBOLS + 62);
    table[b'/' as usize] = Character::Symbol(SYMBOLS + 63);
    table[b'_' as usize] = Character::Symbol(SYMBOLS + 63);
    table[b'\n' as usize] = Character::LineBreak;
    table[b'\r' as usize] = Character::LineBreak;
    table[b' ' as usize] = Character::Blank;
    table[b'\t' as usize] = Character::Blank;
    table
};

/// The symbol of a form for a byte of base64. Any other byte gives a value that
/// occurs in no form.
pub(super) fn symbol(byte: u8) -> u8 {
    match BASE64[usize::from(byte)] {
        Character::Symbol(symbol) => symbol,
        _ => 0,
    }
}

/// One form of a secret, as the automaton searches for it.
pub(super) struct Form {
    pub symbols: Zeroizing<Vec<u8>>,
    pub base64: bool,
    /// Whether it is too short to be replaced.
    pub short: bool,
}

/// A secret as it is, and in base64 at each of the three alignments.
pub(super) fn forms(secret: &str) -> impl Iterator<Item = Form> {
    let secret = secret.as_bytes();
    let short = secret.len() < SHORTEST;
    let plain = Form {
        symbols: Zeroizing::new(secret.to_vec()),
        base64: false,
        short,
    };
    // The base64 of a short secret would match by chance.
    let alignments = if short { 0..0 } else { 0..3 };
    let encoded = alignments.map(move |before| Form {
        symbols: Zeroizing::new(base64_core(secret, before)),
        base64: true,
        short: false,
    });
    std::iter::once(plain).chain(encoded)
}

/// The base64 values that depend only on the secret, after `before` unknown bytes.
fn base64_core(secret: &[u8], before: usize) -> Vec<u8> {
    let bit = |index: usize| -> u8 {
        let index = index - before * 8;
        (secret[index / 8] >> (7 - index % 8)) & 1
    };
    let first = (before * 8).div_ceil(6);
    let end = (before + secret.len()) * 8 / 6;
    (first..end)
        .map(|at| SYMBOLS + (0..6).fold(0, |value, i| value << 1 | bit(at * 6 + i)))
        .collect()
}
