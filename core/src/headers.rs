//! The header list of a request. Pure.

use std::sync::Arc;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    USER_AGENT,
};

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::key::ApiKey;
use crate::redact::quoted;

const RETRY_COUNT: HeaderName = HeaderName::from_static("x-retry-count");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Headers that describe the connection or the length of the body. If a caller could set them, two
/// servers might disagree about where a request ends or which host it is for.
const RESERVED: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];

/// The expected kind of reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    Body,
    /// A body that is read as it comes.
    Pieces,
    Events,
}

/// The first headers of every request of a client, made once.
pub(crate) struct Template {
    map: HeaderMap,
    /// The complete headers of a request without its own, for each kind: with or without JSON, for
    /// a body or for events.
    usual: [Fields; 4],
}

/// The headers of one request as they are sent, without those of the body's length and the count of
/// retries.
#[derive(Clone)]
pub(crate) struct Fields {
    lines: Arc<Zeroizing<Vec<u8>>>,
    /// Whether the caller's own count of retries is among them.
    pub counted: bool,
}

impl Fields {
    fn of(map: &HeaderMap) -> Self {
        let length = |(name, value): (&HeaderName, &HeaderValue)| {
            name.as_str().len() + b": ".len() + value.len() + b"\r\n".len()
        };
        // Allocated once: a buffer that grows leaves a copy of the key in freed memory.
        let mut lines = Vec::with_capacity(map.iter().map(length).sum());
        for (name, value) in map {
            lines.extend_from_slice(name.as_str().as_bytes());
            lines.extend_from_slice(b": ");
            lines.extend_from_slice(value.as_bytes());
            lines.extend_from_slice(b"\r\n");
        }
        Fields {
            lines: Arc::new(Zeroizing::new(lines)),
            counted: map.contains_key(RETRY_COUNT),
        }
    }

    /// The lines, each with its line break.
    pub fn lines(&self) -> &[u8] {
        &self.lines
    }
}

impl Template {
    /// The client's headers, replaced by the caller's of the same name.
    pub fn new(key: &ApiKey, language: &str, callers: &[(String, String)]) -> Result<Self, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization(key));
        headers.insert(USER_AGENT, user_agent(language));
        replace(&mut headers, callers)?;
        let usual = |json, expect| {
            let mut headers = headers.clone();
            add_defaults(&mut headers, json, expect);
            Fields::of(&headers)
        };
        Ok(Template {
            usual: [
                usual(false, Expect::Body),
                usual(true, Expect::Body),
                usual(false, Expect::Events),
                usual(true, Expect::Events),
            ],
            map: headers,
        })
    }

    /// The headers of one request, the same on every attempt except for the count.
    pub fn for_request(
        &self,
        json: bool,
        expect: Expect,
        idempotency_key: Option<&str>,
        callers: &[(String, String)],
    ) -> Result<Fields, Error> {
        if callers.is_empty() && idempotency_key.is_none() {
            let events = usize::from(expect == Expect::Events);
            return Ok(self.usual[events * 2 + usize::from(json)].clone());
        }
        let mut headers = self.map.clone();
        add_defaults(&mut headers, json, expect);
        if let Some(key) = idempotency_key {
            headers.insert(IDEMPOTENCY_KEY, value_of("Idempotency-Key", key)?);
        }
        replace(&mut headers, callers)?;
        Ok(Fields::of(&headers))
    }
}

/// Adds what the caller did not set.
fn add_defaults(headers: &mut HeaderMap, json: bool, expect: Expect) {
    let mut default = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    match expect {
        Expect::Body | Expect::Pieces => {
            default(ACCEPT, "application/json");
            default(ACCEPT_ENCODING, "gzip");
        }
        Expect::Events => {
            default(ACCEPT, "text/event-stream");
            // A compressing proxy would delay events.
            default(ACCEPT_ENCODING, "identity");
        }
    }
    if json {
        default(CONTENT_TYPE, "application/json");
    }
}

/// Whether the caller's headers replace the client's Authorization.
pub(crate) fn has_authorization(callers: &[(String, String)]) -> bool {
    callers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
}

/// Headers with a key or an account of another service. Source: design.md, Requests.
pub const FOREIGN_CREDENTIALS: [&str; 6] = [
    "authorization",
    "api-key",
    "x-api-key",
    "x-goog-api-key",
    "openai-organization",
    "openai-project",
];

/// Whether a header of another library must not reach the service: it is one of
/// [`FOREIGN_CREDENTIALS`], or it is for a proxy, which gets its header from our own connector.
pub(crate) fn is_foreign((name, _): &(String, String)) -> bool {
    let mut names = FOREIGN_CREDENTIALS.iter().chain(&["proxy-authorization"]);
    names.any(|foreign| name.eq_ignore_ascii_case(foreign))
}

/// What stands before a key in `Authorization`.
pub(crate) const BEARER: &str = "Bearer ";
/// Headers whose values are secrets of any length.
const AUTHORIZATIONS: [&str; 2] = ["authorization", "proxy-authorization"];

/// Headers whose values are secrets unless too short for a key.
const KEYS: [&str; 3] = ["api-key", "x-api-key", "x-goog-api-key"];

/// The secrets in the caller's headers: the value of Authorization and similar headers, and each of
/// its words, except a scheme and words too short to be a secret.
pub(crate) fn secrets(callers: &[(String, String)]) -> impl Iterator<Item = &str> {
    callers
        .iter()
        .filter(|(name, value)| {
            let is_in = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
            is_in(&AUTHORIZATIONS) || is_in(&KEYS) && value.trim().len() >= SHORTEST_WORD
        })
        .flat_map(|(_, value)| {
            let words = value.split_whitespace();
            let is_single = words.clone().count() == 1;
            let (scheme, words) = match is_single {
                true => (0, words),
                false => (1, words),
            };
            let last = words.clone().next_back();
            words
                .skip(scheme)
                .filter(move |word| word.len() >= SHORTEST_WORD || Some(*word) == last)
                .chain([value.trim()])
        })
}

/// Shorter words, such as a realm, are not secrets unless they are the last word.
pub(crate) const SHORTEST_WORD: usize = 8;

/// Whether the caller's headers can be sent.
pub(crate) fn check(callers: &[(String, String)]) -> Result<(), Error> {
    replace(&mut HeaderMap::new(), callers)
}

/// Replaces our headers by the caller's. The same name twice is sent twice.
fn replace(headers: &mut HeaderMap, callers: &[(String, String)]) -> Result<(), Error> {
    let mut seen: Vec<HeaderName> = Vec::new();
    for (index, (name, value)) in callers.iter().enumerate() {
        if RESERVED
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved))
        {
            return Err(config(format!(
                "the header {name} is reserved for the client: it describes the connection or the \
                 length of the body. Leave it out"
            )));
        }
        let header: HeaderName = name.parse().map_err(|_| {
            // The text is not quoted: it may be a whole line with a secret value.
            config(format!(
                "header {} has an invalid name; use letters, digits and hyphens, and give the \
                 value separately",
                index + 1
            ))
        })?;
        let mut value = value_of(name, value)?;
        value.set_sensitive(
            AUTHORIZATIONS.contains(&header.as_str()) || KEYS.contains(&header.as_str()),
        );
        if seen.contains(&header) {
            headers.append(header, value);
        } else {
            headers.insert(header.clone(), value);
            seen.push(header);
        }
    }
    Ok(())
}

fn value_of(name: &str, value: &str) -> Result<HeaderValue, Error> {
    // The value is not quoted: it may be a secret.
    // A line break at an end too: spaces and tabs alone are no part of a value.
    HeaderValue::from_bytes(value.trim_matches([' ', '\t']).as_bytes()).map_err(|_| {
        config(format!(
            "the value of the header {} has a line break or another control character; remove it",
            quoted(name)
        ))
    })
}

/// The value of `Authorization`.
pub(crate) fn bearer(key: &ApiKey) -> Zeroizing<String> {
    Zeroizing::new(format!("{BEARER}{}", key.secret()))
}

/// The same as a header that no log shows.
pub(crate) fn authorization(key: &ApiKey) -> HeaderValue {
    let mut value = HeaderValue::from_str(&bearer(key)).expect("a checked key is visible ASCII");
    value.set_sensitive(true);
    value
}

fn user_agent(language: &str) -> HeaderValue {
    let text = format!(
        "neura-ai-{language}/{} ({}; {})",
        crate::VERSION,
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    HeaderValue::from_str(&text).expect("a version and a platform are visible ASCII")
}

fn config(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(callers: &[(&str, &str)]) -> Result<Template, Error> {
        let key = ApiKey::parse("nk-fake-0123456789abcdef").unwrap();
        Template::new(&key, "rust", &owned(callers))
    }

    fn owned(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_callers_header_replaces_ours() {
        let template = template(&[("user-agent", "mine/1"), ("X-Team", "a")]).unwrap();
        let callers = owned(&[
            ("AUTHORIZATION", "Basic eA=="),
            ("X-Team", "b"),
            ("x-team", "c"),
        ]);
        let fields = template
            .for_request(true, Expect::Body, Some("id-1"), &callers)
            .unwrap();
        let text = String::from_utf8_lossy(fields.lines()).into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                "accept-encoding: gzip",
                "accept: application/json",
                "authorization: Basic eA==",
                "content-type: application/json",
                "idempotency-key: id-1",
                "user-agent: mine/1",
                "x-team: b",
                "x-team: c",
            ]
        );
        assert!(text.ends_with("\r\n") && !fields.counted);
    }

    #[test]
    fn a_request_without_headers_of_its_own_has_the_same_list() {
        let template = template(&[("X-Retry-Count", "7"), ("Accept", "*/*")]).unwrap();
        for (json, expect) in [(false, Expect::Body), (true, Expect::Events)] {
            let usual = template.for_request(json, expect, None, &[]).unwrap();
            let own = owned(&[("x-a", "1")]);
            let other = template.for_request(json, expect, None, &own).unwrap();
            let text = String::from_utf8_lossy(other.lines()).replace("x-a: 1\r\n", "");
            let sorted = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.sort_unstable();
                lines
            };
            assert_eq!(
                sorted(&String::from_utf8_lossy(usual.lines())),
                sorted(&text)
            );
            assert!(usual.counted && other.counted);
        }
    }

    #[test]
    fn headers_that_frame_a_request_and_control_characters_are_refused() {
        for (name, value) in [
            ("Host", "evil.example"),
            ("content-length", "1"),
            ("Transfer-Encoding", "chunked"),
            ("CONNECTION", "close"),
            ("X-A", "1\r\nX-Admin: 1"),
            ("X-A", "1\nX-Admin: 1"),
            ("X-A", "1\n"),
            ("X-A", "\r\n1"),
            ("X-A", "\0"),
            ("X A", "1"),
            ("X-A\r\nX-B", "1"),
            ("", "1"),
        ] {
            let error = template(&[(name, value)]).err().expect(name);
            assert_eq!(error.kind(), ErrorKind::Config, "{name:?}");
            assert!(!error.message().contains("Admin"));
        }
        let padded = template(&[("X-A", " \t1\t ")]).unwrap().map;
        assert_eq!(padded["x-a"], "1");
    }

    #[test]
    fn debug_of_the_list_shows_no_key() {
        let headers = template(&[("Authorization", "Bearer nk-fake-other")])
            .unwrap()
            .map;
        assert!(!format!("{headers:?}").contains("nk-fake"));
    }
}
