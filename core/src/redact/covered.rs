//! The parts of a text to replace.

use std::collections::{BTreeSet, VecDeque};

use super::MARK;
use super::scan::Found;
use super::text::Window;

/// Parts of a text in order, without overlaps.
#[derive(Default)]
pub(super) struct Covered {
    parts: VecDeque<(usize, usize)>,
    /// The forms that were found in the last part.
    forms: BTreeSet<usize>,
}

impl Covered {
    /// Adds the part of a secret, and joins it with parts that it overlaps.
    pub fn add(&mut self, text: Window<'_>, found: &Found<'_>) {
        let last_end = self.parts.back().map_or(0, |last| last.1);
        // A form that was found in this part before may begin later now. Only whether it overlaps
        // the part matters.
        let floor = match self.forms.contains(&found.index) {
            true => last_end,
            false => text.begin,
        };
        let (symbols, base64) = (&found.form.symbols, found.form.base64);
        let mut start = text.start_of(symbols, base64, found.end, floor);
        let mut end = found.end;
        if last_end <= start {
            self.forms.clear();
        }
        self.forms.insert(found.index);
        while let Some(last) = self.parts.back().filter(|last| last.1 > start) {
            start = start.min(last.0);
            end = end.max(last.1);
            self.parts.pop_back();
        }
        self.parts.push_back((start, end));
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether each of these parts lies in one of `others`.
    pub fn lie_in(&self, others: &Covered) -> bool {
        self.parts.iter().all(|(start, end)| {
            let at = others.parts.partition_point(|other| other.1 < *end);
            others.parts.get(at).is_some_and(|other| other.0 <= *start)
        })
    }

    /// Removes the parts that end at or before `at`.
    pub fn forget_before(&mut self, at: usize) {
        while self.parts.front().is_some_and(|part| part.1 <= at) {
            self.parts.pop_front();
        }
    }

    /// Appends the window's text before `to`, with a mark in place of each part. A part that goes on
    /// after `to` is kept for the next call. A part that begins before the window gets no mark,
    /// because an earlier call wrote it.
    pub fn write(&mut self, text: Window<'_>, to: usize, out: &mut Vec<u8>) {
        let mut at = text.begin;
        while let Some(&(start, end)) = self.parts.front().filter(|part| part.0 < to) {
            if start >= text.begin {
                out.extend_from_slice(&text.bytes[at - text.begin..start - text.begin]);
                out.extend_from_slice(MARK.as_bytes());
            }
            at = end.min(to);
            if end > to {
                break;
            }
            self.parts.pop_front();
        }
        out.extend_from_slice(&text.bytes[at - text.begin..to - text.begin]);
    }
}
