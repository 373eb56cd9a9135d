//! `neura run`: a program with a key in its environment.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus};

use neura::bindings::quoted;

use crate::context::{Context, Done};
use crate::exit;
use crate::failure::Failure;

/// Run a program with the key and the base URL in its environment
///
/// The program gets NEURA_API_KEY and NEURA_BASE_URL, and nothing else has them: keys need not lie
/// in a `.env` file. NEURA_PROFILE, NEURA_API_KEY_FILE and NEURA_API_KEY_COMMAND are taken out, since
/// the key was found already. The exit code is that of the program; on Unix it takes the place of
/// this command.
#[derive(clap::Args)]
pub struct Args {
    /// The program and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    command: Vec<OsString>,
}

/// Variables that would lead the program to another key.
const TAKEN_OUT: [&str; 3] = [
    "NEURA_PROFILE",
    "NEURA_API_KEY_FILE",
    "NEURA_API_KEY_COMMAND",
];

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Done {
    let Some((program, arguments)) = args.command.split_first() else {
        return Err(Failure::usage("name the program to run"));
    };
    let client = context.client()?;
    let header = zeroize::Zeroizing::new(client.auth_header()?);
    let key = header.strip_prefix("Bearer ").unwrap_or(&header);
    let mut variables = context.streams.variables.clone();
    TAKEN_OUT.iter().for_each(|name| variables.remove(name));
    variables.set("NEURA_API_KEY", key);
    variables.set("NEURA_BASE_URL", client.base_url());
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(variables.iter());
    if let Some(directory) = &context.streams.directory {
        command.current_dir(directory);
    }
    context.flush()?;
    let status = start(command, context).map_err(|error| {
        let code = match error.kind() {
            io::ErrorKind::NotFound => exit::NOT_THERE,
            _ => exit::CANNOT_START,
        };
        let program = quoted(&program.to_string_lossy());
        Failure::with_code(code, format!("{program} cannot be started: {error}"))
    })?;
    match code_of(status) {
        exit::OK => Ok(()),
        code => Err(Failure::Said(code)),
    }
}

/// Runs the program to its end; in a process of its own, the program takes its place.
fn start(mut command: Command, context: &Context<'_>) -> io::Result<ExitStatus> {
    #[cfg(unix)]
    if context.streams.is_process {
        use std::os::unix::process::CommandExt;
        return Err(command.exec());
    }
    let interrupt = context.streams.interrupt.clone();
    interrupt.left_to_child(|| command.status())
}

/// The exit code as a shell tells it: 128 and the number of the signal that ended the program.
pub(super) fn code_of(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(exit::FAILED);
        }
    }
    match status.code() {
        Some(code) => u8::try_from(code).unwrap_or(exit::FAILED),
        None => exit::FAILED,
    }
}
