//! `neura header`.

use crate::neura::Neura;
#[cfg(unix)]
use crate::servers::FAKE_KEY;
use crate::servers::Server;

#[test]
fn it_is_what_curl_reads() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let ran = neura.run(&["header"]).ok();
    assert_eq!(
        ran.stdout,
        format!("Authorization: Bearer {}\n", sandbox.key("api_key"))
    );
    let json = neura.run(&["header", "--json"]).ok().json();
    assert_eq!(
        json["Authorization"],
        format!("Bearer {}", sandbox.key("api_key"))
    );
}

#[cfg(unix)]
#[test]
fn a_program_that_prints_the_key_is_run_for_it() {
    let neura = Neura::new().set("NEURA_API_KEY_COMMAND", &format!("echo {FAKE_KEY}"));
    let ran = neura.run(&["header"]).ok();
    assert_eq!(ran.stdout, format!("Authorization: Bearer {FAKE_KEY}\n"));
    let neura = neura.set("NEURA_API_KEY_COMMAND", "false");
    let ran = neura.run(&["header"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran:?}");
    assert!(ran.stderr.contains("NEURA_API_KEY_COMMAND"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn curl_takes_it() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox).set("NEURA", crate::neura::BINARY);
    let line = "\"$NEURA\" header | curl -s -H @- \"$NEURA_BASE_URL/models\"";
    let ran = crate::neura::Ran::of(neura.command_of("sh", &["-c", line])).ok();
    assert!(ran.stdout.contains("gpt-5-mini"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_terminal_does_not_get_it_unless_forced() {
    use crate::terminal::Terminal;
    let neura = Neura::new().set("NEURA_API_KEY", FAKE_KEY);
    let mut terminal = Terminal::run(&neura, &["header"]);
    assert_eq!(terminal.end(), Some(2));
    let screen = terminal.screen();
    assert!(
        screen.contains("--force") && !screen.contains(FAKE_KEY),
        "{screen}"
    );
    let mut terminal = Terminal::run(&neura, &["header", "--force"]);
    assert_eq!(terminal.end(), Some(0));
    assert!(terminal.screen().contains(FAKE_KEY));
}
