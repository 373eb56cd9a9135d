//! The command line of `neura-replay`.

use std::fs::File;
use std::io::{self, Read};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::door::Door;
use super::script::Script;
use super::stage::Stage;
use super::{connection, control};
use crate::announce;
use crate::stop::StopRequest;

/// A raw TCP server that plays scripted replies and judges the requests.
///
/// The first line on stdout is JSON with base_url, port, control_url and pid;
/// the last, printed at the end, is the report. The exit code is 0 when the
/// report is ok, 1 when it is not, 2 when the script cannot be followed.
#[derive(Parser)]
#[command(name = "neura-replay", version)]
struct Args {
    /// Script file; - reads one JSON object from stdin, which may stay open
    #[arg(long, value_name = "FILE")]
    script: String,
    /// Port to listen on; 0 for any that is free
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    port: u16,
    /// Stop when stdin ends, so that no server outlives what started it
    #[arg(long)]
    stop_on_stdin_close: bool,
}

#[derive(Serialize)]
struct Announcement {
    base_url: String,
    port: u16,
    control_url: String,
    pid: u32,
}

/// Reads the command line and plays the script until a stop is asked for.
pub fn run() -> ExitCode {
    match play(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("neura-replay: {message}");
            ExitCode::from(2)
        }
    }
}

fn play(args: &Args) -> Result<bool, String> {
    let script = Script::parse(&read_json(&args.script)?)
        .map_err(|error| format!("--script {}: {error}", args.script))?;
    let door = Door::new(args.port).map_err(|error| unusable_port(args.port, &error))?;
    // One thread is enough here: the runtime only waits for the stop.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        let stop = StopRequest::install(args.stop_on_stdin_close)
            .map_err(|error| format!("cannot listen to signals: {error}"))?;
        let stage = Arc::new(Stage::new(script, door));
        let failed = |error: io::Error| format!("cannot start: {error}");
        let control_port = control::start(stage.clone()).map_err(failed)?;
        let port = stage.door().port();
        // The refusals that a script begins with are timed from this line on.
        stage
            .open()
            .map_err(|error| unusable_port(args.port, &error))?;
        announce::line(&Announcement {
            base_url: format!("http://127.0.0.1:{port}/v1"),
            port,
            control_url: format!("http://127.0.0.1:{control_port}"),
            pid: std::process::id(),
        })
        .map_err(|error| format!("stdout: {error}"))?;
        connection::accept_all(stage.clone()).map_err(failed)?;
        stop.wait().await;
        let report = stage.report();
        // Whoever does not read the last line still gets the exit code.
        let _ = announce::line(&report);
        Ok(report.ok)
    })
}

fn unusable_port(port: u16, error: &io::Error) -> String {
    format!(
        "--port {port}: cannot listen there ({error}); choose another port, or 0 for any that \
         is free"
    )
}

/// One JSON value; what follows it on stdin is left alone, because stdin may
/// stay open as the sign that its other end lives.
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
