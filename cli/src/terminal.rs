//! Asking the person at the terminal.

use std::io::{self, BufRead, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::echo::Echo;
use crate::interrupt::Interrupt;
use crate::line_editor::Editor;
use crate::signals::{self, Stops};

/// The person at the terminal.
pub trait Terminal: Send {
    /// Asks for a secret; what is typed is not shown.
    ///
    /// # Errors
    /// `UnexpectedEof` if nothing more comes (Ctrl-D).
    fn ask_secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>>;

    /// Asks for a line, and returns it without its end.
    ///
    /// # Errors
    /// `UnexpectedEof` if nothing more comes (Ctrl-D).
    fn ask(&mut self, prompt: &str) -> io::Result<String>;

    /// An editor of lines. Its history is kept in the file, if there is one.
    ///
    /// # Errors
    /// If the terminal cannot be used.
    fn edit(&mut self, history: Option<&Path>) -> io::Result<Box<dyn LineEditor>>;

    /// Asks a question whose answer is no unless it is `y` or `yes`.
    ///
    /// # Errors
    /// Those of [`ask`](Self::ask), but the end counts as no.
    fn confirm(&mut self, question: &str) -> io::Result<bool> {
        match self.ask(&format!("{question} [y/N] ")) {
            Ok(answer) => Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A line of a conversation.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// What was typed.
    Text(String),
    /// Ctrl-C; what was typed is thrown away.
    Interrupted,
    /// Ctrl-D.
    End,
}

/// An editor of lines with a history.
pub trait LineEditor {
    /// Reads a line.
    ///
    /// # Errors
    /// If the terminal cannot be read.
    fn read(&mut self, prompt: &str) -> io::Result<Line>;

    /// Keeps a line in the history, also in its file.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn remember(&mut self, line: &str) -> io::Result<()>;
}

/// The terminal of this process.
pub(crate) struct ProcessTerminal {
    interrupt: Interrupt,
}

impl ProcessTerminal {
    pub fn new(interrupt: Interrupt) -> Self {
        ProcessTerminal { interrupt }
    }
}

impl Terminal for ProcessTerminal {
    fn ask_secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>> {
        let echo = Echo::of_stdin();
        // Ctrl-C ends the program without running the rest of a prompt.
        let interrupted = echo.clone();
        self.interrupt.restoring(
            move || interrupted.restore(),
            || {
                let answer = signals::restoring(&echo, Stops::Handled, || {
                    // Before the prompt is shown: a key may be pasted at once.
                    echo.off();
                    rpassword::prompt_password(prompt).map(Zeroizing::new)
                });
                echo.restore();
                answer
            },
        )
    }

    fn edit(&mut self, history: Option<&Path>) -> io::Result<Box<dyn LineEditor>> {
        Ok(Box::new(Editor::new(history)?))
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        let mut out = io::stderr();
        out.write_all(prompt.as_bytes())?;
        out.flush()?;
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    }
}
