//! Finds the known name that a mistyped name was meant to be. Pure, and careful: a new name must
//! not be taken for a mistake.

/// A longer name is not compared.
const LONGEST: usize = 64;

/// The known name that the unknown name `given` was probably meant to be.
///
/// It is the name that is equal without case, `_` and `-`; else the nearest name within an edit
/// distance (insertion, deletion, substitution, transposition) of 1, or of 2 from 8 letters on.
/// Words of up to two characters and words with a digit must be equal: `top_a` is not `top_p`, and
/// `seed2` is not `seed`. A last `y` and its plurals `ys` and `ies` count as one edit.
///
/// ```
/// use neura::bindings::near_miss;
///
/// let known = ["max_tokens", "seed", "temperature", "top_p"];
/// assert_eq!(near_miss("temprature", known), Some("temperature"));
/// assert_eq!(near_miss("maxTokens", known), Some("max_tokens"));
/// assert_eq!(near_miss("seed2", known), None);
/// assert_eq!(near_miss("verbosity", known), None);
/// ```
pub fn near_miss<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if !given.is_ascii() || given.len() > LONGEST {
        return None;
    }
    let (letters, folded) = (Letters::of(given), fold(given));
    let mut nearest = None;
    for name in known {
        if name == given {
            return None;
        }
        // Most names are far away, which is known without a copy of them.
        let others = Letters::of(name);
        let limit = limit(letters.count.min(others.count));
        if !letters.may_be_near(&others, limit) {
            continue;
        }
        let other = fold(name);
        if folded == other {
            return Some(name);
        }
        if without_plural(&folded) == without_plural(&other) {
            nearest = Some((1, name));
            continue;
        }
        let Some(distance) = distance(&folded, &other, limit).filter(|_| limit > 0) else {
            continue;
        };
        let closer = nearest.is_none_or(|(before, _)| distance < before);
        if closer && same_shape(given, name) {
            nearest = Some((distance, name));
        }
    }
    nearest.map(|(_, name)| name)
}

/// Which letters and digits a name has, ignoring case, and how many.
struct Letters {
    count: usize,
    /// A bit for each letter and digit.
    set: u64,
}

impl Letters {
    fn of(name: &str) -> Self {
        let mut letters = Letters { count: 0, set: 0 };
        for byte in name.bytes().filter(is_kept) {
            letters.count += 1;
            letters.set |= 1 << (byte.to_ascii_lowercase() % 64);
        }
        letters
    }

    /// An edit adds, removes or replaces one letter.
    fn may_be_near(&self, other: &Letters, edits: usize) -> bool {
        let differing = (self.set ^ other.set).count_ones() as usize;
        self.count.abs_diff(other.count) <= edits && differing <= 2 * edits
    }
}

/// The largest edit distance for a name of this length.
fn limit(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The letters and digits, in lower case.
fn fold(name: &str) -> Vec<u8> {
    name.bytes()
        .filter(is_kept)
        .map(|byte| byte.to_ascii_lowercase())
        .collect()
}

fn is_kept(byte: &u8) -> bool {
    !matches!(byte, b'_' | b'-')
}

/// Whether two near names have the same words apart from typing errors: short words are equal, and
/// with equal numbers of words, no word is a different one.
fn same_shape(given: &str, known: &str) -> bool {
    let words = |name| str::split(name, ['_', '-']).filter(|word| !word.is_empty());
    let fixed = |word: &&str| word.len() <= 2 || word.bytes().any(|byte| byte.is_ascii_digit());
    let same = |(one, other): (&str, &str)| {
        let (one, other) = (fold(one), fold(other));
        let limit = limit(one.len().min(other.len())).max(1);
        distance(&one, &other, limit).is_some()
    };
    words(given).filter(fixed).eq(words(known).filter(fixed))
        && (words(given).count() != words(known).count()
            || words(given).zip(words(known)).all(same))
}

/// A folded name without a last `y` or its plural: `retrys` and `retries` are the same word,
/// although their distance is larger than allowed.
fn without_plural(folded: &[u8]) -> &[u8] {
    const SHORTEST: usize = 4;
    let mut stems = ["ies", "ys", "y"].into_iter().filter_map(|ending| {
        let stem = folded.strip_suffix(ending.as_bytes())?;
        (stem.len() >= SHORTEST).then_some(stem)
    });
    stems.next().unwrap_or(folded)
}

/// The edit distance with transpositions of neighbours, if it is at most `limit`.
fn distance(one: &[u8], other: &[u8], limit: usize) -> Option<usize> {
    if other.len() > LONGEST {
        return None;
    }
    // Three rows of the distance table: the one before the last, the last, and this one.
    let width = other.len() + 1;
    let (mut older, mut last, mut row) = ([0; LONGEST + 1], [0; LONGEST + 1], [0; LONGEST + 1]);
    (0..width).for_each(|column| last[column] = column);
    for (index, byte) in one.iter().enumerate() {
        row[0] = index + 1;
        let mut least = row[0];
        for column in 1..width {
            let differs = usize::from(*byte != other[column - 1]);
            row[column] = (last[column - 1] + differs)
                .min(last[column] + 1)
                .min(row[column - 1] + 1);
            let swapped = index > 0
                && column > 1
                && *byte == other[column - 2]
                && one[index - 1] == other[column - 1];
            if swapped {
                row[column] = row[column].min(older[column - 2] + 1);
            }
            least = least.min(row[column]);
        }
        if least > limit {
            return None;
        }
        (older, last, row) = (last, row, older);
    }
    Some(last[width - 1]).filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_of_typing_names_what_was_meant() {
        for (given, meant) in [
            ("temprature", "temperature"),
            ("tempreature", "temperature"),
            ("maxretries", "max_retries"),
            ("max_token", "max_tokens"),
            ("max-tokens", "max_tokens"),
            ("maxtoken", "max_tokens"),
            ("Messages", "messages"),
            ("mesages", "messages"),
            ("modle", "model"),
            ("TopP", "top_p"),
            ("tpo_p", "top_p"),
            ("max_retrys", "max_retries"),
            ("maxRetrys", "max_retries"),
            ("max_retry", "max_retries"),
            ("max-Retry", "max_retries"),
            ("extra_querys", "extra_query"),
            ("extra_queries", "extra_query"),
            ("base_URL", "baseURL"),
            ("api_key", "apiKey"),
        ] {
            assert_eq!(near_miss(given, [meant]), Some(meant), "{given}");
        }
    }

    #[test]
    fn a_name_of_its_own_is_nobodys_mistake() {
        for (given, known) in [
            ("seed2", "seed"),
            ("tools_v2", "tools"),
            ("top_a", "top_p"),
            ("topn", "top_k"),
            ("n_logprobs", "logprobs"),
            ("min_tokens", "max_tokens"),
            ("max_turns", "max_tokens"),
            ("service_type", "service_tier"),
            ("verbose", "verbosity"),
            ("user_id", "user"),
            ("series", "ser"),
            ("entry", "entrance"),
            ("retries", "max_retries"),
            ("max_tries", "max_retries"),
            ("delay", "delayed"),
            ("m", "n"),
            ("nn", "n"),
            ("", "n"),
            ("mod\u{e9}l", "model"),
            ("model", "model"),
        ] {
            assert_eq!(near_miss(given, [known]), None, "{given}");
        }
    }

    #[test]
    fn the_nearest_of_several_is_named() {
        let known = ["prompt_cache_key", "models", "model"];
        assert_eq!(near_miss("modeel", known), Some("model"));
        assert_eq!(near_miss("modeles", known), Some("models"));
    }
}
