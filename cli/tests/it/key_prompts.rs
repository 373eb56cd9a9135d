//! The questions for a key, in a pseudo-terminal.

use crate::keys::{text, without_key};
use crate::neura::Neura;
use crate::rotation::wait;
use crate::servers::Server;
use crate::terminal::Terminal;

#[test]
fn a_typed_key_is_not_shown() {
    let sandbox = Server::sandbox();
    let (neura, key) = (without_key(&sandbox), sandbox.key("api_key"));
    let mut terminal = Terminal::run(&neura, &["keys", "add"]);
    terminal.wait_for("API key for [default] (it is not shown): ");
    terminal.type_(&format!("{key}\r"));
    terminal.wait_for("stored");
    assert_eq!(terminal.end(), Some(0));
    assert!(!terminal.screen().contains(key), "{}", terminal.screen());
    // What is there is overwritten only by someone who says so.
    let mut terminal = Terminal::run(&neura, &["keys", "add"]);
    terminal.wait_for("[y/N] ");
    terminal.type_("\r");
    assert_eq!(terminal.end(), Some(1));
    assert!(text(&neura).contains(key));
    for (answer, code) in [("n\r", 1), ("y\r", 0)] {
        let mut terminal = Terminal::run(&neura, &["keys", "remove"]);
        terminal.wait_for("Remove …");
        terminal.wait_for("[y/N] ");
        terminal.type_(answer);
        assert_eq!(terminal.end(), Some(code), "{}", terminal.screen());
    }
    assert!(!text(&neura).contains(key));
}

#[test]
fn the_echo_is_off_before_the_prompt_is_shown() {
    let sandbox = Server::sandbox();
    let (neura, key) = (without_key(&sandbox), sandbox.key("api_key"));
    // Ctrl-S holds back all output, and with it the prompt.
    let mut terminal = Terminal::run_after(&neura, "\u{13}", &["keys", "add"]);
    wait(|| !terminal.echoes());
    // Ctrl-Q
    terminal.type_("\u{11}");
    terminal.wait_for("API key for [default]");
    terminal.type_(&format!("{key}\r"));
    terminal.wait_for("stored");
    assert_eq!(terminal.end(), Some(0));
    assert!(terminal.echoes());
}

#[test]
fn what_was_typed_before_the_prompt_is_not_the_key() {
    let sandbox = Server::sandbox();
    let (neura, key) = (without_key(&sandbox), sandbox.key("api_key"));
    let mut terminal = Terminal::run_after(&neura, "typed ahead\r", &["keys", "add"]);
    terminal.wait_for("API key for [default]");
    terminal.type_(&format!("{key}\r"));
    terminal.wait_for("stored");
    assert_eq!(terminal.end(), Some(0));
    assert!(text(&neura).contains(key));
}

#[test]
fn where_a_key_would_be_shown_it_is_not_read() {
    let neura = Neura::new();
    let mut terminal = Terminal::shell(&neura, "\"$NEURA\" keys add --no-check 2> errors");
    assert_eq!(terminal.end(), Some(2), "{}", terminal.screen());
    let said = std::fs::read_to_string(neura.place.path("work/errors")).unwrap();
    assert!(said.contains("would be shown"), "{said}");
}

#[test]
fn a_prompt_that_is_left_changes_nothing() {
    let sandbox = Server::sandbox();
    let neura = without_key(&sandbox);
    neura.feed(sandbox.key("api_key"), &["keys", "add"]).ok();
    let before = text(&neura);
    // Ctrl-D and Ctrl-C.
    for (typed, code) in [("\u{4}", 2), ("\u{3}", 130)] {
        let mut terminal = Terminal::run(&neura, &["keys", "rotate"]);
        terminal.wait_for("New API key for [default]");
        terminal.type_(typed);
        assert_eq!(terminal.end(), Some(code), "{}", terminal.screen());
        assert_eq!(text(&neura), before);
    }
}

/// What the shell shows of what is typed after the command ended.
#[test]
fn a_signal_at_the_prompt_leaves_the_echo_on() {
    use rustix::process::Signal;
    let neura = Neura::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let mut terminal = Terminal::run(&neura, &["keys", "add", "--no-check"]);
        terminal.wait_for("API key for [default]");
        wait(|| !terminal.echoes());
        terminal.send(signal);
        assert_eq!(terminal.signal_of_end(), Some(signal.as_raw()));
        assert!(terminal.echoes(), "{signal:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_stopped_prompt_shows_what_is_typed_and_hides_it_when_it_goes_on() {
    use rustix::process::Signal;
    let neura = Neura::new();
    let key = "nk-fake-0123456789abcdef";
    let mut terminal = Terminal::run(&neura, &["keys", "add", "--no-check"]);
    terminal.wait_for("API key for [default]");
    wait(|| !terminal.echoes());
    terminal.send(Signal::TSTP);
    wait(|| terminal.echoes());
    wait(|| terminal.is_stopped());
    terminal.send(Signal::CONT);
    wait(|| !terminal.echoes());
    terminal.type_(&format!("{key}\r"));
    terminal.wait_for("stored");
    assert_eq!(terminal.end(), Some(0));
    assert!(terminal.echoes());
    assert!(!terminal.screen().contains(key), "{}", terminal.screen());
    assert!(text(&neura).contains(key));
}
