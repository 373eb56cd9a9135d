//! A request, and its answer.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::answers::Answers;
use crate::body::Prepared;
use crate::path::{Wanted, parse};

pub async fn answer(
    request: Request<Incoming>,
    answers: Arc<Answers>,
) -> Result<Response<Prepared>, Infallible> {
    let wanted = parse(request.uri().path());
    let Some(received) = read(request.into_body()).await else {
        return Ok(reply(
            StatusCode::BAD_REQUEST,
            "text/plain",
            Prepared::whole(Bytes::new()),
        ));
    };
    let Some((wanted, delay)) = wanted else {
        let words = Prepared::whole(Bytes::from_static(b"no such path"));
        return Ok(reply(StatusCode::NOT_FOUND, "text/plain", words));
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let (kind, body) = match wanted {
        Wanted::Chat => ("application/json", Prepared::whole(answers.chat.clone())),
        Wanted::Embeddings => (
            "application/json",
            Prepared::whole(answers.embeddings.clone()),
        ),
        Wanted::Download(bytes) => (
            "application/octet-stream",
            Prepared::whole(answers.filler(bytes)),
        ),
        Wanted::Upload => {
            let words = Bytes::from(format!("{{\"received\":{received}}}"));
            ("application/json", Prepared::whole(words))
        }
        Wanted::Stream { events, piece } => (
            "text/event-stream",
            Prepared::chunked(packed(answers.stream(events), piece)),
        ),
    };
    Ok(reply(StatusCode::OK, kind, body))
}

/// The length of the body; none if it was cut.
async fn read(mut body: Incoming) -> Option<usize> {
    let mut received = 0;
    while !body.is_end_stream() {
        let frame =
            std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context));
        match frame.await {
            None => break,
            Some(Err(_)) => return None,
            Some(Ok(frame)) => received += frame.data_ref().map_or(0, Bytes::len),
        }
    }
    Some(received)
}

/// The events, joined to pieces of about that size.
fn packed(events: Vec<Bytes>, piece: Option<usize>) -> Vec<Bytes> {
    let Some(piece) = piece else { return events };
    let all = events.concat();
    all.chunks(piece.max(1))
        .map(Bytes::copy_from_slice)
        .collect()
}

fn reply(status: StatusCode, kind: &'static str, body: Prepared) -> Response<Prepared> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("x-request-id", HeaderValue::from_static("req-0123456789"));
    response
}
