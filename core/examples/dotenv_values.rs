//! Reads `.env` files, one JSON object per line with `file` and `env`, and writes the values of
//! each as a JSON object, for the comparison with python-dotenv.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let env: HashMap<String, String> = serde_json::from_value(asked["env"].clone())?;
        let file = asked["file"].as_str().ok_or("file is no text")?;
        let values = neura::fuzzing::dotenv_values(file, &env);
        writeln!(out, "{}", serde_json::to_string(&values)?)?;
    }
    Ok(())
}
