//! What the maker of a key says about it, in a form or in JSON.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::forms::{Fields, bounded};
use crate::keys::{CreatedKey, Environment, Expiry, NewKey, Store, Tier, without_key};
use crate::service::{ApiError, Upload};

/// A key to be made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRequest {
    pub(super) name: String,
    #[serde(default)]
    pub(super) environment: Option<Environment>,
    /// `90d`, `12h`, `30m`, `45s`; absent for never.
    #[serde(default)]
    pub(super) expires: Option<String>,
    /// A key that has already expired, for tests.
    #[serde(default)]
    pub(super) expired: bool,
    #[serde(default)]
    pub(super) tier: Option<Tier>,
}

impl KeyRequest {
    pub(super) fn from_json(upload: &Upload) -> Result<Self, ApiError> {
        bounded(upload)?;
        let object = Value::Object(upload.object()?);
        serde_path_to_error::deserialize(object).map_err(|error| {
            let message = without_key(&format!("{}.", error.inner()));
            match error.path().to_string().as_str() {
                "." => ApiError::new(StatusCode::BAD_REQUEST, message),
                field => ApiError::field(without_key(field), message),
            }
        })
    }

    pub(super) fn from_form(fields: &Fields) -> Result<Self, ApiError> {
        let environment = match fields.text("environment")? {
            "" => None,
            name => Some(Environment::from_name(name).ok_or_else(|| unknown("environment"))?),
        };
        let tier = match fields.text("tier")? {
            "" => None,
            name => Some(Tier::from_name(name).ok_or_else(|| unknown("tier"))?),
        };
        let expires = Some(fields.text("expires")?).filter(|expires| !expires.is_empty());
        Ok(Self {
            name: fields.text("name")?.trim().to_owned(),
            environment,
            expires: expires.map(str::to_owned),
            expired: false,
            tier,
        })
    }

    pub(super) fn make(&self, store: &Store) -> Result<CreatedKey, ApiError> {
        let expiry = match &self.expires {
            Some(_) if self.expired => {
                return Err(ApiError::field(
                    "expired",
                    "Give `expires` or `expired`, not both.",
                ));
            }
            None if self.expired => Expiry::AlreadyExpired,
            None => Expiry::Never,
            Some(text) => {
                let lifetime = text.parse();
                let bad = |why| ApiError::field("expires", format!("`expires`: {why}."));
                Expiry::After(lifetime.map_err(bad)?)
            }
        };
        Ok(store.create(&NewKey {
            name: &self.name,
            environment: self.environment,
            tier: self.tier.unwrap_or(Tier::Unlimited),
            expiry,
            revoked: false,
        })?)
    }
}

fn unknown(field: &'static str) -> ApiError {
    ApiError::field(field, format!("The form has an unknown {field}."))
}

/// A new key, with the secret text that is shown only now.
#[derive(Serialize)]
pub(crate) struct Created<'a> {
    id: &'a str,
    name: &'a str,
    environment: Option<Environment>,
    api_key: &'a str,
    expires_at: Option<&'a str>,
    tier: Tier,
}

impl<'a> From<&'a CreatedKey> for Created<'a> {
    fn from(created: &'a CreatedKey) -> Self {
        let record = &created.record;
        Self {
            id: &record.id,
            name: &record.name,
            environment: record.environment,
            api_key: created.secret.reveal(),
            expires_at: record.expires_at.as_deref(),
            tier: record.tier,
        }
    }
}
