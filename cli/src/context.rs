//! What every command needs: the options, a client, and ways to show a result.

use std::io::Write;

use neura::{Client, EnvFile, Options};
use serde::Serialize;

use crate::args::Globals;
use crate::failure::Failure;
use crate::streams::{Output, Streams};
use crate::style::Style;

/// The options and streams of a command.
pub struct Context<'a> {
    /// The options of every command.
    pub globals: &'a Globals,
    /// What it reads and writes.
    pub streams: &'a mut Streams,
}

/// How a command ended.
pub type Done = Result<(), Failure>;

impl Context<'_> {
    /// The options of the client, as the command line and the environment give them.
    pub fn options(&self) -> Options {
        let given = &self.globals.client;
        let mut options = Options::new();
        options.set_environment(self.streams.variables.iter());
        if let Some(directory) = &self.streams.directory {
            options.set_working_directory(directory);
        }
        if let Some(profile) = &given.profile {
            options.set_profile(profile);
        }
        if let Some(url) = &given.base_url {
            options.set_base_url(url);
        }
        match &given.env_file {
            Some(path) => options.set_env_file(EnvFile::Path(path.clone())),
            None if given.no_env_file => options.set_env_file(EnvFile::Off),
            None => {}
        }
        if let Some(time) = given.timeout {
            options.give_timeout(time);
        }
        if let Some(time) = given.connect_timeout {
            options.give_connect_timeout(time);
        }
        if let Some(time) = given.idle_timeout {
            options.give_idle_timeout(time);
        }
        if let Some(retries) = given.max_retries {
            options.set_max_retries(retries);
        }
        if let Some(url) = &given.proxy {
            options.set_proxy(url);
        }
        if let Some(path) = &given.ca_file {
            options.set_ca_file(path);
        }
        if let Some(path) = &given.client_cert {
            options.set_client_cert(path);
        }
        if let Some(path) = &given.client_key {
            options.set_client_key(path);
        }
        options.set_allow_http(given.allow_http);
        options
    }

    /// A client with these options.
    ///
    /// # Errors
    /// Those of [`Client::new`].
    pub fn client(&self) -> Result<Client, Failure> {
        Ok(Client::new(self.options())?)
    }

    /// Whether results are JSON.
    pub fn json(&self) -> bool {
        self.globals.json
    }

    /// Prints a value as one line of JSON.
    ///
    /// # Errors
    /// If stdout cannot be written.
    pub fn print_json(&mut self, value: &impl Serialize) -> Done {
        let text = serde_json::to_string(value).map_err(|error| {
            Failure::new(format!("the result cannot be written as JSON: {error}"))
        })?;
        self.print_line(&text)
    }

    /// Prints a line.
    ///
    /// # Errors
    /// If stdout cannot be written.
    pub fn print_line(&mut self, line: &str) -> Done {
        self.print(line)?;
        self.print("\n")
    }

    /// Prints text as it is.
    ///
    /// # Errors
    /// If stdout cannot be written.
    pub fn print(&mut self, text: &str) -> Done {
        let written = self.streams.stdout.write_all(text.as_bytes());
        written.map_err(Failure::output)
    }

    /// Shows what was printed so far.
    ///
    /// # Errors
    /// If stdout cannot be written.
    pub fn flush(&mut self) -> Done {
        self.streams.stdout.flush().map_err(Failure::output)
    }

    /// Tells the person something beside the result, on stderr; not with `--json`. What was printed
    /// before stands above it.
    pub fn tell(&mut self, line: &str) {
        if !self.json() {
            // An error comes again when the command ends.
            let _ = self.streams.stdout.flush();
            note(&mut self.streams.stderr, line);
        }
    }

    /// Says what failed, where the command goes on.
    pub fn show(&mut self, failure: &Failure) {
        let advice = failure.advice(&self.options());
        failure.show(self.json(), advice.as_deref(), &mut self.streams.stderr);
    }

    /// Runs a call that may take long. Meanwhile a terminal shows what is going on.
    pub fn waiting<T>(&mut self, what: &str, call: impl FnOnce() -> T) -> T {
        let stderr = &mut self.streams.stderr;
        let shows = stderr.has_color() && !self.globals.json;
        if shows {
            let what = Style::Faint.apply(&format!("{what} ..."), true);
            let _ = write!(stderr, "{what}");
            let _ = stderr.flush();
        }
        let result = call();
        if shows {
            // Back to the start of the line, and clears it.
            let _ = write!(self.streams.stderr, "\r\u{1b}[K");
            let _ = self.streams.stderr.flush();
        }
        result
    }

    /// `text` in a style, where stdout has colours.
    pub fn styled(&self, style: Style, text: &str) -> String {
        style.apply(text, self.streams.stdout.has_color())
    }
}

/// Writes a line to stderr. If it cannot be written, there is nobody to tell.
pub(crate) fn note(stderr: &mut Output, line: &str) {
    let _ = writeln!(stderr, "{line}");
    let _ = stderr.flush();
}
