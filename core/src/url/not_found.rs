//! What is probably wrong with a base URL after a 404. Pure.

/// The paths that named calls add to a base URL, and `/chat`, a part of one.
const ENDPOINTS: [&str; 6] = [
    "/chat/completions",
    "/chat",
    "/completions",
    "/embeddings",
    "/models",
    "/responses",
];

/// Advice for a base URL that ends in an endpoint: "ends in /models, which ...".
pub(crate) fn endpoint_in_base(base: &str) -> Option<String> {
    let (origin, path) = split_path(base);
    let path = path.trim_end_matches('/');
    ENDPOINTS.into_iter().find_map(|endpoint| {
        let (before, end) = path.split_at_checked(path.len().checked_sub(endpoint.len())?)?;
        let right = match has_version(before) {
            true => format!("{origin}{}", before.trim_end_matches('/')),
            false => format!("{origin}{}/v1", before.trim_end_matches('/')),
        };
        end.eq_ignore_ascii_case(endpoint)
            .then(|| format!("ends in {end}, which the client adds by itself: give {right}"))
    })
}

/// What is probably wrong with the base URL, or with the path under it, if the service answers
/// `url` with 404.
pub(crate) fn why_not_found(base: &str, url: &str) -> Option<String> {
    if let Some(what) = endpoint_in_base(base) {
        return Some(format!("The base URL {what}."));
    }
    let (_, path) = split_path(base);
    let last = path.rfind('/').map(|at| &path[at..]);
    let below = url.strip_prefix(base);
    if let (Some(last), Some(below)) = (last.filter(|last| last.len() > 1), below)
        && below
            .strip_prefix(last)
            .is_some_and(|rest| rest.starts_with('/'))
    {
        return Some(format!(
            "The path begins with {last}, but the base URL ends in it already: leave it out of the \
             path."
        ));
    }
    (!has_version(path))
        .then(|| format!("The base URL has no /v1 in its path: is {base}/v1 the right one?"))
}

/// A URL's origin, and its path.
fn split_path(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |at| at + 3);
    match url[start..].find('/') {
        Some(at) => url.split_at(start + at),
        None => (url, ""),
    }
}

/// Whether a segment of the path is a version: `v1`, `v1beta`.
fn has_version(path: &str) -> bool {
    path.split('/').any(|segment| {
        let rest = segment.strip_prefix(['v', 'V']).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_at_the_end_of_a_base_url_is_found() {
        for (base, right) in [
            (
                "https://gw.example/v1/chat/completions",
                "https://gw.example/v1",
            ),
            ("https://gw.example/v1/chat", "https://gw.example/v1"),
            (
                "https://gw.example/v1/completions/",
                "https://gw.example/v1",
            ),
            ("https://gw.example/v1/Models", "https://gw.example/v1"),
            (
                "https://gw.example/v1beta/openai/embeddings",
                "https://gw.example/v1beta/openai",
            ),
            ("https://gw.example/responses", "https://gw.example/v1"),
            ("http://[::1]:8080/chat/completions", "http://[::1]:8080/v1"),
        ] {
            let what = endpoint_in_base(base).unwrap();
            assert!(what.ends_with(&format!("give {right}")), "{what}");
        }
        for base in [
            "https://models",
            "https://models/v1",
            "https://gw.example/v1",
            "https://gw.example/my-models",
            "https://gw.example/models/v1",
            "https://gw.example",
        ] {
            assert_eq!(endpoint_in_base(base), None);
        }
    }

    #[test]
    fn what_is_wrong_where_nothing_was_found() {
        for (base, path, words) in [
            (
                "https://gw.example/v1/models",
                "/models",
                "give https://gw.example/v1.",
            ),
            (
                "https://gw.example/v1",
                "/v1/models",
                "leave it out of the path",
            ),
            (
                "https://gw.example/api/v1",
                "/v1/models",
                "leave it out of the path",
            ),
            (
                "https://gw.example",
                "/models",
                "is https://gw.example/v1 the right one?",
            ),
            (
                "https://gw.example/api",
                "/models",
                "is https://gw.example/api/v1 the right",
            ),
        ] {
            let cause = why_not_found(base, &format!("{base}{path}")).unwrap();
            assert!(cause.contains(words), "{cause}");
        }
        for (base, path) in [
            ("https://gw.example/v1", "/modles"),
            ("https://gw.example/v1", "/v1beta"),
            ("https://gw.example/v1beta/openai", "/models"),
        ] {
            assert_eq!(why_not_found(base, &format!("{base}{path}")), None);
        }
    }
}
