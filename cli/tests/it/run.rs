//! `neura run`.

use crate::neura::Neura;
use crate::servers::{FAKE_KEY, OTHER_KEY};

#[cfg(unix)]
mod on_unix {
    use super::*;
    use crate::neura::{BINARY, Ran};

    #[test]
    fn the_program_gets_the_key_and_the_url() {
        let neura = Neura::new().set("NEURA_API_KEY_STAGING", OTHER_KEY);
        let neura = neura.set("NEURA_PROFILE", "staging").set("OTHER", "kept");
        let neura = neura.set("NEURA_BASE_URL_STAGING", "https://gw.example/v1");
        let line = "echo $NEURA_API_KEY $NEURA_BASE_URL $OTHER ${NEURA_PROFILE-unset}";
        let wanted = format!("{OTHER_KEY} https://gw.example/v1 kept unset\n");
        for start in [
            &["run", "--"][..],
            &["run"],
            &["run", "--profile", "staging", "--"],
        ] {
            let ran = neura.run(&[start, &["sh", "-c", line]].concat()).ok();
            assert_eq!(ran.stdout, wanted);
        }
        // A client in the program finds the same key.
        let mask = neura
            .run(&["run", "--", BINARY, "which", "--json"])
            .ok()
            .json();
        assert_eq!(
            (&mask["mask"], &mask["base_url_source"]),
            (&"…2222".into(), &"environment".into())
        );
    }

    #[test]
    fn other_sources_do_not_reach_the_program() {
        let neura = Neura::new().set("NEURA_API_KEY_COMMAND", &format!("echo {FAKE_KEY}"));
        let line = "echo $NEURA_API_KEY ${NEURA_API_KEY_COMMAND-unset} ${NEURA_API_KEY_FILE-unset}";
        let ran = neura.run(&["run", "--", "sh", "-c", line]).ok();
        assert_eq!(ran.stdout, format!("{FAKE_KEY} unset unset\n"));
    }

    #[test]
    fn its_exit_code_is_that_of_the_program() {
        let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
        let code = |args: &[&str]| neura.run(&[&["run", "--"], args].concat()).code;
        assert_eq!(code(&["true"]), Some(0));
        assert_eq!(code(&["sh", "-c", "exit 42"]), Some(42));
        // The program takes the place of the command, so it is the signal that ends it.
        assert_eq!(code(&["sh", "-c", "kill -TERM $$"]), None);
        let ran = neura.run(&["run", "--", "no-such-program"]);
        assert_eq!(ran.code, Some(127), "{ran:?}");
        assert!(
            ran.stderr.contains("no-such-program cannot be started"),
            "{ran:?}"
        );
        neura.place.write("work/text", b"not a program");
        assert_eq!(code(&["./text"]), Some(126));
        assert_eq!(neura.run(&["run"]).code, Some(2));
        let ran = neura.run(&["--json", "run", "no-such-program"]);
        assert_eq!(
            (ran.code, &ran.error()["kind"]),
            (Some(127), &"command".into())
        );
        // Options after the program are the program's.
        let ran = neura.run(&["run", "echo", "--json", "-h"]).ok();
        assert_eq!(ran.stdout, "--json -h\n");
    }

    #[test]
    fn it_reads_stdin_and_can_be_piped() {
        let neura = Neura::new()
            .set("NEURA_API_KEY", FAKE_KEY)
            .set("NEURA", BINARY);
        let ran = neura.feed("one\ntwo\n", &["run", "--", "cat"]).ok();
        assert_eq!(ran.stdout, "one\ntwo\n");
        // SIGPIPE ends the program, as it does without the command.
        let line = "{ \"$NEURA\" run -- sh -c 'yes; echo $? >&2'; echo $?; } | head -1";
        let ran = Ran::of(neura.command_of("sh", &["-c", line]));
        assert_eq!(ran.stdout, "y\n");
    }
}

#[test]
fn without_a_key_nothing_is_run() {
    let neura = Neura::new();
    let ran = neura.run(&["run", "--", "echo", "ran"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(4), ""));
    let neura = neura.set("NEURA_API_KEY", "sk-placeholder with blanks");
    let ran = neura.run(&["run", "--", "echo", "ran"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(4), ""));
    let neura = Neura::new()
        .set("NEURA_API_KEY", FAKE_KEY)
        .set("NEURA_PROFILE", "x");
    assert_eq!(neura.run(&["run", "--", "echo", OTHER_KEY]).code, Some(4));
}
