//! The requests that the replay server received.

use serde_json::Value;

use crate::common::Server;

pub fn requests(server: &Server) -> Vec<Value> {
    server.report()["requests"].as_array().unwrap().clone()
}

/// The first value of a request's header; the name is case-insensitive.
pub fn header<'r>(request: &'r Value, name: &str) -> Option<&'r str> {
    let headers = request["headers"].as_array().unwrap();
    let found = headers.iter().find(|header| {
        let have = header[0].as_str().unwrap();
        have.eq_ignore_ascii_case(name)
    });
    found.map(|header| header[1].as_str().unwrap())
}
