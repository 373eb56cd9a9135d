//! reqwest's blocking client, one for all threads.

use reqwest::blocking::{Body, Client};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::events;
use crate::setting::{Call, Setting, Side, question, streamed};

pub fn side(function: &str, setting: &Setting) -> Side {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("no other provider");
    let mut builder = Client::builder().timeout(None).no_proxy();
    if let Some(file) = &setting.ca_file {
        let pem = std::fs::read(file).expect("the certificate");
        let certificate = reqwest::Certificate::from_pem(&pem).expect("a certificate");
        builder = builder.tls_certs_only([certificate]);
    }
    let client = builder.build().expect("a client");
    let chat = setting.url("/chat/completions");
    match function {
        "call" | "threads" => Side::new(setting, None, || {
            post(setting, &client, &chat, question().to_string().into_bytes())
        }),
        "stream" => Side::new(setting, Some(setting.events.saturating_sub(1)), || {
            let (client, url) = (client.clone(), chat.clone());
            let (body, authorization) = (streamed().to_string(), setting.authorization());
            Box::new(move || {
                let request = client
                    .post(&url)
                    .header(AUTHORIZATION, &authorization)
                    .header(CONTENT_TYPE, "application/json");
                events::count(request.body(body.clone()).send().expect("a reply"))
            })
        }),
        "down" => Side::new(setting, Some(setting.size), || {
            let (client, url) = (client.clone(), setting.url(&setting.download()));
            let authorization = setting.authorization();
            Box::new(move || {
                let request = client.get(&url).header(AUTHORIZATION, &authorization);
                request
                    .send()
                    .expect("a reply")
                    .bytes()
                    .expect("a body")
                    .len()
            })
        }),
        "up" => Side::new(setting, None, || {
            post(setting, &client, &setting.url("/upload"), setting.payload())
        }),
        _ => panic!("there is no function {function}"),
    }
}

fn post(setting: &Setting, client: &Client, url: &str, body: Vec<u8>) -> Call {
    let (client, url, authorization) = (client.clone(), url.to_owned(), setting.authorization());
    let body = bytes::Bytes::from(body);
    Box::new(move || {
        let request = client
            .post(&url)
            .header(AUTHORIZATION, &authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.clone()));
        request
            .send()
            .expect("a reply")
            .bytes()
            .expect("a body")
            .len()
    })
}
