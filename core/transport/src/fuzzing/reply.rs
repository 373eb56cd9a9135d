//! Replies: interim heads, the final head, and the frame of the body.

use crate::http1::{ChunkPart, EarlyReply, Framing, read_head};
use crate::method::Method;

/// A reply has the same heads, body and end however its bytes are cut. The first byte of the data
/// gives the length of a piece, the second the method.
pub fn reply(data: &[u8]) {
    let [piece, choice, bytes @ ..] = data else {
        return;
    };
    let method = match choice % 4 {
        0 => Method::Head,
        _ => Method::Get,
    };
    let whole = read(method, &mut std::iter::once(bytes));
    let cut = read(method, &mut bytes.chunks(usize::from(piece % 32) + 1));
    assert_eq!(whole, cut);
    assert!(whole.body.len() + whole.frame <= bytes.len());
    for (status, _) in &whole.heads {
        assert!((102..=999).contains(status) || *status == 100);
    }
    let values = whole.heads.iter().flat_map(|(_, headers)| headers);
    for (name, value) in values {
        assert!(!value.contains(['\r', '\n']), "{name} is folded: {value:?}");
    }
    let final_heads = whole.heads.iter().filter(|head| head.0 >= 200);
    assert!(final_heads.count() <= 1);
    // Only the frame of chunks may grow with what a server sends.
    let spare = whole.frame - whole.head_frame;
    assert!(spare <= CHUNK_FRAME * (whole.body.len() + 1) + SKIPPED);
    // As an early reply: a reply that stops the request is not a success, whatever follows.
    let succeeds = whole
        .heads
        .last()
        .is_some_and(|head| (200..300).contains(&head.0));
    let mut refused = false;
    for end in 0..bytes.len().min(256) {
        let mut early = EarlyReply::new(LONGEST_HEAD);
        early.push(&bytes[..end]).unwrap();
        let refuses = early.refuses();
        assert!(refuses || !refused, "{end}");
        refused = refuses;
        assert!(!(refused && succeeds), "{end}");
    }
}

/// Longer than any head here.
const LONGEST_HEAD: usize = 1_024;

/// The most of a chunk's frame: its digits and line ends.
const CHUNK_FRAME: usize = 16 + 4;
/// The most of all extensions and trailers, and the end.
const SKIPPED: usize = 2 * 16 * 1024 + 2;

/// How a reply was read.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    heads: Vec<(u16, Vec<(String, String)>)>,
    body: Vec<u8>,
    /// Bytes of the reply that are not its body.
    frame: usize,
    /// Those of them that are heads.
    head_frame: usize,
    end: End,
}

#[derive(Debug, Default, PartialEq)]
enum End {
    /// The reply is not whole.
    #[default]
    Cut,
    Refused,
    /// The body ends with the connection.
    UntilClose,
    /// The body has no explicit end, but is complete when the connection ends.
    AtClose,
    /// Whole, and whether the connection may be reused.
    Whole(bool),
}

/// Reads as a connection does.
fn read(method: Method, pieces: &mut dyn Iterator<Item = &[u8]>) -> Outcome {
    let mut outcome = Outcome::default();
    let (mut unread, mut searched) = (Vec::new(), 0);
    let mut framing = None;
    for piece in pieces {
        unread.extend_from_slice(piece);
        while let Some(used) = match &mut framing {
            None => step_in_head(method, &unread, &mut searched, &mut framing, &mut outcome),
            Some((frame, reusable)) => step_in_body(&unread, frame, *reusable, &mut outcome),
        } {
            unread.drain(..used);
        }
    }
    if let (End::Cut, Some((Framing::Chunked(chunked), _))) = (&outcome.end, &framing)
        && chunked.may_end()
    {
        outcome.end = End::AtClose;
    }
    outcome
}

/// The number of bytes that were used; `None` if more must come, or the reply is over.
fn step_in_head(
    method: Method,
    unread: &[u8],
    searched: &mut usize,
    framing: &mut Option<(Framing, bool)>,
    outcome: &mut Outcome,
) -> Option<usize> {
    if outcome.end == End::Refused {
        return None;
    }
    let refuse = |outcome: &mut Outcome| {
        outcome.end = End::Refused;
        None
    };
    let head = match read_head(unread, *searched) {
        Ok(Some(head)) => head,
        Ok(None) => {
            *searched = unread.len();
            return None;
        }
        Err(_) => return refuse(outcome),
    };
    if head.status < 100 || head.status == 101 {
        return refuse(outcome);
    }
    *searched = 0;
    outcome.frame += head.length;
    outcome.head_frame += head.length;
    outcome
        .heads
        .push((head.status, head.headers.pairs(str::to_owned).to_vec()));
    if head.status >= 200 {
        match Framing::of(&head, method) {
            Ok(found) => *framing = Some(found),
            Err(_) => return refuse(outcome),
        }
    }
    Some(head.length)
}

fn step_in_body(
    unread: &[u8],
    framing: &mut Framing,
    reusable: bool,
    outcome: &mut Outcome,
) -> Option<usize> {
    if matches!(outcome.end, End::Refused | End::Whole(_)) {
        return None;
    }
    let (skip, length) = match framing {
        Framing::Length(0) => {
            outcome.end = End::Whole(reusable);
            return None;
        }
        Framing::Length(left) => {
            let length = usize::try_from(*left).map_or(unread.len(), |left| left.min(unread.len()));
            *left -= length as u64;
            (0, length)
        }
        Framing::UntilClose => {
            outcome.end = End::UntilClose;
            (0, unread.len())
        }
        Framing::Chunked(chunked) => match chunked.next(unread) {
            Ok(ChunkPart::Data { skip, length }) => {
                chunked.consumed(length);
                (skip, length)
            }
            Ok(ChunkPart::More { skip }) => {
                outcome.frame += skip;
                return (skip > 0).then_some(skip);
            }
            Ok(ChunkPart::End { skip }) => {
                outcome.frame += skip;
                outcome.end = End::Whole(reusable && !chunked.is_loose());
                return Some(skip);
            }
            Err(_) => {
                // How much was read before the refusal depends on the cut.
                outcome.frame = outcome.head_frame;
                outcome.end = End::Refused;
                return None;
            }
        },
    };
    outcome.frame += skip;
    outcome.body.extend_from_slice(&unread[skip..skip + length]);
    // A length that is used up ends the body in the next step.
    (skip + length > 0 || matches!(framing, Framing::Length(0))).then_some(skip + length)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof};

    use super::*;

    /// Replies, most of them nearly valid.
    pub(in crate::fuzzing) fn replies() -> impl Strategy<Value = Vec<u8>> {
        const STARTS: [&str; 8] = [
            "\r\n\r\nHTTP/1.1 2x0 N\r\n",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.0 200\r\n",
            "\r\n\r\nHTTP/1.1 404 N\n",
            "HTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\n",
            "HTTP/1.1 204 No Content\r\n",
            "HTTP/1.1 101 Switch\r\n",
            "HTTP/1.",
        ];
        const HEADERS: [&str; 15] = [
            "Content-Length: 5\r\n",
            "content-length: 5, 5\n",
            "Content-Length: 7\r\n",
            "Content-Length: -1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Connection: close\r\n",
            "X-A: b\r\n",
            " folded\r\n",
            "X-A:\r\n\t folded\n twice\r\n",
            "Content-Length:\r\n 5\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "no colon\r\n",
            "\r\n",
            "\n",
        ];
        const BODIES: [&str; 18] = [
            "\r\n",
            "\n",
            "hello",
            "5\r\nhello\r\n",
            "a;x=y\r\n0123456789\r\n",
            "5",
            "\r",
            "0\r\n",
            "0\r\n\r\n",
            "Trailer: 1\r\n",
            "5 ;x\r\nhello\r\n",
            "5 x\r\nhello\r\n",
            "0\r\n\n",
            "T: 1\n\n",
            "zz\r\n",
            "ffffffffffffffffff\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "-1\r\n",
        ];
        let among = |words: &'static [&'static str]| {
            let odd = vec(any::<u8>(), 0..4);
            let word = (0..words.len()).prop_map(|at| words[at].as_bytes().to_vec());
            prop_oneof![9 => word, 1 => odd]
        };
        let parts = (
            vec(any::<u8>(), 2),
            among(&STARTS),
            vec(among(&HEADERS), 0..6),
            prop_oneof![4 => Just(b"\r\n".to_vec()), 1 => Just(Vec::new())],
            vec(among(&BODIES), 0..10),
        );
        parts.prop_map(|(choice, start, headers, end, body)| {
            [choice, start, headers.concat(), end, body.concat()].concat()
        })
    }

    #[test]
    fn refused_trailers_are_refused_however_they_are_cut() {
        for piece in 0..32 {
            let reply = "HTTP/1.1 404 N\r\nTransfer-Encoding: chunked\r\n\r\n\
                         0\r\nTrailer: 1\r\n\rTrailer: 1\r\n";
            super::reply(&[&[piece, 1], reply.as_bytes()].concat());
        }
    }

    #[test]
    fn a_valid_reply_is_read_whole() {
        let bytes = "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                     5\r\nhello\r\n0\r\n\r\nmore";
        let outcome = read(Method::Get, &mut bytes.as_bytes().chunks(3));
        assert_eq!((outcome.heads.len(), outcome.body), (2, b"hello".to_vec()));
        assert_eq!(outcome.end, End::Whole(true));
        assert_eq!(outcome.frame, bytes.len() - "hellomore".len());
        let outcome = read(
            Method::Get,
            &mut std::iter::once(&b"HTTP/1.1 200 OK\r\n\r\nx"[..]),
        );
        assert_eq!(outcome.end, End::UntilClose);
    }
}
