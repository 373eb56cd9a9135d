//! One connection, from its acceptance to its end.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::body::BodyRecord;
use super::head::Head;
use super::incoming::{Ended, Incoming};
use super::recording::{Close, During, Recording, Side};
use super::reply::{At, Then};
use super::request_facts::RequestFacts;
use super::server::Service;
use super::state::{NextReply, Refusal, Replay};
use super::write_reply;

/// Serves a connection in its own thread; without a thread the connection is dropped and closed.
pub(super) fn serve(replay: &Arc<Replay>, stream: TcpStream) {
    let number = replay.record(|recording| {
        recording.connections += 1;
        recording.connections
    });
    let replay = replay.clone();
    let _ = thread::Builder::new()
        .name(format!("connection {number}"))
        .spawn(move || {
            Connection {
                replay: &replay,
                stream: &stream,
                number,
            }
            .run()
        });
}

struct Connection<'a> {
    replay: &'a Replay,
    stream: &'a TcpStream,
    number: usize,
}

impl Connection<'_> {
    fn run(&self) {
        let mut incoming = Incoming::new(self.stream);
        let now = self.replay.now_ms();
        let at_connect = |recording: &mut Recording| recording.begin(None, self.number, now);
        if let Some((index, next)) = self.replay.next_at_connect(at_connect) {
            let next = next.for_request(&RequestFacts::new(index + 1, "", b""));
            if !self.answer(&mut incoming, index, &next, None) {
                return;
            }
        }
        while self.one_request(&mut incoming) {}
    }

    /// Reads a request and answers it; false if the connection has ended.
    fn one_request(&self, incoming: &mut Incoming<'_>) -> bool {
        let head = match incoming.read_head() {
            Ok(head) => head,
            Err(ended) => return self.ended(ended),
        };
        let now = self.replay.now_ms();
        let (index, next) = self
            .replay
            .next(|recording| recording.begin(Some(&head), self.number, now));
        let early = next.reply.at != At::Request;
        let mut request = RequestFacts::new(index + 1, &head.target, b"");
        if !early {
            if head.expects_continue() && !incoming.has_more() {
                let _ = (&mut &*self.stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            let mut body = BodyRecord::new(next.reply.answer.is_some());
            let read = incoming.read_body(head.framing, &mut body);
            if next.reply.answer.is_some() {
                request = RequestFacts::new(index + 1, &head.target, &body.kept);
            }
            self.record_body(index, body);
            if let Err(ended) = read {
                return self.ended(ended);
            }
        }
        let answer = next.reply.answer.as_ref();
        if let Some(mismatch) = answer.and_then(|answer| answer.mismatch(&request)) {
            self.fault(format!("request {}: {mismatch}", index + 1));
        }
        let next = next.for_request(&request);
        if !self.answer(incoming, index, &next, Some(&head)) {
            return false;
        }
        if early {
            let mut body = BodyRecord::new(false);
            let read = incoming.read_body(head.framing, &mut body);
            self.record_body(index, body);
            if let Err(ended) = read {
                return self.ended(ended);
            }
        }
        true
    }

    fn record_body(&self, index: usize, mut body: BodyRecord) {
        body.shorten();
        self.replay
            .record(|recording| recording.requests[index].body = body);
    }

    /// Sends the reply; false if the connection has ended.
    fn answer(
        &self,
        incoming: &mut Incoming<'_>,
        index: usize,
        next: &NextReply,
        head: Option<&Head>,
    ) -> bool {
        // Before the reply: the client may return before this thread runs again.
        if next.refusal.is_some()
            && let Err(error) = self.replay.listener().close()
        {
            self.fault(format!("the port could not be closed and kept: {error}"));
        }
        let with_body = head.is_none_or(|head| head.method != "HEAD");
        let mut on_close = || self.closed(Side::Client, During::Reply);
        let written = write_reply::write(self.stream, &next.reply, with_body, &mut on_close);
        if let Some(Refusal::For(time)) = next.refusal
            && let Err(error) = self.replay.listener().open_after(time)
        {
            self.fault(format!("the port could not be opened again: {error}"));
        }
        let Ok(answered) = written else {
            self.closed(Side::Client, During::Reply);
            return false;
        };
        let at = self.replay.ms_at(answered);
        self.replay
            .record(|recording| recording.requests[index].answered_at_ms = Some(at));
        match next.reply.then {
            // A kept connection would bypass the closed port.
            Then::Keep if next.refusal.is_none() && !head.is_some_and(|head| head.last) => {
                return true;
            }
            Then::Keep | Then::Close => self.closed(Side::Server, During::After),
            Then::Linger => {
                self.closed(Side::Server, During::After);
                let _ = self.stream.shutdown(Shutdown::Write);
                incoming.drain();
            }
            Then::Reset => {
                self.closed(Side::Server, During::After);
                // Closing with a linger time of 0 sends a reset.
                let _ = SockRef::from(self.stream).set_linger(Some(Duration::ZERO));
            }
            Then::Stall => {
                incoming.drain();
                self.closed(Side::Client, During::After);
            }
        }
        false
    }

    fn ended(&self, ended: Ended) -> bool {
        match ended {
            Ended::BetweenRequests => self.closed(Side::Client, During::Idle),
            Ended::InRequest => self.closed(Side::Client, During::Request),
            Ended::Malformed(what) => {
                self.fault(what);
                self.closed(Side::Server, During::Request);
            }
        }
        false
    }

    fn closed(&self, by: Side, during: During) {
        let close = Close {
            connection: self.number,
            at_ms: self.replay.now_ms(),
            by,
            during,
        };
        self.replay.record(|recording| recording.close(close));
    }

    fn fault(&self, what: String) {
        let fault = format!("connection {}: {what}", self.number);
        self.replay.record(|recording| recording.faults.push(fault));
    }
}
