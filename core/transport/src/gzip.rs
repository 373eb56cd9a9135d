//! A gzip body: one member or several, and zeros after them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The unpacked bytes of a gzip body.
///
/// Some servers fill the last block with zeros. flate2's own decoder of several members reads them
/// as the head of another member. Source: faults.md, 83.
pub(crate) struct GzipReader<R: BufRead> {
    decoder: GzDecoder<Slot<R>>,
    ended: bool,
}

impl<R: BufRead> GzipReader<R> {
    /// Reads nothing yet.
    pub fn new(source: R) -> Self {
        GzipReader {
            decoder: GzDecoder::new(Slot(Some(source))),
            ended: false,
        }
    }

    /// Begins the next member; returns whether there is one.
    fn next_member(&mut self) -> io::Result<bool> {
        let source = self.decoder.get_mut();
        match source.fill_buf()?.first() {
            Some(0) => source.skip_zeros().map(|()| false),
            Some(_) => {
                let source = Slot(source.0.take());
                self.decoder.reset(source);
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended {
            match self.decoder.read(buffer)? {
                0 if !buffer.is_empty() => self.ended = !self.next_member()?,
                bytes => return Ok(bytes),
            }
        }
        Ok(0)
    }
}

/// The packed bytes. A decoder that is reset takes them out and gets them again.
struct Slot<R>(Option<R>);

impl<R: BufRead> Slot<R> {
    /// Reads to the end; `InvalidData` if anything but zeros follows.
    fn skip_zeros(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.fill_buf()?;
            if bytes.iter().any(|byte| *byte != 0) {
                let what = "bytes follow its end";
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            match bytes.len() {
                0 => return Ok(()),
                zeros => self.consume(zeros),
            }
        }
    }
}

impl<R: BufRead> BufRead for Slot<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &mut self.0 {
            Some(source) => source.fill_buf(),
            None => Ok(&[]),
        }
    }

    fn consume(&mut self, amount: usize) {
        if let Some(source) = &mut self.0 {
            source.consume(amount);
        }
    }
}

impl<R: BufRead> Read for Slot<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(source) => source.read(buffer),
            None => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// The body, read through a buffer of this size.
    fn unpack(bytes: &[u8], size: usize) -> io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        GzipReader::new(BufReader::with_capacity(size, bytes)).read_to_end(&mut whole)?;
        Ok(whole)
    }

    #[test]
    fn members_are_one_body_and_zeros_behind_them_are_skipped() {
        let members = [packed(b"one, "), packed(b""), packed(b"two")].concat();
        for zeros in [0, 1, 2, 17, 40_000] {
            let padded = [members.clone(), vec![0; zeros]].concat();
            for size in [1, 2, 7, 64, 100_000] {
                assert_eq!(
                    unpack(&padded, size).unwrap(),
                    b"one, two",
                    "{zeros} {size}"
                );
            }
        }
        assert_eq!(unpack(&packed(b"").repeat(9), 5).unwrap(), b"");
    }

    #[test]
    fn any_other_bytes_behind_the_body_are_refused() {
        let member = packed(b"body");
        let (zeros, head) = (vec![0; 9], member[..12].to_vec());
        for behind in [
            b"x".to_vec(),
            b"\r\n".to_vec(),
            head,
            [&zeros[..], b"x"].concat(),
            [&zeros[..], &member].concat(),
            [&member[..], b"\0\x1f"].concat(),
        ] {
            let body = [&member[..], &behind].concat();
            for size in [1, 3, 100_000] {
                assert!(unpack(&body, size).is_err(), "{behind:?} {size}");
            }
        }
        for end in 1..member.len() {
            assert!(unpack(&member[..end], 4).is_err(), "{end}");
        }
        assert!(unpack(&[0; 30], 4).is_err());
    }
}
