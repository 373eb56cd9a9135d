//! The log of attempts: with `NEURA_LOG=info` or `debug`, one line each on stderr; or given to a
//! function of the program, which then sets the level.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use neura_transport::{HeaderList, Method};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::error_context::ErrorContext;
use crate::reply::Head;

use crate::config::{LOG_VARIABLE, log_level};
use crate::option_table::near_miss;

/// Headers that are known to be harmless; the others are counted.
const SHOWN: [&str; 12] = [
    "accept",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "retry-after-ms",
    "server",
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-should-retry",
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Level {
    Off,
    Info,
    Debug,
}

/// The levels by name.
const LEVELS: [(&str, Level); 3] = [
    ("off", Level::Off),
    ("info", Level::Info),
    ("debug", Level::Debug),
];

impl Level {
    /// The level of one call, by the name that the OpenAI SDKs give it. Nothing is logged at their
    /// levels `error` and `warn`: what fails is an error of the call.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "error" | "warn" => Some(Level::Off),
            _ => LEVELS
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, level)| *level),
        }
    }
}

/// A function of the program that gets a line.
type Write = Box<dyn Fn(&str) + Send + Sync>;

/// The function that gets the lines instead of stderr.
struct Sink {
    level: Level,
    write: Write,
}

/// One for the process, as `NEURA_LOG` is. Without a lock, which a fork may leave held.
static SINK: ArcSwapOption<Sink> = ArcSwapOption::const_empty();

/// Gives the lines of the log to `write` instead of stderr; `level` replaces that of `NEURA_LOG`.
/// `write` runs on the thread of the call, so on several at once, and on some perhaps still after
/// it was replaced. `None` ends this. Returns whether the level exists: `info` or `debug`.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// use std::sync::mpsc::channel;
///
/// let (line, lines) = channel();
/// let write = move |text: &str| drop(line.send(text.to_owned()));
/// neura::bindings::set_log_sink("info", Some(Box::new(write)));
/// client.models().send()?;
/// neura::bindings::set_log_sink("info", None);
/// assert!(lines.recv().unwrap().starts_with("neura: GET /v1/models 200 attempt=1"));
/// # Ok::<(), neura::Error>(())
/// ```
pub fn set_log_sink(level: &str, write: Option<Write>) -> bool {
    let known = LEVELS.iter().find(|(name, _)| *name == level);
    let Some((_, level)) = known.filter(|(_, level)| *level != Level::Off) else {
        return false;
    };
    let sink = write.map(|write| {
        Arc::new(Sink {
            level: *level,
            write,
        })
    });
    SINK.store(sink);
    true
}

/// The level of the process.
fn level() -> Level {
    match &*SINK.load() {
        Some(sink) => sink.level,
        None => level_of_the_variable(),
    }
}

fn level_of_the_variable() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| {
        read_level(log_level().map(|text| text.unwrap_or_default())).unwrap_or_else(|why| {
            write(format!("neura: {why}; nothing is logged\n").as_bytes());
            Level::Off
        })
    })
}

/// The level that the variable's value names, ignoring case; else why it is invalid. That is a
/// warning and not an error: a log must not keep a program from starting.
fn read_level(value: Result<Zeroizing<String>, Error>) -> Result<Level, String> {
    let value = value.map_err(|error| error.message().to_owned())?;
    let folded = value.to_ascii_lowercase();
    if folded.is_empty() {
        return Ok(Level::Off);
    }
    let known = LEVELS.iter().find(|(name, _)| *name == folded);
    known.map(|(_, level)| *level).ok_or_else(|| {
        // The value is not shown: it may be a misplaced key.
        let meant = near_miss(&folded, LEVELS.map(|(name, _)| name));
        let hint = meant.map(|name| format!(": did you mean {name}?"));
        format!(
            "{LOG_VARIABLE} must be off, info or debug{}",
            hint.unwrap_or_default()
        )
    })
}

/// Tells of something that fails no call, at any level.
pub(crate) fn warn(text: &str) {
    match &*SINK.load() {
        Some(sink) => (sink.write)(&format!("neura: {text}")),
        None => write(format!("neura: {text}\n").as_bytes()),
    }
}

/// Reads the variable, once for the process.
pub(crate) fn prepare() {
    level_of_the_variable();
}

/// A finished attempt.
pub(crate) struct Attempt<'a> {
    pub method: Method,
    /// The result of [`shown_path`].
    pub path: &'a str,
    /// The reply, or the kind of the error.
    pub outcome: Result<&'a Head, ErrorKind>,
    /// Counted from 1.
    pub number: u32,
    /// The wait before it.
    pub waited: Duration,
    /// Until the headers of the reply.
    pub took: Duration,
    /// Of the key that was sent.
    pub fingerprint: Option<&'a str>,
}

/// Whether the attempts of a call are logged, at its own level or at that of the process.
pub(crate) fn is_on(own: Option<Level>) -> bool {
    own.unwrap_or_else(level) != Level::Off
}

impl Attempt<'_> {
    /// Writes a line if the level includes it; at `debug` with the headers of the reply.
    pub fn write(&self, context: &ErrorContext, own: Option<Level>) {
        let sink = SINK.load();
        let level = own.unwrap_or_else(level);
        if level == Level::Off {
            return;
        }
        let head = self.outcome.ok();
        let outcome = match self.outcome {
            Ok(head) => head.status.to_string(),
            Err(kind) => kind.name().to_owned(),
        };
        let mut line = format!(
            "neura: {} {} {outcome} attempt={} wait={}ms request_id={} key={}",
            self.method.as_str(),
            self.path,
            self.number,
            self.waited.as_millis(),
            head.and_then(Head::request_id).unwrap_or("-"),
            self.fingerprint.unwrap_or("-"),
        );
        if let Some(head) = head.filter(|_| level == Level::Debug) {
            push_headers(&mut line, &head.headers, context);
        }
        let line = context.message(&line);
        match &*sink {
            Some(sink) => (sink.write)(&line),
            None => write(format!("{line}\n").as_bytes()),
        }
    }
}

fn push_headers(line: &mut String, headers: &HeaderList, context: &ErrorContext) {
    let mut others = 0;
    for (name, value) in headers.iter() {
        match SHOWN.contains(&name) {
            true => line.push_str(&format!(" {name}={:?}", context.clean(value))),
            false => others += 1,
        }
    }
    line.push_str(&format!(" (and {others} more headers)"));
}

/// The path of a URL, with secrets masked and without the query, which may hold secrets.
pub(crate) fn shown_path(url: &str, context: &ErrorContext) -> String {
    context.quoted(&context.message(path_of(url)))
}

fn path_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let start = url[after_scheme..]
        .find('/')
        .map_or(url.len(), |at| after_scheme + at);
    url[start..].split(['?', '#']).next().unwrap_or_default()
}

/// Writes in one piece, so that threads do not mix their lines. A closed stderr is not an error.
/// Does not use the standard library, whose lock a fork may leave held.
#[cfg(unix)]
fn write(line: &[u8]) {
    let mut rest = line;
    while let Ok(written @ 1..) = rustix::io::write(rustix::stdio::stderr(), rest) {
        rest = rest.get(written..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
    }
}

#[cfg(not(unix))]
fn write(line: &[u8]) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line);
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_query_is_not_logged() {
        assert_eq!(
            path_of("https://gw.example/v1/models?key=secret#x"),
            "/v1/models"
        );
        assert_eq!(path_of("https://gw.example"), "");
        assert_eq!(path_of("https://gw.example?key=secret"), "");
    }
}
