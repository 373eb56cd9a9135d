//! The keys in SQLite: in memory, or in a file that other processes share.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::record::{known_tier, milliseconds, now};
use super::secret::hash;
use super::usage::Folded;
use super::{
    Environment, Expiry, KeyRecord, KeyState, Secret, StoreError, Tier, private_file, schema,
};

/// How long to wait for another process that writes; a write takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);

/// The keys of one sandbox. Calls from several threads wait for each other;
/// each takes microseconds.
///
/// The file keeps SQLite's rollback journal: a write-ahead log would leave two
/// more files beside it, and switching to one races between processes.
pub struct Store {
    connection: Mutex<Connection>,
    pub(super) folded: Folded,
}

/// A key to be made.
pub struct NewKey<'a> {
    /// Its name. Blanks around it are left out.
    pub name: &'a str,
    /// What it is for.
    pub environment: Option<Environment>,
    /// Its tier.
    pub tier: Tier,
    /// When it expires.
    pub expiry: Expiry,
    /// Whether it is made revoked, for tests.
    pub revoked: bool,
}

/// A new key, with the secret text that is shown only once.
pub struct CreatedKey {
    /// The stored record.
    pub record: KeyRecord,
    /// The secret text, for its owner.
    pub secret: Secret,
}

/// The store's data about a request's key.
pub struct KnownKey {
    /// The key's id.
    pub id: String,
    /// Its tier.
    pub tier: Tier,
    /// Whether it is valid now.
    pub state: KeyState,
}

impl Store {
    /// A store in memory, which ends with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    /// Opens or creates the file; only its owner can read it.
    pub fn open_or_create(path: &Path) -> Result<Self, StoreError> {
        private_file::create(path);
        Self::open(path, OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// Opens a file that must exist.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.into() });
        }
        Self::open(path, OpenFlags::empty())
    }

    fn open(path: &Path, create: OpenFlags) -> Result<Self, StoreError> {
        // SQLITE_OPEN_URI stays off: a file name must not be read as a URI.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| StoreError::CannotOpen {
                path: path.into(),
                reason: error.to_string(),
            })?;
        let store = Self::prepare(connection, path)?;
        // Only now: a file of another program must stay untouched.
        private_file::restrict(path)?;
        Ok(store)
    }

    fn prepare(mut connection: Connection, path: &Path) -> Result<Self, StoreError> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        schema::prepare(&mut connection, path)?;
        Ok(Self {
            connection: Mutex::new(connection),
            folded: Folded::default(),
        })
    }

    /// Makes one key.
    pub fn create(&self, key: &NewKey<'_>) -> Result<CreatedKey, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let created = insert(&transaction, key)?;
        transaction.commit()?;
        Ok(created)
    }

    /// Makes these keys only if the store is empty. Several processes that start
    /// with one new file make them once.
    pub fn create_if_empty(
        &self,
        keys: &[NewKey<'_>],
    ) -> Result<Option<Vec<CreatedKey>>, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let held: i64 = transaction.query_row("SELECT count(*) FROM keys", [], |row| row.get(0))?;
        if held > 0 {
            return Ok(None);
        }
        let created = keys.iter().map(|key| insert(&transaction, key));
        let created = created.collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(Some(created))
    }

    pub(super) fn record(&self, id: &str) -> Result<KeyRecord, StoreError> {
        KeyRecord::of(&self.lock(), id)
    }

    pub(super) fn records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        KeyRecord::all(&self.lock())
    }

    /// Expires a key now; a key that has already expired keeps its time.
    pub fn expire(&self, id_or_name: &str) -> Result<KeyRecord, StoreError> {
        self.stamp(
            id_or_name,
            "UPDATE keys SET expires_at = min(coalesce(expires_at, ?2), ?2) WHERE id = ?1",
        )
    }

    /// Revokes a key now; a key that was already revoked keeps its time.
    pub fn revoke(&self, id_or_name: &str) -> Result<KeyRecord, StoreError> {
        self.stamp(
            id_or_name,
            "UPDATE keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
        )
    }

    /// Looks up the key of a request. It asks the database each time, so a change
    /// by another process takes effect at once.
    pub fn look_up(&self, key: &str) -> Result<Option<KnownKey>, StoreError> {
        let connection = self.lock();
        let mut statement = connection
            .prepare_cached("SELECT id, tier, expires_at, revoked_at FROM keys WHERE hash = ?1")?;
        let found = statement
            .query_row(params![hash(key)], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    KeyState::at(row.get(2)?, row.get(3)?, now()),
                ))
            })
            .optional()?;
        let Some((id, tier, state)) = found else {
            return Ok(None);
        };
        let tier = known_tier(&id, tier)?;
        Ok(Some(KnownKey { id, tier, state }))
    }

    fn stamp(&self, id_or_name: &str, update: &str) -> Result<KeyRecord, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let id = resolve(&transaction, id_or_name)?;
        transaction.execute(update, params![id, now()])?;
        let record = KeyRecord::of(&transaction, &id)?;
        transaction.commit()?;
        Ok(record)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        // If a thread panicked in a transaction, that was rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn insert(connection: &Connection, key: &NewKey<'_>) -> Result<CreatedKey, StoreError> {
    let name = key.name.trim();
    if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(StoreError::BadName);
    }
    let secret = Secret::generate()?;
    let hash = secret.hash();
    // A part of the hash is unique enough, and says nothing about the key.
    let id = hash[..6]
        .iter()
        .fold(String::from("key_"), |id, byte| id + &format!("{byte:02x}"));
    let now = now();
    let expires_at = match key.expiry {
        Expiry::Never => None,
        Expiry::After(lifetime) => Some(now + milliseconds(lifetime.duration())),
        Expiry::AlreadyExpired => Some(now),
    };
    connection.execute(
        "INSERT INTO keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id,
            name,
            hash,
            secret.last_four(),
            key.tier.name(),
            now,
            expires_at,
            key.revoked.then_some(now),
        ],
    )?;
    if let Some(environment) = key.environment {
        connection.execute(
            "INSERT INTO environments VALUES (?1, ?2)",
            params![id, environment.name()],
        )?;
    }
    let record = KeyRecord::of(connection, &id)?;
    Ok(CreatedKey { record, secret })
}

fn resolve(connection: &Connection, id_or_name: &str) -> Result<String, StoreError> {
    let mut statement =
        connection.prepare("SELECT id FROM keys WHERE id = ?1 OR name = ?1 ORDER BY id <> ?1")?;
    let ids = statement.query_map([id_or_name], |row| row.get(0))?;
    let mut ids: Vec<String> = ids.collect::<rusqlite::Result<_>>()?;
    match ids.len() {
        0 => Err(StoreError::UnknownKey {
            wanted: id_or_name.into(),
        }),
        // An id always means its own key, even if another key has it as its name.
        1 => Ok(ids.remove(0)),
        _ if ids[0] == id_or_name => Ok(ids.remove(0)),
        _ => Err(StoreError::AmbiguousName {
            name: id_or_name.into(),
            ids,
        }),
    }
}
