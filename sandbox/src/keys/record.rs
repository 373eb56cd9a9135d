//! A key's record: everything except the key itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::{Environment, StoreError, Tier};

/// Every column of a record. SQLite formats the times, so no date code is needed.
const SELECT: &str = "
    SELECT id, name, last_four, tier, expires_at, revoked_at,
           strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%fZ', expires_at / 1000.0, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%fZ', revoked_at / 1000.0, 'unixepoch'),
           (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(last_used_at) / 1000.0, 'unixepoch')
            FROM usage WHERE key_id = keys.id),
           (SELECT environment FROM environments WHERE key_id = keys.id)
    FROM keys";

/// A key as `keys list` shows it. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, Serialize)]
pub struct KeyRecord {
    /// Stable and unique: `key_` and 12 hex digits.
    pub id: String,
    /// Its name; several keys may share one.
    pub name: String,
    /// What it is for, if its maker said so.
    pub environment: Option<Environment>,
    /// `…` and the last four characters.
    pub mask: String,
    /// When it was made.
    pub created_at: String,
    /// When a request last had it, expired or not; absent if none ever had.
    pub last_used_at: Option<String>,
    /// When it expires or expired; absent for a key that never expires.
    pub expires_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
    /// Its tier.
    pub tier: Tier,
    /// Whether it is valid now.
    pub state: KeyState,
}

impl KeyRecord {
    /// Every key, oldest first.
    pub(super) fn all(connection: &Connection) -> Result<Vec<Self>, StoreError> {
        let mut statement = connection.prepare(&format!("{SELECT} ORDER BY created_at, rowid"))?;
        let mut rows = statement.query([])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(Self::read(row)?);
        }
        Ok(records)
    }

    /// The key of that id.
    pub(super) fn of(connection: &Connection, id: &str) -> Result<Self, StoreError> {
        let mut statement = connection.prepare(&format!("{SELECT} WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        let unknown = || StoreError::UnknownKey { wanted: id.into() };
        Self::read(rows.next()?.ok_or_else(unknown)?)
    }

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let id: String = row.get(0)?;
        let tier = known_tier(&id, row.get(3)?)?;
        let environment: Option<String> = row.get(10)?;
        let environment = environment.map(|name| {
            Environment::from_name(&name).ok_or_else(|| StoreError::UnknownEnvironment {
                id: id.clone(),
                environment: name,
            })
        });
        let environment = environment.transpose()?;
        Ok(Self {
            id,
            tier,
            environment,
            last_used_at: row.get(9)?,
            name: row.get(1)?,
            mask: format!("…{}", row.get::<_, String>(2)?),
            state: KeyState::at(row.get(4)?, row.get(5)?, now()),
            created_at: row.get(6)?,
            expires_at: row.get(7)?,
            revoked_at: row.get(8)?,
        })
    }
}

pub(super) fn known_tier(id: &str, tier: String) -> Result<Tier, StoreError> {
    Tier::from_name(&tier).ok_or_else(|| StoreError::UnknownTier {
        id: id.into(),
        tier,
    })
}

/// A clock before 1970 counts as 1970.
pub(super) fn now() -> i64 {
    milliseconds(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    )
}

pub(super) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Whether a key is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Valid.
    Active,
    /// It has expired.
    Expired,
    /// It was revoked. A key that is also expired counts as revoked.
    Revoked,
}

impl KeyState {
    /// The state at `now`; all three times in milliseconds since 1970.
    pub(super) fn at(expires_at: Option<i64>, revoked_at: Option<i64>, now: i64) -> Self {
        if revoked_at.is_some() {
            Self::Revoked
        } else if expires_at.is_some_and(|end| end <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }
}
