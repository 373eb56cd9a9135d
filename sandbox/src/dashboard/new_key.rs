//! What the maker of a key says about it: in a form, in JSON or on the command line. All three are
//! read and checked here and in the store, so that none takes what another refuses.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::forms::{Fields, bounded};
use crate::keys::{CreatedKey, Environment, Expiry, NewKey, Store, Tier, without_key};
use crate::service::{ApiError, Upload};

/// A key to be made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRequest {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) environment: Option<Environment>,
    /// `90d`, `12h`, `30m`, `45s`; absent for never.
    #[serde(default)]
    pub(crate) expires: Option<String>,
    /// A key that has already expired, for tests.
    #[serde(default)]
    pub(crate) expired: bool,
    #[serde(default)]
    pub(crate) tier: Option<Tier>,
}

/// The fields of a form. What is not chosen is empty.
const FORM: [&str; 4] = ["name", "environment", "expires", "tier"];

impl KeyRequest {
    pub(super) fn from_json(upload: &Upload) -> Result<Self, ApiError> {
        bounded(upload)?;
        Self::from_object(upload.object()?)
    }

    pub(super) fn from_form(fields: &Fields) -> Result<Self, ApiError> {
        let mut object = Map::new();
        for name in FORM {
            let text = fields.text(name)?;
            if !text.is_empty() || name == "name" {
                object.insert(name.to_owned(), text.into());
            }
        }
        Self::from_object(object)
    }

    fn from_object(object: Map<String, Value>) -> Result<Self, ApiError> {
        serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
            let message = without_key(&format!("{}.", error.inner()));
            match error.path().to_string().as_str() {
                "." => ApiError::new(StatusCode::BAD_REQUEST, message),
                field => ApiError::field(without_key(field), message),
            }
        })
    }

    /// The key, for the store, which checks the name.
    pub(crate) fn new_key(&self) -> Result<NewKey<'_>, ApiError> {
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
        Ok(NewKey {
            name: &self.name,
            environment: self.environment,
            tier: self.tier.unwrap_or(Tier::Unlimited),
            expiry,
            revoked: false,
        })
    }

    pub(super) fn make(&self, store: &Store) -> Result<CreatedKey, ApiError> {
        Ok(store.create(&self.new_key()?)?)
    }
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
