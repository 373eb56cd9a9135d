//! One scripted reply: its bytes, their pieces, and what follows on the
//! connection.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::answer::Answer;

#[derive(Debug)]
pub(super) enum Reply {
    /// The port refuses connections.
    Refuse,
    Scripted(ScriptedReply),
}

#[derive(Clone, Debug)]
pub(super) struct ScriptedReply {
    pub(super) at: At,
    pub(super) delay_before: Duration,
    /// Written first: the head, or all of a raw reply.
    pub(super) head: Vec<u8>,
    /// Written after it, unless the request was a HEAD.
    pub(super) body: Vec<u8>,
    /// The answer that makes both, if they depend on the request.
    pub(super) answer: Option<Arc<Answer>>,
    pub(super) pace: Pace,
    /// Written after both, repeatedly.
    pub(super) repeat: Option<Repeat>,
    pub(super) then: Then,
}

/// When the reply begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum At {
    /// When the connection is accepted, before any request.
    Connect,
    /// When the request's head has arrived; its body is read later.
    Head,
    /// When the whole request has arrived.
    #[default]
    Request,
}

/// What happens to the connection after the reply.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Then {
    /// The next request is read, unless this one was the connection's last.
    Keep,
    /// Closed at once.
    Close,
    /// Closed for writing, and read until the client closes.
    Linger,
    /// Closed with a reset.
    Reset,
    /// Left open and silent until the client closes.
    Stall,
}

/// The pieces and pauses of a reply.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    /// The sizes of the first pieces.
    pub(super) sizes: Vec<usize>,
    /// The size of the later pieces; None for one piece.
    pub(super) rest: Option<usize>,
    pub(super) delay: Duration,
}

#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub(super) bytes: Vec<u8>,
    /// None: repeat until the client closes.
    pub(super) times: Option<u64>,
}

impl ScriptedReply {
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
    /// Splits `bytes` into the pieces to write.
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
