//! The body of a chat request, which says whether the answer is streamed.

use neura_transport::SharedBytes;
use neura_transport::memory::{self, Buffer};

use super::parameters::{self, Endpoint};
use crate::error::{Error, ErrorKind};

/// The start of a request that asks for a stream.
const STREAMED: &str = "{\"stream\":true";

/// Makes sure that the JSON text of a request asks for a stream, or does not.
///
/// The text is searched and added to, never parsed and written again, so numbers keep every digit
/// and keys keep their order.
///
/// # Errors
/// `invalid_argument`, also for a mistyped parameter; see [`parameters::read`].
pub(super) fn with_stream(
    body: SharedBytes,
    stream: bool,
    unchecked: &[String],
) -> Result<SharedBytes, Error> {
    let invalid = |what: &str| Error::new(ErrorKind::InvalidArgument, what);
    let asked = parameters::read(&body, Endpoint::Chat, unchecked)?;
    match (asked, stream) {
        (Some("true"), false) => Err(invalid(
            "the request has \"stream\": true, but this call returns one answer: use the \
             streaming call",
        )),
        (Some("false" | "null"), true) => Err(invalid(
            "the request has \"stream\": false or null, but this call returns a stream: leave it \
             out, or use the call that returns one answer",
        )),
        (None, true) => {
            let text = String::from_utf8_lossy(&body);
            let (before, fields) = text.split_once('{').unwrap_or_default();
            let comma = if fields.trim_start().starts_with('}') {
                ""
            } else {
                ","
            };
            let mut whole = Vec::new();
            memory::reserve(&mut whole, text.len() + STREAMED.len() + 1, text.len())
                .map_err(|no_memory| no_memory.of(Buffer::Request))?;
            for part in [before, STREAMED, comma, fields] {
                whole.extend_from_slice(part.as_bytes());
            }
            Ok(whole.into())
        }
        _ => Ok(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_request_is_kept_to_the_digit() {
        let big = r#" {"seed": 123456789012345678901234567890, "x": 1.10}"#;
        let sent = with_stream(big.into(), true, &[]).unwrap();
        assert_eq!(
            str::from_utf8(&sent).unwrap(),
            r#" {"stream":true,"seed": 123456789012345678901234567890, "x": 1.10}"#
        );
        assert_eq!(
            *with_stream("{ }".into(), true, &[]).unwrap(),
            *b"{\"stream\":true }"
        );
        let sent = with_stream(big.into(), false, &[]).unwrap();
        assert_eq!(*sent, *big.as_bytes());
    }

    #[test]
    fn a_request_that_contradicts_its_call_is_refused() {
        for (body, stream) in [
            (r#"{"stream": true}"#, false),
            (r#"{"stream": false}"#, true),
            (r#"{"stream": null}"#, true),
            ("[]", true),
            ("", false),
            ("{", true),
            ("{\"a\":1} x", true),
        ] {
            let error = with_stream(body.into(), stream, &[]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{body}");
        }
    }
}
