//! `neura-replay` as a proxy with a password, and its record of requests.

use serde_json::json;

use crate::servers::Server;

/// The variable that has the proxy's URL, with user and password.
pub const PROXY: &str = "NEURA_TEST_PROXY_URL";

pub struct Proxy(Server);

/// The record of what clients sent.
pub struct Seen {
    /// The request of each tunnel, headers and all.
    pub heads: Vec<String>,
    /// The bytes that clients sent through the tunnels.
    pub tunnelled: String,
}

impl Proxy {
    /// A proxy to any address, and to `origin` under the name `origin.example`.
    pub fn new(origin: &str) -> Self {
        Proxy(Server::replay(&json!({"proxy": {
            "user": "user",
            "password": "fake-password",
            "names": {"origin.example": origin},
        }})))
    }

    pub fn url(&self) -> String {
        let login = "http://user:fake-password@";
        self.0.field("proxy_url").replacen("http://", login, 1)
    }

    pub fn seen(&self) -> Seen {
        let report = self.0.report();
        let texts = |name: &str| -> Vec<String> {
            let passages = report["passages"].as_array().expect("a list").iter();
            let texts = passages.map(|it| it[name].as_str().expect("a text").to_owned());
            texts.collect()
        };
        Seen {
            heads: texts("asked"),
            tunnelled: texts("up").concat(),
        }
    }
}
