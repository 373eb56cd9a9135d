//! `GET /v1/models` and `GET /v1/models/{id}`.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use super::api_error::{ApiError, json_response};
use super::fields::{required, type_name};
use crate::keys::without_key;

/// A model of the sandbox. All models answer by the same rules.
#[derive(Debug, Serialize)]
pub(super) struct Model {
    pub(super) id: &'static str,
    object: &'static str,
    created: u64,
    owned_by: &'static str,
    #[serde(skip)]
    task: Task,
}

#[derive(Serialize)]
struct List {
    object: &'static str,
    data: &'static [Model],
}

/// The task of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Task {
    Chat,
    Embeddings,
}

static MODELS: [Model; 3] = [
    model("gpt-5", Task::Chat),
    model("gpt-5-mini", Task::Chat),
    model("text-embedding-3-small", Task::Embeddings),
];

const fn model(id: &'static str, task: Task) -> Model {
    Model {
        id,
        object: "model",
        created: 1_754_524_800,
        owned_by: "neura",
        task,
    }
}

pub(super) async fn list() -> Response {
    let list = List {
        object: "list",
        data: &MODELS,
    };
    json_response(StatusCode::OK, &list)
}

pub(super) async fn retrieve(
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    // No model has an id that is not UTF-8.
    let id = id.map_or_else(|_| "?".into(), |Path(id)| id);
    Ok(json_response(StatusCode::OK, find(&id)?))
}

/// The model in a request's body, if it supports the task.
pub(super) fn named_in(body: &Map<String, Value>, task: Task) -> Result<&'static Model, ApiError> {
    let id = match required(body, "model")? {
        Value::String(id) => id,
        other => {
            return Err(ApiError::field(
                "model",
                format!("`model` must be text, not {}.", type_name(other)),
            ));
        }
    };
    let model = find(id)?;
    if model.task == task {
        return Ok(model);
    }
    let (verb, other) = match task {
        Task::Chat => ("chat", "gpt-5"),
        Task::Embeddings => ("make embeddings", "text-embedding-3-small"),
    };
    Err(ApiError::field(
        "model",
        format!("The model `{}` does not {verb}; `{other}` does.", model.id),
    ))
}

fn find(id: &str) -> Result<&'static Model, ApiError> {
    MODELS.iter().find(|model| model.id == id).ok_or_else(|| {
        let shown: String = without_key(id).chars().take(64).collect();
        ApiError::new(
            StatusCode::NOT_FOUND,
            format!("The model `{shown}` does not exist; `GET /v1/models` lists all."),
        )
        .param("model")
        .code("model_not_found")
    })
}
