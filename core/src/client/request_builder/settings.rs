//! What every builder of a request sets.

/// The settings of one request, for each builder.
macro_rules! request_settings {
    () => {
        /// One deadline over the whole call, its attempts and waits; of a stream until its
        /// headers came. `None` is no limit, zero is `config`. Default: the client's, which is
        /// 600 s unless it was made with another.
        pub fn timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The limit for opening a connection: looking up the name, connecting and the TLS
        /// handshake. `None` is no limit, zero is `config`. Default: the client's, 5 s.
        pub fn connect_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_connect_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The limit between two pieces of a body, once the headers came. `None` is no limit,
        /// zero is `config`. Default: the client's, 300 s.
        pub fn idle_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_idle_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The limit between two steps of the server before the headers of its reply: while it
        /// takes the request, and from then to its first bytes. `None` is no limit, zero is
        /// `config`. Default: the client's, no limit.
        pub fn head_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_head_timeout(crate::config::Limit::of(limit));
            self
        }

        /// How often to try again after the first attempt; 0 sends once. Default: the client's,
        /// 2.
        pub fn max_retries(mut self, retries: u32) -> Self {
            self.options_mut().set_max_retries(retries.into());
            self
        }

        /// Adds a header; it replaces the client's own of this name. Given twice, it is sent
        /// twice. A name or value that cannot be sent is `config`.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.options_mut().add_header(name, value);
            self
        }

        /// Adds a parameter to the query, percent-encoded here. Given twice, it is sent twice.
        pub fn param(mut self, name: impl Into<String>, value: impl ToString) -> Self {
            self.options_mut().add_param(name, value.to_string());
            self
        }

        /// Sends `Idempotency-Key`, the same on every attempt.
        pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
            self.options_mut().set_idempotency_key(key);
            self
        }

        /// Lets `token` cancel the call from any thread; the call then ends with `cancelled`.
        pub fn cancel(mut self, token: &neura_transport::CancelToken) -> Self {
            self.options_mut().set_cancel(token.clone());
            self
        }

        /// Calls `observer` after each attempt, on the thread of the call, which waits for it:
        /// for a log of the caller's own. What happens while a body is read later, of a stream
        /// for example, is not reported.
        pub fn observer(
            mut self,
            observer: impl Fn(&crate::client::AttemptInfo<'_>) + Send + Sync + 'static,
        ) -> Self {
            self.options_mut().set_observer(observer);
            self
        }
    };
}

pub(super) use request_settings;
