//! Tiers: how many requests a key may make.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The limit of a key. The real service's tiers are unknown; these are invented
/// so that tests can meet each kind of limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// No limit, and no rate-limit headers
    Unlimited,
    /// 3 requests a minute: soon exhausted
    Free,
    /// 60 requests a minute
    Basic,
    /// 1 request a second: a client that obeys `retry-after` soon succeeds
    Trickle,
}

/// A number of requests at once, and one more after each `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The requests that an unused key may make at once.
    pub requests: NonZeroU32,
    /// The time until one more is allowed.
    pub interval: Duration,
}

impl Tier {
    /// Every tier, from the most to the least generous.
    pub const ALL: [Self; 4] = [Self::Unlimited, Self::Free, Self::Basic, Self::Trickle];

    /// The name used on the command line, in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unlimited => "unlimited",
            Self::Free => "free",
            Self::Basic => "basic",
            Self::Trickle => "trickle",
        }
    }

    /// The tier with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }

    /// The limit, if the tier has one.
    pub fn quota(self) -> Option<Quota> {
        let (requests, seconds) = match self {
            Self::Unlimited => return None,
            Self::Free => (const { NonZeroU32::new(3).unwrap() }, 20),
            Self::Basic => (const { NonZeroU32::new(60).unwrap() }, 1),
            Self::Trickle => (NonZeroU32::MIN, 1),
        };
        Some(Quota {
            requests,
            interval: Duration::from_secs(seconds),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_has_one_name_everywhere() {
        for tier in Tier::ALL {
            assert_eq!(Tier::from_name(tier.name()), Some(tier));
            assert_eq!(Tier::from_str(tier.name(), false), Ok(tier));
            assert_eq!(serde_json::to_value(tier).unwrap(), tier.name());
        }
    }
}
