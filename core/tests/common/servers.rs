//! The real servers of the tests: the sandbox and the replay server.

// Each test program uses only a part of this.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use neura::{Client, ClientBuilder};
use serde_json::{Value, json};

/// Clearly fake, and long enough for a mask.
pub const FAKE_KEY: &str = "nk-fake-0123456789abcdef";
/// Another one, with a different mask.
pub const OTHER_KEY: &str = "nk-fake-second-000000000002222";

/// A server of this project, stopped when dropped.
pub struct Server {
    child: Child,
    pub hello: Value,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killed, so that a failed test does not wait for a clean shutdown.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// The sandbox, with a valid, an expired, a revoked and a limited key.
    pub fn sandbox() -> Self {
        Self::start(
            "neura-sandbox",
            &["--port", "0", "--seed-keys", "--stop-on-stdin-close"],
            None,
        )
    }

    /// The sandbox with its keys in this file, to which keys can be added.
    pub fn sandbox_with_keys_in(database: &Path) -> Self {
        let file = database.to_str().unwrap();
        let args = ["--port", "0", "--stop-on-stdin-close", "--db", file];
        Self::start("neura-sandbox", &args, None)
    }

    /// The replay server with this script.
    pub fn replay(script: &Value) -> Self {
        let args = ["--script", "-", "--port", "0", "--stop-on-stdin-close"];
        Self::start("neura-replay", &args, Some(script))
    }

    /// The replay server with these replies.
    pub fn replies(replies: Value) -> Self {
        Self::replay(&json!({ "replies": replies }))
    }

    fn start(name: &str, args: &[&str], input: Option<&Value>) -> Self {
        let mut child = Command::new(binary(name))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        if let (Some(input), Some(stdin)) = (input, child.stdin.as_mut()) {
            stdin.write_all(input.to_string().as_bytes()).unwrap();
            stdin.write_all(b"\n").unwrap();
            stdin.flush().unwrap();
        }
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let hello = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{name} said {line:?} at its start: {error}"));
        Server { child, hello }
    }

    pub fn base_url(&self) -> &str {
        self.hello["base_url"].as_str().unwrap()
    }

    /// One of the sandbox's keys: `api_key`, `expired_api_key`, ...
    pub fn key(&self, name: &str) -> &str {
        self.hello[name].as_str().unwrap()
    }

    /// A client of this server with a valid key, or a fake one for the replay server.
    pub fn client(&self) -> ClientBuilder {
        let key = self.hello["api_key"].as_str().unwrap_or(FAKE_KEY);
        Client::builder().api_key(key).base_url(self.base_url())
    }

    /// The replay server's report: what it saw and what was wrong.
    pub fn report(&self) -> Value {
        let url = self.hello["control_url"].as_str().unwrap();
        let address = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        write!(
            stream,
            "GET /report HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body.trim()).unwrap_or_else(|error| panic!("{error}: {reply}"))
    }
}

/// Adds a key to the file of a sandbox.
pub fn create_key(database: &Path, name: &str) -> String {
    let made = Command::new(binary("neura-sandbox"))
        .args(["keys", "create", "--name", name, "--db"])
        .arg(database)
        .output()
        .unwrap();
    let created: Value = serde_json::from_slice(&made.stdout).unwrap();
    created["api_key"].as_str().unwrap().to_owned()
}

/// The program next to the one that `NEURA_SANDBOX_BIN` names, as set by `make test`; else the one
/// of this test's own profile, built once if it is missing.
pub fn binary(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        if let Some(sandbox) = std::env::var_os("NEURA_SANDBOX_BIN") {
            return PathBuf::from(sandbox).parent().unwrap().to_owned();
        }
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().and_then(Path::parent).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "-p", "neura-sandbox"]);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(
            cargo.status().unwrap().success(),
            "the sandbox cannot be built"
        );
        profile.to_owned()
    });
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A reply of 401 with this code.
pub fn unauthorized(code: &str) -> Value {
    json!({
        "status": 401,
        "headers": [["content-type", "application/json"]],
        "body": json!({"error": {"message": "No.", "code": code}}).to_string(),
    })
}

/// The keys of the requests that a replay server received.
pub fn keys_seen(server: &Server) -> Vec<String> {
    server.report()["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|request| {
            let headers = request["headers"].as_array().unwrap();
            let is_ours = |header: &&Value| {
                header[0]
                    .as_str()
                    .unwrap()
                    .eq_ignore_ascii_case("authorization")
            };
            let header = headers.iter().find(is_ours).unwrap();
            header[1]
                .as_str()
                .unwrap()
                .trim_start_matches("Bearer ")
                .to_owned()
        })
        .collect()
}

/// A greeting for the model, as JSON.
pub fn hello() -> Value {
    json!({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})
}
