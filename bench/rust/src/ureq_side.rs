//! ureq, tuned and as its users need it.

use std::net::SocketAddr;
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::events;
use crate::setting::{Call, Setting, Side, question, streamed};

/// Knows the one address; ureq resolves the name at every call.
#[derive(Debug)]
struct Known(SocketAddr);

impl Resolver for Known {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

pub fn side(function: &str, setting: &Setting) -> Side {
    let limited = function == "call_limited";
    let agent = match limited {
        true => limited_agent(setting),
        false => tuned_agent(setting),
    };
    let sends = Sends {
        agent,
        authorization: setting.authorization(),
    };
    match function {
        "call" | "call_limited" | "threads" => Side::new(setting, None, || {
            let (url, body) = (setting.url("/chat/completions"), question().to_string());
            sends.clone().whole(url, body.into_bytes())
        }),
        "stream" => Side::new(setting, Some(setting.events.saturating_sub(1)), || {
            let (url, body) = (setting.url("/chat/completions"), streamed().to_string());
            let sends = sends.clone();
            Box::new(move || events::count(sends.post(&url, body.as_bytes()).into_reader()))
        }),
        "down" => Side::new(setting, Some(setting.size), || {
            let (sends, url) = (sends.clone(), setting.url(&setting.download()));
            Box::new(move || read(sends.get(&url)))
        }),
        "up" => Side::new(setting, None, || {
            sends
                .clone()
                .whole(setting.url("/upload"), setting.payload())
        }),
        _ => panic!("there is no function {function}"),
    }
}

fn read(body: ureq::Body) -> usize {
    let unlimited = body.into_with_config().limit(u64::MAX);
    unlimited.read_to_vec().expect("a body").len()
}

#[derive(Clone)]
struct Sends {
    agent: Agent,
    authorization: String,
}

impl Sends {
    fn post(&self, url: &str, body: &[u8]) -> ureq::Body {
        let request = self
            .agent
            .post(url)
            .header("Authorization", &self.authorization)
            .header("Content-Type", "application/json");
        request.send(body).expect("a reply").into_body()
    }

    fn get(&self, url: &str) -> ureq::Body {
        let request = self
            .agent
            .get(url)
            .header("Authorization", &self.authorization);
        request.call().expect("a reply").into_body()
    }

    fn whole(self, url: String, body: Vec<u8>) -> Call {
        Box::new(move || read(self.post(&url, &body)))
    }
}

fn tuned_agent(setting: &Setting) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .input_buffer_size(16 * 1024)
        .output_buffer_size(16 * 1024)
        .max_idle_connections(setting.threads)
        .max_idle_connections_per_host(setting.threads)
        .tls_config(trusting(setting))
        .build();
    let port = setting.base_url.rsplit(':').next().and_then(|end| {
        let digits = end.split('/').next()?;
        digits.parse().ok()
    });
    let address = SocketAddr::from(([127, 0, 0, 1], port.expect("a port")));
    Agent::with_parts(config, DefaultConnector::default(), Known(address))
}

fn limited_agent(setting: &Setting) -> Agent {
    Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(600)))
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_recv_response(Some(Duration::from_secs(300)))
        .proxy(None)
        .tls_config(trusting(setting))
        .build()
        .new_agent()
}

fn trusting(setting: &Setting) -> TlsConfig {
    let builder = TlsConfig::builder();
    let Some(file) = &setting.ca_file else {
        return builder.build();
    };
    let pem = std::fs::read(file).expect("the certificate");
    let certificate = Certificate::from_pem(&pem).expect("a certificate");
    builder.root_certs(RootCerts::from([certificate])).build()
}
