//! What is told of each attempt: to a caller's observer, and with `NEURA_LOG=info|debug` in
//! one line on stderr.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use neura_transport::{HeaderList, Method};

use crate::about::About;
use crate::error::ErrorKind;
use crate::response::Head;

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

/// One attempt of a call, as it ended: for a caller's own log. Nothing in it is secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AttemptInfo<'a> {
    /// The method of the request.
    pub method: Method,
    /// The path of the URL that was asked, without its query.
    pub path: &'a str,
    /// The status of the reply; `None` where an error came instead.
    pub status: Option<u16>,
    /// Whether a reply came, and its status lies in 200 to 299.
    pub ok: bool,
    /// The kind of the error that came instead of a reply.
    pub error: Option<ErrorKind>,
    /// Counted from 1.
    pub number: u32,
    /// The wait before it.
    pub waited: Duration,
    /// The service's id of the request.
    pub request_id: Option<&'a str>,
    /// The first 12 hex digits of the SHA-256 of the key that went along; `None` where a
    /// header of the caller's own stood in its place.
    pub key_fingerprint: Option<&'a str>,
    /// How long it took, to the headers of the reply.
    pub took: Duration,
}

/// Who is told of each attempt of a call.
pub(crate) type Observer = Arc<dyn Fn(&AttemptInfo<'_>) + Send + Sync>;

/// One attempt, as it ended.
pub(crate) struct Attempt<'a> {
    pub method: Method,
    pub url: &'a str,
    /// The reply, or the kind of the error that came instead.
    pub outcome: Result<&'a Head, ErrorKind>,
    /// Counted from 1.
    pub number: u32,
    /// The wait before it.
    pub waited: Duration,
    pub took: Duration,
    pub fingerprint: Option<&'a str>,
}

impl Attempt<'_> {
    /// Whether anybody is to be told of attempts.
    pub fn is_wanted(observer: Option<&Observer>) -> bool {
        observer.is_some() || level() != Level::Off
    }

    /// Tells the observer, and writes the line if the level asks for it.
    pub fn tell(&self, about: &About, observer: Option<&Observer>) {
        let head = self.outcome.ok();
        let info = AttemptInfo {
            method: self.method,
            path: &about.quoted(&clean(path_of(self.url), about)),
            status: head.map(|head| head.status),
            ok: head.is_some_and(Head::ok),
            error: self.outcome.err(),
            number: self.number,
            waited: self.waited,
            request_id: head.and_then(Head::request_id),
            key_fingerprint: self.fingerprint,
            took: self.took,
        };
        let level = level();
        if level != Level::Off {
            let headers = head.filter(|_| level == Level::Debug);
            info.write(headers.map(|head| &*head.headers), about);
        }
        if let Some(observer) = observer {
            observer(&info);
        }
    }
}

impl AttemptInfo<'_> {
    fn write(&self, headers: Option<&HeaderList>, about: &About) {
        let mut line = format!(
            "neura: {} {} {} attempt={} wait={}ms request_id={} key={}",
            self.method.as_str(),
            self.path,
            match self.error {
                Some(kind) => kind.name().to_owned(),
                None => self.status.unwrap_or_default().to_string(),
            },
            self.number,
            self.waited.as_millis(),
            self.request_id.unwrap_or("-"),
            self.key_fingerprint.unwrap_or("-"),
        );
        if let Some(headers) = headers {
            let mut others = 0;
            for (name, value) in headers.iter() {
                match SHOWN.contains(&name) {
                    true => line.push_str(&format!(" {name}={:?}", about.clean(value))),
                    false => others += 1,
                }
            }
            line.push_str(&format!(" and {others} other headers"));
        }
        write(format!("{}\n", clean(&line, about)).as_bytes());
    }
}

/// Without secrets, and in one line: what a server sent must not begin another.
fn clean(text: &str, about: &About) -> String {
    about.message(text)
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
