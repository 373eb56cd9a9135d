//! Queries and forms in the manner of `requests`: what is percent-encoded, and how.

use std::fmt::Write;

/// What a query given as text may hold besides letters and digits. The escapes are the caller's.
const IN_QUERY: &[u8] = b"!$%&'()*+,/:;=?@[]~_.-";
/// What is never encoded in a form besides letters and digits.
const IN_FORM: &[u8] = b"_.-~";

/// The path with a query that the caller wrote as text behind it. Neither keeps its fragment, which
/// is never sent.
///
/// ```
/// use neura::bindings::with_query;
///
/// assert_eq!(with_query("/models?a=1#x", b"b=\xc3\xa4 c#y"), "/models?a=1&b=%C3%A4%20c");
/// assert_eq!(with_query("/models#x", b"#y"), "/models#x");
/// ```
pub fn with_query(path: &str, query: &[u8]) -> String {
    let query = query.split(|byte| *byte == b'#').next().unwrap_or_default();
    if query.is_empty() {
        return path.to_owned();
    }
    let mut out = path.split('#').next().unwrap_or_default().to_owned();
    out.push(if out.contains('?') { '&' } else { '?' });
    encode(&mut out, query, IN_QUERY, "%20");
    out
}

/// Pairs as `application/x-www-form-urlencoded`.
///
/// ```
/// assert_eq!(neura::bindings::form(&[("a b", "c&d"), ("e", "")]), "a+b=c%26d&e=");
/// ```
pub fn form(pairs: &[(impl AsRef<[u8]>, impl AsRef<[u8]>)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        encode(&mut out, name.as_ref(), IN_FORM, "+");
        out.push('=');
        encode(&mut out, value.as_ref(), IN_FORM, "+");
    }
    out
}

fn encode(out: &mut String, text: &[u8], kept: &[u8], space: &str) {
    for &byte in text {
        match byte {
            b' ' => out.push_str(space),
            _ if byte.is_ascii_alphanumeric() || kept.contains(&byte) => out.push(byte.into()),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}
