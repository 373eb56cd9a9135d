//! `neura sandbox`: a service on this machine.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::run::code_of;
use crate::context::{Context, Done};
use crate::exit;
use crate::failure::Failure;
use crate::style::Style;

/// Start a NeuraAI service on this machine, and say how to use it
///
/// It needs the program `neura-sandbox`, which is looked for beside `neura` and in PATH, or is named
/// by NEURA_SANDBOX_BIN. Ctrl-C stops it.
#[derive(clap::Args)]
pub struct Args {
    /// Options of neura-sandbox, for example `--port 9000 --seed-keys`, or `keys list --db FILE`
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "OPTIONS"
    )]
    options: Vec<OsString>,
}

const HOW_TO_INSTALL: &str = "neura-sandbox is not installed. Install it with \
    `pip install neura-sandbox` or `npm install -g neura-sandbox`, or name it with NEURA_SANDBOX_BIN";

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let program = program(context);
    let mut command = Command::new(&program);
    command
        .args(&args.options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .env_clear()
        .envs(context.streams.variables.iter());
    let is_server = args.options.first().is_none_or(|first| first != "keys");
    if is_server {
        // It stops with this command, however that ends.
        command.arg("--stop-on-stdin-close");
    }
    let interrupt = context.streams.interrupt.clone();
    let status = interrupt.left_to_child(|| {
        let mut child = command
            .spawn()
            .map_err(|error| cannot_start(&program, &error))?;
        match announce(&mut child, context) {
            Ok(()) => child.wait().map_err(|error| cannot_start(&program, &error)),
            Err(failure) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(failure)
            }
        }
    })?;
    match code_of(status) {
        exit::OK if interrupt.was_raised() => Err(Failure::Said(exit::INTERRUPTED)),
        exit::OK => Ok(()),
        code => Err(Failure::Said(code)),
    }
}

/// The program that the variable names, else the one beside this command, else the one in PATH.
fn program(context: &Context<'_>) -> PathBuf {
    let variables = &context.streams.variables;
    if let Some(named) = variables
        .get("NEURA_SANDBOX_BIN")
        .filter(|name| !name.is_empty())
    {
        return named.into();
    }
    let name = format!("neura-sandbox{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().ok();
    let beside = own
        .as_deref()
        .and_then(Path::parent)
        .map(|folder| folder.join(&name));
    beside
        .filter(|program| context.streams.is_process && program.is_file())
        .unwrap_or_else(|| name.into())
}

fn cannot_start(program: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::with_code(exit::NOT_THERE, HOW_TO_INSTALL),
        _ => {
            let message = format!("{} cannot be started: {error}", program.display());
            Failure::with_code(exit::CANNOT_START, message)
        }
    }
}

/// Reads the first line of the sandbox, and says how to use it. Without one it has said itself why
/// it ended; what it prints later goes on to stdout.
fn announce(child: &mut Child, context: &mut Context<'_>) -> Done {
    let Some(stdout) = child.stdout.take() else {
        return Ok(());
    };
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    let read = stdout.read_line(&mut line);
    read.map_err(|error| Failure::new(format!("neura-sandbox cannot be read: {error}")))?;
    let hello: Value = serde_json::from_str(&line).unwrap_or_default();
    match hello["base_url"].as_str() {
        Some(base_url) if !context.json() => tell(base_url, &hello, context)?,
        _ => context.print(&line)?,
    }
    context.flush()?;
    let rest = io::copy(&mut stdout, &mut context.streams.stdout);
    rest.map_err(Failure::output)?;
    context.streams.stdout.flush().map_err(Failure::output)
}

fn tell(base_url: &str, hello: &Value, context: &mut Context<'_>) -> Done {
    let (set, quote) = match cfg!(windows) {
        true => ("$env:", "\""),
        false => ("export ", "\""),
    };
    let url = context.styled(Style::Strong, base_url);
    context.print_line(&format!(
        "The sandbox runs at {url}. In another terminal:\n"
    ))?;
    context.print_line(&format!("  {set}NEURA_BASE_URL={quote}{base_url}{quote}"))?;
    // A key of the sandbox works nowhere else, and with --db it is shown only once.
    match hello["api_key"].as_str() {
        Some(key) => context.print_line(&format!("  {set}NEURA_API_KEY={quote}{key}{quote}"))?,
        None => context.print_line(
            "  (the key is the one that was shown when the file of --db was made; \
             `neura-sandbox keys create` makes another)",
        )?,
    }
    for (name, label) in [
        ("expired_api_key", "expired"),
        ("revoked_api_key", "revoked"),
        ("limited_api_key", "limited"),
    ] {
        if let Some(key) = hello[name].as_str() {
            context.print_line(&format!("  # {label}: {key}"))?;
        }
    }
    context.print_line("  neura chat \"Hello!\"\n\nCtrl-C stops it.")
}
