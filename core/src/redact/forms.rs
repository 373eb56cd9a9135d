//! The forms in which a secret may stand in a text.

use zeroize::Zeroizing;

/// Below this many characters a secret may be part of ordinary words: replacing it
/// would garble the text and tell where it stood, so the whole text is left out.
const SHORTEST: usize = 8;

/// The bytes that stand for the 64 values of base64 in the automaton: in a text that is
/// UTF-8 no two of them follow each other as they do here, so a form in base64 is found by
/// who reads a text as base64, and by nobody else.
const SYMBOLS: u8 = 0x80;

/// How a character of a text counts for who reads it as base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Character {
    /// One of the 64, in either alphabet, as the automaton knows it.
    Symbol(u8),
    /// A line break, which encoders put anywhere.
    LineBreak,
    /// A blank, which counts for nothing where a line begins.
    Blank,
    Other,
}

/// What each byte is for who reads base64 or base64url.
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

/// What a byte is for who reads base64, as a form has it; no symbol of a form where it is none.
pub(super) fn symbol(byte: u8) -> u8 {
    match BASE64[usize::from(byte)] {
        Character::Symbol(symbol) => symbol,
        _ => 0,
    }
}

/// One form of a secret, as the automaton looks for it.
pub(super) struct Form {
    pub symbols: Zeroizing<Vec<u8>>,
    pub base64: bool,
    /// Too short to be replaced.
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
    // Base64 of a short one is so short that it would match by chance.
    let alignments = if short { 0..0 } else { 0..3 };
    let encoded = alignments.map(move |before| Form {
        symbols: Zeroizing::new(base64_core(secret, before)),
        base64: true,
        short: false,
    });
    std::iter::once(plain).chain(encoded)
}

/// The values of base64 that depend on the secret alone when `before` unknown bytes stand in
/// front of it.
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
