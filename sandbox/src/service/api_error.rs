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
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
    kind: &'static str,
    param: Option<String>,
    code: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
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
    pub(super) fn field(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            param: Some(param.into()),
            ..Self::new(StatusCode::BAD_REQUEST, message)
        }
    }

    /// 500 or 503: the sandbox failed, not the request.
    pub(super) fn server(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            kind: "server_error",
            ..Self::new(status, message)
        }
    }

    pub(super) fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn param(self, param: &str) -> Self {
        Self {
            param: Some(param.into()),
            ..self
        }
    }

    pub(super) fn code(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
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
        response
    }
}

/// A reply whose body is `value` as JSON.
pub(super) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    match serde_json::to_vec(value) {
        Ok(body) => (status, [json], body).into_response(),
        // Only maps with keys that are not text can fail, and no reply has one.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
