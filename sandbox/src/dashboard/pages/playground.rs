//! A chat with a key that is typed in. With script the browser streams the answer;
//! without, the server asks the API and shows the whole answer. No page has the key.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::layout::{self, Tab};
use crate::dashboard::forms::Fields;
use crate::dashboard::problem::PageError;
use crate::dashboard::{Dashboard, path};
use crate::service::Upload;

const MODELS: [&str; 2] = ["gpt-5", "gpt-5-mini"];
const API_PATH: &str = "/v1/chat/completions";
/// An answer repeats its message, which is at most as long as a form.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// What is shown beside the form.
#[derive(Default)]
struct Chat {
    model: String,
    message: String,
    answer: String,
    error: String,
}

pub(in crate::dashboard) async fn show(State(dashboard): State<Arc<Dashboard>>) -> Response {
    page(&dashboard, &Chat::default())
}

pub(in crate::dashboard) async fn send(
    State(dashboard): State<Arc<Dashboard>>,
    Extension(upload): Extension<Upload>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let fields = Fields::read(&dashboard.forms, &headers, &upload)?;
    let mut chat = Chat {
        model: fields.text("model")?.to_owned(),
        message: fields.text("message")?.to_owned(),
        ..Chat::default()
    };
    match ask(&dashboard, fields.text("api_key")?, &chat).await {
        Ok(answer) => chat.answer = answer,
        Err(error) => chat.error = error,
    }
    Ok(page(&dashboard, &chat))
}

/// The answer, or why there is none.
async fn ask(dashboard: &Dashboard, key: &str, chat: &Chat) -> Result<String, String> {
    let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.trim()))
        .map_err(|_| "The key has characters that no key has.")?;
    authorization.set_sensitive(true);
    let messages = [json!({"role": "user", "content": chat.message})];
    let body = json!({"model": chat.model, "messages": messages});
    let mut request = Request::new(Body::from(body.to_string()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = axum::http::Uri::from_static(API_PATH);
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, authorization);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let reply = match dashboard.api.clone().oneshot(request).await {
        Ok(reply) => reply,
        Err(never) => match never {},
    };
    let status = reply.status();
    let body = axum::body::to_bytes(reply.into_body(), ANSWER_LIMIT)
        .await
        .map_err(|_| "The answer is too long to be shown.")?;
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    if status.is_success() {
        let answer = json["choices"][0]["message"]["content"].as_str();
        return Ok(answer.unwrap_or_default().to_owned());
    }
    let error = &json["error"];
    let (code, message) = (error["code"].as_str(), error["message"].as_str());
    Err(format!(
        "{} {}: {}",
        status.as_u16(),
        code.unwrap_or_default(),
        message.unwrap_or_default()
    ))
}

fn page(dashboard: &Dashboard, chat: &Chat) -> Response {
    let content = html! {
        h1 { "Playground" }
        p { "Sends a message to this sandbox. The key is used for the request and kept nowhere." }
        form.card method="post" action=(path::PLAYGROUND) autocomplete="off"
            data-playground=(API_PATH) {
            (layout::token(&dashboard.forms))
            div.fields {
                div {
                    label for="api_key" { "API key" }
                    input id="api_key" name="api_key" type="password" required autocomplete="off"
                        spellcheck="false";
                }
                div {
                    label for="model" { "Model" }
                    select id="model" name="model" {
                        @for model in MODELS {
                            option selected[model == chat.model] { (model) }
                        }
                    }
                }
            }
            label for="message" { "Message" }
            textarea id="message" name="message" required rows="3" maxlength="16000" {
                (chat.message)
            }
            button { "Send" }
        }
        (answer(chat))
    };
    layout::page(
        StatusCode::OK,
        "Playground",
        Some(Tab::Playground),
        &content,
    )
}

fn answer(chat: &Chat) -> Markup {
    html! {
        section aria-labelledby="answer-title" {
            h2 id="answer-title" { "Answer" }
            p.answer id="answer" aria-live="polite" { (chat.answer) }
            p.error id="failure" role="alert" { (chat.error) }
        }
    }
}
