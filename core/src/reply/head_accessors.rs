//! The accessors of a reply's head that responses and streams share.

/// The public accessors of a type that has a `head` method.
macro_rules! head_accessors {
    () => {
        /// The HTTP status.
        pub fn status(&self) -> u16 {
            self.head().status
        }

        /// The reason phrase that the server sent with the status, such as `Not Found`, without
        /// secrets. Empty if it sent none, or one with others than ASCII characters.
        pub fn reason(&self) -> &str {
            &self.head().reason
        }

        /// Whether the status is 200 to 299.
        pub fn ok(&self) -> bool {
            self.head().ok()
        }

        /// The method of the request.
        pub fn method(&self) -> neura_transport::Method {
            self.head().method
        }

        /// The URL of the request.
        pub fn url(&self) -> &str {
            &self.head().url
        }

        /// All headers with lower-case names; repeated ones in order. A secret in a name is
        /// redacted.
        pub fn headers(&self) -> &[(String, String)] {
            self.head().pairs()
        }

        /// All headers as the type of the crate [`http`](https://docs.rs/http); a new copy each
        /// time.
        pub fn header_map(&self) -> http::HeaderMap {
            self.head().header_map()
        }

        /// The first value of a header; the name is case-insensitive.
        pub fn header(&self, name: &str) -> Option<&str> {
            self.head().header(name)
        }

        /// The service's id of the request, for its support.
        pub fn request_id(&self) -> Option<&str> {
            self.head().request_id()
        }

        /// How many times the request was sent.
        pub fn attempts(&self) -> u32 {
            self.head().attempts
        }

        /// The rate limits in the reply's headers.
        pub fn rate_limit(&self) -> &crate::rate_limit::RateLimit {
            &self.head().rate_limit
        }

        /// A copy of the head, for a binding that hands the rest to another object.
        #[doc(hidden)]
        pub fn reply_head(&self) -> crate::reply::ReplyHead {
            crate::reply::ReplyHead::new(self.head())
        }
    };
}

pub(crate) use head_accessors;
