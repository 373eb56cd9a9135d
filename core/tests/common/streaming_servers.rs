//! Servers and calls for replies whose body is read as it arrives. Needs `common/wire.rs` as the
//! module `wire`.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use neura::{Client, StreamingResponse};

use crate::wire::{Peer, Wire};

pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server that answers the first request with `first`, and every other with `{}`.
pub fn answers(first: impl Fn(&mut Peer) + Send + Sync + 'static) -> Wire {
    Wire::start(move |peer, number| {
        if number == 0 {
            peer.request().unwrap();
            first(peer);
        }
        peer.answer_all();
    })
}

/// A server that sends `bytes`, and reports how long the client took to close after them.
pub fn reports_closing(bytes: &'static str) -> (Wire, Receiver<Duration>) {
    let (sender, closed) = channel();
    let server = answers(move |peer| {
        peer.send(bytes);
        sender.send(peer.until_closed()).unwrap();
    });
    (server, closed)
}

pub fn open(client: &Client) -> StreamingResponse {
    client.get("/open").send_streaming().unwrap()
}

pub fn assert_works(client: &Client) {
    assert!(client.get("/models").send().unwrap().ok());
}
