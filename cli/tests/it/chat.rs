//! `neura chat` with a text, and with what is piped in.

use serde_json::{Value, json};

use crate::neura::Neura;
use crate::servers::Server;

/// The messages of the nth request that the server received.
fn messages(server: &Server, number: usize) -> Value {
    request(server, number)["messages"].clone()
}

fn request(server: &Server, number: usize) -> Value {
    let body = server.report()["requests"][number]["body"].clone();
    serde_json::from_str(body.as_str().unwrap()).unwrap()
}

#[test]
fn an_answer_is_printed_with_one_line_end() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    assert_eq!(
        neura.run(&["chat", "Hello", "there!"]).ok().stdout,
        "You said: Hello there!\n"
    );
    let answer = neura.run(&["chat", "--json", "Hello!"]).ok().json();
    assert_eq!(
        answer["choices"][0]["message"]["content"],
        "You said: Hello!"
    );
    assert_eq!(answer["object"], "chat.completion");
}

#[test]
fn the_model_is_the_options_else_the_environments_else_gpt_5() {
    let replay = Server::replies(json!([{"chat": "Hi"}]));
    let neura = Neura::at(&replay);
    neura.run(&["chat", "Hi"]).ok();
    neura
        .run(&["chat", "-m", "gpt-5-mini", "-s", "Be brief.", "Hi"])
        .ok();
    let neura = neura.set("NEURA_MODEL", "other");
    neura.run(&["chat", "Hi"]).ok();
    neura.run(&["chat", "-m", "gpt-5-mini", "Hi"]).ok();
    let models = [0, 1, 2, 3].map(|number| request(&replay, number)["model"].clone());
    assert_eq!(
        json!(models),
        json!(["gpt-5", "gpt-5-mini", "other", "gpt-5-mini"])
    );
    let wanted = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
    ]);
    assert_eq!(messages(&replay, 1), wanted);
}

#[test]
fn files_and_stdin_follow_the_text() {
    let replay = Server::replies(json!([{"chat": "Hi"}]));
    let neura = Neura::at(&replay);
    neura.place.write("work/a.txt", "größe\n".as_bytes());
    neura.place.write("work/b.txt", b"\xef\xbb\xbftwo");
    neura.feed("piped\n", &["chat", "Look:"]).ok();
    neura.feed("piped\n", &["chat"]).ok();
    neura
        .feed(
            "piped\n",
            &["chat", "-f", "a.txt", "-f", "-", "-f", "b.txt", "Look:"],
        )
        .ok();
    neura.run(&["chat", "-f", "a.txt"]).ok();
    let contents = [0, 1, 2, 3].map(|number| messages(&replay, number)[0]["content"].clone());
    let wanted = json!([
        "Look:\n\npiped\n",
        "piped\n",
        "Look:\n\nFile a.txt:\n\ngröße\n\n\npiped\n\n\nFile b.txt:\n\ntwo",
        "größe\n",
    ]);
    assert_eq!(json!(contents), wanted);
}

#[test]
fn the_answer_is_shown_as_it_comes() {
    use std::io::Read;
    use std::process::Stdio;
    let reply = json!({"stream": {"pieces": ["Hel", "lo"], "cut": true}, "then": "stall"});
    let replay = Server::replies(json!([reply]));
    let neura = Neura::at(&replay);
    let mut command = neura.command(&["chat", "Hi"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut bytes = [0; 5];
    child.stdout.take().unwrap().read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"Hello");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_cut_answer_is_an_error_after_what_came() {
    let cut = json!({"stream": {"pieces": ["Hel", "lo"], "cut": true, "finish_reason": null}});
    let replay = Server::replies(json!([cut]));
    let neura = Neura::at(&replay);
    let ran = neura.run(&["chat", "Hi"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(8), "Hello\n"),
        "{ran:?}"
    );
    assert!(
        ran.stderr.starts_with("neura: incomplete_stream: "),
        "{ran:?}"
    );
}

#[test]
fn an_answer_that_reached_a_limit_is_told() {
    let long = json!({"stream": {"pieces": ["Hello"], "finish_reason": "length"}});
    let replay = Server::replies(json!([long]));
    let ran = Neura::at(&replay).run(&["chat", "Hi"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "Hello\n"));
    assert!(ran.stderr.contains("the answer is cut"), "{ran:?}");
}

#[test]
fn an_error_in_the_stream_has_its_exit_code() {
    let piece = json!({"error": {"message": "Slow down.", "code": "rate_limit_exceeded"}});
    let replay = Server::replies(json!([{"stream": ["Hel", piece]}]));
    let ran = Neura::at(&replay).run(&["chat", "Hi"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(7), "Hel\n"),
        "{ran:?}"
    );
}

#[test]
fn without_anything_to_ask_nothing_is_sent() {
    let replay = Server::replies(json!([{"chat": "Hi"}]));
    let neura = Neura::at(&replay);
    for ran in [neura.run(&["chat"]), neura.feed(" \n", &["chat", " "])] {
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("there is nothing to ask"), "{ran:?}");
    }
    assert_eq!(replay.report()["requests"], json!([]));
}

#[test]
fn long_and_foreign_texts_arrive_whole() {
    let sandbox = Server::sandbox();
    let neura = Neura::at(&sandbox);
    let text = "ünïcödé 🌍 שלום ".repeat(50_000);
    let ran = neura.feed(text.clone(), &["chat"]).ok();
    assert_eq!(ran.stdout, format!("You said: {text}\n"));
}
