//! One chat, printed while it is written. The key comes from NEURA_API_KEY.

fn main() -> Result<(), neura::Error> {
    let client = neura::Client::builder().build()?;
    let request = serde_json::json!({
        "model": "gpt-5",
        "messages": [{"role": "user", "content": "Hello!"}],
    });
    for chunk in client.chat(&request).stream()? {
        print!("{}", chunk?.text());
    }
    println!();
    Ok(())
}
