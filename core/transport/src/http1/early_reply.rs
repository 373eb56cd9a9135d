//! The bytes of a reply that come while its request is still being sent.

use super::head::is_refusal;
use super::head_reader::HeadReader;
use crate::memory::{self, NoMemory};

/// Keeps the bytes that arrived early, which are read before all others, and decides whether the
/// rest of the request is sent. A refusal stops it, with or without interim heads before it, and so
/// do bytes that are not HTTP. A success does not: the server wants the whole request. Source: RFC
/// 9112, section 9.5, and faults.md, 79 and 84.
#[derive(Debug, Default)]
pub(crate) struct EarlyReply {
    bytes: Vec<u8>,
    heads: HeadReader,
    /// The length of the interim heads at the start of the bytes.
    interim: usize,
    verdict: Option<Verdict>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The request is refused.
    Refused,
    /// The server wants the whole request.
    Accepted,
}

impl EarlyReply {
    /// For a reply whose heads have at most `most` bytes each.
    pub fn new(most: usize) -> Self {
        EarlyReply {
            heads: HeadReader::new(most),
            ..EarlyReply::default()
        }
    }

    /// Adds bytes that arrived. Not to be called once it is decided.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), NoMemory> {
        memory::append(&mut self.bytes, bytes, usize::MAX)?;
        while self.verdict.is_none() {
            let unread = &self.bytes[self.interim..];
            match self.heads.next(unread) {
                Err(_) => self.verdict = Some(Verdict::Refused),
                Ok(Some(head)) if head.status < 200 => self.interim += head.length,
                Ok(Some(head)) if head.status < 300 => self.verdict = Some(Verdict::Accepted),
                Ok(Some(_)) => self.verdict = Some(Verdict::Refused),
                Ok(None) if is_refusal(unread) => self.verdict = Some(Verdict::Refused),
                Ok(None) => break,
            }
        }
        Ok(())
    }

    /// Whether the rest of the request must not be sent.
    pub fn refuses(&self) -> bool {
        self.verdict == Some(Verdict::Refused)
    }

    /// Whether more bytes would not change the decision.
    pub fn is_decided(&self) -> bool {
        self.verdict.is_some()
    }

    /// Whether all bytes were read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Reads the bytes, after the request was sent.
    pub fn read(&mut self, buffer: &mut [u8]) -> usize {
        let bytes = self.bytes.len().min(buffer.len());
        buffer[..bytes].copy_from_slice(&self.bytes[..bytes]);
        self.bytes.drain(..bytes);
        if self.bytes.is_empty() {
            self.bytes = Vec::new();
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 8 * 1024;

    fn refuses(bytes: &[u8]) -> bool {
        let refuses = |size: usize| {
            let mut early = EarlyReply::new(MOST);
            for piece in bytes.chunks(size) {
                early.push(piece).unwrap();
            }
            early.refuses()
        };
        let whole = refuses(bytes.len().max(1));
        assert_eq!(whole, refuses(7));
        whole
    }

    #[test]
    fn only_a_refusal_or_bytes_that_are_not_http_stop_a_request() {
        for bytes in [
            "",
            "\r\n",
            "HTT",
            "HTTP/1.1 1",
            "HTTP/1.1 200 OK\r\nA",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 100 Go on\r\n\r\n",
            "HTTP/1.1 100 Go on\n\nHTTP/1.1 2",
        ] {
            assert!(!refuses(bytes.as_bytes()), "{bytes:?}");
        }
        for bytes in [
            "HTTP/1.1 4",
            "\r\nHTTP/1.1 413 Large\r\n\r\n",
            "HTTP/1.1 600 Odd\r\n",
            "HTTP/1.1 x",
            "HTTP/1.1 101 Switch\r\n\r\n",
            "HTTP/1.1 100 Go on\n\nHTTP/1.1 503",
            "HTTP/1.1 100 Go on\r\n\r\n\0",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "SSH-2.0-OpenSSH",
            "220 smtp.example",
            "\r\n<",
        ] {
            assert!(refuses(bytes.as_bytes()), "{bytes:?}");
        }
    }

    #[test]
    fn heads_that_are_too_long_stop_a_request() {
        let hint = "HTTP/1.1 103 Hints\r\n\r\n";
        let few = 64 * 1024 / hint.len();
        let long = "x".repeat(MOST);
        for (bytes, ends) in [
            (hint.repeat(few), false),
            (hint.repeat(few + 1), true),
            (hint.repeat(few) + "HTTP/1.1 413 Large\r\n", true),
            (
                hint.repeat(few) + "HTTP/1.1 200 OK\r\n\r\n" + &hint.repeat(few),
                false,
            ),
            ("\r\n".repeat(MOST / 2 - 1), false),
            ("\r\n".repeat(MOST / 2), true),
            (format!("HTTP/1.1 200 OK\r\nA: {}", &long[100..]), false),
            (format!("HTTP/1.1 200 OK\r\nA: {long}"), true),
            (format!("HTTP/1.1 103 Hints\r\nA: {long}\r\n\r\n"), true),
        ] {
            assert_eq!(refuses(bytes.as_bytes()), ends, "{} bytes", bytes.len());
        }
    }

    #[test]
    fn the_bytes_are_read_once_and_whole() {
        let mut early = EarlyReply::new(MOST);
        early.push(b"HTTP/1.1 200 OK\r\n\r\nbody").unwrap();
        assert!(early.is_decided() && !early.is_empty());
        let (mut read, mut buffer) = (Vec::new(), [0; 5]);
        while let bytes @ 1.. = early.read(&mut buffer) {
            read.extend_from_slice(&buffer[..bytes]);
        }
        assert_eq!(read, b"HTTP/1.1 200 OK\r\n\r\nbody");
        assert!(early.is_empty());
    }
}
