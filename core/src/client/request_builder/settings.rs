//! The settings that every builder of a request has.

/// The settings of one request, for each builder.
macro_rules! request_settings {
    () => {
        /// One deadline for the whole call, with all its attempts and waits; for a stream it ends
        /// with the headers. `None` is no limit, zero is `config`. Default: the client's, which is
        /// 600 s unless set.
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

        /// The limit between two pieces of a body, after the headers. `None` is no limit, zero is
        /// `config`. Default: the client's, 300 s.
        pub fn idle_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_idle_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The longest time without progress before the headers of the reply: while the server
        /// receives the request, and from then until its first bytes. `None` is no limit, zero is
        /// `config`. Default: the client's, no limit.
        pub fn head_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_head_timeout(crate::config::Limit::of(limit));
            self
        }

        /// How many times to retry after the first attempt; 0 sends once. Default: the client's, 2.
        pub fn max_retries(mut self, retries: u32) -> Self {
            self.options_mut().set_max_retries(retries.into());
            self
        }

        /// Adds a header; it replaces the client's own header of this name. Added twice, it is sent
        /// twice. An invalid name or value is `config`.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.options_mut().add_header(name, value);
            self
        }

        /// Adds a parameter to the query; it is percent-encoded here. Added twice, it is sent
        /// twice.
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

        /// Calls `observer` after each attempt, on the thread of the call, which waits for it: for
        /// the caller's own log. A body that is read later, for example a stream's, is not
        /// reported.
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
