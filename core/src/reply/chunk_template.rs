//! Chunks that differ from one before them only in their words.
//!
//! Nearly all chunks of an answer are the same text around other words. The first of them is parsed;
//! those that match it are not, since they have the same outline.

use std::ops::Range;

use memchr::memchr;

use super::ChatChunk;
use super::answer_text::chunk_text;
use super::typed::Delta;

/// The members whose text may differ. An [`Outline`](super::Outline) reads none of them.
const WORDS: [&[u8]; 5] = [
    b"content",
    b"reasoning_content",
    b"refusal",
    b"arguments",
    b"obfuscation",
];

/// A larger chunk is parsed each time.
const LARGEST: usize = 4096;

/// A chunk, and where its words are.
pub(super) struct ChunkTemplate {
    json: String,
    words: Vec<Range<usize>>,
    /// Which of the words are those of the first choice.
    answer: Option<usize>,
    adds_words_only: bool,
}

/// A chunk that matches.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Matched {
    /// Where the words of the first choice are, between their quotation marks.
    pub answer: Option<Range<usize>>,
}

impl ChunkTemplate {
    /// A template of a chunk that is no error, has no usage, and does not finish a choice. `None`
    /// if it has no words.
    pub fn of(json: &str) -> Option<Self> {
        if json.len() > LARGEST || json.contains("\"error\"") {
            return None;
        }
        let words = words_of(json.as_bytes())?;
        let is_answer = |range: &Range<usize>| {
            const PROBE: &str = "the words of the first choice";
            let mut probed = json.to_owned();
            probed.replace_range(range.clone(), PROBE);
            chunk_text(&probed).as_deref() == Some(PROBE)
        };
        Some(ChunkTemplate {
            answer: words.iter().position(is_answer),
            adds_words_only: serde_json::from_str(json).is_ok_and(|chunk| adds_words_only(&chunk)),
            json: json.to_owned(),
            words,
        })
    }

    /// Whether a join of two chunks that match is one that matches, with the words of both.
    pub fn adds_words_only(&self) -> bool {
        self.adds_words_only
    }

    /// Compares a chunk, which must be UTF-8. One that matches is JSON.
    pub fn matches(&self, chunk: &[u8]) -> Option<Matched> {
        let template = self.json.as_bytes();
        let (mut compared, mut rest, mut answer) = (0, chunk, None);
        for (place, words) in self.words.iter().enumerate() {
            rest = rest.strip_prefix(template.get(compared..words.start)?)?;
            let (found, after) = rest.split_at_checked(length_of_text(rest)?)?;
            if Some(place) == self.answer {
                let start = chunk.len() - rest.len();
                answer = Some(start..start + found.len());
            }
            rest = after;
            compared = words.end;
        }
        (template.get(compared..)? == rest).then_some(Matched { answer })
    }
}

fn adds_words_only(chunk: &ChatChunk) -> bool {
    let [choice] = &chunk.choices[..] else {
        return false;
    };
    let mut rest = choice.delta.clone();
    (rest.content, rest.role) = (None, None);
    rest.extra.retain(|_, value| !value.is_null());
    rest == Delta::default() && choice.logprobs.is_none() && !choice.extra.contains_key("message")
}

/// The places of the words in valid JSON; `None` if there are none.
fn words_of(json: &[u8]) -> Option<Vec<Range<usize>>> {
    let (mut words, mut at, mut name) = (Vec::new(), 0, &b""[..]);
    while let Some(quote) = memchr(b'"', json.get(at..)?) {
        let start = at + quote + 1;
        let end = start + length_of_text(json.get(start..)?)?;
        let text = json.get(start..end)?;
        match json.get(end + 1..)?.trim_ascii_start().first() {
            Some(b':') => name = text,
            _ if WORDS.contains(&name) => words.push(start..end),
            _ => {}
        }
        at = end + 1;
    }
    (!words.is_empty()).then_some(words)
}

/// The length of a JSON text up to its closing quotation mark. `None` if it has `\u`, which is not
/// checked here, or is not valid.
fn length_of_text(bytes: &[u8]) -> Option<usize> {
    let mut bytes = bytes.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at),
            b'\\' => match bytes.next() {
                Some((_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => {}
                _ => return None,
            },
            ..=0x1f => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::Outline;

    const CHUNK: &str = r#"{"id":"c-1","model":"gpt-5","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null,"obfuscation":"aB"}"#;

    fn answer(template: &ChunkTemplate, chunk: &str) -> Option<String> {
        let range = template.matches(chunk.as_bytes())?.answer.unwrap();
        Some(chunk[range].to_owned())
    }

    #[test]
    fn a_chunk_with_other_words_matches_and_is_valid() {
        let template = ChunkTemplate::of(CHUNK).unwrap();
        for words in ["", "é", "a longer text", r#"\n\"quoted\" \\ \/"#, "{}[]:,"] {
            let chunk = CHUNK.replace("Hi", words).replace("aB", words);
            assert_eq!(answer(&template, &chunk).as_deref(), Some(words), "{chunk}");
            let outline = Outline::of(&chunk).unwrap();
            assert!(!outline.is_finished() && outline.tokens().is_none());
            assert_eq!(
                chunk_text(&chunk),
                serde_json::from_str(&format!("\"{words}\"")).ok()
            );
        }
    }

    #[test]
    fn any_other_difference_does_not_match() {
        let template = ChunkTemplate::of(CHUNK).unwrap();
        for (old, new) in [
            ("Hi", "\u{1}"),
            ("Hi", r"\u0041"),
            ("Hi", r"\x"),
            ("Hi", r"\"),
            ("Hi\"", "Hi"),
            ("Hi\"", "Hi\",\"error\":\"x\""),
            ("null}", "\"stop\"}"),
            ("\"usage\":null", "\"usage\":{\"prompt_tokens\":1}"),
            ("c-1", "c-2"),
            ("\"index\":0", "\"index\":1"),
            ("\"aB\"}", "\"aB\""),
            ("\"aB\"}", "\"aB\"} "),
            ("\"aB\"}", "\"aB\"}x"),
        ] {
            let chunk = CHUNK.replacen(old, new, 1);
            assert_ne!(chunk, CHUNK);
            assert_eq!(template.matches(chunk.as_bytes()), None, "{chunk}");
        }
    }

    #[test]
    fn only_the_words_of_the_first_choice_are_the_answer() {
        for chunk in [
            CHUNK.replace("\"index\":0", "\"index\":1"),
            CHUNK.replace("\"delta\"", "\"message\""),
            r#"{"choices":[{"delta":{"content":["Hi"]}}]}"#.to_owned(),
            r#"{"content":"Hi","choices":[]}"#.to_owned(),
        ] {
            let template = ChunkTemplate::of(&chunk).unwrap();
            let matched = template.matches(chunk.as_bytes()).unwrap();
            assert_eq!(matched.answer, None, "{chunk}");
            assert_eq!(chunk_text(&chunk).as_deref(), Some(""));
        }
    }

    #[test]
    fn chunks_that_add_more_than_words_are_told_apart() {
        let adds = |chunk: &str| ChunkTemplate::of(chunk).unwrap().adds_words_only();
        assert!(adds(CHUNK));
        assert!(adds(&CHUNK.replace(
            "{\"content",
            "{\"role\":\"assistant\",\"refusal\":null,\"x\":null,\"content"
        )));
        for (old, new) in [
            ("{\"content", "{\"reasoning_content\":\"x\",\"content"),
            ("{\"content", "{\"reasoning\":\"x\",\"content"),
            ("{\"content", "{\"citations\":[1],\"content"),
            ("{\"content", "{\"tool_calls\":[{\"index\":0}],\"content"),
            ("{\"content", "{\"audio\":{\"id\":\"x\"},\"content"),
            (
                "\"finish_reason",
                "\"logprobs\":{\"content\":[]},\"finish_reason",
            ),
            ("\"finish_reason", "\"message\":{},\"finish_reason"),
            (
                "\"choices\":[",
                "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"x\"}},",
            ),
        ] {
            let chunk = CHUNK.replacen(old, new, 1);
            assert_ne!(chunk, CHUNK);
            assert!(!adds(&chunk), "{chunk}");
        }
    }

    #[test]
    fn a_chunk_without_words_or_with_an_error_is_no_template() {
        for chunk in [
            r#"{"choices":[{"delta":{"role":"assistant"}}]}"#,
            r#"{"choices":[{"delta":{"content":"x"},"error":null}]}"#,
            r#"{"choices":[{"delta":{"content":null}}]}"#,
            r#"{"choices":[{"delta":{"content":"\u0041"}}]}"#,
        ] {
            assert!(ChunkTemplate::of(chunk).is_none(), "{chunk}");
        }
        let large = CHUNK.replace("Hi", &"x".repeat(LARGEST));
        assert!(ChunkTemplate::of(&large).is_none());
    }
}
