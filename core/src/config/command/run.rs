//! Runs a program and reads its output, within limits.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::KeyCommand;
use crate::child_process::end_group;
use crate::config::CallbackContext;
use crate::exhausted;

/// Source of both limits: design.md, where the key comes from.
const LIMIT: Duration = Duration::from_secs(10);
const LARGEST: usize = 64 << 10;
const TICK: Duration = Duration::from_millis(10);
/// How long the output is read after the program ended, if a child of it keeps the output open.
const GRACE: Duration = Duration::from_millis(200);

type Piece = Zeroizing<Vec<u8>>;

/// The output of the program, once it ended with success. It gets no input. Its standard error is
/// not read, because it may hold a secret. A program which is a client itself does not start itself
/// again.
///
/// # Errors
/// Why there is no output, as a phrase after "the program that ... names".
pub(super) fn output(
    named: &KeyCommand,
    call: &CallbackContext,
) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut command = Command::new(&named.program);
    named.environment.give_to(&mut command);
    command
        .args(&*named.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    named.origin.keep_from_itself(&mut command);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // A process group, so that its children end with it.
        command.process_group(0);
    }
    let mut child = command.spawn().map_err(|error| {
        if let Some(why) = exhausted::descriptors(&error) {
            return format!("cannot be started: {why} ({error})");
        }
        // The program's name is not shown: the variable may hold the key itself.
        let advice = match error.kind() {
            _ if named.in_quotes => {
                "There are quotation marks around the whole text, which make it one word \
                 (docker's --env-file keeps them). Remove them"
            }
            io::ErrorKind::NotFound => "Is it installed, and in a folder of PATH?",
            _ => "Name a program that can be run, and its arguments",
        };
        format!("cannot be started: {error}. {advice}")
    })?;
    let read = child
        .stdout
        .take()
        .ok_or_else(|| "has no output".to_owned())
        .and_then(read_in_pieces);
    let ended = read.and_then(|pieces| collect(&mut child, &pieces, call));
    if ended.is_err() {
        end_group(&mut child);
        let _ = child.wait();
    }
    match ended? {
        (None, printed) => Ok(printed),
        (Some(status), printed) if status.success() => Ok(printed),
        (Some(status), _) => Err(format!(
            "failed ({status}) and gave no key. Run it by hand to see why: its output is not \
             shown here because it may hold the key"
        )),
    }
}

/// Reads on another thread, because a read has no time limit.
fn read_in_pieces(mut output: impl Read + Send + 'static) -> Result<Receiver<Piece>, String> {
    let (sender, pieces) = mpsc::channel();
    let read = move || {
        loop {
            let mut piece = Zeroizing::new(vec![0; 4096]);
            match output.read(&mut piece) {
                Ok(0) => break,
                Ok(bytes) => {
                    piece.truncate(bytes);
                    if sender.send(piece).is_err() {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
    };
    let started = thread::Builder::new()
        .name("neura-command".to_owned())
        .spawn(read);
    started.map_err(|error| format!("cannot be read: {}", exhausted::threads(&error)))?;
    Ok(pieces)
}

/// Waits for the end of the program and of its output. The status is `None` if the host program
/// ignores SIGCHLD: then the system keeps no status.
fn collect(
    child: &mut Child,
    pieces: &Receiver<Piece>,
    call: &CallbackContext,
) -> Result<(Option<ExitStatus>, Zeroizing<Vec<u8>>), String> {
    let started = Instant::now();
    let mut printed = Zeroizing::new(Vec::with_capacity(LARGEST));
    let mut ended: Option<(Option<ExitStatus>, Instant)> = None;
    let mut is_open = true;
    loop {
        if call.is_over() {
            return Err("was stopped because its call ended".to_owned());
        }
        if started.elapsed() >= LIMIT {
            let limit = LIMIT.as_secs();
            return Err(format!(
                "took longer than {limit} s and was stopped. Does it wait for input? It gets none"
            ));
        }
        if is_open {
            match pieces.recv_timeout(TICK) {
                Ok(piece) if printed.len() + piece.len() > LARGEST => {
                    let most = LARGEST >> 10;
                    return Err(format!(
                        "prints more than {most} KiB. Is it the right program?"
                    ));
                }
                Ok(piece) => printed.extend_from_slice(&piece),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => is_open = false,
            }
        } else {
            thread::sleep(TICK);
        }
        if ended.is_none() {
            let status = match child.try_wait() {
                Ok(status) => status.map(Some),
                Err(error) if is_without_status(&error) => Some(None),
                Err(error) => {
                    return Err(format!(
                        "has no exit status that can be read: {error}. Run it by hand"
                    ));
                }
            };
            ended = status.map(|status| (status, Instant::now()));
        }
        if let Some((status, at)) = ended
            && (!is_open || at.elapsed() >= GRACE)
        {
            return Ok((status, printed));
        }
    }
}

#[cfg(unix)]
fn is_without_status(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ECHILD)
}

#[cfg(not(unix))]
fn is_without_status(_error: &io::Error) -> bool {
    false
}
