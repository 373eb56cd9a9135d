//! What a command reads, writes and finds around it. Nothing else of the process is used, so that a
//! test can give all of it.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use crate::interrupt::Interrupt;
use crate::terminal::{ProcessTerminal, Terminal};

/// What a command reads, writes and finds around it.
pub struct Streams {
    /// Where input is read from.
    pub stdin: Input,
    /// Where results go.
    pub stdout: Output,
    /// Where errors, advice and questions go.
    pub stderr: Output,
    /// The person at the terminal; `None` if there is nobody to ask.
    pub terminal: Option<Box<dyn Terminal>>,
    /// The environment.
    pub variables: Variables,
    /// The working directory; `None` if it was removed.
    pub directory: Option<PathBuf>,
    /// What Ctrl-C does.
    pub interrupt: Interrupt,
    /// Whether `neura run` may replace this process by its program, as `exec` does.
    pub is_process: bool,
}

impl Streams {
    /// Those of this process. Ctrl-C then ends it with exit code 130.
    pub fn of_process() -> Self {
        #[cfg(windows)]
        let _ = anstyle_query::windows::enable_ansi_colors();
        let interrupt = Interrupt::of_process();
        let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
        let width = terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0.into());
        let can_ask = stdin.is_terminal() && stderr.is_terminal();
        Streams {
            terminal: can_ask
                .then(|| Box::new(ProcessTerminal::new(interrupt.clone())) as Box<dyn Terminal>),
            stdin: Input::new(BufReader::new(io::stdin()), stdin.is_terminal()),
            stdout: Output::new(BufWriter::new(io::stdout()), stdout.is_terminal())
                .with_width(width),
            stderr: Output::new(io::stderr(), stderr.is_terminal()),
            variables: Variables::of_process(),
            directory: std::env::current_dir().ok(),
            interrupt,
            is_process: true,
        }
    }

    /// Streams without a terminal, for tests: this input, these outputs, and no variables.
    pub fn new(
        stdin: impl BufRead + Send + 'static,
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
    ) -> Self {
        Streams {
            stdin: Input::new(stdin, false),
            stdout: Output::new(stdout, false),
            stderr: Output::new(stderr, false),
            terminal: None,
            variables: Variables::default(),
            directory: None,
            interrupt: Interrupt::default(),
            is_process: false,
        }
    }
}

/// The standard input.
pub struct Input {
    reader: Box<dyn BufRead + Send>,
    is_terminal: bool,
}

impl Input {
    /// Reads from `reader`.
    pub fn new(reader: impl BufRead + Send + 'static, is_terminal: bool) -> Self {
        Input {
            reader: Box::new(reader),
            is_terminal,
        }
    }

    /// Whether a person types it.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The bytes.
    pub fn reader(&mut self) -> &mut (dyn BufRead + Send) {
        &mut *self.reader
    }
}

/// The standard output, or the standard error.
pub struct Output {
    writer: Box<dyn Write + Send>,
    is_terminal: bool,
    has_color: bool,
    width: Option<usize>,
}

impl Output {
    /// Writes to `writer`; in colour if that is a terminal.
    pub fn new(writer: impl Write + Send + 'static, is_terminal: bool) -> Self {
        Output {
            writer: Box::new(writer),
            is_terminal,
            has_color: is_terminal,
            width: None,
        }
    }

    /// The same with lines of this width, in which reports are wrapped.
    pub fn with_width(self, width: Option<usize>) -> Self {
        Output { width, ..self }
    }

    /// How many characters go into a line; `None` if lines are not wrapped.
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// Whether a person reads it.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether text is coloured.
    pub fn has_color(&self) -> bool {
        self.has_color
    }

    /// No colours any more: `--no-color`, `NO_COLOR`, `TERM=dumb`.
    pub fn without_color(&mut self) {
        self.has_color = false;
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The environment variables of a command. On Windows the case of a name does not matter.
#[derive(Clone, Default)]
pub struct Variables(HashMap<OsString, OsString>);

impl Variables {
    /// A copy of those of this process.
    pub fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// The value, also an empty one.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(&as_found(name.into())).map(OsString::as_os_str)
    }

    /// The value as text; `None` if it is empty, blank or no UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = self.get(name)?.to_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.0.insert(as_found(name.into()), value.into());
    }

    /// Removes a variable.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(&as_found(name.into()));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let mut own = Variables::default();
        variables
            .into_iter()
            .for_each(|(name, value)| own.set(name, value));
        own
    }
}

fn as_found(name: OsString) -> OsString {
    match cfg!(windows) {
        true => name.to_ascii_uppercase(),
        false => name,
    }
}
