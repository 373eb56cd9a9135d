//! What a key is for. The service's page advises one key for each environment.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The environment of a key; a label that changes nothing about its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine
    Development,
    /// A copy of the real thing
    Staging,
    /// The real thing
    Production,
}

impl Environment {
    /// Every environment.
    pub const ALL: [Self; 3] = [Self::Development, Self::Staging, Self::Production];

    /// The name used on the command line, in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// The environment with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_has_one_name_everywhere() {
        for each in Environment::ALL {
            assert_eq!(Environment::from_name(each.name()), Some(each));
            assert_eq!(Environment::from_str(each.name(), false), Ok(each));
            assert_eq!(serde_json::to_value(each).unwrap(), each.name());
        }
    }
}
