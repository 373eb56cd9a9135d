//! Unpacking a body on the way.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::error::{Error, ErrorKind};

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
    /// From the value of `Content-Encoding`.
    pub fn of(header: Option<&str>) -> Self {
        match header
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "" | "identity" => Coding::None,
            "gzip" | "x-gzip" => Coding::Gzip,
            other => {
                let known = KNOWN.into_iter().find(|name| *name == other);
                Coding::Unknown(known.unwrap_or("none that is known here"))
            }
        }
    }
}

/// A reader of the unpacked body. A body without a byte is empty, however it says that it
/// is packed: the reply to a HEAD, a 204 and a 304 have none.
pub(crate) enum Decoder<R: Read> {
    Plain(R),
    /// Nothing was read yet.
    Start(Coding, BufReader<R>),
    Gzip(Box<MultiGzDecoder<BufReader<R>>>),
    End,
}

impl<R: Read> Decoder<R> {
    pub fn new(reader: R, coding: Coding) -> Self {
        match coding {
            Coding::None => Decoder::Plain(reader),
            coding => Decoder::Start(coding, BufReader::with_capacity(16 * 1024, reader)),
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                Decoder::Plain(reader) => return reader.read(buffer),
                Decoder::End => return Ok(0),
                Decoder::Gzip(decoder) => return decoder.read(buffer).map_err(explain),
                Decoder::Start(_, reader) => {
                    let is_empty = reader.fill_buf()?.is_empty();
                    let Decoder::Start(coding, reader) = std::mem::replace(self, Decoder::End)
                    else {
                        return Ok(0);
                    };
                    match coding {
                        _ if is_empty => return Ok(0),
                        Coding::Unknown(name) => {
                            let message =
                                format!("the body has an unknown Content-Encoding ({name})");
                            let error = Error::new(ErrorKind::Decode, message);
                            return Err(io::Error::other(error));
                        }
                        Coding::None => *self = Decoder::Plain(reader.into_inner()),
                        Coding::Gzip => {
                            *self = Decoder::Gzip(Box::new(MultiGzDecoder::new(reader)));
                        }
                    }
                }
            }
        }
    }
}

/// The unpacker's own errors, told from those of the connection below it.
fn explain(error: io::Error) -> io::Error {
    let below = error
        .get_ref()
        .is_some_and(|inner| inner.is::<ureq::Error>() || inner.is::<Error>());
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
