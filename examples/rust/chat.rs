//! One chat. The key comes from NEURA_API_KEY.

use neura::ChatCompletion;
use serde_json::json;

fn main() -> Result<(), neura::Error> {
    let client = neura::Client::builder().build()?;
    let request = json!({
        "model": "gpt-5",
        "messages": [{"role": "user", "content": "Hello!"}],
    });
    let answer: ChatCompletion = client.chat(&request).send()?.json()?;
    println!("{}", answer.text());
    Ok(())
}
