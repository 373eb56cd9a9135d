//! What must hold for every parser with any input: the bodies of the property tests and of the fuzz
//! targets. No product code calls this.

mod answer;
mod event_stream;
mod json;
mod redaction;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use neura_transport::Method;
use neura_transport::host::without_brackets;

pub use answer::answer;
pub use event_stream::{each_event, event_stream};
pub use json::json;
pub use redaction::redaction;

use crate::dotenv::{LARGEST, Values};
use crate::error_context::ErrorContext;
use crate::rate_limit::RateLimit;
use crate::redact::Secrets;
use crate::reply::{ReplyContext, from_answer, from_event, from_reply};
use crate::retry;
use crate::url::{BaseUrl, is_loopback};

const KEY: &str = "nk-fake-0123456789abcdef";
const SECRET: &str = "secret-of-the-shell-0123";
/// Far more than a file of a fuzzer's size needs, even with a sanitizer.
const DOTENV_TIME: Duration = Duration::from_secs(10);

/// A `.env` file. A variable of the environment is used only if a value refers to it. Values
/// that repeat other values stay within their limit and are fast. The wanted values do not depend
/// on whether the others are read.
pub fn dotenv(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let started = Instant::now();
    let wanted = ["NEURA_API_KEY", "NEURA_BASE_URL", "A"];
    let outside = |_: &str| Some(SECRET.to_owned());
    let with = Values::read(&text, &wanted, outside);
    let without = Values::read(&text, &wanted, |_| None);
    let all = Values::read_all(&text, outside);
    assert!(started.elapsed() < DOTENV_TIME, "it took too long");
    for values in [&with, &without, &all].into_iter().flatten() {
        let bytes: usize = values
            .iter()
            .filter_map(|(_, text)| Some(text?.len()))
            .sum();
        assert!(bytes <= LARGEST, "{bytes} bytes of values");
    }
    assert!(with.is_ok() || all.is_err(), "a part is larger than all");
    let (Ok(with), Ok(without)) = (with, without) else {
        return;
    };
    for name in wanted {
        if let Ok(all) = &all {
            assert_eq!(with.get(name), all.get(name), "{name} needs the others");
        }
        let Some((value, from_environment)) = with.get(name) else {
            continue;
        };
        if !from_environment && !text.contains(SECRET) {
            assert!(!value.contains(SECRET), "{name} took the secret unseen");
            let own = without.get(name).map(|(value, _)| value);
            assert_eq!(Some(value), own, "{name} depends on the environment unseen");
        }
    }
}

/// All values of a `.env` file, for a comparison with other parsers.
pub fn dotenv_values(
    file: &str,
    env: &HashMap<String, String>,
) -> BTreeMap<String, Option<String>> {
    let Ok(values) = Values::read_all(file, |name| env.get(name).cloned()) else {
        return BTreeMap::new();
    };
    let texts = values
        .iter()
        .map(|(name, text)| (name.to_owned(), text.map(str::to_owned)));
    texts.collect()
}

/// An error's body: the kind follows from the status, no key is shown, and the message stays
/// readable. The first two bytes choose the status and the content type.
pub fn error_body(data: &[u8]) {
    let [choice, kind, body @ ..] = data else {
        return;
    };
    let status = 300 + u16::from(*choice);
    let types = ["application/json", "text/html", "text/plain", ""];
    let content_type = types[usize::from(*kind) % types.len()];
    let headers = [("content-type", content_type)].into_iter().collect();
    let secrets = Arc::new(Secrets::default());
    secrets.add(KEY);
    let place = "the api_key option (…cdef)".to_owned();
    let context = ErrorContext::new(place, &"https://gw.example/v1".into(), &secrets);
    let origin = ReplyContext {
        method: Method::Get,
        status,
        url: &format!("https://gw.example/v1/{KEY}?key={KEY}"),
        headers: &headers,
        attempts: 1,
        rate_limit: &RateLimit::from_headers(&headers),
        context: &context,
    };
    let mut echoed = body.to_vec();
    let middle = echoed.len() / 2;
    // After a space: a backslash before it would make its first letter part of an escape.
    echoed.splice(middle..middle, format!(" {KEY}").bytes());
    for body in [body, &echoed] {
        let error = from_reply(&origin, body);
        assert_eq!(error.status(), Some(status));
        let inside = from_event(&origin, &String::from_utf8_lossy(body));
        let instead = from_answer(&origin, &String::from_utf8_lossy(body));
        for error in [error, inside, instead] {
            let said = [error.code(), error.type_(), error.param(), error.body()];
            let texts = format!("{error} {error:?} {said:?}");
            assert!(!texts.contains(KEY), "the key stands in {texts}");
            assert!(error.message().chars().count() < 4_096);
            assert!(!error.message().is_empty());
        }
    }
}

/// The server's wait, and the time until a limit's reset: never negative, and never so long that a
/// sum overflows.
pub fn retry_after(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for name in ["retry-after", "retry-after-ms"] {
        let headers = [(name, &text)].into_iter().collect();
        if let Some(wait) = retry::retry_after(&headers, SystemTime::now()) {
            assert!(wait.as_secs() < 1 << 60);
            assert!(SystemTime::now().checked_add(wait).is_some() || wait.as_secs() > 1 << 40);
        }
    }
    let headers = [("x-ratelimit-reset-tokens", &text)].into_iter().collect();
    let limit = RateLimit::from_headers(&headers).to_json();
    let reset = &limit["tokens"]["reset_ms"];
    assert!(reset.is_null() || reset.is_u64(), "{limit}");
}

/// A base URL and, after a line break, a path: the joined URL stays on the base's origin.
pub fn url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (base, path) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(parsed) = BaseUrl::parse(base, false, "a test") else {
        return;
    };
    let Ok(joined) = parsed.join(path, &[]) else {
        return;
    };
    let (secure, host, port) = parsed.endpoint();
    let url = url::Url::parse(&joined).expect("a joined URL is a URL");
    assert_eq!(url.scheme() == "https", secure);
    assert_eq!(url.host_str().map(without_brackets), Some(host));
    assert_eq!(url.port_or_known_default(), Some(port));
    assert!(url.username().is_empty() && url.password().is_none());
    assert!(
        joined.bytes().all(|byte| byte.is_ascii_graphic()),
        "{joined:?}"
    );
    let local = is_loopback(host);
    assert!(
        secure || local,
        "the key would cross the network readable: {joined}"
    );
    assert!(joined.starts_with(&parsed.to_string()) || path.contains("://"));
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof};
    use proptest::test_runner::{Config, TestRunner};

    /// All bodies together take at most a minute, on one core or several.
    const SHARE: Duration = Duration::from_secs(7);

    /// Random bytes mixed with words that the parsers know.
    fn data() -> impl Strategy<Value = Vec<u8>> {
        const WORDS: [&str; 56] = [
            "NEURA_API_KEY=",
            "NEURA_BASE_URL=",
            "A=",
            "export ",
            "${A}",
            "A=a0123456789\nNEURA_API_KEY=${A}\n",
            // Each of these makes the value eight times as long.
            "\nA=${A}${A}${A}${A}${A}${A}${A}${A}\n",
            "\nB=${A}${A}${A}${A}\nA=${B}${B}\n",
            "${B:-x}",
            "${",
            "}",
            "\"",
            "'",
            "\\",
            "\\n",
            "#",
            " #",
            "\n",
            "\r\n",
            "\r",
            "\u{feff}",
            "data: ",
            "data",
            ":",
            "event: error",
            "id: 1",
            "retry: 9",
            "[DONE]",
            "{\"error\":",
            "{\"message\":\"",
            "\"}",
            "}}",
            "[",
            "]",
            "null",
            "<html>",
            "https://gw.example/v1",
            "http://127.0.0.1",
            "http://localhost:80",
            "[::1]",
            "@",
            "%2e%2e/",
            "../",
            "//evil.example",
            "?a=b",
            "1.5",
            "6m0s",
            "1704067200",
            "2024-01-01T00:00:00Z",
            super::KEY,
            "nk-fake-",
            "%6e%6",
            "\\u00",
            "%25",
            "abab",
            "Sun, 09 Sep 2001 01:46:40 GMT",
        ];
        let piece = prop_oneof![
            (0..WORDS.len()).prop_map(|at| WORDS[at].as_bytes().to_vec()),
            vec(any::<u8>(), 0..8),
            Just(vec![b'a'; 300]),
        ];
        vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    fn hold(data: impl Strategy<Value = Vec<u8>>, body: fn(&[u8])) {
        let config = Config {
            cases: 256,
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = TestRunner::new(config);
        let started = Instant::now();
        while started.elapsed() < SHARE {
            let held = runner.run(&data, |data| {
                body(&data);
                Ok(())
            });
            held.unwrap();
        }
    }

    macro_rules! properties {
        ($($name:ident: $data:expr;)*) => {
            $(#[test]
            fn $name() {
                hold($data, super::$name);
            })*
        };
    }

    properties! {
        dotenv: data();
        event_stream: data();
        error_body: data();
        retry_after: data();
        url: data();
        answer: super::answer::tests::answers();
        json: super::json::tests::texts();
        redaction: data();
    }
}
