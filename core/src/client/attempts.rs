//! The attempts of one call: retries, waits, and other keys after a 401.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use neura_transport::{Body, Failure, Reply};

use super::derived::{headers_over, params_over};
use super::key_in_use::{CallersHeaders, KeyInUse};
use super::observer::{AttemptInfo, Observer};
use super::request::RequestParts;
use crate::call::Call;
use crate::config::retries;
use crate::error::{Error, ErrorKind, LARGEST_BODY};
use crate::headers::{self, Expect, Fields};
use crate::keys::SelectedKey;
use crate::log::{self, Attempt};
use crate::option_table::Scope;
use crate::rate_limit::RateLimit;
use crate::reply::{Head, WORDS_WAIT};
use crate::retry::{self, CallState, RetryPolicy};
use crate::transport_error::not_sent_again;

/// The attempts of one call.
pub(crate) struct Attempts<'a> {
    client: &'a crate::client::Inner,
    request: RequestParts<'a>,
    expect: Expect,
    url: String,
    max_retries: u32,
    /// The caller's headers for this request.
    headers: Cow<'a, [(String, String)]>,
    /// Those of them that belong to another service, and are not sent.
    dropped: Vec<(String, String)>,
    pub call: Call,
}

/// The key in use and the headers that are sent with it.
struct Prepared {
    key: KeyInUse,
    fields: Fields,
}

/// What came of a call. On the heap: each function that it passes through would have room for it on
/// the stack, in every call that waits.
pub(crate) type Came = Box<(Box<Head>, Body)>;

/// What follows an attempt that failed.
enum Next {
    Nothing,
    /// The same request after a wait.
    Retry(Duration),
    /// The same request with another key, at once.
    OtherKey(SelectedKey),
    /// The call ended while it was waiting for another key.
    Stop(Error),
}

impl<'a> Attempts<'a> {
    /// Checks everything that can be checked before a key is taken.
    #[inline(never)]
    pub fn new(
        client: &'a crate::client::Inner,
        request: RequestParts<'a>,
        expect: Expect,
    ) -> Result<Self, Error> {
        let options = request.options;
        let limits = client.limits_of(options)?;
        let for_stream = expect != Expect::Body;
        // A stream has its own token to close it; the caller's token cancels it too.
        let cancel = match for_stream {
            true => options.token().child(),
            false => options.token(),
        };
        let (dropped, headers) = match options.drop_foreign_credentials {
            false => (Vec::new(), Cow::Borrowed(options.headers.as_slice())),
            true => {
                let headers = options.headers.iter().cloned();
                let (dropped, kept) = headers.partition(headers::is_foreign);
                (dropped, Cow::Owned(kept))
            }
        };
        let call = client.call(options.began, cancel, limits, for_stream);
        if let Some(progress) = &options.body_progress {
            call.report_body(Arc::clone(progress));
        }
        if let Some(make) = options.body_room {
            call.place_body(make);
        }
        let params = params_over(&client.params, &options.params, &options.left_out);
        Ok(Attempts {
            client,
            request,
            expect,
            url: client.url(request.path, &params)?,
            headers: headers_over(&client.added, headers),
            dropped,
            max_retries: retries(options.max_retries, client.max_retries, Scope::Request)?,
            call,
        })
    }

    /// Sends until an attempt succeeds or no other may follow. The body of the last reply, whatever
    /// its status, is not read yet.
    pub fn run(&mut self) -> Result<Came, Error> {
        let mut prepared = self.prepared()?;
        let (mut attempts, mut retries_made) = (0, 0);
        let mut waited = Duration::ZERO;
        loop {
            if self.call.cancel.poll() {
                return Err(self.of_request(self.call.cancelled(), &prepared, attempts));
            }
            let mut last = self.attempt(&prepared, attempts, waited);
            attempts += 1;
            let next = match &mut last {
                Ok(came) if came.0.ok() => {
                    self.client.budget.give_back();
                    Next::Nothing
                }
                Ok(came) => self.after_status(came, &prepared, retries_made),
                Err(error) => self.decide(error, false, retries_made),
            };
            let next = match next {
                Next::Retry(_) | Next::OtherKey(_) => match self.request.body.rewind() {
                    Ok(true) => next,
                    // The status remains; the error says why it is final.
                    Ok(false) => {
                        last = last.map_err(not_sent_again);
                        Next::Nothing
                    }
                    Err(failure) => Next::Stop(self.call.error(&failure)),
                },
                next => next,
            };
            match next {
                Next::Nothing => {
                    if let Ok(came) = &mut last {
                        came.0.url = std::mem::take(&mut self.url);
                        came.0.took = self.call.took();
                    }
                    return last;
                }
                Next::Stop(error) => return Err(self.of_request(error, &prepared, attempts)),
                Next::OtherKey(selected) => {
                    leave(last);
                    self.use_other(&mut prepared, selected)?;
                    waited = Duration::ZERO;
                }
                Next::Retry(wait) => {
                    leave(last);
                    if self.call.cancel.sleep(wait) {
                        return Err(self.of_request(self.call.cancelled(), &prepared, attempts));
                    }
                    retries_made += 1;
                    waited = wait;
                }
            }
        }
    }

    fn callers_headers(&self) -> CallersHeaders<'_> {
        CallersHeaders::new(&self.headers, &self.dropped, &self.client.headers)
    }

    /// Not inlined, as all that is done before and after the wait for a reply: its values would take
    /// stack space in every call that waits.
    #[inline(never)]
    fn prepared(&self) -> Result<Prepared, Error> {
        let first = self.client.keys.take(&self.call)?;
        let key = KeyInUse::new(first, &self.callers_headers());
        let fields = self.fields(&key)?;
        Ok(Prepared { key, fields })
    }

    #[cold]
    #[inline(never)]
    fn use_other(&self, prepared: &mut Prepared, selected: SelectedKey) -> Result<(), Error> {
        prepared.key.replace(selected, &self.callers_headers());
        prepared.fields = self.fields(&prepared.key)?;
        Ok(())
    }

    fn fields(&self, key: &KeyInUse) -> Result<Fields, Error> {
        key.credential().headers.for_request(
            self.request.json,
            self.expect,
            self.request.options.idempotency_key.as_deref(),
            &self.headers,
        )
    }

    /// Adds the number of attempts to an error.
    fn of_request(&self, error: Error, prepared: &Prepared, attempts: u32) -> Error {
        let error = error.with_attempts(attempts);
        match attempts {
            0 => error,
            _ => error.with_request(self.request.method, prepared.key.context.masked(&self.url)),
        }
    }

    fn attempt(&self, prepared: &Prepared, before: u32, waited: Duration) -> Result<Came, Error> {
        let own = self.request.options.observer.as_ref();
        let observer = own.or(self.client.observer.as_ref());
        let level = self.request.options.log_level;
        // Only an attempt that is logged or observed is timed.
        let began = (observer.is_some() || log::is_on(level)).then(Instant::now);
        let outcome = self.send(prepared, before);
        if let Some(began) = began {
            self.tell(&outcome, began, prepared, before, waited, observer);
        }
        outcome
    }

    /// Says how an attempt went.
    #[inline(never)]
    fn tell(
        &self,
        outcome: &Result<Came, Error>,
        began: Instant,
        prepared: &Prepared,
        before: u32,
        waited: Duration,
        observer: Option<&Observer>,
    ) {
        let fingerprint = prepared.key.credential().info.fingerprint();
        let attempt = Attempt {
            method: self.request.method,
            path: &log::shown_path(&self.url, &prepared.key.context),
            outcome: match outcome {
                Ok(came) => Ok(&came.0),
                Err(error) => Err(error.kind()),
            },
            number: before + 1,
            waited,
            took: began.elapsed(),
            fingerprint: fingerprint.filter(|_| prepared.key.is_sent()),
        };
        attempt.write(&prepared.key.context, self.request.options.log_level);
        if let Some(observer) = observer {
            observer(&AttemptInfo::from(&attempt));
        }
    }

    fn send(&self, prepared: &Prepared, before: u32) -> Result<Came, Error> {
        let counters = &prepared.key.counters;
        counters.sent(before > 0);
        if let Some(attempts) = &self.request.options.attempts {
            attempts.set(before + 1);
        }
        let count = !prepared.fields.counted;
        let sent = self.client.http.send(
            self.call.control(),
            &neura_transport::Request {
                method: self.request.method,
                target: self.client.base_url.target_of(&self.url),
                header_lines: prepared.fields.lines(),
                number_header: count.then_some(("x-retry-count", before.into())),
                body: self.request.body,
                unsent_only: self.client.replay_unsent_only,
            },
        );
        match sent {
            Ok(reply) => {
                counters.answered(Some(reply.status));
                Ok(self.with_head(reply, prepared, before + 1))
            }
            Err(failure) => {
                counters.answered(None);
                Err(self.failed(&failure, prepared, before + 1))
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn failed(&self, failure: &Failure, prepared: &Prepared, attempts: u32) -> Error {
        let error = self
            .call
            .error(failure)
            // The error may quote what the server sent.
            .map_message(|message| prepared.key.context.message(message))
            .with_retryable(retry::retryable_failure(failure))
            .with_unsent(!self.call.request_sent());
        self.of_request(error, prepared, attempts)
    }

    #[inline(never)]
    fn with_head(&self, mut reply: Reply, prepared: &Prepared, attempts: u32) -> Came {
        reply
            .headers
            .show_names(|name| Head::shown_name(name, &prepared.key.context));
        let head = Box::new(Head {
            method: self.request.method,
            status: reply.status,
            reason: match reply.reason {
                Cow::Owned(reason) => prepared.key.context.message(&reason).into(),
                usual => usual,
            },
            rate_limit: RateLimit::from_headers(&reply.headers),
            shown_id: Head::shown_id_of(&reply.headers, &prepared.key.context),
            headers: Arc::new(reply.headers),
            // Until it is known that no attempt follows.
            url: String::new(),
            took: Duration::ZERO,
            attempts,
            context: Arc::clone(&prepared.key.context),
            counters: Some(Arc::clone(&prepared.key.counters)),
        });
        Box::new((head, reply.body))
    }

    #[cold]
    #[inline(never)]
    fn after_status(&self, came: &mut Came, prepared: &Prepared, retries_made: u32) -> Next {
        let (head, body) = &mut **came;
        if retry::needs_body(head.status) {
            // A streamed body is only waited for if another attempt may follow.
            let waits =
                self.expect != Expect::Pieces || self.may_follow(head, prepared, retries_made);
            let within = if waits { WORDS_WAIT } else { Duration::ZERO };
            if let Err(cancelled) = body.read_ahead(LARGEST_BODY, within) {
                return Next::Stop(self.call.error(&cancelled));
            }
        }
        let error = head.error(body.ahead());
        if head.status == 401 {
            let keys = &self.client.keys;
            let other = prepared.key.after_401(keys, &self.call, head, &error);
            let allowed = retry::allows_another_key(&self.policy(), &self.state(true, 0));
            match other {
                Ok(Some(selected)) if allowed => return Next::OtherKey(selected),
                Ok(_) => {}
                Err(over) => return Next::Stop(over),
            }
        }
        if error.kind() == ErrorKind::RateLimited && self.request.options.max_retries.is_some() {
            head.context = head.context.with_own_retries();
        }
        // Only if waiting can help.
        if matches!(error.kind(), ErrorKind::RateLimited | ErrorKind::Server)
            && let Some(words) = retry::too_long(
                error.retry_after(),
                self.call.left(),
                self.call.names().limits.total(),
            )
        {
            head.context = head.context.with_words(words);
        }
        self.decide(&error, true, retries_made)
    }

    /// Whether another attempt may follow, whatever the body of the reply says.
    fn may_follow(&self, head: &Head, prepared: &Prepared, retries_made: u32) -> bool {
        let has_key = head.status == 401 && prepared.key.may_follow(&self.client.keys);
        let state = self.state(true, retries_made);
        retry::may_follow(&head.error(&[]), has_key, &self.policy(), &state)
    }

    /// What follows an error. `came`: a reply arrived; otherwise the attempt failed without one.
    #[cold]
    #[inline(never)]
    fn decide(&self, error: &Error, came: bool, retries_made: u32) -> Next {
        let state = self.state(came, retries_made);
        match retry::decide(error, &self.policy(), &state, fastrand::f64()) {
            Some(wait) => Next::Retry(wait),
            None => Next::Nothing,
        }
    }

    fn policy(&self) -> RetryPolicy<'_> {
        RetryPolicy {
            max_retries: self.max_retries,
            unsent_only: self.client.replay_unsent_only,
            budget: &self.client.budget,
        }
    }

    fn state(&self, came: bool, retries_made: u32) -> CallState {
        CallState {
            retries_made,
            request_sent: came || self.call.request_sent(),
            forked: !came && self.call.is_forked(),
            left: self.call.left(),
        }
    }
}

/// Drops a reply that another attempt follows. Its connection is reused if little of the body is
/// left; an error in the rest of the body is ignored.
#[cold]
#[inline(never)]
fn leave(reply: Result<Came, Error>) {
    if let Ok(came) = reply {
        came.1.finish_if_ended();
    }
}
