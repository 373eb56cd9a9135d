//! What is kept of a request's body.

/// More than this is counted, and not kept.
const KEPT: usize = 1024 * 1024;

#[derive(Default)]
pub(super) struct BodyRecord {
    pub(super) kept: Vec<u8>,
    pub(super) length: u64,
    /// Whether the body came to its end.
    pub(super) complete: bool,
}

impl BodyRecord {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = KEPT - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.length += bytes.len() as u64;
    }
}
