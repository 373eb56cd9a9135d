//! The types that can be the method of a request.

use neura_transport::Method;

use crate::error::Error;

/// A type that can be the method of a request: a [`Method`], a method of the crate
/// [`http`](https://docs.rs/http), or its name in any case. An unsupported one is
/// `invalid_argument` when the request is sent.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// assert!(client.request(neura::Method::Get, "/models").send()?.ok());
/// assert!(client.request("get", "/models").send()?.ok());
/// let error = client.request("TRACE", "/models").send().unwrap_err();
/// assert_eq!(error.kind(), neura::ErrorKind::InvalidArgument);
/// # Ok::<(), neura::Error>(())
/// ```
// A trait of this crate, and not `TryInto<Method>`: every bound would have to name the error type,
// which for a `Method` itself is `Infallible`.
pub trait IntoMethod: sealed::Sealed {
    /// The method.
    ///
    /// # Errors
    /// `invalid_argument` for an unsupported method.
    fn into_method(self) -> Result<Method, Error>;
}

impl IntoMethod for Method {
    fn into_method(self) -> Result<Method, Error> {
        Ok(self)
    }
}

impl IntoMethod for &str {
    fn into_method(self) -> Result<Method, Error> {
        Ok(self.parse()?)
    }
}

impl IntoMethod for http::Method {
    fn into_method(self) -> Result<Method, Error> {
        Ok(self.as_str().parse()?)
    }
}

impl IntoMethod for &http::Method {
    fn into_method(self) -> Result<Method, Error> {
        Ok(self.as_str().parse()?)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for neura_transport::Method {}
    impl Sealed for &str {}
    impl Sealed for http::Method {}
    impl Sealed for &http::Method {}
}
