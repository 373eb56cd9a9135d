//! Whether the body of a reply is JSON, and the body without a byte order mark.

/// One JSON value, not several as in `application/x-ndjson`.
pub(crate) fn is_json(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let media = media.to_ascii_lowercase();
    matches!(media.as_str(), "application/json" | "text/json") || media.ends_with("+json")
}

/// JSON without the byte order mark that some servers send. RFC 8259, section 8.1, allows a reader
/// to ignore it.
pub(crate) fn unmarked(json: &[u8]) -> &[u8] {
    json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json)
}
