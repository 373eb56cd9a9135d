//! Every public name of `surface.json` exists, or is on the list of missing names.

use std::collections::BTreeSet;

use neura::{Client, Response};
use serde_json::{Value, json};

use super::form::folder;

/// Uses each name, so that a missing name does not compile.
macro_rules! names {
    ($($name:literal => $item:expr;)*) => {
        [$({
            let _ = $item;
            $name
        }),*]
    };
}

#[test]
fn every_name_is_there_or_known_to_be_missing() {
    let found: BTreeSet<&str> = names! {
        "Client::builder" => Client::builder;
        "Client::request" => |client: &Client| drop(client.request(neura::Method::Get, "/"));
        "Client::get" => |client: &Client| drop(client.get("/"));
        "Client::post" => |client: &Client| drop(client.post("/"));
        "Response::status" => Response::status;
        "Response::header" => Response::header;
        "Response::json" => Response::json::<Value>;
        "Client::chat" => |client: &Client| drop(client.chat(&json!({})));
        "Client::stream" => |client: &Client| {
            drop(client.stream(neura::Method::Get, "/", &json!({})))
        };
        "Client::chat_stream" => |client: &Client| drop(client.chat_stream(&json!({})));
        "Client::models" => |client: &Client| drop(client.models());
        "Client::model" => |client: &Client| drop(client.model("a"));
        "Client::embeddings" => |client: &Client| drop(client.embeddings(&json!({})));
        "Client::check" => Client::check;
        "diagnose" => neura::diagnose;
        "resolve" => neura::resolve;
        "Client::auth_header" => Client::auth_header;
        "Client::set_api_key" => |client: &Client| drop(client.set_api_key("a"));
        "Client::usage" => Client::usage;
        "CancelToken" => neura::CancelToken::new;
        "Error" => neura::Error::kind;
        "ErrorKind" => neura::ErrorKind::name;
        "VERSION" => neura::VERSION;
    }
    .into_iter()
    .collect();
    let read = |file: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder().join(file)).unwrap()).unwrap()
    };
    let (surface, missing) = (read("surface.json"), read("surface-missing.json"));
    let wanted: BTreeSet<&str> = surface["operations"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|operation| operation["rust"].as_array().unwrap())
        .map(|name| name.as_str().unwrap())
        .collect();
    let missing: BTreeSet<&str> = missing["rust"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let lacking: BTreeSet<&str> = wanted.difference(&found).copied().collect();
    assert_eq!(
        lacking, missing,
        "the list of missing names must be what is missing, no more"
    );
}
