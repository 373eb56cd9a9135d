//! The body of a request: bytes, or a source that is read while the request is sent.

mod sources;

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

use crate::awaited::Awaited;
use crate::call_control::CallControl;
use crate::failure::{Failure, SourceFailure};
use crate::outlet::Outlet;
use crate::shared_bytes::SharedBytes;
use sources::{FromFile, Reader};

/// The body of a request.
///
/// All attempts share its bytes. A file or another reader is read in pieces while the request is
/// sent, so a large one does not need memory of its size. A body of known length is sent with
/// `Content-Length`, any other in the chunked transfer coding.
///
/// A file is read from its current position, and rewound to there for another attempt. A reader
/// cannot be rewound: once it gave a byte its request is not sent again, and the error of kind
/// `connection` says so.
#[derive(Clone)]
pub struct RequestBody(Kind);

#[derive(Clone)]
enum Kind {
    Bytes(SharedBytes),
    Source(Arc<SourceBody>),
}

struct SourceBody {
    length: Option<u64>,
    state: Mutex<State>,
}

struct State {
    source: Box<dyn BodySource>,
    /// It gave a byte or failed since it was made or rewound.
    used: bool,
}

/// Any error of a [`BodySource`]. `?` makes one of every error type.
#[doc(hidden)]
pub type SourceError = Box<dyn Error + Send + Sync>;

/// Where the bytes of a body come from, for language bindings.
#[doc(hidden)]
pub trait BodySource: Send {
    /// The number of bytes in all, if it is known. Called once.
    fn length(&self) -> Option<u64>;

    /// Reads the next bytes, as many as fit or fewer; 0 at the end. A source that waits calls
    /// [`SourceCall::check`] from time to time.
    ///
    /// # Errors
    /// Those of the check, and any error of the source, with which the call then fails.
    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError>;

    /// Whether it sends what [`read`](Self::read) left, where the connection is lent to it.
    fn sends(&self) -> bool {
        false
    }

    /// Sends the next bytes through a connection, from the thread that owns them: how many, with the
    /// error of [`Outlet::send`]; 0 at the end.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    fn send(&mut self, _: &Outlet, _: &SourceCall<'_>) -> Result<io::Result<usize>, SourceError> {
        Ok(Ok(0))
    }

    /// Goes back to the start; `false` if it cannot.
    ///
    /// # Errors
    /// Any error of the source, with which the call then fails.
    fn rewind(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }
}

/// The call that a source is read for.
#[doc(hidden)]
pub struct SourceCall<'a>(pub(crate) &'a CallControl);

impl SourceCall<'_> {
    /// Checks that the call goes on.
    ///
    /// # Errors
    /// The call was cancelled, or a limit passed.
    pub fn check(&self) -> Result<(), Failure> {
        self.next_wait().map(drop)
    }

    /// Waits for a value that another thread gives; `None` if it gives none.
    ///
    /// # Errors
    /// As for [`check`](Self::check).
    pub fn wait<T>(&self, value: &Awaited<T>) -> Result<Option<T>, Failure> {
        value.wait(&self.0.cancel, || self.next_wait())
    }

    fn next_wait(&self) -> Result<Duration, Failure> {
        let now = Instant::now();
        self.0.next_wait(now, now)
    }
}

impl RequestBody {
    /// All bytes of `reader`, sent in the chunked transfer coding.
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        RequestBody::source(Reader::new(reader, None))
    }

    /// All bytes of `reader`, which must be `length`. Fewer or more are an error of kind
    /// `invalid_argument`, and the server does not get a whole request.
    pub fn sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        RequestBody::source(Reader::new(reader, Some(length)))
    }

    /// The bytes of `owner`, which are not copied.
    pub fn shared(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        RequestBody(Kind::Bytes(SharedBytes::of(owner)))
    }

    /// All bytes of a source of a language binding.
    #[doc(hidden)]
    pub fn source(source: impl BodySource + 'static) -> Self {
        RequestBody(Kind::Source(Arc::new(SourceBody {
            length: source.length(),
            state: Mutex::new(State {
                source: Box::new(source),
                used: false,
            }),
        })))
    }

    /// The number of its bytes, if it is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            Kind::Source(sourced) => sourced.length,
        }
    }

    /// All its bytes, if they are in memory.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Source(_) => None,
        }
    }

    /// Makes the body ready to be sent from its start; `false` if it cannot be sent again.
    ///
    /// # Errors
    /// The source failed.
    #[doc(hidden)]
    pub fn rewind(&self) -> Result<bool, Failure> {
        match &self.0 {
            Kind::Bytes(_) => Ok(true),
            Kind::Source(sourced) => sourced.lock()?.rewind(),
        }
    }

    /// The next bytes after `read` others; 0 at the end.
    pub(crate) fn read_on(
        &self,
        read: usize,
        buffer: &mut [u8],
        call: &SourceCall<'_>,
    ) -> Result<usize, Failure> {
        let mut reading = match &self.0 {
            Kind::Bytes(bytes) => Reading::Bytes(bytes.get(read..).unwrap_or_default()),
            Kind::Source(sourced) => Reading::Source(sourced.lock()?),
        };
        reading.read(buffer, call)
    }

    /// Begins to read it from its start.
    pub(crate) fn begin(&self) -> Result<BodyReader<'_>, Failure> {
        match &self.0 {
            Kind::Bytes(bytes) => Ok(BodyReader(Reading::Bytes(bytes))),
            Kind::Source(sourced) => {
                let mut state = sourced.lock()?;
                match state.rewind()? {
                    true => Ok(BodyReader(Reading::Source(state))),
                    false => Err(SourceFailure::UsedUp.into()),
                }
            }
        }
    }
}

impl SourceBody {
    fn lock(&self) -> Result<MutexGuard<'_, State>, Failure> {
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(SourceFailure::Busy.into()),
        }
    }
}

impl State {
    fn rewind(&mut self) -> Result<bool, Failure> {
        if self.used && self.source.rewind().map_err(failed)? {
            self.used = false;
        }
        Ok(!self.used)
    }
}

/// A body that is being read.
pub(crate) struct BodyReader<'b>(Reading<'b>);

enum Reading<'b> {
    Bytes(&'b [u8]),
    Source(MutexGuard<'b, State>),
}

impl BodyReader<'_> {
    /// See [`BodySource::sends`].
    pub fn sends(&self) -> bool {
        match &self.0 {
            Reading::Bytes(_) => false,
            Reading::Source(state) => state.source.sends(),
        }
    }

    /// See [`BodySource::send`].
    pub fn send(
        &mut self,
        through: &Outlet,
        call: &SourceCall<'_>,
    ) -> Result<io::Result<usize>, Failure> {
        match &mut self.0 {
            Reading::Bytes(_) => Ok(Ok(0)),
            Reading::Source(state) => {
                state.used = true;
                state.source.send(through, call).map_err(failed)
            }
        }
    }

    /// The next bytes; 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Failure> {
        self.0.read(buffer, call)
    }
}

impl Reading<'_> {
    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, Failure> {
        match self {
            Reading::Bytes(bytes) => {
                let length = bytes.len().min(buffer.len());
                buffer[..length].copy_from_slice(&bytes[..length]);
                *bytes = &bytes[length..];
                Ok(length)
            }
            Reading::Source(state) => {
                let read = state.source.read(buffer, call);
                state.used |= !matches!(read, Ok(0));
                // A foreign source may return a wrong length.
                let read = read.map_err(failed)?;
                Ok(read.min(buffer.len()))
            }
        }
    }
}

/// The call's own end as it is, else a failure of the source.
fn failed(error: SourceError) -> Failure {
    match error.downcast::<Failure>() {
        Ok(failure) => *failure,
        Err(error) => SourceFailure::Failed(error.into()).into(),
    }
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
        RequestBody::source(FromFile::new(file, start))
    }
}

impl From<SharedBytes> for RequestBody {
    fn from(bytes: SharedBytes) -> Self {
        RequestBody(Kind::Bytes(bytes))
    }
}

/// Bodies of types that convert into a `Vec`.
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
