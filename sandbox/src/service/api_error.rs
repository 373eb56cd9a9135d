//! Error replies in the shape of OpenAI's API. The real service's error bodies
//! are unknown.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The type of errors that the request causes.
const INVALID_REQUEST: &str = "invalid_request_error";

/// An error reply: `{"error": {"message", "type", "param", "code"}}`.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    kind: &'static str,
    param: Option<String>,
    code: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            kind: INVALID_REQUEST,
            param: None,
            code: None,
            headers: Vec::new(),
        }
    }

    /// 400: the field `param` is missing or wrong.
    pub(crate) fn field(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            param: Some(param.into()),
            ..Self::new(StatusCode::BAD_REQUEST, message)
        }
    }

    /// 500 or 503: the sandbox failed, not the request.
    pub(crate) fn server(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            kind: "server_error",
            ..Self::new(status, message)
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn param(self, param: &str) -> Self {
        Self {
            param: Some(param.into()),
            ..self
        }
    }

    pub(crate) fn code(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Why a request was refused: added to the reply, for whoever keeps a record of it.
#[derive(Clone)]
pub(super) struct Reason {
    pub(super) code: Option<&'static str>,
    pub(super) message: String,
}

/// The body. A struct, because `json!` would sort the names and put the message
/// after the code.
#[derive(Serialize)]
struct Body<'a> {
    error: Detail<'a>,
}

#[derive(Serialize)]
struct Detail<'a> {
    message: &'a str,
    r#type: &'static str,
    param: Option<&'a str>,
    code: Option<&'static str>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let error = Detail {
            message: &self.message,
            r#type: self.kind,
            param: self.param.as_deref(),
            code: self.code,
        };
        let mut response = json_response(self.status, &Body { error });
        response.headers_mut().extend(self.headers);
        response.extensions_mut().insert(Reason {
            code: self.code,
            message: self.message,
        });
        response
    }
}

/// A reply whose body is `value` as JSON.
pub(crate) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    match serde_json::to_vec(value) {
        Ok(body) => (status, [json], body).into_response(),
        // Only maps with keys that are not text can fail, and no reply has one.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
