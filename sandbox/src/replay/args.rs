//! The command line of `neura-replay`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::control;
use super::listener::Listener;
use super::proxy::{Proxy, Rules};
use super::script::Script;
use super::server::{Service, accept_all};
use super::state::Replay;
use crate::announce;
use crate::stop::StopRequest;

/// A raw TCP server that sends scripted replies and checks the requests, or a
/// proxy that records its traffic.
///
/// The first line on stdout is JSON with base_url (proxy_url), port, control_url
/// and pid; the last, printed at the end, is the report. The exit code is 0 if the
/// report is ok, 1 if it is not, 2 if the script is invalid.
#[derive(Parser)]
#[command(name = "neura-replay", version)]
struct Args {
    /// Script file; - reads one JSON object from stdin, which may stay open
    #[arg(long, value_name = "FILE")]
    script: String,
    /// Port to listen on; 0 for any free port
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    port: u16,
    /// Stop when stdin ends, so that the server never outlives its parent process
    #[arg(long)]
    stop_on_stdin_close: bool,
}

#[derive(Serialize)]
struct Announcement {
    /// `base_url`, or `proxy_url`.
    #[serde(flatten)]
    url: BTreeMap<&'static str, String>,
    port: u16,
    control_url: String,
    pid: u32,
}

/// Reads the command line and runs the script until a stop request.
pub fn run() -> ExitCode {
    match serve(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("neura-replay: {message}");
            ExitCode::from(2)
        }
    }
}

fn serve(args: &Args) -> Result<bool, String> {
    let json = read_json(&args.script)?;
    let wrong = |error: String| format!("--script {}: {error}", args.script);
    if Rules::are_in(&json) {
        let rules = Rules::parse(&json).map_err(wrong)?;
        return until_stopped(args, |listener| Proxy::new(rules, listener));
    }
    let script = Script::parse(&json).map_err(wrong)?;
    until_stopped(args, |listener| Replay::new(script, listener))
}

/// Serves until a stop request; returns whether the report is ok.
fn until_stopped<S: Service>(
    args: &Args,
    make: impl FnOnce(Listener) -> S,
) -> Result<bool, String> {
    let listener = Listener::new(args.port).map_err(|error| unusable_port(args.port, &error))?;
    // One thread is enough here: the runtime only waits for the stop.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        let stop = StopRequest::install(args.stop_on_stdin_close)
            .map_err(|error| format!("cannot listen to signals: {error}"))?;
        let service = Arc::new(make(listener));
        let failed = |error: io::Error| format!("cannot start: {error}");
        let control_port = control::start(service.clone()).map_err(failed)?;
        // Refusals at the start of a script are timed from this line on.
        service
            .open()
            .map_err(|error| unusable_port(args.port, &error))?;
        let (name, url) = service.url();
        announce::line(&Announcement {
            url: BTreeMap::from([(name, url)]),
            port: service.listener().port(),
            control_url: format!("http://127.0.0.1:{control_port}"),
            pid: std::process::id(),
        })
        .map_err(|error| format!("stdout: {error}"))?;
        accept_all(service.clone()).map_err(failed)?;
        stop.wait().await;
        let report = service.report();
        // If the last line cannot be written, the exit code still shows the result.
        let _ = announce::line(&report);
        Ok(S::is_ok(&report))
    })
}

fn unusable_port(port: u16, error: &io::Error) -> String {
    format!(
        "--port {port}: cannot listen there ({error}); choose another port, or 0 for any \
         free port"
    )
}

/// Reads one JSON value and no further: stdin may stay open to show that the
/// parent process lives.
fn read_json(script: &str) -> Result<Value, String> {
    let source: Box<dyn Read> = if script == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(script)
            .map_err(|error| format!("--script {script}: cannot be read: {error}"))?;
        Box::new(io::BufReader::new(file))
    };
    let mut reader = serde_json::Deserializer::from_reader(source);
    Value::deserialize(&mut reader)
        .map_err(|error| format!("--script {script}: is not JSON: {error}"))
}
