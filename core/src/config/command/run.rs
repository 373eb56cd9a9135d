//! Runs a program for what it prints, within limits.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::KeyCommand;
use crate::child_process::end_group;
use crate::config::Asking;

/// Source of both: design.md, where the key comes from.
const LIMIT: Duration = Duration::from_secs(10);
const LARGEST: usize = 64 << 10;
const TICK: Duration = Duration::from_millis(10);
/// How long a program that has ended may leave its output open, to a program that it started.
const GRACE: Duration = Duration::from_millis(200);

type Piece = Zeroizing<Vec<u8>>;

/// What the program prints, once it ended well. It has no input, and what it says of errors
/// is not read: it may hold a secret. The variable that named it is not handed on to it, so
/// that a program which is a client itself does not start itself again.
///
/// # Errors
/// Why there is nothing, in words behind "the program that ... names".
pub(super) fn output(named: &KeyCommand, call: &Asking) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut command = Command::new(&named.program);
    command
        .args(&*named.arguments)
        .env_remove(&named.variable)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // A group of its own, so that whatever it starts ends with it.
        command.process_group(0);
    }
    let mut child = command.spawn().map_err(|error| {
        // The program's name is not shown: somebody may have put the key there.
        let advice = match error.kind() {
            _ if named.in_quotes => {
                "The variable has quotation marks around its value, which make one word of it \
                 (docker's --env-file keeps them). Give it without them"
            }
            io::ErrorKind::NotFound => "Is it installed, and in a folder of PATH?",
            _ => "Give a program that can be run, and its arguments",
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
             shown here, for it may hold the key"
        )),
    }
}

/// Reads on a thread of its own, for a read waits as long as it likes.
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
    started.map_err(|error| format!("cannot be read: no thread could be started ({error})"))?;
    Ok(pieces)
}

/// Waits until the program ended and its output with it. Its status is `None` where the host
/// program ignores SIGCHLD: then the system keeps none.
fn collect(
    child: &mut Child,
    pieces: &Receiver<Piece>,
    call: &Asking,
) -> Result<(Option<ExitStatus>, Zeroizing<Vec<u8>>), String> {
    let started = Instant::now();
    let mut printed = Zeroizing::new(Vec::with_capacity(LARGEST));
    let mut ended: Option<(Option<ExitStatus>, Instant)> = None;
    let mut is_open = true;
    loop {
        if call.is_over() {
            return Err("was given up with the call".to_owned());
        }
        if started.elapsed() >= LIMIT {
            let limit = LIMIT.as_secs();
            return Err(format!(
                "took longer than {limit} s and was ended. Does it wait for an input? It gets none"
            ));
        }
        if is_open {
            match pieces.recv_timeout(TICK) {
                Ok(piece) if printed.len() + piece.len() > LARGEST => {
                    let most = LARGEST >> 10;
                    return Err(format!("prints more than {most} KiB. Is it the right one?"));
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
                Err(error) => return Err(format!("cannot be waited for: {error}")),
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
