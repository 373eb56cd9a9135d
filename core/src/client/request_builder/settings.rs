//! The settings that every builder of a request has.

/// The settings of one request, for each builder.
macro_rules! request_settings {
    () => {
        crate::client::request_builder::plain_settings::plain_settings!();

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
