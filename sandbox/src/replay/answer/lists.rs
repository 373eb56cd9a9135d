//! Embeddings and models.

use serde::Deserialize;
use serde_json::{Value, json};

use super::now;
use crate::replay::request_facts::RequestFacts;
use crate::replay::script_error::{expected, read};
use crate::service::little_endian_base64;

#[derive(Clone, Debug)]
pub(super) enum Embeddings {
    /// The same vector for each text of the request.
    Same(Vec<f64>),
    /// One vector for each text, in order.
    Each(Vec<Vec<f64>>),
}

impl Embeddings {
    pub(super) fn parse_one(json: &Value) -> Result<Self, String> {
        read(json, "embedding").map(Self::Same)
    }

    pub(super) fn parse_all(json: &Value) -> Result<Self, String> {
        read(json, "embeddings").map(Self::Each)
    }

    /// Whether there are more or fewer vectors than texts.
    pub(super) fn mismatch(&self, request: &RequestFacts) -> Option<String> {
        let Self::Each(vectors) = self else {
            return None;
        };
        let (vectors, texts) = (vectors.len(), request.inputs());
        let differ = request.has_input() && vectors != texts;
        differ.then(|| format!("embeddings has {vectors} vectors for {texts} texts of input"))
    }

    pub(super) fn body(&self, request: &RequestFacts) -> Value {
        let vectors = match self {
            Self::Same(vector) => vec![vector.clone(); request.inputs()],
            Self::Each(vectors) => vectors.clone(),
        };
        let vector = |vector: &[f64]| match request.wants_base64() {
            true => {
                let floats: Vec<f32> = vector.iter().map(|number| *number as f32).collect();
                json!(little_endian_base64(&floats))
            }
            false => json!(vector),
        };
        let items = vectors.iter().enumerate().map(|(index, numbers)| {
            json!({"object": "embedding", "index": index, "embedding": vector(numbers)})
        });
        let tokens = request.prompt_tokens();
        json!({
            "object": "list",
            "data": items.collect::<Value>(),
            "model": request.model(),
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        })
    }
}

#[derive(Clone, Debug)]
pub(super) struct Models(Vec<Model>);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    id: String,
    object: Option<String>,
    created: Option<u64>,
    owned_by: Option<String>,
}

impl Models {
    pub(super) fn parse(json: &Value) -> Result<Self, String> {
        let Value::Array(items) = json else {
            return Err(expected("models", "a list", json));
        };
        let models = items.iter().enumerate();
        let models = models.map(|(index, item)| Model::parse(item, &format!("models[{index}]")));
        models.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn body(&self) -> Value {
        let models: Value = self.0.iter().map(Model::body).collect();
        json!({"object": "list", "data": models})
    }
}

impl Model {
    /// The id, or an object with it.
    pub(super) fn parse(json: &Value, place: &str) -> Result<Self, String> {
        match json {
            Value::String(id) => read(&json!({"id": id}), place),
            Value::Object(_) => read(json, place),
            other => Err(expected(place, "the id of a model or an object", other)),
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({
            "id": self.id,
            "object": self.object.as_deref().unwrap_or("model"),
            "created": self.created.unwrap_or_else(now),
            "owned_by": self.owned_by.as_deref().unwrap_or("replay"),
        })
    }
}
