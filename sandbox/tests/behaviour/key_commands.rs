use std::thread;

use serde_json::{Value, json};

use crate::harness::{Database, Running, SANDBOX, keys, output};

fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {json}"))
}

/// Runs a command that must fail; returns its exit code and its message.
fn failure(arguments: &[&str]) -> (Option<i32>, String) {
    let output = output(SANDBOX, arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

#[test]
fn a_running_server_follows_the_life_of_a_key() {
    let db = Database::new();
    let sandbox = Running::sandbox(&["--db", db.path()]);
    let status = |key: &Value| {
        let reply = sandbox.ask_with(text(key, "api_key"), "GET", "/models", "");
        match reply.status {
            200 => "ok".to_string(),
            _ => reply.error_code().as_str().unwrap().to_string(),
        }
    };
    let old = keys(&db, &["create", "--name", "old"]);
    let new = keys(&db, &["create", "--name", "new", "--expires", "90d"]);
    assert_eq!((status(&old), status(&new)), ("ok".into(), "ok".into()));
    keys(&db, &["revoke", text(&old, "id")]);
    assert_eq!(
        (status(&old), status(&new)),
        ("revoked_api_key".into(), "ok".into())
    );
    keys(&db, &["expire", "new"]);
    assert_eq!(status(&new), "expired_api_key");
    let dead = keys(&db, &["create", "--name", "dead", "--expired"]);
    assert_eq!(status(&dead), "expired_api_key");
    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
}

#[test]
fn a_key_ends_by_itself_when_its_time_is_over() {
    let db = Database::new();
    let key = keys(&db, &["create", "--name", "brief", "--expires", "1s"]);
    let sandbox = Running::sandbox(&["--db", db.path()]);
    let ask = || sandbox.ask_with(text(&key, "api_key"), "GET", "/models", "");
    assert_eq!(ask().status, 200);
    thread::sleep(std::time::Duration::from_millis(1_050));
    assert_eq!(ask().error_code(), "expired_api_key");
}

#[test]
fn the_list_shows_all_but_the_secret() {
    let db = Database::new();
    let made = keys(
        &db,
        &[
            "create",
            "--name",
            "dev",
            "--tier",
            "basic",
            "--expires",
            "12h",
        ],
    );
    let gone = keys(&db, &["create", "--name", "gone", "--expired"]);
    keys(&db, &["revoke", "gone"]);
    let list = keys(&db, &["list"]);
    let secret = text(&made, "api_key");
    assert!(!list.to_string().contains(secret));
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["id"], made["id"]);
    assert_eq!(list[0]["mask"], format!("…{}", &secret[secret.len() - 4..]));
    assert_eq!(list[0]["tier"], "basic");
    assert_eq!(list[0]["state"], "active");
    assert_eq!(list[0]["expires_at"], made["expires_at"]);
    assert_eq!(list[0]["revoked_at"], Value::Null);
    let created = text(&list[0], "created_at");
    assert!(created.len() == 24 && created.ends_with('Z'), "{created}");
    assert_eq!(list[1]["id"], gone["id"]);
    assert_eq!(list[1]["state"], "revoked");
    let names: Vec<_> = list[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        [
            "created_at",
            "environment",
            "expires_at",
            "id",
            "last_used_at",
            "mask",
            "name",
            "revoked_at",
            "state",
            "tier",
            "usage"
        ]
    );
}

#[test]
fn the_file_holds_no_secret() {
    let db = Database::new();
    let made = keys(&db, &["create", "--name", "dev"]);
    let file = std::fs::read(db.path()).unwrap();
    let random = &text(&made, "api_key").as_bytes()["nk-sandbox-".len()..];
    assert!(
        !file
            .windows(8)
            .any(|window| random.windows(8).any(|part| part == window))
    );
}

#[test]
fn a_name_selects_a_key_only_while_it_is_unique() {
    let db = Database::new();
    let first = keys(&db, &["create", "--name", "twin"]);
    let second = keys(&db, &["create", "--name", "twin"]);
    let (code, said) = failure(&["keys", "revoke", "twin", "--db", db.path()]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains(text(&first, "id")) && said.contains(text(&second, "id")),
        "{said}"
    );
    let (code, said) = failure(&["keys", "expire", "unknown", "--db", db.path()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("\"unknown\""), "{said}");
    // A key given by mistake in place of its id is not shown.
    let secret = text(&first, "api_key");
    let (_, said) = failure(&["keys", "revoke", secret, "--db", db.path()]);
    assert!(
        said.contains("no key has the id") && !said.contains(secret),
        "{said}"
    );
}

#[test]
fn a_second_revocation_or_expiry_changes_nothing() {
    let db = Database::new();
    keys(&db, &["create", "--name", "dev"]);
    for command in ["revoke", "expire"] {
        let first = keys(&db, &[command, "dev"]);
        assert_eq!(keys(&db, &[command, "dev"]), first);
    }
}

#[test]
fn the_server_makes_a_key_only_in_a_file_without_any() {
    let db = Database::new();
    let first = Running::sandbox(&["--db", db.path()]);
    let key = first.field("api_key").to_owned();
    first.close_stdin();
    let second = Running::sandbox(&["--db", db.path(), "--seed-keys"]);
    assert_eq!(second.first_line["api_key"], Value::Null);
    assert_eq!(second.first_line["expired_api_key"], Value::Null);
    assert_eq!(second.ask_with(&key, "GET", "/models", "").status, 200);
    assert_eq!(keys(&db, &["list"])[0]["name"], "default");
}

#[test]
fn many_processes_share_one_new_file() {
    let db = Database::new();
    let sandbox = thread::scope(|scope| {
        let server = scope.spawn(|| Running::sandbox(&["--db", db.path()]));
        for number in 0..6 {
            let db = &db;
            scope.spawn(move || keys(db, &["create", "--name", &format!("k{number}")]));
        }
        server.join().unwrap()
    });
    let made_by_server = usize::from(sandbox.first_line["api_key"].is_string());
    assert_eq!(
        keys(&db, &["list"]).as_array().unwrap().len(),
        6 + made_by_server
    );
}

#[test]
fn requests_go_on_while_keys_are_made() {
    let db = Database::new();
    let sandbox = Running::sandbox(&["--db", db.path()]);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..30 {
                    assert_eq!(sandbox.ask("GET", "/models", "").status, 200);
                }
            });
        }
        for _ in 0..5 {
            let made = keys(&db, &["create", "--name", "more"]);
            let reply = sandbox.ask_with(text(&made, "api_key"), "GET", "/models", "");
            assert_eq!(reply.status, 200);
        }
    });
}

#[test]
fn bad_options_are_refused_with_the_reason() {
    let db = Database::new();
    let create = |more: &[&str]| failure(&[&["keys", "create", "--db", db.path()], more].concat());
    for (failed, words) in [
        (
            failure(&["keys", "list", "--url", "http://127.0.0.1:1"]),
            "--db FILE",
        ),
        (
            failure(&["keys", "list", "--db", db.path()]),
            "no such file",
        ),
        (failure(&["keys", "--db", db.path()]), "Usage"),
        (create(&[]), "--name"),
        (create(&["--name", ""]), "--name"),
        (create(&["--name", "x", "--tier", "gold"]), "--tier"),
        (create(&["--name", "x", "--expires", "soon"]), "90d"),
        (create(&["--name", "x", "--expires", "-1s"]), "--expires"),
        (create(&["--name", "x", "--expires", "0s"]), "--expired"),
        (
            create(&["--name", "x", "--expires", "1d", "--expired"]),
            "--expired",
        ),
    ] {
        let (code, said) = failed;
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_file_of_another_kind_is_left_untouched() {
    let other = Database::new();
    std::fs::write(
        other.path(),
        "not a database, and long enough to be recognised as such".repeat(30),
    )
    .unwrap();
    let before = std::fs::read(other.path()).unwrap();
    for arguments in [
        &["keys", "list", "--db", other.path()][..],
        &["keys", "create", "--name", "x", "--db", other.path()],
        &["serve", "--port", "0", "--db", other.path()],
    ] {
        let (code, said) = failure(arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("not an SQLite database"), "{said}");
    }
    assert_eq!(std::fs::read(other.path()).unwrap(), before);

    let foreign = Database::new();
    let connection = rusqlite::Connection::open(foreign.path()).unwrap();
    connection.execute_batch("CREATE TABLE keys (id)").unwrap();
    let (code, said) = failure(&["keys", "list", "--db", foreign.path()]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("another program"), "{said}");
    let created = json!(keys(&Database::new(), &["create", "--name", "x"]));
    assert!(created["expires_at"].is_null());
}
