//! The values of a `.env` file after expansion: those of the wanted names, and the variables that
//! they use.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Assignment, assignments};

/// The limit of all values of one file together after expansion, in bytes. Each line can repeat the
/// lines before it several times, so a few hundred bytes of a file can expand to more than any
/// memory holds. Source: faults.md, 85.
pub(crate) const LARGEST: usize = 1 << 20;

/// A file's values after expansion, by name.
#[derive(Debug)]
pub(crate) struct Values(HashMap<String, Value>);

/// One value after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Value {
    /// `None` for a name without `=`.
    text: Option<String>,
    /// It contains values of the process environment, by `${...}`.
    from_environment: bool,
}

/// The expanded values have more than [`LARGEST`] bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Values {
    /// Reads the values of the names in `wanted` from a file's text. `outside` gives the values of
    /// `${...}` that the file does not set before.
    ///
    /// # Errors
    /// If these values and the variables that they use have more than [`LARGEST`] bytes.
    pub fn read(
        text: &str,
        wanted: &[impl AsRef<str>],
        outside: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TooLarge> {
        let text = super::one_line_end(text);
        let all = assignments(&text);
        let needed = needed(&all, wanted.iter().map(AsRef::as_ref).collect());
        Self::expanded(all, &needed, outside)
    }

    /// Reads all values.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn read_all(
        text: &str,
        outside: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TooLarge> {
        let text = super::one_line_end(text);
        let all = assignments(&text);
        let needed = vec![true; all.len()];
        Self::expanded(all, &needed, outside)
    }

    /// The last value of `name`. `None` if the file does not set it, or sets it without `=`.
    pub fn get(&self, name: &str) -> Option<(&str, bool)> {
        let value = self.0.get(name)?;
        Some((value.text.as_deref()?, value.from_environment))
    }

    /// Every name with its text.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.text.as_deref()))
    }

    fn expanded(
        all: Vec<Assignment<'_>>,
        needed: &[bool],
        outside: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TooLarge> {
        let mut values = Values(HashMap::new());
        let mut left = LARGEST;
        for (assignment, _) in all.into_iter().zip(needed).filter(|(_, needed)| **needed) {
            let value = match assignment.raw {
                None => Value {
                    text: None,
                    from_environment: false,
                },
                Some(raw) => values.expand(&raw, &outside, &mut left)?,
            };
            values.0.insert(assignment.name.to_owned(), value);
        }
        Ok(values)
    }

    /// Expands `${NAME}` and `${NAME:-default}`. An earlier line of the file wins over `outside`.
    /// `left` is the number of bytes that are still allowed.
    fn expand(
        &self,
        raw: &str,
        outside: &impl Fn(&str) -> Option<String>,
        left: &mut usize,
    ) -> Result<Value, TooLarge> {
        let mut text = String::new();
        let mut from_environment = false;
        for part in parts(raw) {
            let part: Cow<'_, str> = match part {
                Part::Text(text) => text.into(),
                Part::Variable { name, default } => {
                    if let Some(value) = self.0.get(name) {
                        from_environment |= value.from_environment;
                        value.text.as_deref().unwrap_or_default().into()
                    } else if let Some(value) = outside(name) {
                        from_environment = true;
                        value.into()
                    } else {
                        default.into()
                    }
                }
            };
            *left = left.checked_sub(part.len()).ok_or(TooLarge)?;
            text.push_str(&part);
        }
        Ok(Value {
            text: Some(text),
            from_environment,
        })
    }
}

/// The assignments that the last values of `wanted` depend on. Found from the end of the file
/// upwards: a variable has the value that was set last before its line.
fn needed<'t>(all: &'t [Assignment<'_>], mut wanted: HashSet<&'t str>) -> Vec<bool> {
    let mut needed = vec![false; all.len()];
    for (assignment, needed) in all.iter().zip(&mut needed).rev() {
        if !wanted.remove(assignment.name) {
            continue;
        }
        *needed = true;
        for part in parts(assignment.raw.as_deref().unwrap_or_default()) {
            if let Part::Variable { name, .. } = part {
                wanted.insert(name);
            }
        }
    }
    needed
}

/// A piece of a value as written in the file.
enum Part<'t> {
    Text(&'t str),
    Variable { name: &'t str, default: &'t str },
}

/// The pieces of a value. After the last `}` no variable is searched for: otherwise each of many
/// unclosed ones would be searched to the end of the value.
fn parts(raw: &str) -> impl Iterator<Item = Part<'_>> {
    let (mut rest, mut tail) = raw.split_at(raw.rfind('}').map_or(0, |last| last + 1));
    std::iter::from_fn(move || {
        if rest.is_empty() {
            let text = std::mem::take(&mut tail);
            return (!text.is_empty()).then_some(Part::Text(text));
        }
        if let Some((variable, length)) = variable(rest) {
            rest = &rest[length..];
            return Some(variable);
        }
        let (text, after) = rest.split_at(text_before_variable(rest));
        rest = after;
        Some(Part::Text(text))
    })
}

/// The `${...}` at the start of `text`, if it is one, and its length.
fn variable(text: &str) -> Option<(Part<'_>, usize)> {
    let inside = text.strip_prefix("${")?;
    let (name, tail) = inside.split_at(inside.find(['}', ':'])?);
    let (default, used) = match tail.strip_prefix(":-") {
        None if tail.starts_with(':') => return None,
        None => ("", 1),
        Some(tail) => {
            let default = &tail[..tail.find('}')?];
            (default, 2 + default.len() + 1)
        }
    };
    let length = 2 + name.len() + used;
    Some((Part::Variable { name, default }, length))
}

/// The number of bytes before the first variable. If a `${` begins no variable, the next one before
/// the same end character does not either, because that character ends it too.
fn text_before_variable(text: &str) -> usize {
    let mut at = 0;
    while let Some(found) = text[at..].find("${") {
        at += found;
        if variable(&text[at..]).is_some() {
            return at;
        }
        match text[at..].find(['}', ':']) {
            Some(end) => at += end,
            None => break,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn read(text: &str, wanted: &str) -> Result<Option<String>, TooLarge> {
        let values = Values::read(text, &[wanted], |_| None)?;
        Ok(values.get(wanted).map(|(text, _)| text.to_owned()))
    }

    #[test]
    fn the_limit_counts_every_value_that_the_wanted_one_is_made_of() {
        let most = format!("A={}\n", "a".repeat(LARGEST / 2));
        assert!(read(&format!("{most}K=${{A}}\n"), "K").is_ok());
        assert_eq!(read(&format!("{most}K=${{A}}b\n"), "K"), Err(TooLarge));
        assert_eq!(
            read(&format!("{most}B=${{A}}\nK=${{B}}\n"), "K"),
            Err(TooLarge)
        );
        assert!(read(&format!("{most}B=${{A}}${{A}}\nK=k\n"), "K").is_ok());
    }

    #[test]
    fn no_file_of_a_size_that_is_read_takes_long() {
        let started = Instant::now();
        for piece in [
            "${", "${:", "${a:", "${:-", "${a:-", "${a", "${A}", "${}", "$", "}${:",
        ] {
            for end in ["", "}", ":", ":-"] {
                let value = piece.repeat((1 << 20) / piece.len() - 4);
                let text = format!("A=\nK={value}{end}\n");
                assert!(read(&text, "K").is_ok(), "{piece}");
            }
        }
        for line in [
            "K\n",
            "K=\n",
            "K=${K}\n",
            "K='\n",
            "'K\n",
            "K=\"\\\"\n",
            "=\n",
            "\n",
            "K=x #",
        ] {
            assert!(
                read(&line.repeat((1 << 20) / line.len()), "K").is_ok(),
                "{line}"
            );
        }
        // Two seconds without optimisation; what grew with the square would take minutes.
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{:?}",
            started.elapsed()
        );
    }
}
