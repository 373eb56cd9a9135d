//! What a content type declares, and a body without a byte order mark.

/// One JSON value, not several as in `application/x-ndjson`.
pub(crate) fn is_json(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    let media = media.to_ascii_lowercase();
    matches!(media.as_str(), "application/json" | "text/json") || media.ends_with("+json")
}

/// A form that may have files.
pub(crate) fn is_form_with_files(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("multipart/form-data")
}

pub(crate) fn is_event_stream(content_type: &str) -> bool {
    has(content_type, "event-stream")
}

pub(crate) fn is_web_page(content_type: &str) -> bool {
    has(content_type, "html")
}

/// A web page or XML.
pub(crate) fn is_markup(content_type: &str) -> bool {
    is_web_page(content_type) || has(content_type, "xml")
}

fn has(content_type: &str, word: &str) -> bool {
    content_type.to_ascii_lowercase().contains(word)
}

/// JSON without the byte order mark that some servers send. RFC 8259, section 8.1, allows a reader
/// to ignore it.
pub(crate) fn unmarked(json: &[u8]) -> &[u8] {
    json.strip_prefix("\u{feff}".as_bytes()).unwrap_or(json)
}
