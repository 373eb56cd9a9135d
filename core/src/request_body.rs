//! The body of a request: bytes, or a source that is read while they go out.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use crate::error::{Error, ErrorKind};
use crate::shared_bytes::SharedBytes;

/// The body of a request.
///
/// Bytes are shared by all attempts. A file or another reader is read a piece at a time while
/// the request goes out, so that a large one needs no memory of its size. What has a length is
/// sent with `Content-Length`, anything else in the chunked transfer coding.
///
/// A file is read from where it stands, and rewound to there for another attempt. A reader
/// cannot be rewound: once it gave a byte its request is not sent again, and the error of kind
/// `connection` says so.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// # let path = std::env::temp_dir().join(format!("neura-doc-{}.json", std::process::id()));
/// # std::fs::write(&path, r#"{"model": "text-embedding-3-small", "input": "Hello!"}"#)?;
/// use std::fs::File;
/// use std::io::Read;
///
/// use neura::RequestBody;
///
/// let reply = client.post("/embeddings").body(File::open(&path)?).send()?;
/// assert_eq!(reply.status(), 200);
///
/// let start: &[u8] = br#"{"model": "text-embedding-3-small", "#;
/// let reader = start.chain(&br#""input": "Hello!"}"#[..]);
/// let reply = client.post("/embeddings").body(RequestBody::reader(reader)).send()?;
/// assert_eq!(reply.status(), 200);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RequestBody(Kind);

#[derive(Clone)]
enum Kind {
    Bytes(SharedBytes),
    Source(Arc<Sourced>),
}

struct Sourced {
    length: Option<u64>,
    state: Mutex<State>,
}

struct State {
    source: Box<dyn BodySource>,
    /// It gave a byte, or failed, since it was made or rewound.
    used: bool,
}

/// Where the bytes of a body come from, for bindings.
#[doc(hidden)]
pub trait BodySource: Send {
    /// How many bytes will come in all, where that is known. Asked once.
    fn length(&self) -> Option<u64>;

    /// The next bytes, as many as fit or fewer; 0 at the end. A source that waits looks at the
    /// call in between.
    ///
    /// # Errors
    /// The call's own end, and a failure of the source, with which the call fails as it is.
    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Error>;

    /// Begins anew, if it can.
    ///
    /// # Errors
    /// A failure of the source, with which the call fails as it is.
    fn rewind(&mut self) -> Result<bool, Error> {
        Ok(false)
    }
}

/// The call that a source is read for.
#[doc(hidden)]
pub struct SourceCall<'a>(pub(crate) &'a dyn Fn() -> Result<(), Error>);

impl SourceCall<'_> {
    /// Whether it goes on; else why not.
    ///
    /// # Errors
    /// `cancelled` and `timeout`.
    pub fn check(&self) -> Result<(), Error> {
        (self.0)()
    }
}

impl RequestBody {
    /// What `reader` gives to its end. It goes out in the chunked transfer coding.
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        RequestBody::source(Reader {
            reader,
            length: None,
        })
    }

    /// What `reader` gives to its end, which is `length` bytes. Fewer or more are an error of
    /// kind `invalid_argument`, and the server gets no whole request.
    pub fn sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        RequestBody::source(Reader {
            reader,
            length: Some(length),
        })
    }

    /// The bytes of `owner`, which are not copied.
    pub fn shared(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        RequestBody(Kind::Bytes(SharedBytes::of(owner)))
    }

    /// What a source of a binding's gives.
    #[doc(hidden)]
    pub fn source(source: impl BodySource + 'static) -> Self {
        RequestBody(Kind::Source(Arc::new(Sourced {
            length: source.length(),
            state: Mutex::new(State {
                source: Box::new(source),
                used: false,
            }),
        })))
    }

    /// How many bytes it has, where that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            Kind::Source(sourced) => sourced.length,
        }
    }

    /// All of it, where it is in memory.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Source(_) => None,
        }
    }

    /// Whether it can be sent from its start, also where some of it was sent before.
    pub(crate) fn rewind(&self) -> Result<bool, Error> {
        match &self.0 {
            Kind::Bytes(_) => Ok(true),
            Kind::Source(sourced) => sourced.lock()?.rewind(),
        }
    }

    /// Begins to read a source, from its start.
    pub(crate) fn begin(&self) -> Result<Begun<'_>, Error> {
        match &self.0 {
            Kind::Bytes(bytes) => Ok(Begun(Reading::Bytes(bytes))),
            Kind::Source(sourced) => {
                let mut state = sourced.lock()?;
                match state.rewind()? {
                    true => Ok(Begun(Reading::Source(state))),
                    false => Err(invalid(
                        "the source of the body was used up by an earlier call. Give each call a \
                         source of its own",
                    )),
                }
            }
        }
    }
}

impl Sourced {
    fn lock(&self) -> Result<MutexGuard<'_, State>, Error> {
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(invalid(
                "the source of the body is being sent by another call. Give each call a source \
                 of its own",
            )),
        }
    }
}

impl State {
    fn rewind(&mut self) -> Result<bool, Error> {
        if self.used && self.source.rewind()? {
            self.used = false;
        }
        Ok(!self.used)
    }
}

/// A body that is being read.
pub(crate) struct Begun<'b>(Reading<'b>);

enum Reading<'b> {
    Bytes(&'b [u8]),
    Source(MutexGuard<'b, State>),
}

impl Begun<'_> {
    /// The next bytes; 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Error> {
        match &mut self.0 {
            Reading::Bytes(bytes) => {
                let length = bytes.len().min(buffer.len());
                buffer[..length].copy_from_slice(&bytes[..length]);
                *bytes = &bytes[length..];
                Ok(length)
            }
            Reading::Source(state) => {
                let read = state.source.read(buffer, call);
                state.used |= !matches!(read, Ok(0));
                // What a source of another's says is not believed.
                read.map(|length| length.min(buffer.len()))
            }
        }
    }
}

struct Reader<R> {
    reader: R,
    length: Option<u64>,
}

impl<R: Read + Send> BodySource for Reader<R> {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Error> {
        read(&mut self.reader, buffer, call)
    }
}

/// A file from where it stands. What is written to it meanwhile is not sent.
struct FromFile {
    file: File,
    /// Where it stood, and how much was behind that; none of what is no regular file.
    start: Option<(u64, u64)>,
    sent: u64,
}

impl BodySource for FromFile {
    fn length(&self) -> Option<u64> {
        self.start.map(|(_, length)| length)
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Error> {
        let left = self.length().map_or(u64::MAX, |length| length - self.sent);
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let length = read(&mut self.file, &mut buffer[..most], call)?;
        self.sent += length as u64;
        Ok(length)
    }

    fn rewind(&mut self) -> Result<bool, Error> {
        let Some((start, _)) = self.start else {
            return Ok(false);
        };
        self.file
            .seek(SeekFrom::Start(start))
            .map_err(|error| failed(&error))?;
        self.sent = 0;
        Ok(true)
    }
}

fn read(reader: &mut impl Read, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Error> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => call.check()?,
            read => return read.map_err(|error| failed(&error)),
        }
    }
}

fn failed(error: &io::Error) -> Error {
    invalid(&format!("the source of the body failed: {error}"))
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

impl From<File> for RequestBody {
    fn from(mut file: File) -> Self {
        let start = file
            .metadata()
            .ok()
            .filter(|it| it.is_file())
            .and_then(|it| {
                let start = file.stream_position().ok()?;
                Some((start, it.len().saturating_sub(start)))
            });
        RequestBody::source(FromFile {
            file,
            start,
            sent: 0,
        })
    }
}

impl From<SharedBytes> for RequestBody {
    fn from(bytes: SharedBytes) -> Self {
        RequestBody(Kind::Bytes(bytes))
    }
}

/// What becomes a `Vec` without more, as before there were sources.
macro_rules! from_bytes {
    ($($bytes:ty),+) => {
        $(impl From<$bytes> for RequestBody {
            fn from(bytes: $bytes) -> Self {
                RequestBody(Kind::Bytes(SharedBytes::from(bytes)))
            }
        })+
    };
}

from_bytes!(Vec<u8>, String, &[u8], &str, Box<[u8]>);

impl<const N: usize> From<&[u8; N]> for RequestBody {
    fn from(bytes: &[u8; N]) -> Self {
        RequestBody::from(&bytes[..])
    }
}

impl<const N: usize> From<[u8; N]> for RequestBody {
    fn from(bytes: [u8; N]) -> Self {
        RequestBody::from(&bytes[..])
    }
}

impl Default for RequestBody {
    fn default() -> Self {
        RequestBody(Kind::Bytes(SharedBytes::default()))
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length() {
            Some(length) => write!(f, "{length} bytes"),
            None => f.write_str("a source of unknown length"),
        }
    }
}
