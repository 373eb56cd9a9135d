//! What is kept of a request's body.

/// More than this is counted, and not read for an answer.
const READ: usize = 64 * 1024 * 1024;
/// More than this is not kept for the report.
const KEPT: usize = 1024 * 1024;

#[derive(Default)]
pub(super) struct BodyRecord {
    pub(super) kept: Vec<u8>,
    pub(super) length: u64,
    /// Whether the body came to its end.
    pub(super) complete: bool,
    /// How much is kept.
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

    /// Leaves what the report shows.
    pub(super) fn shorten(&mut self) {
        self.kept.truncate(KEPT);
        self.kept.shrink_to_fit();
    }
}
