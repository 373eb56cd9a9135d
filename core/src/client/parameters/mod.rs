//! The parameters of the named calls. A mistyped parameter is refused.
//!
//! A server ignores unknown parameters, so `temprature` would have no effect and no error. A
//! parameter that is only new passes here: services add parameters, and gateways have their own.

mod known;

use std::ptr;

use crate::error::{Error, ErrorKind};
use crate::json;
use crate::option_table::{self, BESIDE_A_BODY, Language, Row, Scope, near_miss};
use known::{CHAT, ELSEWHERE, EMBEDDINGS, USUAL};

/// The endpoint whose parameters they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Chat,
    Embeddings,
}

impl Endpoint {
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Endpoint::Chat => &CHAT,
            Endpoint::Embeddings => &EMBEDDINGS,
        }
    }
}

/// Reads the top level of a request's JSON text in one pass, and returns the raw value of `stream`.
/// The parameters named in `unchecked` are not checked.
///
/// # Errors
/// `invalid_argument` if the text is not a JSON object, or if a parameter is an option of the call,
/// or a near miss of a known parameter or option.
pub(crate) fn read<'b>(
    body: &'b [u8],
    endpoint: Endpoint,
    unchecked: &[String],
) -> Result<Option<&'b str>, Error> {
    let text = simdutf8::basic::from_utf8(body)
        .map_err(|_| invalid("the request is not UTF-8 text. Give a JSON object in UTF-8"))?;
    if !text.trim_start().starts_with('{') {
        return Err(invalid(
            "the request is not a JSON object. Give an object with the parameters, such as \
             \"model\"",
        ));
    }
    let (mut stream, mut is_repeated, mut unknown) = (None, false, Vec::new());
    let members = json::read(text, |walk| {
        walk.object(|name, walk| {
            let value = walk.value()?;
            if name == b"stream" {
                is_repeated |= stream.replace(value).is_some();
            } else if !is_known(name) {
                unknown.push(String::from_utf8_lossy(name).into_owned());
            }
            Ok(())
        })
    });
    members.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        invalid(format!(
            "the request is not JSON (line {line}, column {column})"
        ))
    })?;
    if is_repeated {
        return Err(invalid("the request has \"stream\" twice. Give it once"));
    }
    for name in &unknown {
        if !unchecked.contains(name) {
            refuse_near_miss(name, endpoint)?;
        }
    }
    Ok(stream)
}

/// Refuses an option of the call, and a near miss of an option or a parameter. Not inlined: it would
/// take stack space in every call.
#[cold]
#[inline(never)]
fn refuse_near_miss(name: &str, endpoint: Endpoint) -> Result<(), Error> {
    let language = Language::current();
    let options: Vec<(String, String)> = BESIDE_A_BODY
        .into_iter()
        .filter_map(|row| {
            let spelled = row.spelled(language, Scope::Request);
            // A whole setter is not a plausible typing error of a parameter.
            let spelled = spelled.filter(|_| language != Language::C);
            let name = spelled.unwrap_or_else(|| row.name.to_owned());
            Some((name, given_as(row, language)?))
        })
        .collect();
    if let Some((_, given_as)) = options.iter().find(|(option, _)| option == name) {
        return Err(invalid(format!(
            "{name:?} is an option, not a parameter: give {given_as}. {}",
            as_it_is(language)
        )));
    }
    // A short name of another server is close to too many others.
    let elsewhere = ELSEWHERE
        .into_iter()
        .filter(|name| name.len() >= 8 || name.contains('_'));
    let known = endpoint.parameters().iter().copied().chain(elsewhere);
    let known = options.iter().map(|(name, _)| name.as_str()).chain(known);
    let Some(meant) = near_miss(name, known) else {
        return Ok(());
    };
    let meant = match options.iter().find(|(name, _)| name == meant) {
        Some((_, given_as)) => given_as.clone(),
        None => format!("{meant:?}"),
    };
    Err(invalid(format!(
        "unknown parameter {name:?}: did you mean {meant}? {}",
        as_it_is(language)
    )))
}

/// How a language sets an option that is not part of the body, if it can. Rust and C have other
/// ways in place of `extra_headers` and the like.
fn given_as(row: &'static Row, language: Language) -> Option<String> {
    let instead = match row {
        row if row.spelled(language, Scope::Request).is_some() => row,
        row if ptr::eq(row, &option_table::EXTRA_HEADERS) => &option_table::HEADERS,
        row if ptr::eq(row, &option_table::EXTRA_QUERY) => &option_table::PARAMS,
        row if ptr::eq(row, &option_table::EXTRA_BODY) => {
            return Some("its members in the request itself".to_owned());
        }
        _ => return None,
    };
    let name = instead.spelled(language, Scope::Request);
    Some(language.beside_a_body(name.as_deref()))
}

fn as_it_is(language: Language) -> String {
    format!(
        "If the service accepts it as it is, {}",
        language.unchecked()
    )
}

fn invalid(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, what)
}

/// Whether some service has a parameter of this name.
fn is_known(name: &[u8]) -> bool {
    let is_in = |list: &[&str]| list.binary_search_by_key(&name, |it| it.as_bytes()).is_ok();
    USUAL.iter().any(|usual| usual.as_bytes() == name)
        || is_in(&CHAT)
        || is_in(&EMBEDDINGS)
        || is_in(&ELSEWHERE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, endpoint: Endpoint) -> Option<String> {
        let body = format!(r#"{{"model": "m", "{name}": 1, "messages": []}}"#);
        let error = read(body.as_bytes(), endpoint, &[]).err()?;
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        Some(error.message().to_owned())
    }

    #[test]
    fn a_typing_error_says_what_was_meant() {
        use Endpoint::{Chat, Embeddings};
        for (name, endpoint, meant) in [
            ("temprature", Chat, "\"temperature\""),
            ("max_token", Chat, "\"max_tokens\""),
            ("maxTokens", Chat, "\"max_tokens\""),
            ("Messages", Chat, "\"messages\""),
            ("strem", Chat, "\"stream\""),
            ("Stream", Chat, "\"stream\""),
            ("topP", Chat, "\"top_p\""),
            ("topK", Chat, "\"top_k\""),
            ("reponse_format", Chat, "\"response_format\""),
            ("parallel_tools_call", Chat, "\"parallel_tool_calls\""),
            ("repitition_penalty", Chat, "\"repetition_penalty\""),
            ("maxretries", Chat, "the option max_retries"),
            ("timeOut", Chat, "the option timeout"),
            ("dimension", Embeddings, "\"dimensions\""),
            ("Input", Embeddings, "\"input\""),
            ("encodingFormat", Embeddings, "\"encoding_format\""),
        ] {
            let message = refusal(name, endpoint).unwrap_or_else(|| panic!("{name} passes"));
            assert!(
                message.contains(&format!("{name:?}: did you mean {meant}?")),
                "{message}"
            );
        }
    }

    #[test]
    fn what_is_known_or_new_passes() {
        let known = CHAT.iter().chain(&EMBEDDINGS).chain(&ELSEWHERE);
        let new = [
            "seed2",
            "top_n",
            "speculative_draft",
            "max_prompt_tokens",
            "tools_v2",
            "store_metadata",
            "response_schema",
            "moderated",
            "persona",
            "k_logprobs",
            "m",
            "",
            "x-team",
            "user_name",
            "model_version",
            "stop_reason",
            "tool_config",
            "chunk_size",
            "audio_format",
            "cost",
            "stream_format",
            "prompt_id",
            "min_completion_tokens",
            "service_region",
            "time_zone",
        ];
        for name in known.chain(&new) {
            assert_eq!(refusal(name, Endpoint::Chat), None);
            assert_eq!(refusal(name, Endpoint::Embeddings), None);
        }
    }

    #[test]
    fn an_option_in_the_body_is_refused() {
        for (name, meant) in [
            ("timeout", "the option timeout"),
            ("max_retries", "the option max_retries"),
            ("idempotency_key", "the option idempotency_key"),
            ("cancel", "the option cancel"),
            ("extra_headers", "the option header"),
            ("extra_query", "the option param"),
            ("extra_body", "its members in the request itself"),
        ] {
            for endpoint in [Endpoint::Chat, Endpoint::Embeddings] {
                let message = refusal(name, endpoint).unwrap_or_else(|| panic!("{name} passes"));
                let words = format!("{name:?} is an option, not a parameter: give {meant}. If");
                assert!(message.contains(&words), "{message}");
            }
            let body = format!(r#"{{"{name}": 1}}"#);
            let unchecked = [name.to_owned()];
            assert!(read(body.as_bytes(), Endpoint::Chat, &unchecked).is_ok());
        }
        for (name, meant) in [
            ("extraBody", "its members in the request itself"),
            ("extraHeaders", "the option header"),
            ("max_retrys", "the option max_retries"),
        ] {
            let message = refusal(name, Endpoint::Chat).unwrap_or_else(|| panic!("{name} passes"));
            assert!(
                message.contains(&format!("did you mean {meant}?")),
                "{message}"
            );
        }
    }

    #[test]
    fn each_language_says_how_an_option_is_given() {
        for (row, language, words) in [
            (
                &option_table::TIMEOUT,
                Language::C,
                Some("neura_request_options_set_timeout_ms in the request's options"),
            ),
            (
                &option_table::EXTRA_HEADERS,
                Language::C,
                Some("neura_request_options_set_header in the request's options"),
            ),
            (
                &option_table::EXTRA_QUERY,
                Language::C,
                Some("neura_request_options_add_query in the request's options"),
            ),
            (
                &option_table::EXTRA_HEADERS,
                Language::Node,
                Some("the option extraHeaders"),
            ),
            (&option_table::CANCEL, Language::Python, None),
            (
                &option_table::CANCEL,
                Language::Node,
                Some("the option signal"),
            ),
        ] {
            assert_eq!(given_as(row, language).as_deref(), words);
        }
    }

    #[test]
    fn what_is_named_as_unchecked_passes() {
        let body = br#"{"temprature": 1, "max_token": 2}"#;
        let both = ["temprature", "max_token"].map(str::to_owned);
        assert!(read(body, Endpoint::Chat, &both).is_ok());
        let error = read(body, Endpoint::Chat, &both[..1]).unwrap_err();
        assert!(error.message().contains("max_token"), "{error}");
    }

    #[test]
    fn only_the_top_level_is_looked_at() {
        let body = br#"{"metadata": {"temprature": 1}, "tools": [{"max_token": 1}]}"#;
        assert!(read(body, Endpoint::Chat, &[]).is_ok());
        let escaped = br#"{"tempr\u0061ture": 1}"#;
        assert!(read(escaped, Endpoint::Chat, &[]).is_err());
    }

    #[test]
    fn the_parameters_are_those_of_the_shapes() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/shapes.json");
        let text = std::fs::read_to_string(file).unwrap();
        let shapes: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (endpoint, known) in [
            ("chat.completions.create", &CHAT[..]),
            ("embeddings.create", &EMBEDDINGS),
        ] {
            let name = shapes["endpoints"][endpoint]["parameters"]
                .as_str()
                .unwrap();
            let members = shapes["parameters"][name]["members"].as_object().unwrap();
            let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, known, "{endpoint}");
        }
    }

    #[test]
    fn the_lists_can_be_searched() {
        assert!(CHAT.is_sorted() && EMBEDDINGS.is_sorted() && ELSEWHERE.is_sorted());
    }
}
