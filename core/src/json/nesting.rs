//! The open objects and lists around a place in a JSON text, one bit each: a hostile text nests as
//! deep as it is long.

/// True is an object, false a list.
#[derive(Default)]
pub(super) struct Nesting {
    /// How many of `bits` are in use.
    used: u32,
    /// The innermost ones, the last in the lowest bit.
    bits: u64,
    /// Those around them.
    outer: Vec<u64>,
}

impl Nesting {
    pub fn push(&mut self, is_object: bool) {
        if self.used == u64::BITS {
            self.outer.push(self.bits);
            self.used = 0;
        }
        self.bits = self.bits << 1 | u64::from(is_object);
        self.used += 1;
    }

    /// The innermost one.
    pub fn last(&self) -> Option<bool> {
        (self.used > 0).then_some(self.bits & 1 == 1)
    }

    pub fn pop(&mut self) {
        self.bits >>= 1;
        self.used = self.used.saturating_sub(1);
        if self.used == 0
            && let Some(bits) = self.outer.pop()
        {
            (self.bits, self.used) = (bits, u64::BITS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_last_is_popped_first() {
        let kinds: Vec<bool> = (0..1_000).map(|n| n % 3 == 0).collect();
        let mut open = Nesting::default();
        kinds.iter().for_each(|kind| open.push(*kind));
        for kind in kinds.iter().rev() {
            assert_eq!(open.last(), Some(*kind));
            open.pop();
        }
        assert_eq!(open.last(), None);
    }
}
