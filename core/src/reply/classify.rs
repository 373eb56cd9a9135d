//! Maps a reply to a kind of error, by its status and by the server's words.

use super::outline::error_number;
use super::words::Words;
use crate::error::ErrorKind;

/// The kind for a status, or for a number in a body that is used like a status.
pub(super) fn kind_of(status: u16, words: &Words) -> ErrorKind {
    match status {
        400 => ErrorKind::BadRequest,
        401 => kind_of_401(words),
        402 => ErrorKind::PaymentRequired,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::RequestTimeout,
        409 => ErrorKind::Conflict,
        413 => ErrorKind::PayloadTooLarge,
        422 => ErrorKind::Unprocessable,
        429 if says_quota(words) => ErrorKind::QuotaExceeded,
        429 => ErrorKind::RateLimited,
        300..=399 => ErrorKind::Redirect,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Api,
    }
}

/// By the code, else the type, else the words of the message, else the labels beside it.
fn kind_of_401(words: &Words) -> ErrorKind {
    let said = &words.said;
    [&said.code, &said.type_, &said.message]
        .into_iter()
        .flatten()
        .chain(&words.labels)
        .find_map(|words| kind_of_words(words))
        .unwrap_or(ErrorKind::Authentication)
}

fn kind_of_words(words: &str) -> Option<ErrorKind> {
    let words = words
        .to_lowercase()
        .replace(['_', '-'], " ")
        .replace('\u{2019}', "'");
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    // `invalid_request_error` and the like are about the request, not the key.
    let about_key = has(&[
        "key",
        "token",
        "credential",
        "bearer",
        "authorization header",
    ]);
    let found = [
        (has(&["expired"]), ErrorKind::ExpiredApiKey),
        (
            has(&["revoked"]) || about_key && has(&["deactivated", "disabled", "deleted"]),
            ErrorKind::RevokedApiKey,
        ),
        (
            about_key
                && has(&[
                    "missing",
                    "no api key",
                    "n't provide",
                    "not provide",
                    "required",
                ]),
            ErrorKind::MissingApiKey,
        ),
        (
            about_key
                && has(&[
                    "invalid",
                    "incorrect",
                    "unknown",
                    "wrong",
                    "recognized",
                    "recognised",
                    "not valid",
                    "n't valid",
                    "bad ",
                    "not a valid",
                ]),
            ErrorKind::InvalidApiKey,
        ),
    ];
    let mut kinds = found
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, kind)| *kind);
    let first = kinds.next()?;
    // "Invalid or expired API key" does not say which, so use the weaker kind.
    match kinds.next_back() {
        Some(weaker) if words.contains(" or ") => Some(weaker),
        _ => Some(first),
    }
}

/// The kind of an error in the body of a successful status: by its number, else by the words of
/// Google's services, else by other common words.
pub(super) fn kind_inside(words: &Words) -> ErrorKind {
    let said = &words.said;
    let named = || {
        [&words.status, &said.code, &said.type_]
            .into_iter()
            .flatten()
    };
    if let Some(number) = named().find_map(|text| error_number(text)) {
        return kind_of(number, words);
    }
    if says_quota(words) {
        return ErrorKind::QuotaExceeded;
    }
    if let Some(status) = named().find_map(|text| status_of_word(text)) {
        return kind_of(status, words);
    }
    let codes = || [&said.code, &said.type_].into_iter().flatten();
    let has = |any: &[&str]| codes().any(|words| any.iter().any(|word| words.contains(word)));
    match kind_of_401(words) {
        ErrorKind::Authentication if has(&["rate_limit"]) => ErrorKind::RateLimited,
        ErrorKind::Authentication if has(&["server", "internal", "overloaded", "unavailable"]) => {
            ErrorKind::Server
        }
        ErrorKind::Authentication if has(&["invalid_request", "bad_request"]) => {
            ErrorKind::BadRequest
        }
        ErrorKind::Authentication if has(&["authentication"]) => ErrorKind::Authentication,
        ErrorKind::Authentication => ErrorKind::Api,
        about_the_key => about_the_key,
    }
}

/// The status for a word of Google's services. Source: google.rpc.Code.
fn status_of_word(word: &str) -> Option<u16> {
    Some(match word {
        "INVALID_ARGUMENT" => 400,
        "UNAUTHENTICATED" => 401,
        "PERMISSION_DENIED" => 403,
        "NOT_FOUND" => 404,
        "RESOURCE_EXHAUSTED" => 429,
        "INTERNAL" => 500,
        "UNAVAILABLE" => 503,
        _ => return None,
    })
}

/// By the code or the type; without a code also by a label, or by the words of the message.
fn says_quota(words: &Words) -> bool {
    let said = &words.said;
    let named = |text: &String| text.contains("quota") || text == "billing_hard_limit_reached";
    let by_words = || {
        said.message.as_deref().is_some_and(|message| {
            let message = message.to_lowercase().replace('_', " ");
            message.contains("exceeded your current quota")
                || message.contains("insufficient quota")
        })
    };
    let mut labels = words
        .labels
        .iter()
        .filter(|label| !label.contains(char::is_whitespace));
    said.code.iter().chain(&said.type_).any(named)
        || said.code.is_none() && (labels.any(named) || by_words())
}
