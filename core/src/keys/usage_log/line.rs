//! One line of the file: a JSON object.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;

use super::counts::Delta;
use super::{LoggedKey, UsageLog, new_run};
use crate::keys::usage::rfc3339;
use crate::redact::quoted_path;

/// The version of the form. A reader leaves out lines of another one.
const FORM: u64 = 1;

/// The line, with its line break.
pub(super) fn of(key: &LoggedKey, delta: &Delta, log: &UsageLog, is_last: bool) -> String {
    let counted = &delta.counted;
    let line = json!({
        "usage_form": FORM,
        "application": log.application,
        "process": std::process::id(),
        "run": log.run.get(|_| new_run()).as_str(),
        "fingerprint": key.fingerprint,
        "mask": key.mask,
        "source": key.source,
        "path": key.path.as_deref().map(quoted_path),
        "from": time(delta.first),
        "to": time(delta.last),
        "requests": counted.requests,
        "unauthorized": counted.unauthorized,
        "rate_limited": counted.rate_limited,
        "retries": counted.retries,
        "prompt_tokens": counted.prompt_tokens,
        "completion_tokens": counted.completion_tokens,
        "last": is_last,
    });
    format!("{line}\n")
}

/// RFC 3339 with three digits of a second, so that the times of a file can be compared as text.
fn time(millis: u64) -> Option<String> {
    let second = rfc3339(UNIX_EPOCH + Duration::from_secs(millis / 1_000))?;
    Some(format!(
        "{}.{:03}Z",
        second.trim_end_matches('Z'),
        millis % 1_000
    ))
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_the_same_length() {
        let times = [1_000_000_000_000, 1_000_000_000_120].map(|millis| time(millis).unwrap());
        assert_eq!(
            times,
            ["2001-09-09T01:46:40.000Z", "2001-09-09T01:46:40.120Z"]
        );
    }
}
