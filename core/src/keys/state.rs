//! Which keys of a ring were refused, and which one is used.

use std::sync::Arc;

use super::{Credential, SelectedKey};

/// Replaced and never changed.
#[derive(Clone, Default)]
pub(super) struct State {
    pub ring: Vec<Arc<Credential>>,
    pub dead: Vec<bool>,
    pub at: usize,
    /// The number of lookups of the source.
    pub lookups: u64,
}

impl State {
    /// With another ring, which counts as one more lookup.
    pub fn with_ring(&self, ring: Vec<Arc<Credential>>) -> Self {
        State {
            dead: vec![false; ring.len()],
            ring,
            at: 0,
            lookups: self.lookups + 1,
        }
    }

    /// Marks the key as refused and goes on to the next one that is not. `None` if all are refused;
    /// then the first one is next.
    pub fn move_on(&mut self, credential: &Arc<Credential>) -> Option<SelectedKey> {
        let count = self.ring.len();
        let same = |have: &Arc<Credential>| Arc::ptr_eq(have, credential);
        // The key was replaced meanwhile, so it is not in the ring.
        let used = self.ring.iter().position(same)?;
        self.dead[used] = true;
        let next = (1..count)
            .map(|step| (used + step) % count)
            .find(|index| !self.dead[*index]);
        match next {
            Some(next) => {
                self.at = next;
                Some(SelectedKey {
                    credential: Arc::clone(&self.ring[next]),
                    lookups: self.lookups,
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
