//! A chat through a ureq agent of your own, with the key from NEURA_API_KEY. Feature: `ureq`.

use neura::{ChatCompletion, Client, ureq::KeyMiddleware};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().build()?;
    let config = ureq::Agent::config_builder().middleware(KeyMiddleware::new(&client));
    let agent = config.build().new_agent();
    let request = r#"{"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}"#;
    let post = agent.post(client.url("/chat/completions")?);
    let mut reply = post.content_type("application/json").send(request)?;
    let answer: ChatCompletion = serde_json::from_str(&reply.body_mut().read_to_string()?)?;
    println!("{}", answer.text());
    Ok(())
}
