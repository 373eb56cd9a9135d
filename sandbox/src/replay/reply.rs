//! One reply of a script: what is written, in which pieces, and what becomes
//! of the connection then.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::answer::Answer;

#[derive(Debug)]
pub(super) enum Reply {
    /// Nobody listens.
    Refuse,
    Play(Play),
}

#[derive(Clone, Debug)]
pub(super) struct Play {
    pub(super) at: At,
    pub(super) delay_before: Duration,
    /// Written first: the head, or all of a raw reply.
    pub(super) head: Vec<u8>,
    /// Written after it, unless the request was a HEAD.
    pub(super) body: Vec<u8>,
    /// What makes both, where they depend on the request.
    pub(super) answer: Option<Arc<Answer>>,
    pub(super) pace: Pace,
    /// Written after both, again and again.
    pub(super) repeat: Option<Repeat>,
    pub(super) then: Then,
}

/// When the reply begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum At {
    /// When the connection is there, before any request.
    Connect,
    /// When the request's head is there; its body waits.
    Head,
    /// When the whole request is there.
    #[default]
    Request,
}

/// What becomes of the connection after the reply.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Then {
    /// The next request is read from it, unless this one was its last.
    Keep,
    /// Closed at once.
    Close,
    /// Closed for writing; what still comes is read until the client closes.
    Linger,
    /// Closed with a reset.
    Reset,
    /// Left open without a word until the client closes.
    Stall,
}

/// In which pieces a reply is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    /// The sizes of the first pieces.
    pub(super) sizes: Vec<usize>,
    /// The size of the pieces after those; none for one piece.
    pub(super) rest: Option<usize>,
    pub(super) delay: Duration,
}

#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub(super) bytes: Vec<u8>,
    /// None: until the client closes.
    pub(super) times: Option<u64>,
}

impl Play {
    /// Nothing is written.
    pub(super) fn silent(then: Then) -> Self {
        Self {
            at: At::Request,
            delay_before: Duration::ZERO,
            head: Vec::new(),
            body: Vec::new(),
            answer: None,
            pace: Pace::default(),
            repeat: None,
            then,
        }
    }
}

impl Pace {
    /// Cuts `bytes` into the pieces that are written one by one.
    pub(super) fn pieces<'a>(&'a self, mut bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut sizes = self.sizes.iter().copied();
        std::iter::from_fn(move || {
            if bytes.is_empty() {
                return None;
            }
            let size = sizes.next().or(self.rest).unwrap_or(bytes.len());
            let (piece, more) = bytes.split_at(size.min(bytes.len()));
            bytes = more;
            Some(piece)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_the_sizes_and_then_the_rest() {
        let pace = Pace {
            sizes: vec![1, 2],
            rest: Some(3),
            delay: Duration::ZERO,
        };
        let pieces: Vec<_> = pace.pieces(b"abcdefgh").collect();
        assert_eq!(pieces, [&b"a"[..], b"bc", b"def", b"gh"]);
        let whole: Vec<_> = Pace::default().pieces(b"abc").map(<[u8]>::len).collect();
        assert_eq!(whole, [3]);
    }
}
