//! The exit codes, by the kind of error.

use std::collections::BTreeSet;

use neura::ErrorKind;
use neura_cli::exit;
use serde_json::json;

use crate::neura::Neura;
use crate::servers::Server;

#[test]
fn every_kind_has_one_exit_code() {
    let mut seen = BTreeSet::new();
    for row in exit::TABLE {
        for kind in row.kinds {
            assert!(seen.insert(*kind), "{kind} stands there twice");
        }
    }
    let all: BTreeSet<ErrorKind> = ErrorKind::ALL.iter().copied().collect();
    assert_eq!(seen, all);
    let codes: BTreeSet<u8> = exit::TABLE.iter().map(|row| row.code).collect();
    assert_eq!(codes.len(), exit::TABLE.len());
}

#[test]
fn a_status_ends_the_command_with_the_code_of_its_kind() {
    for (status, code) in [
        (400, 6),
        (402, 6),
        (403, 6),
        (404, 6),
        (408, 8),
        (409, 6),
        (413, 6),
        (418, 6),
        (422, 6),
        (429, 7),
        (500, 8),
        (503, 8),
        (302, 6),
    ] {
        let replay = Server::replies(json!([{"error": {"status": status}}]));
        let neura = Neura::at(&replay);
        for args in [
            &["models"][..],
            &["chat", "Hi"],
            &["chat", "--json", "Hi"],
            &["check"],
        ] {
            let ran = neura.run(&[args, &["--max-retries", "0"]].concat());
            assert_eq!(ran.code, Some(code), "{status}: {ran:?}");
        }
    }
}

#[test]
fn what_is_no_reply_has_the_code_of_the_service_or_of_the_way() {
    for (reply, code) in [
        (json!("close"), 9),
        (json!({"raw": "nonsense\r\n\r\n"}), 8),
        (json!({"status": 200, "body": "<html>"}), 8),
    ] {
        let replay = Server::replies(json!([reply]));
        let ran = Neura::at(&replay).run(&["models", "--max-retries", "0"]);
        assert_eq!(ran.code, Some(code), "{reply}: {ran:?}");
    }
}

#[test]
fn an_error_as_json_has_what_the_service_said() {
    let reply = json!({"error": {
        "status": 429, "message": "Slow down.", "code": "rate_limit_exceeded", "retry_after": 1,
    }});
    let replay = Server::replies(json!([reply]));
    let ran = Neura::at(&replay).run(&["models", "--json", "--max-retries", "0"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(7), ""));
    let error = ran.error();
    assert_eq!(error["kind"], "rate_limited");
    assert_eq!(error["status"], 429);
    assert_eq!(error["code"], "rate_limit_exceeded");
    assert_eq!(error["retry_after"], 1.0);
    assert_eq!(error["attempts"], 1);
    assert!(error["message"].as_str().unwrap().contains("Slow down."));
}

#[test]
fn the_table_is_in_the_help_and_on_the_page() {
    let help = Neura::new().run(&["--help"]).ok().stdout;
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let page: BTreeSet<String> = page.lines().map(str::to_owned).collect();
    for row in exit::TABLE {
        assert!(
            help.contains(&format!("  {:>3}  {}\n", row.code, row.meaning)),
            "{}",
            row.code
        );
        let kinds: Vec<String> = row.kinds.iter().map(|kind| format!("`{kind}`")).collect();
        let line = format!("| {} | {} | {} |", row.code, row.meaning, kinds.join(", "));
        assert!(page.contains(&line), "cli/README.md lacks: {line}");
        assert!(row.kinds.iter().all(|kind| help.contains(kind.name())));
    }
}
