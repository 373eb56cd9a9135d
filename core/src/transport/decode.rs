//! Unpacking a body on the way.

use std::io::{self, BufRead, Read};

use super::gzip::Members;
use crate::error::{Error, ErrorKind};
use crate::shared_bytes::SharedBytes;

/// So much is unpacked at a time.
const UNPACKED: usize = 16 * 1024;

/// The codings of a body, by the names of `Content-Encoding` in lower case, that are unpacked on
/// the way.
pub const UNPACKED_CODINGS: [&str; 2] = ["gzip", "x-gzip"];

/// How the server packed a body.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Coding {
    None,
    Gzip,
    /// One that nobody here can unpack, though only gzip was asked for.
    Unknown(&'static str),
}

/// Those with a name; another one's may be anything.
const KNOWN: [&str; 4] = ["br", "compress", "deflate", "zstd"];

impl Coding {
    /// From the members of all `Content-Encoding` headers, of which those that change nothing
    /// are skipped. A body that is packed more than once is not unpacked: nobody asked for it.
    pub fn of<'h>(codings: impl Iterator<Item = &'h str>) -> Self {
        let said = |coding: &&str| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity");
        let mut codings = codings.filter(said).map(str::to_ascii_lowercase);
        match (codings.next().as_deref(), codings.next()) {
            (None, _) => Coding::None,
            (Some(coding), None) if UNPACKED_CODINGS.contains(&coding) => Coding::Gzip,
            (Some(other), None) => {
                let known = KNOWN.into_iter().find(|name| *name == other);
                Coding::Unknown(known.unwrap_or("none that is known here"))
            }
            _ => Coding::Unknown("several, one over the other"),
        }
    }
}

/// The unpacked bytes of a body. A body without a byte is empty, however it says that it is
/// packed: the reply to a HEAD, a 204 and a 304 have none.
pub(crate) enum Decoder<R: BufRead> {
    Plain(R),
    /// Nothing was read yet.
    Start(Coding, R),
    Gzip(Box<Gzip<R>>),
    /// Unpacked and read already.
    Known(io::Cursor<SharedBytes>),
    Empty,
}

pub(crate) struct Gzip<R: BufRead> {
    decoder: Members<R>,
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
            Decoder::Known(bytes) => bytes.fill_buf(),
            Decoder::Start(..) | Decoder::Empty => Ok(&[]),
        }
    }

    pub fn consume(&mut self, amount: usize) {
        match self {
            Decoder::Plain(source) => source.consume(amount),
            Decoder::Gzip(gzip) => gzip.start += amount,
            Decoder::Known(bytes) => bytes.consume(amount),
            Decoder::Start(..) | Decoder::Empty => {}
        }
    }

    /// Not inlined: the unpacker's tables, which stand on the stack while it is made, would
    /// be part of every read's frame, 53 KiB for each call in flight.
    #[cold]
    #[inline(never)]
    fn start(&mut self) -> io::Result<()> {
        let is_empty = match self {
            // One that cannot be read now may be asked again.
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
                decoder: Members::new(source),
                unpacked: vec![0; UNPACKED],
                start: 0,
                end: 0,
            })),
            Coding::Unknown(name) => {
                let message = format!("the body has an unknown Content-Encoding ({name})");
                return Err(io::Error::other(Error::new(ErrorKind::Decode, message)));
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

/// The unpacker's own errors, told from those of the connection below it.
fn explain(error: io::Error) -> io::Error {
    let below = error.get_ref().is_some_and(|inner| inner.is::<Error>());
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            if !below =>
        {
            let message = format!("the body's compression is broken: {error}");
            io::Error::other(Error::new(ErrorKind::Decode, message))
        }
        _ => error,
    }
}
