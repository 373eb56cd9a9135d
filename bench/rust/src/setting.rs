//! What a side is measured with, which the runner gives it in the environment.

use std::path::PathBuf;

use serde_json::{Value, json};

pub struct Setting {
    pub base_url: String,
    pub key: String,
    pub ca_file: Option<PathBuf>,
    pub events: usize,
    pub size: usize,
    pub threads: usize,
}

/// Does a call, and returns what came: bytes or events.
pub type Call = Box<dyn FnMut() -> usize + Send>;

/// One call for each thread, and what each returns; none if it is what the first one returns.
pub struct Side {
    pub calls: Vec<Call>,
    pub expected: Option<usize>,
}

impl Side {
    pub fn new(setting: &Setting, expected: Option<usize>, make: impl FnMut() -> Call) -> Self {
        let calls = std::iter::repeat_with(make).take(setting.threads).collect();
        Side { calls, expected }
    }
}

impl Setting {
    pub fn of_the_environment() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let number = |name: &str| text(name).map_or(0, |text| text.parse().expect(name));
        Setting {
            base_url: text("BENCH_URL").expect("BENCH_URL"),
            key: text("BENCH_KEY").expect("BENCH_KEY"),
            ca_file: text("BENCH_CA_FILE").map(PathBuf::from),
            events: number("BENCH_EVENTS"),
            size: number("BENCH_SIZE"),
            threads: number("BENCH_THREADS").max(1),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.key)
    }

    pub fn download(&self) -> String {
        format!("/download/{}", self.size)
    }

    pub fn payload(&self) -> Vec<u8> {
        vec![b'x'; self.size]
    }
}

/// About 300 bytes of JSON.
pub fn question() -> Value {
    json!({
        "model": "gpt-5",
        "messages": [
            {"role": "system", "content": "You answer in one short paragraph, in plain words."},
            {
                "role": "user",
                "content": "Which animals of a forest sleep through the winter, and which of them \
                    wake up now and then to eat from what they stored in the autumn before?",
            },
        ],
    })
}

pub fn streamed() -> Value {
    let mut question = question();
    question["stream"] = true.into();
    question
}
