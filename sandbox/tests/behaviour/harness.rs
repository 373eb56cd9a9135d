//! Starts the programs, sends requests, and always ends the programs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

pub const SANDBOX: &str = env!("CARGO_BIN_EXE_neura-sandbox");
pub const REPLAY: &str = env!("CARGO_BIN_EXE_neura-replay");
const PATIENCE: Duration = Duration::from_secs(10);

/// A running program. It ends when this value is dropped, and also when the tests
/// are killed, because its stdin is a pipe from them.
pub struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub first_line: Value,
}

pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Running {
    pub fn sandbox(options: &[&str]) -> Self {
        let mut command = Command::new(SANDBOX);
        command.args(["serve", "--port", "0"]).args(options);
        Self::start(&mut command, "")
    }

    pub fn replay(script: &Value) -> Self {
        let mut command = Command::new(REPLAY);
        command.args(["--script", "-"]);
        Self::start(&mut command, &script.to_string())
    }

    fn start(command: &mut Command, stdin: &str) -> Self {
        let command = command.arg("--stop-on-stdin-close");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(stdin.as_bytes())
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let first_line = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut stderr = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut stderr);
            panic!("no first line ({error}): {line}{stderr}");
        });
        Self {
            child,
            stdout,
            first_line,
        }
    }

    pub fn field(&self, name: &str) -> &str {
        self.first_line[name]
            .as_str()
            .unwrap_or_else(|| panic!("the first line has no {name}"))
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.field("base_url"))
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The address on which it listens.
    pub fn address(&self) -> String {
        match self.first_line["port"].as_u64() {
            Some(port) => format!("127.0.0.1:{port}"),
            None => {
                let base_url = self.field("base_url").trim_start_matches("http://");
                base_url.trim_end_matches("/v1").to_owned()
            }
        }
    }

    /// Sends a request with the key in the first line.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        self.ask_with(self.field("api_key"), method, path, body)
    }

    pub fn ask_with(&self, key: &str, method: &str, path: &str, body: &str) -> Reply {
        let authorization = format!("Bearer {key}");
        fetch(
            method,
            &self.url(path),
            &[("authorization", &authorization)],
            body,
        )
    }

    #[cfg(unix)]
    pub fn signal(self, name: &str) -> Ended {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        assert!(sent.unwrap().success());
        self.end()
    }

    pub fn close_stdin(mut self) -> Ended {
        self.child.stdin = None;
        self.end()
    }

    fn end(mut self) -> Ended {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not stop");
            std::thread::sleep(Duration::from_millis(2));
        };
        let took = start.elapsed();
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        Ended {
            code: status.code(),
            stdout,
            stderr,
            took,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Checks that the body is an error in OpenAI's shape, and returns its code.
    pub fn error_code(&self) -> Value {
        let error = &self.json()["error"];
        let names: Vec<_> = error.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["code", "message", "param", "type"], "{}", self.text);
        assert!(
            error["message"].is_string() && error["type"].is_string(),
            "{}",
            self.text
        );
        error["code"].clone()
    }

    /// The data of each event of an event stream.
    pub fn events(&self) -> Vec<&str> {
        let events = self.text.strip_suffix("\n\n").unwrap().split("\n\n");
        events
            .map(|event| event.strip_prefix("data: ").unwrap())
            .collect()
    }
}

pub fn fetch(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(PATIENCE));
    let agent = config.build().new_agent();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = if body.is_empty() {
        agent.run(request.body(()).unwrap()).unwrap()
    } else {
        agent.run(request.body(body.to_owned()).unwrap()).unwrap()
    };
    Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

/// Writes these bytes, and reads to the end of the connection.
pub fn exchange(mut stream: TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // A reset is an end, too: the bytes before it count.
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8_lossy(&reply).into_owned()
}

/// Runs a command to its end.
pub fn output(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs `neura-sandbox keys ... --db FILE`, and reads the JSON that it prints.
pub fn keys(db: &Database, arguments: &[&str]) -> Value {
    let arguments = [&["keys"], arguments, &["--db", db.path()]].concat();
    let output = output(SANDBOX, &arguments);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A path for a database; the file is removed when this value is dropped.
pub struct Database(PathBuf);

impl Database {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("keys-{}-{count}.sqlite", std::process::id());
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    pub fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
