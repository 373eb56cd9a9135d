//! Stores of the version before the dashboard.

use std::thread;

use rusqlite::Connection;

use crate::harness::{Database, Running, keys};

/// A store as version 0.1 made it, with one key, whose text is `nk-sandbox-old`.
fn old_store() -> Database {
    let db = Database::new();
    let connection = Connection::open(db.path()).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE keys (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                hash BLOB NOT NULL UNIQUE,
                last_four TEXT NOT NULL,
                tier TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER,
                revoked_at INTEGER
            ) STRICT;
            PRAGMA application_id = 1313559362;
            PRAGMA user_version = 1;",
        )
        .unwrap();
    for (id, hash, revoked) in [
        ("key_a", hash("nk-sandbox-old"), None),
        ("key_b", hash("x"), Some(9)),
    ] {
        let row = (
            id,
            "old",
            hash,
            "-old",
            "basic",
            1_700_000_000_000_i64,
            revoked,
        );
        insert(&connection, row);
    }
    db
}

type Row = (
    &'static str,
    &'static str,
    [u8; 32],
    &'static str,
    &'static str,
    i64,
    Option<i64>,
);

/// As the version before the dashboard does: without the names of the columns.
fn insert(connection: &Connection, row: Row) {
    let sql = "INSERT INTO keys VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7)";
    connection.execute(sql, row).unwrap();
}

fn hash(key: &str) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(key.as_bytes()).into()
}

#[test]
fn an_old_store_keeps_its_keys_and_counts_from_now_on() {
    let db = old_store();
    let list = keys(&db, &["list"]);
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(
        (&list[0]["id"], &list[0]["state"]),
        (&"key_a".into(), &"active".into())
    );
    assert_eq!(
        (&list[1]["id"], &list[1]["state"]),
        (&"key_b".into(), &"revoked".into())
    );
    assert_eq!(list[0]["created_at"], "2023-11-14T22:13:20.000Z");
    assert_eq!(list[0]["usage"]["requests"], 0);
    assert!(list[0]["last_used_at"].is_null() && list[0]["environment"].is_null());
    let sandbox = Running::sandbox(&["--db", db.path()]);
    assert_eq!(
        sandbox
            .ask_with("nk-sandbox-old", "GET", "/models", "")
            .status,
        200
    );
    sandbox.close_stdin();
    let list = keys(&db, &["list"]);
    assert_eq!(list[0]["usage"]["requests"], 1);
    assert!(list[0]["last_used_at"].is_string());
}

#[test]
fn many_processes_migrate_one_store_at_once() {
    for _ in 0..5 {
        let db = old_store();
        thread::scope(|scope| {
            for number in 0..6 {
                let db = &db;
                let command = move || match number % 2 {
                    0 => keys(db, &["list"]),
                    _ => keys(db, &["create", "--name", "new", "--environment", "staging"]),
                };
                scope.spawn(command);
            }
        });
        let list = keys(&db, &["list"]);
        assert_eq!(list.as_array().unwrap().len(), 5, "{list}");
        assert_eq!(list[4]["environment"], "staging");
    }
}

#[test]
fn a_process_of_the_old_version_goes_on_with_a_migrated_store() {
    let db = old_store();
    let old = Connection::open(db.path()).unwrap();
    keys(&db, &["list"]);
    insert(
        &old,
        (
            "key_c",
            "late",
            hash("y"),
            "late",
            "basic",
            1_700_000_000_001,
            None,
        ),
    );
    assert_eq!(keys(&db, &["list"])[2]["name"], "late");
}

#[test]
fn a_store_of_a_later_version_is_left_untouched() {
    let db = old_store();
    let connection = Connection::open(db.path()).unwrap();
    for version in [0, -1, 3, 99] {
        connection
            .pragma_update(None, "user_version", version)
            .unwrap();
        let output = crate::harness::output(
            crate::harness::SANDBOX,
            &["keys", "list", "--db", db.path()],
        );
        assert_eq!(output.status.code(), Some(2), "{version}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("later neura-sandbox"), "{said}");
    }
    let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";
    let tables: i64 = connection.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}
