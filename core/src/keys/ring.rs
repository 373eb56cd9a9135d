//! The keys of a client: which one is used now, and what follows after a 401.

use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;

use super::file_watch::FileWatch;
use super::single_flight::Look;
use super::state::State;
use super::{Counters, Usage};
use crate::config::file::Pipes;
use crate::config::{Given, KeyInfo, Looked, Options, Place, Resolved, config_error, look_again};
use crate::error::{Error, ErrorKind};
use crate::error_context::ErrorContext;
use crate::headers::{self, Template};
use crate::key::{ApiKey, distinct};
use crate::option_table::{self, Language};
use crate::redact::Secrets;
use crate::transport::Call;

/// One key with all that is made of it once.
pub(crate) struct Credential {
    pub key: ApiKey,
    pub info: KeyInfo,
    pub headers: Template,
    pub about: Arc<ErrorContext>,
    pub counters: Arc<Counters>,
}

/// A key that a call took, and how many looks into its source had been made by then.
#[derive(Clone)]
pub(crate) struct Taken {
    pub credential: Arc<Credential>,
    pub(super) looks: u64,
}

/// All keys of a client. Taking one costs a count and no lock; nobody waits for a look-up
/// but calls that have no key without it.
pub(crate) struct Keyring {
    pub(super) options: Options,
    /// Where the keys came from that the client was made with.
    pub(super) origin: KeyInfo,
    state: ArcSwap<State>,
    pub(super) look: Look,
    /// Of the regular file that the keys came from.
    pub(super) watch: Option<FileWatch>,
    counters: ArcSwap<Vec<Arc<Counters>>>,
    secrets: Arc<Secrets>,
    base_url: Arc<str>,
}

impl Keyring {
    pub fn new(
        options: &Options,
        resolved: &Resolved,
        secrets: Arc<Secrets>,
    ) -> Result<Self, Error> {
        let ring = Keyring {
            options: options.clone(),
            origin: resolved.info.clone().with_secrets(&secrets),
            state: ArcSwap::default(),
            look: Look::default(),
            watch: resolved.file_version.map(FileWatch::new),
            counters: ArcSwap::default(),
            secrets,
            base_url: resolved.info.base_url.as_str().into(),
        };
        headers::secrets(&options.headers).for_each(|secret| ring.secrets.add(secret));
        let credentials = ring.credentials(&resolved.keys, ring.origin.added)?;
        ring.replace(credentials);
        Ok(ring)
    }

    /// The key to use now; a callable is asked if it never was.
    pub fn take(&self, call: &Call) -> Result<Taken, Error> {
        self.follow_file();
        if let Some(taken) = self.current() {
            return Ok(taken);
        }
        let _looking = self.look.begin(call)?;
        if let Some(taken) = self.current() {
            return Ok(taken); // Another thread asked meanwhile.
        }
        let looks = self.looks();
        let asked = self
            .ask(&self.origin.place, call)
            .and_then(|key| self.credential(key, &self.origin));
        // A key that was set meanwhile outweighs what the callable said.
        match asked {
            Ok(credential) => {
                self.replace_since(looks, Some(vec![credential]));
            }
            Err(error) if self.looks() == looks => return Err(error),
            Err(_) => {}
        }
        self.current()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "a key was found and lost"))
    }

    /// What a call that got a 401 with `taken` may try next, if anything. `tried` are the
    /// keys that it had used before.
    ///
    /// # Errors
    /// Why the key's source does not give a key any more.
    pub fn after_401(
        &self,
        taken: &Taken,
        tried: &[Arc<Credential>],
        call: &Call,
    ) -> Result<Option<Taken>, Error> {
        let is_new = |next: &Taken| {
            let again = |old: &Arc<Credential>| old.key.secret() == next.credential.key.secret();
            !again(&taken.credential) && !tried.iter().any(again)
        };
        // Once: a source that mints a key for each look would be asked for ever.
        let looked = match taken.credential.info.place.can_change() && tried.is_empty() {
            true => self.look_again(taken, call).map(|next| next.filter(is_new)),
            false => Ok(None),
        };
        match looked {
            Ok(Some(next)) => Ok(Some(next)),
            Err(why) if call.gave_up(&why) => Err(why),
            looked => match self.move_on(taken).filter(is_new) {
                None => looked,
                next => Ok(next),
            },
        }
    }

    /// Whether there may be something to try after a 401 with `taken`.
    pub fn may_follow(&self, taken: &Taken, tried: &[Arc<Credential>]) -> bool {
        let looks_again = taken.credential.info.place.can_change() && tried.is_empty();
        looks_again || self.state.load().ring.len() > tried.len() + 1
    }

    /// Uses `key` from the next request on.
    pub fn set(&self, key: &str) -> Result<(), Error> {
        let place = Place::CallerLater;
        let key = ApiKey::parse(key).map_err(|problem| problem.error(&place.to_string()))?;
        if matches!(self.origin.base_url_source, "env_file" | "credentials_file") {
            return Err(config_error(format!(
                "the client's base URL came from the file of its first key, and goes with that \
                 file's keys alone: make a client with {} for the new key ({})",
                option_table::BASE_URL,
                key.mask()
            )));
        }
        let info = KeyInfo {
            place,
            added: None,
            ..self.origin.clone()
        };
        let credential = self.credential(key, &info)?;
        // Without waiting for a look: the callable that is being asked may need this very
        // thread for its answer, as a function of JavaScript's does.
        self.replace(vec![credential]);
        Ok(())
    }

    /// The key in use, without asking a callable.
    pub fn known(&self) -> Result<Taken, Error> {
        self.follow_file();
        self.current().ok_or_else(|| {
            config_error(format!(
                "{} was not asked yet, and this cannot wait for it: make a call first, such as \
                 check",
                self.origin.place
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

    pub(super) fn current(&self) -> Option<Taken> {
        let state = self.state.load();
        let credential = state.ring.get(state.at)?;
        Some(Taken {
            credential: Arc::clone(credential),
            looks: state.looks,
        })
    }

    /// Marks the key as dead and goes on to the next that lives. When none does, the next
    /// call starts with the first again.
    fn move_on(&self, taken: &Taken) -> Option<Taken> {
        let mut next = None;
        self.state.rcu(|now| {
            let mut state = State::clone(now);
            next = state.move_on(&taken.credential);
            state
        });
        next
    }

    /// Looks into a file or asks a callable again, unless another thread did since the key
    /// was taken.
    fn look_again(&self, taken: &Taken, call: &Call) -> Result<Option<Taken>, Error> {
        let _looking = self.look.begin(call)?;
        let Some(now) = self.current() else {
            return Ok(None);
        };
        if now.credential.info.place != taken.credential.info.place {
            return Ok(None); // The key was set anew: calls in flight end with the old one.
        }
        if now.looks != taken.looks {
            return Ok(Some(now));
        }
        let found = match now.credential.info.place {
            ref place @ (Place::Callback | Place::Command(_)) => {
                self.ask(place, call).map(|key| Some(Looked::of(key)))
            }
            Place::Caller(_) | Place::CallerLater | Place::Environment { .. } => return Ok(None),
            _ => {
                let asking = call.asking();
                match look_again(&self.options, &self.origin, Pipes::ReadAgain(&asking)) {
                    Err(_) if asking.is_over() => Err(call.over()),
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
        // A call that gave up learned nothing: the next one looks again.
        if let Err(error) = &changed
            && call.gave_up(error)
        {
            return Err(error.clone());
        }
        // Also where nothing changed: those who wait need not look too. A key that was set
        // meanwhile stays, and calls in flight end with the old one.
        let ring = changed.as_ref().ok().and_then(Clone::clone);
        match self.replace_since(now.looks, ring) {
            true => changed.map(|_| self.current()),
            false => Ok(None),
        }
    }

    fn replace(&self, ring: Vec<Arc<Credential>>) {
        self.state.rcu(|now| now.with_ring(ring.clone()));
    }

    fn looks(&self) -> u64 {
        self.state.load().looks
    }

    /// Uses these keys, or those that it has as before, and counts one more look; unless the
    /// source was looked into since it had been so often. Says whether it does.
    pub(super) fn replace_since(&self, looks: u64, ring: Option<Vec<Arc<Credential>>>) -> bool {
        let mut replaced = false;
        self.state.rcu(|now| {
            replaced = now.looks == looks;
            match (replaced, &ring) {
                (false, _) => Arc::clone(now),
                (true, Some(ring)) => Arc::new(now.with_ring(ring.clone())),
                (true, None) => Arc::new(State {
                    looks: now.looks + 1,
                    ..State::clone(now)
                }),
            }
        });
        replaced
    }

    /// Whether the ring is made of these keys.
    pub(super) fn has(&self, keys: &[ApiKey]) -> bool {
        let state = self.state.load();
        let ring = state.ring.iter().map(|own| own.key.secret());
        ring.eq(distinct(keys).iter().map(|key| key.secret()))
    }

    /// A ring of these keys; `added` is the first one's day.
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
            if let Place::Caller(option) = &mut origin.place {
                *option = self.options.option_of_key(index);
            }
            self.credential(key.clone(), &origin)
        })
        .collect()
    }

    /// Asks the callable or the program that is the keys' place.
    fn ask(&self, place: &Place, call: &Call) -> Result<ApiKey, Error> {
        let Place::Command(command) = place else {
            return self.ask_callback(call);
        };
        let asking = call.asking();
        command
            .run(&asking)
            .map_err(|error| match asking.is_over() {
                true => call.over(),
                false => error,
            })
    }

    fn ask_callback(&self, call: &Call) -> Result<ApiKey, Error> {
        let Given::Callback(callback) = &self.options.given else {
            return Err(Error::new(
                ErrorKind::Internal,
                "there is no callable to ask",
            ));
        };
        let asking = call.asking();
        let answer = callback(&asking);
        if asking.is_over() {
            return Err(call.over());
        }
        let text = zeroize::Zeroizing::new(answer.map_err(|why| {
            let said = self.secrets.clean(&why);
            config_error(format!("{} failed: {said}", Place::Callback)).with_quote(said == why)
        })?);
        ApiKey::parse(&text).map_err(|problem| problem.error(&Place::Callback.to_string()))
    }

    fn credential(&self, key: ApiKey, origin: &KeyInfo) -> Result<Arc<Credential>, Error> {
        self.secrets.add(key.secret());
        let info = origin.of_key(&key);
        let language = Language::current().name();
        Ok(Arc::new(Credential {
            headers: Template::new(&key, language, &self.options.headers)?,
            about: Arc::new(ErrorContext::new(
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

    /// The counters of this key, also where it comes back after another one.
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
            let made = Arc::new(Counters::new(info.clone()));
            found = Some(Arc::clone(&made));
            let mut all = Vec::clone(now);
            all.push(made);
            Arc::new(all)
        });
        found.unwrap_or_else(|| Arc::new(Counters::new(info.clone())))
    }
}
