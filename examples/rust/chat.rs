//! One chat, one streamed chat, and what a wrong key gets.
//!
//! The key is read from NEURA_API_KEY, the base URL from NEURA_BASE_URL.

use neura::{ChatCompletion, Client, Error};
use serde_json::json;

fn main() -> Result<(), Error> {
    let client = Client::builder().build()?;
    let check = client.check();
    println!(
        "check: {}",
        check.error().map_or("ok", |error| error.kind().name())
    );

    let request = json!({
        "model": "gpt-5",
        "messages": [{"role": "user", "content": "Hello!"}],
    });
    let answer: ChatCompletion = client.chat(&request).send()?.json()?;
    println!("answer: {}", answer.text());

    print!("stream: ");
    for chunk in client.chat(&request).stream()? {
        print!("{}", chunk?.text());
    }
    println!();

    // What keys get that the service does not take.
    let invalid = std::env::var("NEURA_INVALID_KEY");
    let invalid = invalid.unwrap_or_else(|_| "nk-wrong-key-0000000000".to_owned());
    refused("invalid", Client::builder().api_key(invalid));
    for (name, variable) in [
        ("expired", "NEURA_EXPIRED_KEY"),
        ("revoked", "NEURA_REVOKED_KEY"),
    ] {
        if let Ok(key) = std::env::var(variable) {
            refused(name, Client::builder().api_key(key));
        }
    }
    // SAFETY: no other thread runs in this program.
    unsafe { std::env::remove_var("NEURA_API_KEY") };
    refused("missing", Client::builder());
    Ok(())
}

fn refused(name: &str, client: neura::ClientBuilder) {
    match client.build().and_then(|client| client.models().send()) {
        Ok(_) => println!("{name}: ok 200"),
        Err(error) => {
            let status = error
                .status()
                .map_or("-".to_owned(), |status| status.to_string());
            println!("{name}: {} {status}", error.kind());
        }
    }
}
