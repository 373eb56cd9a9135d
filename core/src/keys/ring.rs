//! The keys of a client: which one is used now, and what follows after a 401.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;

use super::file_watch::FileWatch;
use super::single_flight::SingleFlight;
use super::state::State;
use super::usage_log::LogOfClient;
use super::{Counters, Usage};
use crate::call::Call;
use crate::config::file::Pipes;
use crate::config::{
    KeyInfo, KeyOption, KeySource, Options, Reloaded, Resolved, config_error, reload,
};
use crate::error::Error;
use crate::error_context::ErrorContext;
use crate::headers::{self, Template};
use crate::key::{ApiKey, distinct};
use crate::option_table::{self, Language};
use crate::redact::Secrets;

/// One key, and what is made from it once.
pub(crate) struct Credential {
    pub key: ApiKey,
    pub info: KeyInfo,
    pub headers: Template,
    pub context: Arc<ErrorContext>,
    pub counters: Arc<Counters>,
}

/// The key of a call, and how many lookups of its source had been made by then.
#[derive(Clone)]
pub(crate) struct SelectedKey {
    pub credential: Arc<Credential>,
    pub(super) lookups: u64,
}

/// All keys of a client. Taking one costs a reference count and no lock. A call waits for a lookup
/// only while there is no key yet.
pub(crate) struct Keyring {
    pub(super) options: Options,
    /// Where the first keys of the client came from.
    pub(super) origin: KeyInfo,
    state: ArcSwap<State>,
    pub(super) flight: SingleFlight,
    /// Present if the first keys came from a regular file.
    pub(super) watch: Option<FileWatch>,
    counters: ArcSwap<Vec<Arc<Counters>>>,
    usage_log: Option<LogOfClient>,
    secrets: Arc<Secrets>,
    base_url: Arc<str>,
}

impl Keyring {
    /// `report` tells of a usage file that cannot be written.
    pub fn new(
        options: &Options,
        resolved: &Resolved,
        secrets: Arc<Secrets>,
        report: fn(&str),
    ) -> Result<Self, Error> {
        // First: the name of a program may be its key by mistake.
        let keys = resolved.keys.iter();
        keys.for_each(|key| secrets.add(key.secret()));
        let ring = Keyring {
            options: options.clone(),
            origin: resolved.info.clone().with_secrets(&secrets),
            state: ArcSwap::default(),
            flight: SingleFlight::default(),
            watch: resolved.file_version.map(FileWatch::new),
            counters: ArcSwap::default(),
            usage_log: LogOfClient::of(&options.environment, &secrets, report),
            secrets,
            base_url: resolved.info.base_url.as_str().into(),
        };
        headers::secrets(&options.headers).for_each(|secret| ring.secrets.add(secret));
        let credentials = ring.credentials(&resolved.keys, ring.origin.added)?;
        ring.replace(credentials);
        Ok(ring)
    }

    /// The key to use now. Calls the callable if it has not given a key yet.
    pub fn take(&self, call: &Call) -> Result<SelectedKey, Error> {
        self.follow_file();
        if let Some(taken) = self.current() {
            return Ok(taken);
        }
        let _flight = match self.flight.begin(call, || self.current())? {
            ControlFlow::Break(taken) => return Ok(taken), // Another thread called it meanwhile.
            ControlFlow::Continue(flight) => flight,
        };
        let lookups = self.lookups();
        let asked = self
            .ask(&self.origin.key_source, call)
            .and_then(|key| self.credential(key, &self.origin));
        // A key that was set meanwhile wins over the callable's.
        match asked {
            Ok(credential) => {
                self.replace_since(lookups, Some(vec![credential]));
            }
            Err(error) if self.lookups() == lookups => return Err(error),
            Err(_) => {}
        }
        self.current()
            .ok_or_else(|| Error::internal("a key was found and lost"))
    }

    /// The next key for a call that got a 401 with `taken`, if there is one. `tried` are the keys
    /// that the call used before.
    ///
    /// # Errors
    /// Why the key's source no longer gives a key.
    pub fn after_401(
        &self,
        taken: &SelectedKey,
        tried: &[Arc<Credential>],
        call: &Call,
    ) -> Result<Option<SelectedKey>, Error> {
        let is_new = |next: &SelectedKey| {
            let again = |old: &Arc<Credential>| old.key.secret() == next.credential.key.secret();
            !again(&taken.credential) && !tried.iter().any(again)
        };
        // Only once: a source that makes a new key for each lookup would be asked for ever.
        let reloaded = match taken.credential.info.key_source.can_change() && tried.is_empty() {
            true => self.reload(taken, call).map(|next| next.filter(is_new)),
            false => Ok(None),
        };
        match reloaded {
            Ok(Some(next)) => Ok(Some(next)),
            Err(why) if call.gave_up(&why) => Err(why),
            reloaded => match self.move_on(taken).filter(is_new) {
                None => reloaded,
                next => Ok(next),
            },
        }
    }

    /// Whether there may be another key after a 401 with `taken`.
    pub fn may_follow(&self, taken: &SelectedKey, tried: &[Arc<Credential>]) -> bool {
        let reloads = taken.credential.info.key_source.can_change() && tried.is_empty();
        reloads || self.state.load().ring.len() > tried.len() + 1
    }

    /// Uses `key` from the next request on.
    pub fn set(&self, key: &str) -> Result<(), Error> {
        let key_source = KeySource::CallerLater;
        let key = ApiKey::parse(key).map_err(|problem| problem.error(&key_source.to_string()))?;
        if matches!(self.origin.base_url_source, "env_file" | "credentials_file") {
            return Err(config_error(format!(
                "the client's base URL came from the file of its first key and is used only with \
                 that file's keys: make a client with {} for the new key ({})",
                option_table::BASE_URL,
                key.mask()
            )));
        }
        let info = KeyInfo {
            key_source,
            added: None,
            ..self.origin.clone()
        };
        let credential = self.credential(key, &info)?;
        // Does not wait for a lookup: the callable may need this thread to answer, as a JavaScript
        // function does.
        self.replace(vec![credential]);
        Ok(())
    }

    /// The key in use. Calls no callable.
    pub fn known(&self) -> Result<SelectedKey, Error> {
        self.follow_file();
        self.current().ok_or_else(|| {
            config_error(format!(
                "{} has not given a key yet, and this function does not wait for one. Make a call \
                 first, for example check",
                self.origin.key_source
            ))
        })
    }

    /// Where the key in use came from.
    pub fn info(&self) -> KeyInfo {
        match self.current() {
            Some(taken) => taken.credential.info.clone(),
            None => self.origin.clone(),
        }
    }

    pub fn usage(&self) -> Usage {
        Usage::of(self.counters.load().iter().map(Arc::as_ref))
    }

    pub(super) fn current(&self) -> Option<SelectedKey> {
        let state = self.state.load();
        let credential = state.ring.get(state.at)?;
        Some(SelectedKey {
            credential: Arc::clone(credential),
            lookups: state.lookups,
        })
    }

    /// Marks the key as refused and goes on to the next one that is not. When all are refused, the
    /// next call starts with the first again.
    fn move_on(&self, taken: &SelectedKey) -> Option<SelectedKey> {
        let mut next = None;
        self.state.rcu(|now| {
            let mut state = State::clone(now);
            next = state.move_on(&taken.credential);
            state
        });
        next
    }

    /// Reads a file or calls a callable again, unless another thread did since the key was taken.
    fn reload(&self, taken: &SelectedKey, call: &Call) -> Result<Option<SelectedKey>, Error> {
        let done = |now: &SelectedKey| {
            if now.credential.info.key_source != taken.credential.info.key_source {
                return Some(None); // Another key was set: calls in flight end with the old one.
            }
            (now.lookups != taken.lookups).then(|| Some(now.clone()))
        };
        let known = || self.current().map_or(Some(None), |now| done(&now));
        let _flight = match self.flight.begin(call, known)? {
            ControlFlow::Break(known) => return Ok(known),
            ControlFlow::Continue(flight) => flight,
        };
        let Some(now) = self.current() else {
            return Ok(None);
        };
        let found = match now.credential.info.key_source {
            ref key_source @ (KeySource::Callback | KeySource::Command(_)) => self
                .ask(key_source, call)
                .map(|key| Some(Reloaded::of(key))),
            KeySource::Caller(_) | KeySource::CallerLater | KeySource::Environment { .. } => {
                return Ok(None);
            }
            _ => {
                let context = call.asking();
                match reload(&self.options, &self.origin, Pipes::ReadAgain(&context)) {
                    Err(_) if context.is_over() => Err(call.over()),
                    found => found,
                }
            }
        };
        let changed = found.and_then(|found| {
            found
                .filter(|found| !self.has(&found.keys))
                .map(|found| self.credentials(&found.keys, found.added))
                .transpose()
        });
        // A call that gave up got no answer: the next call tries again.
        if let Err(error) = &changed
            && call.gave_up(error)
        {
            return Err(error.clone());
        }
        // Counted even if nothing changed, so that waiting threads need no lookup. A key that was
        // set meanwhile stays, and calls in flight end with the old one.
        let ring = changed.as_ref().ok().and_then(Clone::clone);
        match self.replace_since(now.lookups, ring) {
            true => changed.map(|_| self.current()),
            false => Ok(None),
        }
    }

    fn replace(&self, ring: Vec<Arc<Credential>>) {
        self.state.rcu(|now| now.with_ring(ring.clone()));
    }

    fn lookups(&self) -> u64 {
        self.state.load().lookups
    }

    /// Uses these keys (`None`: the same as before) and counts one more lookup. Does nothing if the
    /// number of lookups is no longer `lookups`. Returns whether it did.
    pub(super) fn replace_since(&self, lookups: u64, ring: Option<Vec<Arc<Credential>>>) -> bool {
        let mut replaced = false;
        self.state.rcu(|now| {
            replaced = now.lookups == lookups;
            match (replaced, &ring) {
                (false, _) => Arc::clone(now),
                (true, Some(ring)) => Arc::new(now.with_ring(ring.clone())),
                (true, None) => Arc::new(State {
                    lookups: now.lookups + 1,
                    ..State::clone(now)
                }),
            }
        });
        replaced
    }

    /// Whether the ring consists of these keys.
    pub(super) fn has(&self, keys: &[ApiKey]) -> bool {
        let state = self.state.load();
        let ring = state.ring.iter().map(|own| own.key.secret());
        ring.eq(distinct(keys).iter().map(|key| key.secret()))
    }

    /// A ring of these keys. `added` is the date of the first one.
    pub(super) fn credentials(
        &self,
        keys: &[ApiKey],
        added: Option<SystemTime>,
    ) -> Result<Vec<Arc<Credential>>, Error> {
        let days = std::iter::once(added).chain(std::iter::repeat(None));
        let made = distinct(keys).into_iter().zip(days).enumerate();
        made.map(|(index, (key, added))| {
            let mut origin = self.origin.clone();
            origin.added = added;
            if let KeySource::Caller(option) = &mut origin.key_source {
                *option = self.options.option_of_key(index);
            }
            self.credential(key.clone(), &origin)
        })
        .collect()
    }

    /// Calls the callable or runs the program that gives the key.
    fn ask(&self, key_source: &KeySource, call: &Call) -> Result<ApiKey, Error> {
        let KeySource::Command(command) = key_source else {
            return self.ask_callback(call);
        };
        let context = call.asking();
        command
            .run(&context)
            .map_err(|error| match context.is_over() {
                true => call.over(),
                false => error,
            })
    }

    fn ask_callback(&self, call: &Call) -> Result<ApiKey, Error> {
        let KeyOption::Callback(callback) = &self.options.key else {
            return Err(Error::internal("there is no callable to ask for the key"));
        };
        let context = call.asking();
        let answer = callback(&context);
        if context.is_over() {
            return Err(call.over());
        }
        let text = zeroize::Zeroizing::new(answer.map_err(|why| {
            let said = self.secrets.clean(&why);
            config_error(format!("{} failed: {said}", KeySource::Callback)).with_quote(said == why)
        })?);
        ApiKey::parse(&text).map_err(|problem| problem.error(&KeySource::Callback.to_string()))
    }

    fn credential(&self, key: ApiKey, origin: &KeyInfo) -> Result<Arc<Credential>, Error> {
        self.secrets.add(key.secret());
        let info = origin.of_key(&key);
        let language = Language::current().name();
        Ok(Arc::new(Credential {
            headers: Template::new(&key, language, &self.options.headers)?,
            context: Arc::new(ErrorContext::new(
                info.describe(),
                &self.base_url,
                &self.secrets,
            ))
            .with_headers(&self.options.headers, &[]),
            counters: self.counters_of(&info),
            info,
            key,
        }))
    }

    /// The counters of this key. A key that comes back after another one keeps its counters.
    fn counters_of(&self, info: &KeyInfo) -> Arc<Counters> {
        let mut found = None;
        self.counters.rcu(|now| {
            let known = now
                .iter()
                .find(|known| known.fingerprint() == info.fingerprint());
            if let Some(known) = known {
                found = Some(Arc::clone(known));
                return Arc::clone(now);
            }
            let made = Arc::new(self.new_counters(info));
            found = Some(Arc::clone(&made));
            let mut all = Vec::clone(now);
            all.push(made);
            Arc::new(all)
        });
        found.unwrap_or_else(|| Arc::new(self.new_counters(info)))
    }

    fn new_counters(&self, info: &KeyInfo) -> Counters {
        let log = self.usage_log.as_ref().and_then(|log| log.of_key(info));
        Counters::new(info.clone(), log)
    }
}
