//! How long a key lives, as written on the command line: `90d`, `12h`, `30m`, `45s`.

use std::str::FromStr;
use std::time::Duration;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
/// A hundred years: more is a typing error, and dates stay below the year 9999.
const LONGEST_DAYS: u64 = 36_500;

/// A span of time, more than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// The span itself.
    pub fn duration(self) -> Duration {
        self.0
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
        // Only a number too large for u64 is left to fail here.
        let seconds = digits
            .parse()
            .unwrap_or(u64::MAX)
            .saturating_mul(seconds_a_unit);
        if seconds == 0 {
            return Err("a key lives longer than nothing; --expired makes one \
                        that has expired already"
                .into());
        }
        if seconds > LONGEST_DAYS * SECONDS_A_DAY {
            return Err(format!(
                "at most {LONGEST_DAYS}d; leave it out for a key without end"
            ));
        }
        Ok(Self(Duration::from_secs(seconds)))
    }
}

/// When a new key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It does not.
    Never,
    /// So long after it is made.
    After(Lifetime),
    /// It has ended already.
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
        }
    }

    #[test]
    fn what_is_no_span_of_time_is_refused() {
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
    fn no_time_at_all_is_refused_with_the_way_to_say_it() {
        assert!("0s".parse::<Lifetime>().unwrap_err().contains("--expired"));
    }
}
