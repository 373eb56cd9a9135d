//! Which keys of a ring live, and which of them is used.

use std::sync::Arc;

use super::{Credential, Taken};

/// Never changed, but replaced by another.
#[derive(Clone, Default)]
pub(super) struct State {
    pub ring: Vec<Arc<Credential>>,
    pub dead: Vec<bool>,
    pub at: usize,
    /// How many looks into the source were made.
    pub looks: u64,
}

impl State {
    /// With another ring, which counts as one more look.
    pub fn with_ring(&self, ring: Vec<Arc<Credential>>) -> Self {
        State {
            dead: vec![false; ring.len()],
            ring,
            at: 0,
            looks: self.looks + 1,
        }
    }

    /// Marks the key as dead and goes on to the next that lives; with none the first is next.
    pub fn move_on(&mut self, credential: &Arc<Credential>) -> Option<Taken> {
        let count = self.ring.len();
        let same = |have: &Arc<Credential>| Arc::ptr_eq(have, credential);
        // A key that was replaced meanwhile ends with its call.
        let used = self.ring.iter().position(same)?;
        self.dead[used] = true;
        let next = (1..count)
            .map(|step| (used + step) % count)
            .find(|index| !self.dead[*index]);
        match next {
            Some(next) => {
                self.at = next;
                Some(Taken {
                    credential: Arc::clone(&self.ring[next]),
                    looks: self.looks,
                })
            }
            None => {
                self.dead.fill(false);
                self.at = 0;
                None
            }
        }
    }
}
