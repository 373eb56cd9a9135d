//! One chat. The key comes from NEURA_API_KEY.

use serde_json::{Value, json};

fn main() -> Result<(), neura::Error> {
    let client = neura::Client::builder().build()?;
    let request = json!({
        "model": "gpt-5",
        "messages": [{"role": "user", "content": "Hello!"}],
    });
    let reply: Value = client.chat(&request)?.json()?;
    let content = reply["choices"][0]["message"]["content"].as_str();
    println!("{}", content.unwrap_or_default());
    Ok(())
}
