//! Editing lines at the terminal of this process, with a history in a file that only its user can
//! read.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;

use crate::echo::Echo;
use crate::signals::{self, Stops};
use crate::terminal::{Line, LineEditor};

/// How many lines are kept.
const KEPT: usize = 1000;

/// An editor of the terminal of this process.
pub(crate) struct Editor {
    editor: rustyline::Editor<(), FileHistory>,
    file: Option<PathBuf>,
}

impl Editor {
    /// An editor with the lines of this file, if it can be read.
    pub fn new(file: Option<&Path>) -> io::Result<Self> {
        let mut editor = rustyline::Editor::new().map_err(io_error)?;
        editor.set_max_history_size(KEPT).map_err(io_error)?;
        editor.set_auto_add_history(false);
        if let Some(file) = file {
            // A history that cannot be read is an empty one.
            let _ = editor.load_history(file);
        }
        Ok(Editor {
            editor,
            file: file.map(Path::to_owned),
        })
    }
}

impl LineEditor for Editor {
    fn read(&mut self, prompt: &str) -> io::Result<Line> {
        // The editor handles Ctrl-Z.
        let read = signals::restoring(&Echo::of_stdin(), Stops::Own, || {
            self.editor.readline(prompt)
        });
        match read {
            Ok(text) => Ok(Line::Text(text)),
            Err(ReadlineError::Interrupted) => Ok(Line::Interrupted),
            Err(ReadlineError::Eof) => Ok(Line::End),
            Err(error) => Err(io_error(error)),
        }
    }

    fn remember(&mut self, line: &str) -> io::Result<()> {
        if !self.editor.add_history_entry(line).map_err(io_error)? {
            return Ok(());
        }
        match &self.file {
            Some(file) => {
                make_private(file)?;
                self.editor.append_history(file).map_err(io_error)
            }
            None => Ok(()),
        }
    }
}

/// Makes the file if it is not there, and closes it to others.
fn make_private(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        opened.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    drop(opened);
    Ok(())
}

fn io_error(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}
