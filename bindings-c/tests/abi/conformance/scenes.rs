//! Runs a case among its servers, or in its folder.

use std::ffi::OsString;
use std::process::Command;

use serde_json::{Map, Value, json};

use super::cases::{Case, Scene};
use super::runner::{Checked, Runner};
use super::urls;
use crate::place::{Place, os_text};
use crate::servers::Server;

/// Runs a case. A runner that needs no environment of its own is used again.
pub fn play(case: &Case, program: &dyn Fn() -> Command, runner: &mut Option<Runner>) -> Checked {
    let start = || Runner::start(program(), Place::new(), "work", Vec::new());
    match &case.scene {
        Scene::Nothing => runner.get_or_insert_with(start).run(case, &[]),
        Scene::Script(script) => scripted(case, script, runner.get_or_insert_with(start)),
        Scene::Url { url, is_direct } => {
            urls::asked(case, url, *is_direct, runner.get_or_insert_with(start))
        }
        Scene::Folder(folder) => in_folder(case, folder, program()),
    }
}

fn scripted(case: &Case, script: &Value, runner: &mut Runner) -> Checked {
    let server = Server::replay(script);
    let origin = server.field("base_url").trim_end_matches("/v1");
    runner.run(case, &[("server", origin)])?;
    // Attempts at a closed port reach no server that could count them.
    let replies = script["replies"].as_array().expect("a list");
    if replies.contains(&json!("refuse")) {
        return Ok(());
    }
    let report = server.report();
    let is_fine = report["ok"] == true;
    is_fine
        .then_some(())
        .ok_or_else(|| format!("the server says: {}", report["problems"]))
}

fn in_folder(case: &Case, folder: &Map<String, Value>, command: Command) -> Checked {
    let place = Place::new();
    if case.file == "resolve" {
        // The case's own tree decides where a search ends.
        std::fs::remove_dir(place.path(".git")).unwrap();
    }
    for (name, text) in texts(folder, "files") {
        place.write(name, place.fill(text).as_bytes());
    }
    for (name, kind) in texts(folder, "special") {
        place.make_special(name, kind);
    }
    for (name, text) in texts(folder, "pipes") {
        place.make_pipe(name, text);
    }
    for (name, mode) in texts(folder, "modes") {
        place.set_mode(name, mode);
    }
    let cwd = folder.get("cwd").and_then(Value::as_str).unwrap_or("work");
    std::fs::create_dir_all(place.path(cwd)).unwrap();
    let filled = texts(folder, "env").map(|(name, text)| (name, place.fill(text).into()));
    let variables = filled.chain(bytes(folder)).collect();
    let mut runner = Runner::start(command, place, cwd, variables);
    let root = runner.root();
    runner.run(case, &[("root", &root)])?;
    runner.end()
}

/// The members of an object of the case; empty if the object is missing.
fn texts<'a>(
    folder: &'a Map<String, Value>,
    part: &str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let members = folder.get(part).and_then(Value::as_object);
    let members = members.into_iter().flatten();
    members.map(|(name, text)| (name.as_str(), text.as_str().expect("a text")))
}

fn bytes(folder: &Map<String, Value>) -> Vec<(&str, OsString)> {
    let members = folder.get("env_bytes").and_then(Value::as_object);
    let value = |list: &Value| -> OsString {
        let numbers = list.as_array().expect("a list").iter();
        let bytes: Vec<u8> = numbers
            .map(|byte| u8::try_from(byte.as_u64().expect("a number")).expect("a byte"))
            .collect();
        os_text(&bytes)
    };
    let members = members.into_iter().flatten();
    members
        .map(|(name, list)| (name.as_str(), value(list)))
        .collect()
}
