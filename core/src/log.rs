//! `NEURA_LOG=info|debug`: one line for each attempt, on stderr.

use std::sync::OnceLock;
use std::time::Duration;

use crate::about::About;
use crate::header_list::HeaderList;

/// Headers that are known to be harmless; of any other only the number is told.
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
enum Level {
    Off,
    Info,
    Debug,
}

fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| match std::env::var("NEURA_LOG").as_deref() {
        Ok("info") => Level::Info,
        Ok("debug") => Level::Debug,
        Err(_) | Ok("" | "off") => Level::Off,
        Ok(_) => {
            write(b"neura: NEURA_LOG is neither info nor debug, so nothing is logged\n");
            Level::Off
        }
    })
}

/// Reads the variable, once for the process.
pub(crate) fn prepare() {
    level();
}

/// One attempt, as it ended.
pub(crate) struct Attempt<'a> {
    pub method: &'static str,
    pub url: &'a str,
    /// The status, or the kind of the error that came instead.
    pub outcome: &'a str,
    /// Counted from 1.
    pub number: u32,
    /// The wait before it.
    pub waited: Duration,
    pub request_id: Option<&'a str>,
    pub fingerprint: Option<&'a str>,
    pub headers: Option<&'a HeaderList>,
}

impl Attempt<'_> {
    /// Whether lines are written at all.
    pub fn is_logged() -> bool {
        level() != Level::Off
    }

    /// Writes the line, without secrets, if the level asks for it.
    pub fn write(&self, about: &About) {
        let level = level();
        if level == Level::Off {
            return;
        }
        let mut line = format!(
            "neura: {} {} {} attempt={} wait={}ms request_id={} key={}",
            self.method,
            path_of(self.url),
            self.outcome,
            self.number,
            self.waited.as_millis(),
            about.clean(self.request_id.unwrap_or("-")),
            self.fingerprint.unwrap_or("-"),
        );
        if level == Level::Debug {
            let mut others = 0;
            for (name, value) in self.headers.into_iter().flat_map(HeaderList::iter) {
                match SHOWN.contains(&name) {
                    true => line.push_str(&format!(" {name}={:?}", about.clean(value))),
                    false => others += 1,
                }
            }
            line.push_str(&format!(" and {others} other headers"));
        }
        // What a server sent must not begin a line of its own.
        let line = about.clean_own(&line).replace(['\r', '\n'], " ");
        write(format!("{line}\n").as_bytes());
    }
}

/// The path alone: a query may hold secrets.
fn path_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let start = url[after_scheme..]
        .find('/')
        .map_or(url.len(), |at| after_scheme + at);
    url[start..].split(['?', '#']).next().unwrap_or_default()
}

/// In one piece, so that threads do not mix their lines; a closed stderr is no error. Not
/// through the standard library, whose lock a fork may leave held.
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
