//! The same futures under tokio and smol: many at once, `select!`, timeouts.

use std::time::{Duration, Instant};

use futures::future::{self, FutureExt};
use neura::{ChatCompletion, Client, ErrorKind, Response};
use serde_json::json;

use crate::common::Server;
use crate::silent::{LONG, Silent};

const CALLS: usize = 200;

async fn ask(client: &Client, number: usize) -> Result<String, neura::Error> {
    let request = json!({
        "model": "gpt-5",
        "messages": [{"role": "user", "content": format!("number {number}")}],
    });
    let answer: ChatCompletion = client.chat(&request).send_async().await?.json()?;
    Ok(answer.text().to_owned())
}

/// Each call gets its own answer.
async fn many(client: Client) {
    let calls = (0..CALLS).map(|number| ask(&client, number));
    let answers = future::join_all(calls).await;
    for (number, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap(), format!("You said: number {number}"));
    }
}

async fn select_and_time_out(client: Client, sleep: impl Future<Output = ()>) {
    let mut call = client.models().send_async().fuse();
    let mut sleep = std::pin::pin!(sleep.fuse());
    futures::select! {
        answer = call => panic!("{answer:?}"),
        () = sleep => {}
    }
    drop(call);
}

fn silent() -> (Silent, Client) {
    let server = Silent::new();
    let client = server.client().build().unwrap();
    (server, client)
}

fn is_ok(answer: Result<Response, neura::Error>) -> bool {
    answer.unwrap().ok()
}

#[test]
fn many_calls_run_at_once_under_tokio() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(many(client));
}

#[test]
fn many_calls_run_at_once_under_smol() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    smol::block_on(many(client));
}

#[test]
fn many_calls_on_few_workers_wait_their_turn() {
    let server = Server::sandbox();
    let client = server.client().max_in_flight(4).build().unwrap();
    smol::block_on(many(client));
}

#[test]
fn calls_can_be_tasks_of_their_own() {
    let server = Server::sandbox();
    let client = server.client().build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..20)
            .map(|_| tokio::spawn(client.models().send_async()))
            .collect();
        for task in tasks {
            assert!(is_ok(task.await.unwrap()));
        }
    });
    smol::block_on(async {
        let tasks: Vec<_> = (0..20)
            .map(|_| smol::spawn(client.models().send_async()))
            .collect();
        for task in tasks {
            assert!(is_ok(task.await));
        }
    });
}

#[test]
fn select_leaves_a_call_and_the_server_sees_its_end() {
    let short = Duration::from_millis(200);
    let (server, client) = silent();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let inside = client.clone();
    runtime.unwrap().block_on(async {
        select_and_time_out(inside, tokio::time::sleep(short)).await;
    });
    assert!(server.request().is_closed_within(LONG));
    smol::block_on(select_and_time_out(client, async {
        smol::Timer::after(short).await;
    }));
    assert!(server.request().is_closed_within(LONG));
}

#[test]
fn a_timeout_of_the_runtime_cancels_a_call() {
    let (server, client) = silent();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let started = Instant::now();
    let outcome = runtime.block_on(async {
        tokio::time::timeout(Duration::from_millis(200), client.models().send_async()).await
    });
    assert!(outcome.is_err());
    assert!(server.request().is_closed_within(LONG));
    assert!(started.elapsed() < LONG / 2);
}

#[test]
fn a_check_is_an_answer_also_where_it_fails() {
    let server = Server::sandbox();
    let good = server.client().build().unwrap();
    let bad = server
        .client()
        .api_key("nk-fake-0123456789abcdef")
        .build()
        .unwrap();
    let (good, bad) = smol::block_on(future::join(good.check_async(), bad.check_async()));
    assert_eq!(good.unwrap().models(), Some(3));
    let bad = bad.unwrap();
    assert_eq!(bad.error().unwrap().kind(), ErrorKind::InvalidApiKey);
}
