//! Calls `resolve` in its own process, with its own environment and working directory.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Command, Output};

use neura::{CancelToken, Client, EnvFile, Error, Options};
use serde_json::{Value, json};

pub use crate::place::Place;

const ASKED: &str = "NEURA_TEST_ASKED";
const ANSWER: &str = "the answer: ";

impl Place {
    /// The result of `resolve`, or `{"error", "code", "message"}`.
    pub fn resolve(&self, cwd: &str, env: &BTreeMap<String, String>, options: &Value) -> Value {
        let env = env
            .iter()
            .map(|(name, value)| (name.clone(), self.fill(value).into()));
        self.ask(cwd, env.collect(), options, "resolve")
    }

    /// The answer to `question`: `resolve`, `diagnose`, `proxy` or `models`.
    pub fn ask(
        &self,
        cwd: &str,
        env: Vec<(String, OsString)>,
        options: &Value,
        question: &str,
    ) -> Value {
        let done = self.command(cwd, env, options, question).output().unwrap();
        answer(&done)
    }

    /// The program that answers; its output holds the [`answer`].
    pub fn command(
        &self,
        cwd: &str,
        env: Vec<(String, OsString)>,
        options: &Value,
        question: &str,
    ) -> Command {
        let mut options = options.clone();
        if let Some(path) = options["env_file"].as_str() {
            options["env_file"] = self.fill(path).into();
        }
        std::fs::create_dir_all(self.path(cwd)).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(ARGUMENTS)
            .current_dir(self.path(cwd))
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(env)
            .env(
                ASKED,
                json!({"options": options, "question": question}).to_string(),
            );
        command
    }
}

/// The command that starts this program to answer.
pub const ARGUMENTS: [&str; 3] = [
    "--exact",
    "child::answers_in_its_own_process",
    "--nocapture",
];

/// The answer in the output of such a program.
pub fn answer(done: &Output) -> Value {
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    let answer = out
        .lines()
        .find_map(|line| Some(line.split_once(ANSWER)?.1));
    let answer = answer
        .unwrap_or_else(|| panic!("no answer: {out} {}", String::from_utf8_lossy(&done.stderr)));
    serde_json::from_str(answer).unwrap()
}

/// The options of a case.
pub fn options(given: &Value) -> Options {
    let mut options = Options::new();
    for (name, value) in given.as_object().unwrap() {
        let text = || value.as_str().unwrap().to_owned();
        let texts = || {
            value
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v.as_str().unwrap().to_owned())
        };
        match name.as_str() {
            "api_key" => options.set_api_key(text()),
            "api_keys" => options.set_api_keys(texts()),
            "profile" => options.set_profile(text()),
            "base_url" => options.set_base_url(text()),
            "env_file" if *value == false => options.set_env_file(EnvFile::Off),
            "env_file" => options.set_env_file(EnvFile::Path(text().into())),
            "proxy" => options.set_proxy(text()),
            "ca_file" => options.set_ca_file(text()),
            "allow_http" => options.set_allow_http(value.as_bool().unwrap()),
            "replay_unsent_only" => options.set_replay_unsent_only(value.as_bool().unwrap()),
            "max_retries" => options.give_max_retries(value.as_i64().unwrap()),
            "headers" => {
                for header in value.as_array().unwrap() {
                    let text = |at: usize| header[at].as_str().unwrap().to_owned();
                    options.set_header(text(0), text(1));
                }
            }
            other => panic!("the option {other} is unknown"),
        }
    }
    options
}

fn error_json(error: &Error) -> Value {
    json!({
        "error": error.kind().name(),
        "code": error.code(),
        "message": format!("{error} {error:?}"),
    })
}

/// The report's part about the proxy of a client with these options. It is cancelled from the
/// start, so that nothing is looked up or connected.
fn proxy_of(options: Options) -> Result<Value, Error> {
    let client = Client::new(options.clone())?;
    let cancel = CancelToken::new();
    cancel.cancel();
    let report = neura::bindings::diagnose_with(&options, &cancel);
    let check = report.checks().iter().find(|check| check.code() == "proxy");
    Ok(json!({
        "proxy": check.unwrap().found(),
        "debug": format!("{client:?} {options:?} {report:?}"),
    }))
}

/// Answers if it was started to answer. Otherwise it starts itself and checks that the machine's
/// own settings have no effect.
#[test]
fn answers_in_its_own_process() {
    let Ok(asked) = std::env::var(ASKED) else {
        let found = Place::new().resolve("work", &BTreeMap::new(), &json!({}));
        assert_eq!(found["error"], "missing_api_key", "{found}");
        return;
    };
    let asked: Value = serde_json::from_str(&asked).unwrap();
    let options = options(&asked["options"]);
    let answer = match asked["question"].as_str() {
        Some("diagnose") => {
            let report = neura::diagnose(&options);
            let mut json = report.to_json();
            json["text"] = report.to_string().into();
            json
        }
        Some("proxy") => proxy_of(options).unwrap_or_else(|error| error_json(&error)),
        Some("models") => Client::new(options)
            .and_then(|client| client.models().send())
            .map_or_else(|error| error_json(&error), |reply| reply.json().unwrap()),
        _ => match neura::resolve(&options) {
            Ok(info) => info.to_json(),
            Err(error) => error_json(&error),
        },
    };
    println!("\n{ANSWER}{answer}");
}
