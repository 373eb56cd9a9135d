//! A server that injects faults. The fault depends only on the request's number and the attempt, so
//! the caller knows which fault to expect.

use std::time::Duration;

use neura::ErrorKind;

use crate::wire::{Peer, Wire, whole};

/// The header with the request's number.
pub const MARKER: &str = "x-marker";
pub const CHUNKS: usize = 6;
const SEED: u64 = 0x6e65_7572_6121;
const LONGEST: u64 = 48 * 1_024;

/// The kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Get,
    /// The reply echoes the body.
    Post,
    /// A streamed chat.
    Chat,
}

impl Call {
    pub fn of(marker: u64) -> Self {
        [Call::Get, Call::Post, Call::Chat, Call::Get][(marker % 4) as usize]
    }
}

/// The fault of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Right,
    RightInChunks,
    RightAfterInterim,
    /// With pauses shorter than every limit.
    RightButSlow,
    /// Announces a kept connection, but closes it.
    RightThenClosed,
    TooMany,
    Busy,
    Broken,
    ClosedAtOnce,
    ResetAtOnce,
    ResetInHead,
    CutInLength,
    CutInChunk,
    ResetInBody,
    /// Longer than the total limit.
    StallBeforeHead,
    /// Longer than the idle limit.
    StallInBody,
}

/// Each fault with its share per thousand.
const ACTS: [(Act, u32); 16] = [
    (Act::Right, 360),
    (Act::RightInChunks, 150),
    (Act::RightAfterInterim, 50),
    (Act::RightButSlow, 60),
    (Act::RightThenClosed, 90),
    (Act::TooMany, 70),
    (Act::Busy, 40),
    (Act::Broken, 30),
    (Act::ClosedAtOnce, 30),
    (Act::ResetAtOnce, 30),
    (Act::ResetInHead, 20),
    (Act::CutInLength, 20),
    (Act::CutInChunk, 20),
    (Act::ResetInBody, 20),
    (Act::StallBeforeHead, 5),
    (Act::StallInBody, 5),
];

fn chance(marker: u64, attempt: u32) -> fastrand::Rng {
    fastrand::Rng::with_seed(SEED ^ (marker << 8) ^ u64::from(attempt))
}

impl Act {
    /// The fault for this attempt (counted from 0) of the call with this number.
    pub fn of(marker: u64, attempt: u32) -> Self {
        let mut left = chance(marker, attempt).u32(0..1_000);
        for (act, share) in ACTS {
            match left.checked_sub(share) {
                Some(more) => left = more,
                None => return act,
            }
        }
        Act::Right
    }

    /// Whether a call may end with an error of this kind after it.
    pub fn allows(self, call: Call, kind: ErrorKind) -> bool {
        let chat = call == Call::Chat;
        match self {
            Act::Right
            | Act::RightInChunks
            | Act::RightAfterInterim
            | Act::RightButSlow
            | Act::RightThenClosed => false,
            Act::TooMany => kind == ErrorKind::RateLimited,
            Act::Busy | Act::Broken => kind == ErrorKind::Server,
            Act::ClosedAtOnce | Act::ResetAtOnce | Act::ResetInHead => {
                kind == ErrorKind::Connection
            }
            Act::CutInLength | Act::CutInChunk if chat => kind == ErrorKind::IncompleteStream,
            Act::CutInLength | Act::CutInChunk => kind == ErrorKind::Connection,
            // A reset may lose the head, too.
            Act::ResetInBody if kind == ErrorKind::IncompleteStream => chat,
            Act::ResetInBody => kind == ErrorKind::Connection,
            Act::StallBeforeHead | Act::StallInBody => kind == ErrorKind::Timeout,
        }
    }
}

/// The body of one call, which no other call has.
pub fn body(marker: u64) -> String {
    let length = marker.wrapping_mul(7_919) % LONGEST + 16;
    let word = format!("{marker} ");
    let mut text = word.repeat((length as usize).div_ceil(word.len()));
    text.truncate(length as usize);
    text
}

/// The data of each of its chunks.
pub fn chunk(marker: u64) -> String {
    format!("{{\"marker\":{marker},\"choices\":[]}}")
}

pub fn server() -> Wire {
    Wire::start(|peer, _| while serve(peer).is_some() {})
}

/// Serves one request; `None` ends the connection.
fn serve(peer: &mut Peer) -> Option<()> {
    let asked = peer.request()?;
    let field = |name: &str| {
        let mut lines = asked.head.lines().filter_map(|line| line.split_once(": "));
        let value = lines.find(|(have, _)| have.eq_ignore_ascii_case(name))?.1;
        value.parse::<u64>().ok()
    };
    let marker = field(MARKER)?;
    let attempt = field("x-retry-count")? as u32;
    let answer = match Call::of(marker) {
        Call::Get => body(marker),
        Call::Post => String::from_utf8(asked.body).ok()?,
        Call::Chat => {
            let events = format!("data: {}\n\n", chunk(marker)).repeat(CHUNKS);
            format!("{events}data: [DONE]\n\n")
        }
    };
    let act = Act::of(marker, attempt);
    play(
        peer,
        act,
        marker,
        &answer,
        &mut chance(marker, attempt + 100),
    )
}

fn play(
    peer: &mut Peer,
    act: Act,
    marker: u64,
    answer: &str,
    chance: &mut fastrand::Rng,
) -> Option<()> {
    let kind = match Call::of(marker) {
        Call::Chat => "Content-Type: text/event-stream\r\n",
        _ => "Content-Type: text/plain\r\n",
    };
    let with_length = whole(200, kind, answer);
    let in_chunks = chunked(kind, answer, chance);
    let wait = format!("retry-after-ms: {}\r\n", chance.u32(1..30));
    let head = with_length.find("\r\n\r\n")? + 4;
    // Somewhere inside the body, before its last event.
    let most = with_length.len() - 15;
    let inside = chance.usize(head..most.max(head + 1));
    match act {
        Act::Right => peer.send(&with_length).then_some(()),
        Act::RightInChunks => peer.send(&in_chunks).then_some(()),
        Act::RightAfterInterim => {
            let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
            peer.send(format!("{hint}{with_length}")).then_some(())
        }
        Act::RightButSlow => {
            for piece in with_length.as_bytes().chunks(with_length.len() / 3 + 1) {
                std::thread::sleep(Duration::from_millis(chance.u64(1..15)));
                peer.send(piece).then_some(())?;
            }
            Some(())
        }
        Act::RightThenClosed => {
            peer.send(&with_length);
            None
        }
        Act::TooMany => peer.send(whole(429, &wait, "{}")).then_some(()),
        Act::Busy => peer.send(whole(503, &wait, "busy")).then_some(()),
        Act::Broken => peer.send(whole(500, &wait, "")).then_some(()),
        Act::ClosedAtOnce => None,
        Act::ResetAtOnce => reset(peer, ""),
        Act::ResetInHead => reset(peer, &with_length[..chance.usize(1..head - 1)]),
        Act::ResetInBody => reset(peer, &with_length[..inside]),
        Act::CutInLength => {
            peer.send(&with_length[..inside]);
            None
        }
        Act::CutInChunk => {
            peer.send(&in_chunks[..in_chunks.len() - chance.usize(22..60)]);
            None
        }
        Act::StallBeforeHead => {
            peer.until_closed();
            None
        }
        Act::StallInBody => {
            peer.send(&with_length[..inside]);
            peer.until_closed();
            None
        }
    }
}

fn reset(peer: &mut Peer, first: &str) -> Option<()> {
    peer.send(first);
    peer.reset();
    None
}

fn chunked(kind: &str, answer: &str, chance: &mut fastrand::Rng) -> String {
    let mut text = format!("HTTP/1.1 200 OK\r\n{kind}Transfer-Encoding: chunked\r\n\r\n");
    let mut rest = answer;
    while !rest.is_empty() {
        let (chunk, more) = rest.split_at(chance.usize(1..=rest.len()));
        text += &format!("{:x}\r\n{chunk}\r\n", chunk.len());
        rest = more;
    }
    text + "0\r\n\r\n"
}
