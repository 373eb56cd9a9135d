//! The head of a reply, and whether its connection is kept.

use axum::http::StatusCode;

use super::head::is_token;
use super::reply::Then;

/// Head and body of a well-formed reply (unless the script's headers break it),
/// and whether the connection can be used again.
pub(super) fn http(
    status: u16,
    reason: Option<String>,
    headers: Option<Vec<(String, String)>>,
    body: Option<Vec<u8>>,
) -> Result<(Vec<u8>, Vec<u8>, Then), String> {
    if !(100..=999).contains(&status) {
        return Err("a status is a whole number from 100 to 999".into());
    }
    let mut headers = headers.unwrap_or_default();
    let bodiless = status < 200 || status == 204 || status == 304;
    let body = body.unwrap_or_else(|| {
        let text = match status {
            _ if bodiless => return Vec::new(),
            200 => r#"{"object":"list","data":[]}"#,
            _ => r#"{"error":{"message":"replayed"}}"#,
        };
        if value(&headers, "content-type").is_none() {
            headers.push(("content-type".into(), "application/json".into()));
        }
        text.into()
    });
    let framed = FRAMING.iter().any(|name| value(&headers, name).is_some());
    if !framed && !bodiless {
        headers.push(("content-length".into(), body.len().to_string()));
    }
    let canonical = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or_else(|| canonical.unwrap_or("Replayed").into());
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in &headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    let length = value(&headers, "content-length");
    let whole = bodiless || length == Some(body.len().to_string().as_str());
    let closing = value(&headers, "connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
    let then = if whole && !closing {
        Then::Keep
    } else {
        Then::Close
    };
    Ok((head.into_bytes(), body, then))
}

/// The headers that frame a body.
pub(super) const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];

/// Checks that a name and a value make one header line.
pub(super) fn check_header(place: &str, name: &str, value: &str) -> Result<(), String> {
    if !is_token(name) {
        return Err(format!("{place}: {name:?} is not a header name"));
    }
    check_header_value(place, value)
}

/// Checks that a value is sent unchanged: no control characters, no blanks at its ends.
pub(super) fn check_header_value(place: &str, value: &str) -> Result<(), String> {
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(format!(
            "{place}: {value:?} has a line break or another control character"
        ));
    }
    if value.trim_matches([' ', '\t']) != value {
        return Err(format!("{place}: {value:?} begins or ends with a blank"));
    }
    Ok(())
}

/// The value of the first header with this name.
pub(super) fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers
        .iter()
        .filter(|header| header.0.eq_ignore_ascii_case(name));
    found.next().map(|header| header.1.as_str())
}
