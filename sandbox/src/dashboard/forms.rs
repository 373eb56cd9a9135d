//! Forms: the token that shows that a form is ours, what a form sent, and forms
//! that may be sent only once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::keys::StoreError;
use crate::service::{ApiError, Upload, random_id};

/// The field and the header that carry the token.
pub(super) const TOKEN_FIELD: &str = "token";
pub(crate) const TOKEN_HEADER: &str = "x-dashboard-token";
/// The field with the id of a form that may be sent only once.
pub(super) const FORM_FIELD: &str = "form";
/// The largest body of a form or of JSON, in bytes.
const LIMIT: usize = 64 * 1024;
/// How many sent forms are remembered.
const REMEMBERED: usize = 1_000;

/// The token of this process, and the forms that were sent.
pub(super) struct Forms {
    token: String,
    /// As hashes, which have one size whatever was sent.
    sent: Mutex<VecDeque<[u8; 32]>>,
}

impl Forms {
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| StoreError::NoRandomness {
            reason: error.to_string(),
        })?;
        Ok(Self {
            token: URL_SAFE_NO_PAD.encode(bytes),
            sent: Mutex::default(),
        })
    }

    /// A secret that only this server's own pages and JSON show: a page of another
    /// site can send a form here, but cannot read the token.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn check_token(&self, token: Option<&str>) -> Result<(), ApiError> {
        // Hashes, so that the time says nothing about where they differ.
        if token.is_some_and(|token| hash(token) == hash(&self.token)) {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "The token is missing or wrong. A page from before the sandbox was started again has \
             an old one: load the page again. A program takes `token` from \
             GET /dashboard/api/keys and sends it as the header x-dashboard-token.",
        )
        .code("wrong_token"))
    }

    /// The id of a new form.
    pub(super) fn new_id(&self) -> String {
        random_id("")
    }

    /// Notes that the form was sent; false if it was sent before.
    pub(super) fn send_once(&self, id: &str) -> bool {
        let (id, mut sent) = (hash(id), self.sent());
        if sent.contains(&id) {
            return false;
        }
        if sent.len() == REMEMBERED {
            sent.pop_front();
        }
        sent.push_back(id);
        true
    }

    /// Lets the form be sent again: it had no effect.
    pub(super) fn take_back(&self, id: &str) {
        let id = hash(id);
        self.sent().retain(|sent| *sent != id);
    }

    fn sent(&self) -> MutexGuard<'_, VecDeque<[u8; 32]>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// A body of ordinary size. The API takes larger ones.
pub(super) fn bounded(upload: &Upload) -> Result<&Bytes, ApiError> {
    let bytes = upload.bytes()?;
    if bytes.len() > LIMIT {
        let message = format!("The body is larger than {} KiB.", LIMIT / 1024);
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    Ok(bytes)
}

/// What a form sent.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form, whose token must be ours.
    pub(super) fn read(
        forms: &Forms,
        headers: &HeaderMap,
        upload: &Upload,
    ) -> Result<Self, ApiError> {
        let bytes = bounded(upload)?;
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
        {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "A form must be application/x-www-form-urlencoded.",
            ));
        }
        let fields = Self(form_urlencoded::parse(bytes).into_owned().collect());
        forms.check_token(Some(fields.text(TOKEN_FIELD)?))?;
        Ok(fields)
    }

    /// The text of a field; empty if the form has no such field.
    pub(super) fn text(&self, name: &'static str) -> Result<&str, ApiError> {
        let mut found = self.0.iter().filter(|(field, _)| field == name);
        match (found.next(), found.next()) {
            (None, _) => Ok(""),
            (Some((_, value)), None) => Ok(value),
            (Some(_), Some(_)) => Err(ApiError::field(
                name,
                format!("The form has more than one `{name}`."),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_once_and_the_memory_of_forms_is_bounded() {
        let forms = Forms::new().unwrap();
        let id = forms.new_id();
        assert!(forms.send_once(&id));
        assert!(!forms.send_once(&id));
        forms.take_back(&id);
        assert!(forms.send_once(&id));
        for _ in 0..2 * REMEMBERED {
            assert!(forms.send_once(&forms.new_id()));
        }
        assert_eq!(forms.sent.lock().unwrap().len(), REMEMBERED);
    }
}
