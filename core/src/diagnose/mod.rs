//! Why authentication fails: one report of named checks.

mod files;
mod git;
mod local;
mod network;
mod service;

use std::fmt;

use neura_transport::CancelToken;
use serde_json::{Value, json};

use crate::config::{KeyInfo, Options};
use crate::error::Error;
use crate::redact::Secrets;
use local::Local;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckStatus {
    /// Nothing to do.
    Ok,
    /// It works, but something should be fixed.
    Warning,
    /// Calls fail because of this.
    Failed,
    /// It could not be checked, or does not apply.
    Skipped,
}

impl CheckStatus {
    /// `ok`, `warning`, `failed` or `skipped`.
    pub fn name(self) -> &'static str {
        match self {
            CheckStatus::Ok => "ok",
            CheckStatus::Warning => "warning",
            CheckStatus::Failed => "failed",
            CheckStatus::Skipped => "skipped",
        }
    }
}

/// One check of a [`Report`] and its result.
#[derive(Clone, Debug)]
pub struct Check {
    code: &'static str,
    status: CheckStatus,
    found: String,
    advice: Option<String>,
}

impl Check {
    /// The stable name: `profile`, `key_source`, `key_shadowed`, `key_form`,
    /// `key_age`, `env_file_permissions`, `env_file_git`, `credentials_file`, `options`,
    /// `base_url`, `proxy`, `name_resolution`, `tcp`, `tls`, `clock`, `service`; in this order.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// How it ended.
    pub fn status(&self) -> CheckStatus {
        self.status
    }

    /// What was found.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What to do next; `None` if there is nothing to do.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    fn new(code: &'static str, status: CheckStatus, found: impl Into<String>) -> Self {
        Check {
            code,
            status,
            found: found.into(),
            advice: None,
        }
    }

    fn ok(code: &'static str, found: impl Into<String>) -> Self {
        Self::new(code, CheckStatus::Ok, found)
    }

    fn warning(code: &'static str, found: impl Into<String>) -> Self {
        Self::new(code, CheckStatus::Warning, found)
    }

    fn failed(code: &'static str, found: impl Into<String>) -> Self {
        Self::new(code, CheckStatus::Failed, found)
    }

    fn skipped(code: &'static str, why: impl Into<String>) -> Self {
        Self::new(code, CheckStatus::Skipped, why)
    }

    fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    fn redacted(mut self, secrets: &Secrets) -> Self {
        self.found = secrets.clean_message(&self.found);
        self.advice = self.advice.map(|text| secrets.clean_message(&text));
        self
    }
}

/// The result of [`diagnose`], without secrets. Display gives a text for people.
#[derive(Clone, Debug)]
pub struct Report {
    checks: Vec<Check>,
    verdict: &'static str,
    key: Option<KeyInfo>,
    base_url: Option<String>,
}

impl Report {
    /// Whether no check failed.
    pub fn ok(&self) -> bool {
        !self.has(CheckStatus::Failed)
    }

    /// `valid`, or the name of the [`ErrorKind`](crate::ErrorKind) that calls fail with.
    pub fn verdict(&self) -> &'static str {
        self.verdict
    }

    /// All checks, in the order of [`Check::code`].
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Where the key came from, if one was found.
    pub fn key(&self) -> Option<&KeyInfo> {
        self.key.as_ref()
    }

    /// Where requests go, if that is known.
    pub fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// As JSON: `ok, verdict, key, base_url` and `checks`, a list of `code, status, found,
    /// advice`; null if absent.
    pub fn to_json(&self) -> Value {
        let check = |check: &Check| {
            json!({
                "code": check.code,
                "status": check.status.name(),
                "found": check.found,
                "advice": check.advice,
            })
        };
        json!({
            "ok": self.ok(),
            "verdict": self.verdict,
            "checks": self.checks.iter().map(check).collect::<Vec<_>>(),
            "key": self.key.as_ref().map(KeyInfo::to_json),
            "base_url": self.base_url,
        })
    }

    fn has(&self, status: CheckStatus) -> bool {
        self.checks.iter().any(|check| check.status == status)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let (status, code) = (check.status.name(), check.code);
            writeln!(f, "{status:<8}{code:<22}{}", check.found)?;
            if let Some(advice) = &check.advice {
                writeln!(f, "{:30}-> {advice}", "")?;
            }
        }
        let warned = match self.has(CheckStatus::Warning) {
            true => ", with warnings",
            false => "",
        };
        write!(f, "verdict: {}{warned}", self.verdict)
    }
}

/// Finds out why authentication fails.
///
/// It first checks this machine: every source of a key, the key's form, the permissions of files,
/// and whether git has them. Then it checks the connection to the base URL, and asks the service
/// about the key; a callable is called as a client would call it. Each step obeys the connect
/// limit, the last one `timeout` or 30 s, whichever is shorter. Without a network the report has
/// the local checks.
///
/// ```
/// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// let mut options = neura::Options::new();
/// options.set_api_key("nk-fake-0123456789abcdef");
/// # options.set_base_url(&sandbox.base_url);
/// let report = neura::diagnose(&options);
/// println!("{report}");
/// assert_eq!(report.verdict(), "invalid_api_key");
/// # Ok::<(), neura::Error>(())
/// ```
pub fn diagnose(options: &Options) -> Report {
    diagnose_with(options, &CancelToken::new())
}

/// As [`diagnose`]. `cancel` ends it early; the step in progress then fails with `cancelled`.
pub fn diagnose_with(options: &Options, cancel: &CancelToken) -> Report {
    let local = Local::look(options);
    let mut checks = local.checks;
    let mut key = local.key;
    let secrets = local.secrets;
    if let Some(Ok(setup)) = local.base_url.as_ref().map(|url| options.setup(url)) {
        setup.secrets().for_each(|secret| secrets.add(&secret));
    }
    let way = network::checks(options, local.base_url.as_ref(), cancel, &mut checks);
    let verdict = match local.problem {
        Some(error) => {
            let why = "there is no key to test";
            checks.push(Check::skipped("clock", why));
            checks.push(Check::skipped("service", why));
            error.kind().name()
        }
        None => match way {
            Ok(()) => service::checks(options, cancel, &mut checks, &mut key, &secrets),
            Err(error) => {
                let why = "the service cannot be reached";
                checks.push(Check::skipped("clock", why));
                checks.push(Check::skipped("service", why));
                error.kind().name()
            }
        },
    };
    Report {
        checks: checks
            .into_iter()
            .map(|check| check.redacted(&secrets))
            .collect(),
        verdict,
        key: key.map(|key| key.with_secrets(&secrets)),
        base_url: local.base_url.map(|url| secrets.quoted(&url.to_string())),
    }
}

/// The checks of [`diagnose`] that need no network: sources, keys, files, options.
pub fn local_checks(options: &Options) -> Vec<Check> {
    let local = Local::look(options);
    let redacted = |check: Check| check.redacted(&local.secrets);
    local.checks.into_iter().map(redacted).collect()
}

/// Whether the service can be reached, or why not.
type Reachability = Result<(), Error>;
