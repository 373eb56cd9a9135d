//! A response as plain data, to be stored and restored, perhaps in another process.

use std::sync::Arc;

use neura_transport::HeaderList;
use neura_transport::memory::Buffer;

use super::{Response, copies};
use crate::error::{Error, ResponseParts};
use crate::error_context::{ErrorContext, Note};
use crate::option_table;
use crate::rate_limit::RateLimit;
use crate::reply::{Head, body_of, usual_reason};

impl Response {
    /// The response as plain data without secrets.
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
    #[doc(hidden)]
    pub fn parts(&self) -> ResponseParts {
        let mut head = self.head.clone();
        head.clean();
        let context = Arc::clone(&head.context);
        let body = self.body_without_secrets();
        if *body != *self.body {
            Arc::make_mut(&mut head.headers).remove("content-length");
        }
        ResponseParts {
            method: head.method,
            status: head.status,
            reason: (head.reason != usual_reason(head.status))
                .then(|| head.reason.clone().into_owned()),
            headers: head.pairs().to_vec(),
            body,
            elapsed: self.elapsed,
            attempts: head.attempts,
            key: context.message(&context.key),
            base_url: context.message(&context.base_url),
            note: context.note.as_ref().map(|note| note.text.clone()),
            max_event_bytes: Some(self.event_limit),
            url: head.url,
        }
    }

    /// As [`parts`](Self::parts), but checks the memory for the copies of a large body.
    ///
    /// # Errors
    /// `out_of_memory`.
    #[doc(hidden)]
    pub fn try_parts(&self) -> Result<ResponseParts, Error> {
        copies(self.body.len(), Buffer::Body).map_err(|error| self.head.body_error(error))?;
        Ok(self.parts())
    }

    /// All headers without secrets, as [`parts`](Self::parts) has them.
    #[doc(hidden)]
    pub fn clean_headers(&self) -> Vec<(String, String)> {
        let mut head = self.head.clone();
        head.clean();
        head.pairs().to_vec()
    }

    fn body_without_secrets(&self) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(&self.body) else {
            return self.head.context.clean_bytes(&self.body);
        };
        let clean = self.head.context.clean(text);
        if clean.is_empty() && !text.is_empty() && !self.ok() {
            // Its kind and its other words must not be lost with a short secret.
            return body_of(&self.head.error(&self.body));
        }
        clean.into_owned().into_bytes()
    }

    /// Restores a response from its `parts`. Its [`check`](Self::check) returns an error with the
    /// same kind, words and details.
    #[doc(hidden)]
    pub fn from_parts(parts: ResponseParts) -> Self {
        let mut context = ErrorContext::new(parts.key, &parts.base_url.into(), &Arc::default());
        context.note = parts.note.map(|text| Note {
            text,
            quotes_callback: false, // The parts do not include the callable's error.
        });
        let headers: HeaderList = parts.headers.into_iter().collect();
        let context = Arc::new(context);
        let head = Box::new(Head {
            method: parts.method,
            status: parts.status,
            reason: match parts.reason {
                Some(reason) => reason.into(),
                None => usual_reason(parts.status).into(),
            },
            took: parts.elapsed,
            rate_limit: RateLimit::from_headers(&headers),
            shown_id: Head::shown_id_of(&headers, &context),
            headers: Arc::new(headers),
            url: parts.url,
            attempts: parts.attempts,
            context,
            counters: None,
        });
        let limit = parts.max_event_bytes;
        Response::new(head, parts.body, parts.elapsed)
            .within(limit.unwrap_or(option_table::MAX_EVENT_BYTES.bytes()))
    }
}

impl Error {
    /// The reply that refused a named call or a stream, without secrets in its URL, its headers and
    /// its body. For an error in a stream, its body is the event. `None` if no reply arrived or it
    /// was not read to its end, and for [`Response::check`], whose caller has the reply.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// let error = client.model("gpt-0").send().unwrap_err();
    /// let reply = error.reply().unwrap();
    /// assert_eq!(reply.status(), 404);
    /// assert_eq!(error.request(), Some((neura::Method::Get, reply.url())));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn reply(&self) -> Option<Response> {
        self.reply_parts().cloned().map(Response::from_parts)
    }
}
