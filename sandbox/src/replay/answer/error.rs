//! An error in the API's shape.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::replay::http_head::check_header_value;
use crate::replay::script_error::{expected, read};

#[derive(Clone, Debug)]
pub(super) struct ErrorReply {
    pub(super) status: u16,
    /// The header's value.
    pub(super) retry_after: Option<String>,
    error: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    status: Option<u16>,
    message: Option<String>,
    r#type: Option<String>,
    param: Option<String>,
    /// Text, or a number as in some services.
    code: Option<Value>,
    /// Seconds, or the header's value as text.
    retry_after: Option<Value>,
}

impl ErrorReply {
    /// `beside`: the status of the reply, if the script gives it outside of `error`.
    pub(super) fn parse(json: &Value, beside: Option<u16>) -> Result<Self, String> {
        let fields = Fields::parse(json, "error")?;
        let status = match (fields.status, beside) {
            (Some(status), None) | (None, Some(status)) => status,
            (Some(_), Some(_)) => {
                return Err("error.status: the reply has a status beside error already".into());
            }
            (None, None) => return Err("error: give a status, such as 429".into()),
        };
        if !(200..=999).contains(&status) || status == 204 || status == 304 {
            return Err(format!(
                "error.status: expected a status with a body, such as 429, not {status}"
            ));
        }
        let retry_after = match &fields.retry_after {
            None => None,
            Some(Value::String(text)) => {
                check_header_value("error.retry_after", text)?;
                Some(text.clone())
            }
            Some(Value::Number(seconds)) if seconds.as_f64() >= Some(0.0) => {
                Some(seconds.to_string())
            }
            Some(other) => {
                let place = "error.retry_after";
                return Err(expected(place, "0 or more seconds, or text", other));
            }
        };
        Ok(Self {
            status,
            retry_after,
            error: fields.body(status),
        })
    }

    /// An error inside a stream, after the status was sent.
    pub(super) fn parse_event(json: &Value, place: &str) -> Result<Value, String> {
        let fields = Fields::parse(json, place)?;
        if fields.status.is_some() || fields.retry_after.is_some() {
            return Err(format!(
                "{place}: status and retry_after are not possible in a stream that has begun"
            ));
        }
        Ok(json!({"error": fields.body(500)}))
    }

    pub(super) fn no_reply_left() -> Self {
        Self {
            status: 400,
            retry_after: None,
            error: json!({
                "message": "The script of neura-replay has no reply left for this request.",
                "type": "invalid_request_error",
                "param": null,
                "code": "no_reply_left",
            }),
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({"error": self.error})
    }
}

impl Fields {
    fn parse(json: &Value, place: &str) -> Result<Self, String> {
        match json {
            Value::String(text) => read(&json!({"message": text}), place),
            Value::Object(_) => read(json, place),
            other => Err(expected(place, "text or an object", other)),
        }
    }

    /// Missing fields get the sandbox's values.
    fn body(&self, status: u16) -> Value {
        let known = StatusCode::from_u16(status).ok();
        let reason = known.and_then(|status| status.canonical_reason());
        let kind = match status {
            429 => "requests",
            500.. => "server_error",
            _ => "invalid_request_error",
        };
        json!({
            "message": self.message.as_deref().or(reason).unwrap_or("Replayed"),
            "type": self.r#type.as_deref().unwrap_or(kind),
            "param": self.param,
            "code": self.code,
        })
    }
}
