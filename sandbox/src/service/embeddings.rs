//! `POST /v1/embeddings`: unit vectors that depend only on the text.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::api_error::{ApiError, json_response};
use super::body::Upload;
use super::chat::count_words;
use super::fields::{Object, integer, optional, required, type_name};
use super::meter::Tokens;
use super::models::{Task, named_in};

const DEFAULT_DIMENSIONS: u64 = 8;
const MOST_DIMENSIONS: u64 = 1536;
const MOST_INPUTS: usize = 2048;

#[derive(Serialize)]
struct Reply {
    object: &'static str,
    data: Vec<Item>,
    model: &'static str,
    usage: Usage,
}

#[derive(Serialize)]
struct Item {
    object: &'static str,
    index: usize,
    embedding: Embedding,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Embedding {
    Floats(Vec<f32>),
    Base64(String),
}

#[derive(Serialize)]
struct Usage {
    prompt_tokens: u64,
    total_tokens: u64,
}

pub(super) async fn create(Extension(upload): Extension<Upload>) -> Result<Response, ApiError> {
    let body = upload.object()?;
    let model = named_in(&body, Task::Embeddings)?;
    let inputs = inputs(&body)?;
    let dimensions =
        integer(&body, "dimensions", 1..=MOST_DIMENSIONS)?.unwrap_or(DEFAULT_DIMENSIONS);
    let base64 = wants_base64(&body)?;
    let items = inputs.iter().enumerate().map(|(index, text)| {
        let vector = unit_vector(text, dimensions);
        Item {
            object: "embedding",
            index,
            embedding: if base64 {
                Embedding::Base64(little_endian_base64(&vector))
            } else {
                Embedding::Floats(vector)
            },
        }
    });
    let tokens = inputs.iter().map(|text| count_words(text)).sum();
    let reply = Reply {
        object: "list",
        data: items.collect(),
        model: model.id,
        usage: Usage {
            prompt_tokens: tokens,
            total_tokens: tokens,
        },
    };
    let mut response = json_response(StatusCode::OK, &reply);
    response.extensions_mut().insert(Tokens {
        prompt: tokens,
        completion: 0,
    });
    Ok(response)
}

fn inputs(body: &Object) -> Result<Vec<&str>, ApiError> {
    let bad = |message: String| ApiError::field("input", message);
    let texts = match required(body, "input")? {
        Value::String(text) => vec![text.as_str()],
        Value::Array(items) if items.is_empty() => {
            return Err(bad("`input` must not be an empty list.".into()));
        }
        Value::Array(items) if items.len() > MOST_INPUTS => {
            return Err(bad(format!("`input` has more than {MOST_INPUTS} texts.")));
        }
        Value::Array(items) => items
            .iter()
            .map(|item| {
                item.as_str().ok_or_else(|| {
                    bad(format!(
                        "`input` must be text or a list of texts; the sandbox takes no tokens, \
                         and {} is in the list.",
                        type_name(item)
                    ))
                })
            })
            .collect::<Result<_, _>>()?,
        other => {
            return Err(bad(format!(
                "`input` must be text or a list of texts, not {}.",
                type_name(other)
            )));
        }
    };
    if texts.iter().any(|text| text.is_empty()) {
        return Err(bad("`input` must not have an empty text.".into()));
    }
    Ok(texts)
}

fn wants_base64(body: &Object) -> Result<bool, ApiError> {
    match optional(body, "encoding_format").map(Value::as_str) {
        None | Some(Some("float")) => Ok(false),
        Some(Some("base64")) => Ok(true),
        Some(_) => Err(ApiError::field(
            "encoding_format",
            "`encoding_format` must be \"float\" or \"base64\".",
        )),
    }
}

/// Numbers from hashes of the text and a counter, eight from each, scaled to length 1.
fn unit_vector(text: &str, dimensions: u64) -> Vec<f32> {
    let seed = Sha256::digest(text.as_bytes());
    let numbers: Vec<f64> = (0..dimensions.div_ceil(8))
        .flat_map(|block| {
            let hash: [u8; 32] = Sha256::new()
                .chain_update(seed)
                .chain_update(block.to_le_bytes())
                .finalize()
                .into();
            let (words, _) = hash.as_chunks::<4>();
            let words: Vec<f64> = words
                .iter()
                .map(|word| f64::from(i32::from_le_bytes(*word)))
                .collect();
            words
        })
        .take(usize::try_from(dimensions).unwrap_or(usize::MAX))
        .collect();
    let length = numbers.iter().map(|x| x * x).sum::<f64>().sqrt();
    numbers.iter().map(|x| (x / length) as f32).collect()
}

pub(crate) fn little_endian_base64(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_has_length_one_and_depends_only_on_the_text() {
        for dimensions in [1, 8, 9, 1536] {
            let vector = unit_vector("hello", dimensions);
            assert_eq!(vector.len() as u64, dimensions);
            let length: f32 = vector.iter().map(|x| x * x).sum();
            assert!((length - 1.0).abs() < 1e-3, "{length}");
            assert_eq!(vector, unit_vector("hello", dimensions));
            assert!(dimensions == 1 || vector != unit_vector("bye", dimensions));
        }
    }
}
