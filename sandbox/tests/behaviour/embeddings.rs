use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Reply, Running};

fn ask(sandbox: &Running, more: Value) -> Reply {
    let mut body = json!({"model": "text-embedding-3-small"});
    let fields = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    sandbox.ask("POST", "/embeddings", &body.to_string())
}

fn floats(embedding: &Value) -> Vec<f32> {
    let numbers = embedding.as_array().unwrap().iter();
    numbers
        .map(|number| number.as_f64().unwrap() as f32)
        .collect()
}

#[test]
fn a_text_has_one_vector_of_length_one_in_every_place() {
    let sandbox = Running::sandbox(&[]);
    let single = ask(&sandbox, json!({"input": "one two"})).json();
    assert_eq!(single["object"], "list");
    assert_eq!(
        single["usage"],
        json!({"prompt_tokens": 2, "total_tokens": 2})
    );
    let vector = floats(&single["data"][0]["embedding"]);
    assert_eq!(vector.len(), 8);
    let length: f32 = vector.iter().map(|x| x * x).sum();
    assert!((length - 1.0).abs() < 1e-3, "{length}");
    let listed = ask(&sandbox, json!({"input": ["zero", "one two"]})).json();
    assert_eq!(listed["data"][1]["index"], 1);
    assert_eq!(
        listed["data"][1]["embedding"],
        single["data"][0]["embedding"]
    );
    assert_ne!(
        listed["data"][0]["embedding"],
        single["data"][0]["embedding"]
    );
}

#[test]
fn base64_holds_the_same_numbers() {
    let sandbox = Running::sandbox(&[]);
    let plain = ask(&sandbox, json!({"input": "x", "dimensions": 11})).json();
    let encoded = ask(
        &sandbox,
        json!({"input": "x", "dimensions": 11, "encoding_format": "base64"}),
    );
    let encoded = encoded.json();
    let bytes = STANDARD
        .decode(encoded["data"][0]["embedding"].as_str().unwrap())
        .unwrap();
    let (words, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty());
    let decoded: Vec<_> = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
    assert_eq!(decoded, floats(&plain["data"][0]["embedding"]));
    assert_eq!(decoded.len(), 11);
}

#[test]
fn an_error_names_the_field() {
    let sandbox = Running::sandbox(&[]);
    for (body, param) in [
        (json!({}), "input"),
        (json!({"input": []}), "input"),
        (json!({"input": ""}), "input"),
        (json!({"input": [1, 2]}), "input"),
        (json!({"input": "x", "dimensions": 0}), "dimensions"),
        (json!({"input": "x", "dimensions": 1.5}), "dimensions"),
        (
            json!({"input": "x", "encoding_format": "hex"}),
            "encoding_format",
        ),
        (json!({"input": "x", "model": "gpt-5"}), "model"),
    ] {
        let reply = ask(&sandbox, body.clone());
        assert_eq!(reply.status, 400, "{body}");
        assert_eq!(reply.json()["error"]["param"], param, "{body}");
    }
}
