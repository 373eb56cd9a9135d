//! The codings of a body (`Content-Encoding`), unpacked as it arrives.

use std::io::{self, BufRead, Read};

use crate::failure::{Cause, Failure, own};
use crate::gzip::GzipReader;
use crate::shared_bytes::SharedBytes;

/// The size of the buffer for unpacked bytes.
const UNPACKED: usize = 16 * 1024;

/// The names of the codings that are unpacked, in lower case.
pub const UNPACKED_CODINGS: [&str; 2] = ["gzip", "x-gzip"];

/// How a body is packed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Coding {
    None,
    Gzip,
    /// It cannot be unpacked. Only gzip was asked for.
    Unknown(&'static str),
}

/// Names that a failure shows. Another name may hold anything, so it is not shown.
const KNOWN: [&str; 4] = ["br", "compress", "deflate", "zstd"];

impl Coding {
    /// From the members of all `Content-Encoding` headers; `identity` is skipped. A body that is
    /// packed more than once cannot be unpacked.
    pub fn of<'h>(codings: impl Iterator<Item = &'h str>) -> Self {
        let said = |coding: &&str| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity");
        let mut codings = codings.filter(said).map(str::to_ascii_lowercase);
        match (codings.next().as_deref(), codings.next()) {
            (None, _) => Coding::None,
            (Some(coding), None) if UNPACKED_CODINGS.contains(&coding) => Coding::Gzip,
            (Some(other), None) => {
                let known = KNOWN.into_iter().find(|name| *name == other);
                Coding::Unknown(known.unwrap_or("an unknown one"))
            }
            _ => Coding::Unknown("more than one"),
        }
    }
}

/// The unpacked bytes of a body. A body of no bytes is empty, whatever its coding: so are the
/// replies to HEAD, and those of 204 and 304.
pub(crate) enum Decoder<R: BufRead> {
    Plain(R),
    /// Nothing was read yet.
    Start(Coding, R),
    Gzip(Box<Gzip<R>>),
    /// In memory, unpacked.
    InMemory(io::Cursor<SharedBytes>),
    Empty,
}

pub(crate) struct Gzip<R: BufRead> {
    decoder: GzipReader<R>,
    unpacked: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: BufRead> Decoder<R> {
    pub fn new(source: R, coding: Coding) -> Self {
        match coding {
            Coding::None => Decoder::Plain(source),
            coding => Decoder::Start(coding, source),
        }
    }

    /// The next bytes; none at the end.
    pub fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Decoder::Start(..) = self {
            self.start()?;
        }
        match self {
            Decoder::Plain(source) => source.fill_buf(),
            Decoder::Gzip(gzip) => gzip.fill_buf(),
            Decoder::InMemory(bytes) => bytes.fill_buf(),
            Decoder::Start(..) | Decoder::Empty => Ok(&[]),
        }
    }

    /// The source of a body that is not packed.
    pub fn plain(&mut self) -> Option<&mut R> {
        match self {
            Decoder::Plain(source) => Some(source),
            _ => None,
        }
    }

    pub fn consume(&mut self, amount: usize) {
        match self {
            Decoder::Plain(source) => source.consume(amount),
            Decoder::Gzip(gzip) => gzip.start += amount,
            Decoder::InMemory(bytes) => bytes.consume(amount),
            Decoder::Start(..) | Decoder::Empty => {}
        }
    }

    /// Not inlined: the unpacker's tables are on the stack while it is made, and would be part of
    /// the stack frame of every read, 53 KiB for each call in flight.
    #[cold]
    #[inline(never)]
    fn start(&mut self) -> io::Result<()> {
        let is_empty = match self {
            // If this fails, the next read tries again.
            Decoder::Start(_, source) => source.fill_buf()?.is_empty(),
            _ => return Ok(()),
        };
        let Decoder::Start(coding, source) = std::mem::replace(self, Decoder::Empty) else {
            return Ok(());
        };
        if is_empty {
            return Ok(());
        }
        *self = match coding {
            Coding::None => Decoder::Plain(source),
            Coding::Gzip => Decoder::Gzip(Box::new(Gzip {
                decoder: GzipReader::new(source),
                unpacked: vec![0; UNPACKED],
                start: 0,
                end: 0,
            })),
            Coding::Unknown(name) => {
                return Err(io::Error::other(Failure::new(Cause::UnknownCoding(name))));
            }
        };
        Ok(())
    }
}

impl<R: BufRead> Gzip<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.end = self.decoder.read(&mut self.unpacked).map_err(explain)?;
            self.start = 0;
        }
        Ok(&self.unpacked[self.start..self.end])
    }
}

/// Makes a failure of the unpacker's own errors; those of the connection below stay as they are.
fn explain(error: io::Error) -> io::Error {
    let below = own(&error).is_some();
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            if !below =>
        {
            io::Error::other(Failure::new(Cause::BrokenCompression(error.to_string())))
        }
        _ => error,
    }
}
