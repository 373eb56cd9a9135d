//! Reads symbols and says which of many patterns ends behind each: the automaton of Aho and
//! Corasick, with every transition at hand.
//!
//! The crate `aho-corasick` follows failure links, one after the other. A reading that forks at
//! each escape follows the same links again and again, and a periodic key has as many of them
//! as it has characters. Here a step is two look-ups, whatever the patterns are. A full table
//! takes a kilobyte a state, so a state shares the rows of the one that its failure link leads
//! to: they differ by their children alone.

use zeroize::Zeroizing;

use super::cost;

/// A state, by its number.
pub(super) type State = u32;

/// The state that has read no beginning of a pattern.
pub(super) const START: State = 0;

/// The transitions of a state are 16 rows of 16.
const WIDTH: usize = 16;
type Row = [u32; WIDTH];

/// The pattern of a state in which none ends.
const NONE: u32 = u32::MAX;

pub(super) struct Automaton {
    /// The numbers of each state's rows. They tell the patterns, as the rows do.
    states: Zeroizing<Vec<Row>>,
    rows: Zeroizing<Vec<Row>>,
    /// The longest pattern that ends in each state.
    ends: Vec<u32>,
    /// The pattern that each state was made for, and how many of its symbols it has read.
    begun: Vec<(u32, u32)>,
}

impl Automaton {
    /// `None` where there is no memory for it, or there are too many symbols.
    pub fn new(patterns: &[&[u8]]) -> Option<Self> {
        let symbols: usize = patterns.iter().map(|pattern| pattern.len()).sum();
        let most = u32::try_from(symbols)
            .ok()
            .filter(|most| *most < NONE - 1)? as usize
            + 1;
        let mut automaton = Automaton {
            states: Zeroizing::new(reserved(most)?),
            rows: Zeroizing::new(reserved(most)?),
            ends: reserved(most)?,
            begun: reserved(most)?,
        };
        automaton.rows.push([START; WIDTH]);
        automaton.states.push([0; WIDTH]);
        automaton.ends.push(NONE);
        automaton.begun.push((0, 0));
        automaton.build(patterns, reserved(most)?);
        Some(automaton)
    }

    /// Makes the states in the order of their depths: each needs those that are less deep.
    fn build(&mut self, patterns: &[&[u8]], mut failures: Vec<State>) {
        failures.push(START);
        let mut reached: Vec<(usize, State)> = (0..patterns.len()).map(|it| (it, START)).collect();
        // Those that begin alike stand together.
        reached.sort_by_key(|(pattern, _)| patterns[*pattern]);
        for depth in 0.. {
            reached.retain(|(pattern, _)| patterns[*pattern].len() > depth);
            if reached.is_empty() {
                return;
            }
            let mut before = None;
            for (pattern, state) in &mut reached {
                let (parent, symbol) = (*state, patterns[*pattern][depth]);
                if before != Some((parent, symbol)) {
                    before = Some((parent, symbol));
                    failures.push(match depth {
                        0 => START,
                        _ => self.look_up(failures[parent as usize], symbol),
                    });
                    self.ends.push(NONE);
                    self.begun.push((*pattern as u32, depth as u32 + 1));
                    self.set(parent, symbol, failures.len() as State - 1);
                }
                *state = failures.len() as State - 1;
                let end = &mut self.ends[*state as usize];
                if patterns[*pattern].len() == depth + 1 {
                    *end = (*end).min(*pattern as u32);
                }
            }
            // Only now have all states of the parents' depth their children.
            let made = self.states.len();
            for (above, failure) in failures[made..].iter().enumerate() {
                let (state, failure) = (made + above, *failure as usize);
                let shared = self.states[failure];
                self.states.push(shared);
                if self.ends[state] == NONE {
                    self.ends[state] = self.ends[failure];
                }
            }
        }
    }

    /// Puts a child into a row of its parent's own.
    fn set(&mut self, parent: State, symbol: u8, child: State) {
        let (high, low) = split(symbol);
        let number = &mut self.states[parent as usize][high];
        let mut row = self.rows[*number as usize];
        row[low] = child;
        *number = self.rows.len() as u32;
        self.rows.push(row);
    }

    #[inline]
    fn look_up(&self, state: State, symbol: u8) -> State {
        let (high, low) = split(symbol);
        self.rows[self.states[state as usize][high] as usize][low]
    }

    /// The state behind one more symbol.
    #[inline]
    pub fn next(&self, state: State, symbol: u8) -> State {
        cost::count(1);
        self.look_up(state, symbol)
    }

    /// The longest pattern that ends in a state, by its number.
    #[inline]
    pub fn end(&self, state: State) -> Option<usize> {
        let end = self.ends[state as usize];
        (end != NONE).then_some(end as usize)
    }

    /// Of which pattern a state has read the beginning, and how many symbols.
    pub fn begun(&self, state: State) -> (usize, usize) {
        let (pattern, symbols) = self.begun[state as usize];
        (pattern as usize, symbols as usize)
    }
}

#[inline]
fn split(symbol: u8) -> (usize, usize) {
    (usize::from(symbol) / WIDTH, usize::from(symbol) % WIDTH)
}

/// Never grown, so that no copy of what it holds is left behind.
fn reserved<T>(most: usize) -> Option<Vec<T>> {
    let mut list = Vec::new();
    list.try_reserve_exact(most).ok()?;
    Some(list)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The longest end of `text` that begins a pattern, and the longest pattern that it ends
    /// with.
    fn slowly<'p>(patterns: &[&'p [u8]], text: &[u8]) -> (&'p [u8], Option<&'p [u8]>) {
        let begun = (0..=text.len()).find_map(|from| {
            let begins = |pattern: &&&[u8]| pattern.starts_with(&text[from..]);
            let pattern = patterns.iter().find(begins)?;
            Some(&pattern[..text.len() - from])
        });
        let ended = patterns.iter().filter(|pattern| text.ends_with(pattern));
        (
            begun.unwrap_or_default(),
            ended.max_by_key(|pattern| pattern.len()).copied(),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_knows_what_was_read(
            patterns in prop::collection::vec("[abz\u{ff}]{1,6}|(ab){1,5}a?|a{1,9}", 1..6),
            text in "[abz\u{ff}]{0,40}",
        ) {
            let patterns: Vec<&[u8]> = patterns.iter().map(String::as_bytes).collect();
            let automaton = Automaton::new(&patterns).unwrap();
            let mut state = START;
            for (before, symbol) in text.bytes().enumerate() {
                state = automaton.next(state, symbol);
                let (begun, ended) = slowly(&patterns, &text.as_bytes()[..=before]);
                let (pattern, symbols) = automaton.begun(state);
                prop_assert_eq!(&patterns[pattern][..symbols], begun);
                prop_assert_eq!(automaton.end(state).map(|pattern| patterns[pattern]), ended);
            }
        }
    }

    #[test]
    fn a_state_takes_a_hundred_and_fifty_bytes_at_most() {
        let patterns = ["a".repeat(5_000), "ab".repeat(5_000)];
        let patterns: Vec<&[u8]> = patterns.iter().map(String::as_bytes).collect();
        let automaton = Automaton::new(&patterns).unwrap();
        let (states, rows) = (automaton.states.len(), automaton.rows.len());
        assert!(states <= 15_001 && rows <= 15_001, "{states} {rows}");
        let of_state = size_of::<Row>() * 2 + size_of::<u32>() + size_of::<(u32, u32)>();
        assert!(of_state <= 150);
    }

    #[test]
    fn of_patterns_that_are_alike_the_first_is_found() {
        let automaton = Automaton::new(&[b"b", b"ab", b"ab"]).unwrap();
        let state = automaton.next(automaton.next(START, b'a'), b'b');
        assert_eq!(automaton.end(state), Some(1));
        let none = Automaton::new(&[]).unwrap();
        assert_eq!(none.end(none.next(START, 0)), None);
        // A pattern of nothing ends nowhere.
        assert_eq!(Automaton::new(&[b""]).unwrap().end(START), None);
    }
}
