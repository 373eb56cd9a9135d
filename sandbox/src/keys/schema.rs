//! The layout of the database file, and how the sandbox recognises its own file.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours in SQLite's own header: the bytes of `NKSB`.
const APPLICATION_ID: i64 = 0x4E4B_5342;
const VERSION: i64 = 1;

/// Times are milliseconds since 1970. Keys are never deleted, so that a revoked
/// key stays different from an unknown one.
const TABLES: &str = "
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

/// Creates the tables in an empty file; refuses a file of another program.
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
    // Two processes may open a new file at once: the second checks again when
    // it has the lock.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(refused)?;
    match layout(&transaction).map_err(refused)? {
        Layout::Ours(VERSION) => Ok(()),
        Layout::Ours(version) => Err(StoreError::TooNew {
            path: path(),
            version,
        }),
        Layout::Foreign => Err(StoreError::Foreign { path: path() }),
        Layout::Empty => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            Ok(transaction.commit()?)
        }
    }
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
