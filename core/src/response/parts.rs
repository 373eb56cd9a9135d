//! A response that is put away and read again, perhaps in another process.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Head, Response, copies};
use crate::about::{About, Note};
use crate::error::Error;
use crate::header_list::HeaderList;
use crate::memory::Buffer;
use crate::rate_limit::RateLimit;
use crate::reply::body_of;
use crate::request::Method;

/// A [`Response`] as plain data, to be stored or sent to another process: with it everything
/// that the response and its error tell, and no secret.
///
/// Every key that the client ever held and every other secret of the client and of the call
/// is replaced by `[redacted]`, in whatever form an error knows it: in the URL, in headers, and
/// in the body, also in one that is no text. A secret of fewer than 8 characters cannot be
/// replaced: where one stands in a header's value or in a body that is text, that text is left
/// out, and in place of an error's body stands what remains to be told of it, in the API's
/// form.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResponseParts {
    /// The method that was asked by.
    pub method: Method,
    /// The HTTP status.
    pub status: u16,
    /// The URL that was asked.
    pub url: String,
    /// All headers, their names in lower case, repeated ones in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// From the first byte of the request to the headers of the reply.
    pub elapsed: Duration,
    /// How many times the request was sent.
    pub attempts: u32,
    /// Where the key came from, with its mask, for the words of an error.
    pub key: String,
    /// Where requests went, for the words of an error.
    pub base_url: String,
    /// What an error has to tell beside: why no other key could be tried.
    pub note: Option<String>,
}

impl Response {
    /// The response as plain data without a secret.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let reply = client.get("/models/gpt-0").send()?;
    /// let again = neura::Response::from_parts(reply.parts());
    /// assert_eq!(again.bytes(), reply.bytes());
    /// let (error, same) = (reply.check().unwrap_err(), again.check().unwrap_err());
    /// assert_eq!((error.kind(), error.message()), (same.kind(), same.message()));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn parts(&self) -> ResponseParts {
        let mut head = self.head.clone();
        head.clean();
        let about = Arc::clone(&head.about);
        let body = self.body_without_secrets();
        if *body != *self.body {
            Arc::make_mut(&mut head.headers).remove("content-length");
        }
        ResponseParts {
            method: head.method,
            status: head.status,
            headers: head.pairs().to_vec(),
            body,
            elapsed: self.elapsed,
            attempts: head.attempts,
            key: about.message(&about.key),
            base_url: about.message(&about.base_url),
            note: about.note.as_ref().map(|note| note.text.clone()),
            url: head.url,
        }
    }

    /// As [`parts`](Self::parts), where there is memory for the copies of a large body.
    ///
    /// # Errors
    /// `out_of_memory`.
    pub fn try_parts(&self) -> Result<ResponseParts, Error> {
        copies(self.body.len(), Buffer::Body).map_err(|error| self.head.body_error(error))?;
        Ok(self.parts())
    }

    fn body_without_secrets(&self) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(&self.body) else {
            return self.head.about.clean_bytes(&self.body);
        };
        let clean = self.head.about.clean(text);
        if clean.is_empty() && !text.is_empty() && !self.ok() {
            // Its kind and what else may be told must not be lost with a short secret.
            return body_of(&self.head.error(&self.body));
        }
        clean.into_owned().into_bytes()
    }

    /// The response that `parts` were made of. Its [`check`](Self::check) gives an error of
    /// the same kind, words and details.
    pub fn from_parts(parts: ResponseParts) -> Self {
        let mut about = About::new(parts.key, &parts.base_url.into(), &Arc::default());
        about.note = parts.note.map(|text| Note {
            text,
            quotes_callback: false, // What the callable threw is not among the parts.
        });
        let headers: HeaderList = parts.headers.into_iter().collect();
        let about = Arc::new(about);
        let head = Head {
            method: parts.method,
            status: parts.status,
            took: parts.elapsed,
            rate_limit: RateLimit::from_headers(&headers),
            shown_id: Head::shown_id_of(&headers, &about),
            headers: Arc::new(headers),
            url: parts.url,
            attempts: parts.attempts,
            about,
            counters: None,
        };
        Response::new(head, parts.body, parts.elapsed)
    }
}

impl fmt::Debug for ResponseParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseParts")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
