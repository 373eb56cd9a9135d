//! The lifetime of a key, as written on the command line: `90d`, `12h`, `30m`, `45s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
/// A hundred years: more is a mistake, and dates must stay before the year 9999.
const LONGEST_DAYS: u64 = 36_500;

/// A duration of more than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// The duration.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0.as_secs())
    }
}

impl FromStr for Lifetime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || {
            format!(
                "expected a whole number and a unit, such as 90d, 12h, 30m or 45s, not {text:?}"
            )
        };
        let unit = text.chars().last().ok_or_else(form)?;
        let seconds_a_unit = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => SECONDS_A_DAY,
            _ => return Err(form()),
        };
        let digits = &text[..text.len() - unit.len_utf8()];
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(form());
        }
        // This fails only for a number too large for u64.
        let seconds = digits
            .parse()
            .unwrap_or(u64::MAX)
            .saturating_mul(seconds_a_unit);
        if seconds == 0 {
            return Err(
                "a key's lifetime must be more than 0; --expired makes a key \
                 that has already expired"
                    .into(),
            );
        }
        if seconds > LONGEST_DAYS * SECONDS_A_DAY {
            return Err(format!(
                "at most {LONGEST_DAYS}d; leave the option out for a key that never expires"
            ));
        }
        Ok(Self(Duration::from_secs(seconds)))
    }
}

/// When a new key expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// This long after its creation.
    After(Lifetime),
    /// It has already expired.
    AlreadyExpired,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_read() {
        for (text, seconds) in [
            ("45s", 45),
            ("30m", 1_800),
            ("12h", 43_200),
            ("90d", 7_776_000),
        ] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!(lifetime.duration().as_secs(), seconds, "{text}");
            assert_eq!(lifetime.to_string().parse(), Ok(lifetime), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_duration_is_refused() {
        for text in [
            "",
            "d",
            "90",
            "-1s",
            "1.5h",
            "+3d",
            "9 d",
            "5w",
            "99999999999999999999d",
            "36501d",
            "5é",
        ] {
            assert!(text.parse::<Lifetime>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_lifetime_of_zero_is_refused_with_advice() {
        assert!("0s".parse::<Lifetime>().unwrap_err().contains("--expired"));
    }
}
