//! The servers that programs talk to: the sandbox, and scripted ones that misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::Value;

use crate::library;

/// A server process that is killed when this value is dropped.
pub struct Server {
    /// Its first line: JSON with its URLs and keys.
    pub announcement: Value,
    child: Child,
    /// The server ends when this closes, even if this process is killed.
    _stdin: ChildStdin,
}

impl Server {
    /// A sandbox with an expired and a revoked key, which stores its keys in this file.
    pub fn sandbox(keys: &Path) -> Self {
        let keys = keys.to_str().expect("the path is text");
        let arguments = ["--port", "0", "--seed-keys", "--db", keys];
        Self::start("neura-sandbox", &arguments, None)
    }

    /// A server that plays a script.
    pub fn replay(script: &Value) -> Self {
        Self::start("neura-replay", &["--script", "-"], Some(script))
    }

    /// A text field of the announcement.
    pub fn field(&self, name: &str) -> &str {
        let value = self.announcement.get(name).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {name} in {}", self.announcement))
    }

    /// The report of a scripted server: the requests that it got.
    pub fn report(&self) -> Value {
        let address = self.field("control_url").trim_start_matches("http://");
        let mut control = TcpStream::connect(address).expect("the server is there");
        write!(
            control,
            "GET /report HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )
        .expect("the server listens");
        let mut answer = String::new();
        control
            .read_to_string(&mut answer)
            .expect("the server answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {body}"))
    }

    fn start(binary: &str, arguments: &[&str], script: Option<&Value>) -> Self {
        let mut child = Command::new(library::sandbox_folder().join(binary))
            .args(arguments)
            .arg("--stop-on-stdin-close")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{binary}: {error}"));
        let mut stdin = child.stdin.take().unwrap();
        if let Some(script) = script {
            writeln!(stdin, "{script}").unwrap();
        }
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let announcement = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{binary} said {line:?}: {error}"));
        Server {
            announcement,
            child,
            _stdin: stdin,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then this only collects the zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One more valid key for the sandbox with this file.
pub fn another_key(keys: &Path) -> String {
    let made = Command::new(library::sandbox_folder().join("neura-sandbox"))
        .args(["keys", "create", "--name", "second", "--db"])
        .arg(keys)
        .output()
        .expect("neura-sandbox runs");
    let key: Value = serde_json::from_slice(&made.stdout)
        .unwrap_or_else(|error| panic!("{error} in what neura-sandbox said: {made:?}"));
    let text = key["api_key"].as_str();
    text.unwrap_or_else(|| panic!("no api_key in {key}"))
        .to_owned()
}

/// A base URL at a port that refuses connections.
pub fn refused_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/v1")
}
