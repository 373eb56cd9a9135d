//! The layout of the database file, and how the sandbox recognises its own file.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours in SQLite's own header: the bytes of `NKSB`.
const APPLICATION_ID: i64 = 0x4E4B_5342;
const VERSION: i64 = MIGRATIONS.len() as i64;

/// What each layout adds to the one before it; the first is for an empty file.
const MIGRATIONS: [&str; 2] = [KEYS, USAGE];

/// Times are milliseconds since 1970. Keys are never deleted, so that a revoked
/// key stays different from an unknown one.
const KEYS: &str = "
    CREATE TABLE keys (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        hash BLOB NOT NULL UNIQUE,
        last_four TEXT NOT NULL,
        tier TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        revoked_at INTEGER
    ) STRICT;
";

/// The table `keys` stays as it is: a process of an earlier version that has the
/// file open still adds rows of eight columns. `minute` counts from 1970; in
/// `refusals` the key may be unknown.
const USAGE: &str = "
    CREATE TABLE environments (
        key_id TEXT PRIMARY KEY REFERENCES keys (id),
        environment TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE usage (
        key_id TEXT NOT NULL REFERENCES keys (id),
        minute INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        unauthorized INTEGER NOT NULL,
        rate_limited INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        PRIMARY KEY (key_id, minute)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE refusals (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        request_id TEXT NOT NULL,
        key_id TEXT,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        status INTEGER NOT NULL,
        code TEXT,
        message TEXT NOT NULL
    ) STRICT;
";

/// Creates the tables in an empty file, and adds what is new to a file of an
/// earlier version; refuses a file of another program.
pub(super) fn prepare(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let path = || path.to_owned();
    let refused = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::NotADatabase { path: path() },
        Some(rusqlite::ErrorCode::DatabaseBusy) => StoreError::Busy,
        _ => StoreError::CannotOpen {
            path: path(),
            reason: error.to_string(),
        },
    };
    if layout(connection).map_err(refused)? == Layout::Ours(VERSION) {
        return Ok(());
    }
    // Two processes may open a new or an old file at once: the second checks again
    // when it has the lock.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(refused)?;
    let done = match layout(&transaction).map_err(refused)? {
        Layout::Ours(VERSION) => return Ok(()),
        Layout::Ours(version @ 1..VERSION) => version,
        Layout::Ours(version) => {
            return Err(StoreError::TooNew {
                path: path(),
                version,
            });
        }
        Layout::Foreign => return Err(StoreError::Foreign { path: path() }),
        Layout::Empty => 0,
    };
    for (before, migration) in (0..).zip(MIGRATIONS) {
        if before >= done {
            transaction.execute_batch(migration)?;
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

#[derive(PartialEq)]
enum Layout {
    Empty,
    Ours(i64),
    Foreign,
}

fn layout(connection: &Connection) -> rusqlite::Result<Layout> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    match number("PRAGMA application_id")? {
        APPLICATION_ID => Ok(Layout::Ours(number("PRAGMA user_version")?)),
        0 if number("SELECT count(*) FROM sqlite_schema")? == 0 => Ok(Layout::Empty),
        _ => Ok(Layout::Foreign),
    }
}
