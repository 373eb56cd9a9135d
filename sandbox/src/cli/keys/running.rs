//! The keys of a running sandbox, through the JSON of its dashboard.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Uri};

use crate::cli::Failure;
use crate::cli::args::CreateArgs;
use crate::dashboard::{KeyRequest, TOKEN_HEADER};

const DEFAULT: &str = "http://127.0.0.1:8080";
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A sandbox that answered.
pub(super) struct Running {
    agent: Agent,
    /// Without a path.
    url: String,
    /// For what changes something.
    token: String,
    keys: Value,
}

impl Running {
    /// Asks the sandbox at this base URL for its keys.
    pub(super) fn find(url: Option<&str>) -> Result<Self, Failure> {
        let named = url.unwrap_or(DEFAULT);
        let url = origin(named).ok_or_else(|| {
            Failure::options(format!(
                "--url {named:?}: give the base URL of a sandbox on this machine, such as {DEFAULT}"
            ))
        })?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(TIME_LIMIT));
        let mut running = Self {
            agent: config.build().new_agent(),
            url,
            token: String::new(),
            keys: Value::Null,
        };
        let none = |why: String| {
            Failure::options(format!(
                "keys: no sandbox with a dashboard answers at {} ({why}); name a running one with \
                 --url URL, or its file with --db FILE",
                running.url
            ))
        };
        let request = Request::get(format!("{}/dashboard/api/keys", running.url));
        let (status, mut reply) = running
            .send(
                request
                    .body(String::new())
                    .map_err(|error| none(error.to_string()))?,
            )
            .map_err(none)?;
        let token = reply["token"].as_str().map(str::to_owned);
        running.token = token.ok_or_else(|| none(format!("the reply has status {status}")))?;
        running.keys = reply["keys"].take();
        Ok(running)
    }

    /// The keys, as they were when the sandbox was asked.
    pub(super) fn list(&self) -> Value {
        self.keys.clone()
    }

    pub(super) fn create(&self, wanted: &CreateArgs) -> Result<Value, Failure> {
        let body = serde_json::to_string(&KeyRequest::from(wanted));
        self.post("", body.map_err(Failure::command)?)
    }

    /// Expires or revokes the key with this id or name.
    pub(super) fn change(&self, id_or_name: &str, how: &str) -> Result<Value, Failure> {
        // The name is one segment of a path: everything but letters and digits is encoded.
        let segment: String = id_or_name
            .bytes()
            .map(|byte| match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        self.post(&format!("/{segment}/{how}"), String::new())
    }

    fn post(&self, path: &str, body: String) -> Result<Value, Failure> {
        let request = Request::post(format!("{}/dashboard/api/keys{path}", self.url))
            .header(TOKEN_HEADER, &self.token)
            .header("content-type", "application/json")
            .body(body)
            .map_err(Failure::command)?;
        let (status, reply) = self
            .send(request)
            .map_err(|why| Failure::command(format!("{}: {why}", self.url)))?;
        if status < 400 {
            return Ok(reply);
        }
        let said = reply["error"]["message"].as_str().unwrap_or_default();
        Err(match reply["error"]["param"].as_str() {
            Some(option) => Failure::options(format!("--{option}: {said}")),
            None if said.is_empty() => Failure::command(format!("{}: status {status}", self.url)),
            None => Failure::command(said),
        })
    }

    /// The status and the JSON of the reply; null if it has none.
    fn send(&self, request: Request<String>) -> Result<(u16, Value), String> {
        let mut reply = self.agent.run(request).map_err(|error| error.to_string())?;
        let text = reply.body_mut().read_to_string();
        let text = text.map_err(|error| error.to_string())?;
        let json = serde_json::from_str(&text).unwrap_or_default();
        Ok((reply.status().as_u16(), json))
    }
}

/// The URL without its path, if it is `http` on this machine. The reply to a new key
/// has the key, so it must not come over a network.
fn origin(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let authority = url.authority()?;
    let is_plain =
        url.scheme_str() == Some("http") && matches!(url.path(), "" | "/" | "/v1" | "/v1/");
    let is_here = crate::dashboard::is_this_machine(authority);
    (is_plain && is_here && url.query().is_none()).then(|| format!("http://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_sandbox_is_taken_with_and_without_v1() {
        for url in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/v1",
            "http://127.0.0.1:8080/",
        ] {
            assert_eq!(
                origin(url).as_deref(),
                Some("http://127.0.0.1:8080"),
                "{url}"
            );
        }
        for url in [
            "https://127.0.0.1:8080",
            "http://sandbox.example/v1",
            "http://127.0.0.1.evil.example",
            "http://me:secret@127.0.0.1/",
            "127.0.0.1:8080",
            "/v1",
            "",
        ] {
            assert_eq!(origin(url), None, "{url}");
        }
    }
}
