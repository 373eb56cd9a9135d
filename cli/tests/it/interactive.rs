//! A conversation in a terminal.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::neura::Neura;
use crate::servers::{FAKE_KEY, Server};
use crate::terminal::Terminal;

fn chat(neura: &Neura) -> Terminal {
    let mut terminal = Terminal::run(neura, &["chat"]);
    terminal.wait_for("gpt-5");
    terminal.wait_for("> ");
    terminal
}

/// Ctrl-D at the next prompt. Before the prompt is there, it would not be the editor that reads it.
#[track_caller]
fn end(terminal: &mut Terminal) {
    terminal.wait_for("> ");
    terminal.type_("\u{4}");
    assert_eq!(terminal.end(), Some(0));
}

fn contents(server: &Server, number: usize) -> Value {
    let body = server.report()["requests"][number]["body"].clone();
    let request: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
    let messages = request["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["content"].clone())
        .collect()
}

#[test]
fn questions_follow_each_other_in_one_conversation() {
    let replay = Server::replies(json!([{"chat": "one"}, {"chat": "two"}, {"chat": "three"}]));
    let neura = Neura::at(&replay);
    let mut terminal = chat(&neura);
    terminal.type_("first ünï\r");
    terminal.wait_for("one\r\n");
    terminal.wait_for("> ");
    terminal.type_("second\\\r");
    terminal.wait_for(". ");
    terminal.type_("line\r");
    terminal.wait_for("two\r\n");
    terminal.wait_for("> ");
    terminal.type_("/new\r");
    terminal.wait_for("(a new conversation)");
    terminal.type_("/system Be brief.\r/model other\r//slash\r");
    terminal.wait_for("three\r\n");
    end(&mut terminal);
    assert_eq!(
        contents(&replay, 1),
        json!(["first ünï", "one", "second\nline"])
    );
    assert_eq!(contents(&replay, 2), json!(["Be brief.", "/slash"]));
}

#[test]
fn a_failed_question_is_told_and_can_be_asked_again() {
    let error = json!({"error": {"status": 400, "message": "Too odd."}});
    let replay = Server::replies(json!([error, {"chat": "fine"}]));
    let mut terminal = chat(&Neura::at(&replay));
    terminal.type_("odd\r");
    terminal.wait_for("Too odd.");
    terminal.wait_for("> ");
    terminal.type_("/nothing\r");
    terminal.wait_for("there is no command /nothing");
    terminal.type_("even\r");
    terminal.wait_for("fine");
    terminal.type_("/exit\r");
    assert_eq!(terminal.end(), Some(0));
    assert_eq!(contents(&replay, 1), json!(["even"]));
}

#[test]
fn ctrl_c_stops_an_answer_and_then_the_chat() {
    let slow = json!({"stream": {"pieces": ["begun"], "cut": true}, "then": "stall"});
    let replay = Server::replies(json!([slow, {"chat": "again"}]));
    let mut terminal = chat(&Neura::at(&replay));
    terminal.type_("slow\r");
    terminal.wait_for("begun");
    terminal.type_("\u{3}");
    terminal.wait_for("(stopped)");
    terminal.wait_for("> ");
    terminal.type_("next\r");
    terminal.wait_for("again");
    terminal.wait_for("> ");
    terminal.type_("thrown away\u{3}");
    terminal.wait_for("(Ctrl-C again or Ctrl-D ends)");
    terminal.wait_for("> ");
    terminal.type_("\u{3}");
    assert_eq!(terminal.end(), Some(130));
    assert_eq!(contents(&replay, 1), json!(["slow", "begun", "next"]));
}

#[test]
fn the_history_is_private_and_holds_no_key() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let own = sandbox.key("api_key");
    let mut terminal = chat(&neura);
    for line in [
        "remember me",
        own,
        &format!("what is {FAKE_KEY}?"),
        "  ",
        "last",
    ] {
        terminal.type_(&format!("{line}\r"));
        terminal.wait_for("> ");
    }
    terminal.type_("\u{4}");
    assert_eq!(terminal.end(), Some(0));
    let file = neura.place.path("home/.local/share/neura/chat_history");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        kept.contains("remember me\n") && kept.contains("last\n"),
        "{kept}"
    );
    assert!(!kept.contains(own) && !kept.contains(FAKE_KEY), "{kept}");
    // The next chat recalls it, two lines up.
    let mut terminal = chat(&neura);
    terminal.type_("\u{1b}[A\u{1b}[A\r");
    terminal.wait_for("You said: remember me");
    end(&mut terminal);
}

#[test]
fn a_home_that_cannot_be_written_keeps_no_history() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    // A file where the folder should be: also root cannot write there.
    neura.place.write("home/.local", b"");
    let mut terminal = chat(&neura);
    terminal.type_("Hello\r");
    terminal.wait_for("(the history is not kept: ");
    terminal.wait_for("You said: Hello");
    terminal.type_("again\r");
    terminal.wait_for("You said: again");
    end(&mut terminal);
    assert_eq!(terminal.screen().matches("history is not kept").count(), 1);
    let neura = Neura::at(&sandbox).unset("HOME");
    let mut terminal = chat(&neura);
    terminal.type_("Hello\r");
    terminal.wait_for("You said: Hello");
    end(&mut terminal);
}

#[test]
fn a_terminal_without_editing_is_enough() {
    let sandbox = Server::sandbox();
    let mut terminal = chat(&Neura::at(&sandbox).set("TERM", "dumb"));
    terminal.type_("Hello\n");
    terminal.wait_for("You said: Hello");
    end(&mut terminal);
}

#[test]
fn very_long_and_foreign_lines_are_sent_whole() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let mut terminal = chat(&neura);
    let text = "שלום 🌍 ünï ".repeat(300);
    // As a terminal pastes it, in one piece.
    terminal.type_(&format!("\u{1b}[200~{}\u{1b}[201~\r", text.trim()));
    terminal.wait_for("You said: שלום");
    end(&mut terminal);
}

#[test]
fn with_stdout_in_a_pipe_the_question_is_read_to_its_end() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let mut terminal = Terminal::shell(&neura, "\"$NEURA\" chat | tr a-z A-Z");
    terminal.wait_for("Ctrl-D");
    terminal.type_("hello\n\u{4}");
    terminal.wait_for("YOU SAID: HELLO");
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    use rustix::process::Signal;
    let replay = Server::replies(json!([{"chat": "one"}]));
    let neura = Neura::at(&replay);
    for signal in [Signal::TERM, Signal::HUP] {
        let mut terminal = chat(&neura);
        crate::rotation::wait(|| !terminal.echoes());
        terminal.send(signal);
        assert_eq!(terminal.signal_of_end(), Some(signal.as_raw()));
        assert!(terminal.echoes(), "{signal:?}");
    }
}
