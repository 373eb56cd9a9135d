//! The client's key for a program's own [`ureq::Agent`](https://docs.rs/ureq/3): feature `ureq`.

mod body;

use ::ureq::config::RedirectAuthHeaders;
use ::ureq::http::header::CONTENT_LENGTH;
use ::ureq::http::{Request, Response};
use ::ureq::middleware::{Middleware, MiddlewareNext};
use ::ureq::{Agent, Body, RequestExt, SendBody};
use neura_transport::Method;

use body::Kept;

use crate::client::{Client, ForeignCall, IntoMethod};
use crate::error::{Error, LARGEST_BODY};
use crate::reply::Head;

/// Middleware that sends each request of a [`ureq::Agent`](https://docs.rs/ureq/3) with the key
/// of a [`Client`], by the client's rules:
///
/// - The key is sent only to the origin of the base URL. A request to another origin is `config`
///   and is not sent. Redirects are not followed; one is an error of kind `redirect`.
/// - The key replaces an `Authorization` of the request, and headers with keys of other services
///   are not sent, unless [`keep_authorization`](Self::keep_authorization) says otherwise.
/// - After a 401 the request is sent again with the client's next key, or with the key that its
///   source has now. This needs a body of at most 8 MiB, or none. If another key may follow, a
///   larger body is sent in the chunked transfer coding.
/// - A status outside 200 to 299 is the typed [`Error`] inside [`ureq::Error::Other`], which
///   [`error_of`] finds. It quotes the server without secrets.
/// - In the headers and the body of a reply, each secret of the client is replaced by `[redacted]`.
///
/// Retries, timeouts, proxies and TLS are those of the agent. A request that is sent again uses
/// another connection with the agent's configuration; later middleware, cookies and the program's
/// own connector do not see it. To prevent that, see [`send_again`](Self::send_again). The
/// middleware gives each request its own configuration, so ureq reads the trusted roots again for
/// each TLS connection.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// use neura::ureq::{KeyMiddleware, error_of};
///
/// let config = ureq::Agent::config_builder().middleware(KeyMiddleware::new(&client));
/// let agent = config.build().new_agent();
/// let models = agent.get(client.url("/models")?).call()?.body_mut().read_to_string()?;
/// assert!(models.contains("gpt-5"));
/// let error = agent.get(client.url("/models/gpt-0")?).call().unwrap_err();
/// assert_eq!(error_of(&error).unwrap().kind(), neura::ErrorKind::NotFound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyMiddleware {
    client: Client,
    keep_authorization: bool,
    status_as_error: bool,
    send_again: bool,
    /// Sends requests again, because `next` can be used only once. Each request has its own
    /// configuration.
    again: Agent,
}

/// The error of this library inside an error of ureq, if the request was refused or not sent.
pub fn error_of(error: &::ureq::Error) -> Option<&Error> {
    match error {
        ::ureq::Error::Other(inner) => inner.downcast_ref(),
        _ => None,
    }
}

impl KeyMiddleware {
    /// Middleware that uses the keys of `client`.
    pub fn new(client: &Client) -> Self {
        KeyMiddleware {
            client: client.clone(),
            keep_authorization: false,
            status_as_error: true,
            send_again: true,
            again: Agent::new_with_defaults(),
        }
    }

    /// Sends the request's own credentials. An `Authorization` among them replaces the client's
    /// key. Default: false.
    pub fn keep_authorization(mut self, keep: bool) -> Self {
        self.keep_authorization = keep;
        self
    }

    /// Whether a status outside 200 to 299 is an error. Default: true, whatever the agent's setting
    /// of this name is. If false, such a reply has the first MiB of its body.
    pub fn http_status_as_error(mut self, error: bool) -> Self {
        self.status_as_error = error;
        self
    }

    /// Whether a request is sent again with another key after a 401. Default: true. If false, only
    /// the next request uses that key.
    pub fn send_again(mut self, again: bool) -> Self {
        self.send_again = again;
        self
    }

    fn send(
        &self,
        request: Request<SendBody>,
        next: MiddlewareNext,
    ) -> Result<Response<Body>, ::ureq::Error> {
        let method = request.method().into_method().map_err(outward)?;
        let (mut parts, body) = configured(request)?.into_parts();
        let url = parts.uri.to_string();
        let keep = self.keep_authorization;
        let mut call = ForeignCall::new(&self.client, method, &url, &mut parts.headers, keep)
            .map_err(outward)?;
        let mut whole = None;
        let mut response = match self.send_again && call.may_rekey() {
            false => {
                call.attempt(&mut parts.headers);
                next.handle(Request::from_parts(parts.clone(), body))
            }
            true => match Kept::read(body, method, &mut parts.headers)? {
                Kept::Whole(bytes) => {
                    call.attempt(&mut parts.headers);
                    let first = body::of(&bytes);
                    whole = Some(bytes);
                    next.handle(Request::from_parts(parts.clone(), first))
                }
                Kept::Long(mut reader) => {
                    call.attempt(&mut parts.headers);
                    let first = SendBody::from_reader(&mut reader);
                    next.handle(Request::from_parts(parts.clone(), first))
                }
            },
        }?;
        loop {
            let mut head = call.replied(response.status().as_u16(), response.headers());
            if head.ok() {
                call.clean(response.headers_mut());
                if method != Method::Head {
                    // Redaction may change its length.
                    response.headers_mut().remove(CONTENT_LENGTH);
                }
                return Ok(response.map(|body| body::clean(body, &head)));
            }
            let words = body::beginning(response.body_mut(), LARGEST_BODY);
            if head.status == 401 {
                let error = head.error(&words);
                let again = call.rekey(&mut head, &error, whole.is_some());
                if again.map_err(outward)?
                    && let Some(bytes) = &whole
                {
                    call.attempt(&mut parts.headers);
                    let request = Request::from_parts(parts.clone(), body::of(bytes));
                    response = self.again.run(request)?;
                    continue;
                }
            }
            return self.refused(&call, &head, response, words);
        }
    }

    fn refused(
        &self,
        call: &ForeignCall<'_>,
        head: &Head,
        mut response: Response<Body>,
        words: Vec<u8>,
    ) -> Result<Response<Body>, ::ureq::Error> {
        let refusal = crate::reply::Response::new(Box::new(head.clone()), words, head.took);
        if self.status_as_error {
            return Err(outward(refusal.refusal()));
        }
        call.clean(response.headers_mut());
        response.headers_mut().remove(CONTENT_LENGTH);
        let parts = refusal.parts();
        Ok(response.map(|body| body::known(&body, parts.body)))
    }
}

impl Middleware for KeyMiddleware {
    fn handle(
        &self,
        request: Request<SendBody>,
        next: MiddlewareNext,
    ) -> Result<Response<Body>, ::ureq::Error> {
        self.send(request, next)
    }
}

/// The request with its own configuration: ureq follows no redirects, and returns refusals with
/// their bodies.
fn configured(request: Request<SendBody>) -> Result<Request<SendBody>, ::ureq::Error> {
    let config = request.middleware_config().ok_or_else(|| {
        outward(Error::internal(
            "ureq gave its middleware a request without an agent",
        ))
    })?;
    Ok(config
        .http_status_as_error(false)
        .max_redirects(0)
        .redirect_auth_headers(RedirectAuthHeaders::Never)
        .build())
}

fn outward(error: Error) -> ::ureq::Error {
    ::ureq::Error::Other(Box::new(error))
}
