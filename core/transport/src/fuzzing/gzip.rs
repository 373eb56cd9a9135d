//! Gzip bodies: members, zeros after them, and other bytes.

use std::io::{self, BufReader, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::gzip::GzipReader;

/// A gzip body unpacks to the same bytes however it is cut, and so does the data packed here. The
/// first byte of the data gives the length of a piece, the second the number of zeros after it.
pub fn gzip(data: &[u8]) {
    let [piece, zeros, bytes @ ..] = data else {
        return;
    };
    let piece = usize::from(*piece) + 1;
    assert_eq!(unpack(bytes, piece), unpack(bytes, bytes.len() + 1));
    let members = [pack(bytes), pack(&bytes[..bytes.len() / 2])].concat();
    let both = [bytes, &bytes[..bytes.len() / 2]].concat();
    let mut padded = [members, vec![0; usize::from(*zeros)]].concat();
    assert_eq!(unpack(&padded, piece).as_ref(), Some(&both));
    padded.extend_from_slice(if *zeros == 0 {
        b"\0\x1f\x8b"
    } else {
        b"\x1f\x8b"
    });
    assert_eq!(unpack(&padded, piece), None);
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let packed = || -> io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes)?;
        encoder.finish()
    };
    packed().expect("memory can be written to")
}

/// The body, read in pieces of this length; `None` if it is refused. Only the first MiB is read.
fn unpack(bytes: &[u8], piece: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let members = GzipReader::new(BufReader::with_capacity(piece, bytes));
    members.take(1 << 20).read_to_end(&mut body).ok()?;
    Some(body)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_oneof};

    /// Members, some of them changed, cut, or with bytes between them.
    pub(in crate::fuzzing) fn packed() -> impl Strategy<Value = Vec<u8>> {
        let member = vec(any::<u8>(), 0..40).prop_map(|bytes| super::pack(&bytes));
        let broken = (vec(any::<u8>(), 0..40), any::<usize>(), any::<u8>()).prop_map(
            |(bytes, place, byte)| {
                let mut member = super::pack(&bytes);
                let place = place % member.len();
                member[place] = byte;
                member
            },
        );
        let cut = (vec(any::<u8>(), 0..40), any::<usize>()).prop_map(|(bytes, end)| {
            let mut member = super::pack(&bytes);
            member.truncate(end % member.len());
            member
        });
        let piece = prop_oneof![
            6 => member,
            2 => broken,
            1 => cut,
            2 => (0..9_usize).prop_map(|zeros| vec![0; zeros]),
            1 => vec(any::<u8>(), 0..4),
            1 => Just(b"\x1f\x8b".to_vec()),
        ];
        (vec(any::<u8>(), 2), vec(piece, 0..6))
            .prop_map(|(choice, pieces)| [choice, pieces.concat()].concat())
    }
}
