//! `neura-calls URL COUNT REQUEST chat`: sends the request in the file as often, for callgrind.

#![forbid(unsafe_code)]

use std::error::Error;

use neura::Client;
use serde_json::value::RawValue;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [url, count, request, "chat"] = arguments[..] else {
        return Err("usage: neura-calls URL COUNT REQUEST chat".into());
    };
    let request: Box<RawValue> = serde_json::from_str(&std::fs::read_to_string(request)?)?;
    let client = Client::builder()
        .api_key("nk-fake-0123456789abcdef0123")
        .base_url(url)
        .build()?;
    for _ in 0..count.parse::<u32>()? {
        client.chat(&request).send()?;
    }
    Ok(())
}
