//! The settings of a request that are plain values.
//!
//! Made from core/src/option_table/rows.rs by `make options`; edit there.

/// These settings, for each builder.
macro_rules! plain_settings {
    () => {
        /// One deadline for a whole call: all attempts, the waits and the body; for a stream it
        /// ends with the headers. `None` is no limit, zero is `config`. Default: the client's.
        pub fn timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The limit for opening a connection: looking up the name, connecting, the proxy and the
        /// TLS handshake together. `None` is no limit, zero is `config`. Default: the client's.
        pub fn connect_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_connect_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The limit between two pieces of a body, after the headers. `None` is no limit, zero is
        /// `config`. Default: the client's.
        pub fn idle_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_idle_timeout(crate::config::Limit::of(limit));
            self
        }

        /// The longest time without progress before the headers of the reply: while the server
        /// receives the request, and from then until its next bytes. The read timeout of other
        /// clients limits this wait too. `None` is no limit, zero is `config`. Default: the
        /// client's.
        pub fn head_timeout(mut self, limit: impl Into<Option<std::time::Duration>>) -> Self {
            self.options_mut()
                .set_head_timeout(crate::config::Limit::of(limit));
            self
        }

        /// How many times a failed request is sent again; 0 sends it once. Default: the client's.
        pub fn max_retries(mut self, number: u32) -> Self {
            self.options_mut().set_max_retries(number.into());
            self
        }

        /// A unique name of the request, such as a UUID, sent as `Idempotency-Key`, the same on
        /// every attempt.
        pub fn idempotency_key(mut self, text: impl Into<String>) -> Self {
            self.options_mut().set_idempotency_key(text);
            self
        }
    };
}

pub(super) use plain_settings;
