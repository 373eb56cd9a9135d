//! Bodies that are read from a reader or a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::{BodySource, SourceCall, SourceError};

pub(super) struct Reader<R> {
    reader: R,
    length: Option<u64>,
}

impl<R> Reader<R> {
    pub fn new(reader: R, length: Option<u64>) -> Self {
        Reader { reader, length }
    }
}

impl<R: Read + Send> BodySource for Reader<R> {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        read(&mut self.reader, buffer, call)
    }
}

/// A file from its current position. Bytes that are appended to it during the call are not sent.
pub(super) struct FromFile {
    file: File,
    /// Its position and the number of bytes from there; `None` if it is not a regular file.
    start: Option<(u64, u64)>,
    sent: u64,
}

impl FromFile {
    pub fn new(file: File, start: Option<(u64, u64)>) -> Self {
        FromFile {
            file,
            start,
            sent: 0,
        }
    }
}

impl BodySource for FromFile {
    fn length(&self) -> Option<u64> {
        self.start.map(|(_, length)| length)
    }

    fn read(&mut self, buffer: &mut [u8], call: &SourceCall<'_>) -> Result<usize, SourceError> {
        let left = self.length().map_or(u64::MAX, |length| length - self.sent);
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let length = read(&mut self.file, &mut buffer[..most], call)?;
        self.sent += length as u64;
        Ok(length)
    }

    fn rewind(&mut self) -> Result<bool, SourceError> {
        let Some((start, _)) = self.start else {
            return Ok(false);
        };
        self.file.seek(SeekFrom::Start(start))?;
        self.sent = 0;
        Ok(true)
    }
}

fn read(
    reader: &mut impl Read,
    buffer: &mut [u8],
    call: &SourceCall<'_>,
) -> Result<usize, SourceError> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => call.check()?,
            read => return Ok(read?),
        }
    }
}
