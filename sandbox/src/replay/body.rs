//! The recorded part of a request's body.

/// The limit for an answer: more is counted but not read.
const READ: usize = 64 * 1024 * 1024;
/// The limit for the report: more is not kept.
const KEPT: usize = 1024 * 1024;

#[derive(Default)]
pub(super) struct BodyRecord {
    pub(super) kept: Vec<u8>,
    pub(super) length: u64,
    /// Whether the whole body arrived.
    pub(super) complete: bool,
    /// The limit of bytes to keep.
    most: usize,
}

impl BodyRecord {
    /// `for_answer`: the answer depends on the body.
    pub(super) fn new(for_answer: bool) -> Self {
        let most = if for_answer { READ } else { KEPT };
        Self {
            most,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.most - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.length += bytes.len() as u64;
    }

    /// Drops what the report does not show.
    pub(super) fn shorten(&mut self) {
        self.kept.truncate(KEPT);
        self.kept.shrink_to_fit();
    }
}
