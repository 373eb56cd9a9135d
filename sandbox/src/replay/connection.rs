//! One connection, from its acceptance to its end.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::asked::Asked;
use super::body::BodyRecord;
use super::head::Head;
use super::incoming::{Ended, Incoming};
use super::perform;
use super::recording::{Close, During, Recording, Side};
use super::reply::{At, Then};
use super::served::Served;
use super::stage::{Cue, Refusal, Stage};

/// Serves a connection in its own thread; without a thread the connection is dropped and closed.
pub(super) fn serve(stage: &Arc<Stage>, stream: TcpStream) {
    let number = stage.record(|recording| {
        recording.connections += 1;
        recording.connections
    });
    let stage = stage.clone();
    let _ = thread::Builder::new()
        .name(format!("connection {number}"))
        .spawn(move || {
            Connection {
                stage: &stage,
                stream: &stream,
                number,
            }
            .run()
        });
}

struct Connection<'a> {
    stage: &'a Stage,
    stream: &'a TcpStream,
    number: usize,
}

impl Connection<'_> {
    fn run(&self) {
        let mut incoming = Incoming::new(self.stream);
        let now = self.stage.now_ms();
        let at_connect = |recording: &mut Recording| recording.begin(None, self.number, now);
        if let Some((index, cue)) = self.stage.next_at_connect(at_connect) {
            let cue = cue.for_request(&Asked::new(index + 1, "", b""));
            if !self.answer(&mut incoming, index, &cue, None) {
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
        let now = self.stage.now_ms();
        let (index, cue) = self
            .stage
            .next(|recording| recording.begin(Some(&head), self.number, now));
        let early = cue.play.at != At::Request;
        let mut asked = Asked::new(index + 1, &head.target, b"");
        if !early {
            if head.expects_continue() && !incoming.has_more() {
                let _ = (&mut &*self.stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            let mut body = BodyRecord::new(cue.play.answer.is_some());
            let read = incoming.read_body(head.framing, &mut body);
            if cue.play.answer.is_some() {
                asked = Asked::new(index + 1, &head.target, &body.kept);
            }
            self.record_body(index, body);
            if let Err(ended) = read {
                return self.ended(ended);
            }
        }
        let answer = cue.play.answer.as_ref();
        if let Some(misfit) = answer.and_then(|answer| answer.misfit(&asked)) {
            self.fault(format!("request {}: {misfit}", index + 1));
        }
        let cue = cue.for_request(&asked);
        if !self.answer(incoming, index, &cue, Some(&head)) {
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
        self.stage
            .record(|recording| recording.requests[index].body = body);
    }

    /// Plays the reply; false if the connection has ended.
    fn answer(
        &self,
        incoming: &mut Incoming<'_>,
        index: usize,
        cue: &Cue,
        head: Option<&Head>,
    ) -> bool {
        // Before the reply: the client may return before this thread runs again.
        if cue.refusal.is_some()
            && let Err(error) = self.stage.door().close()
        {
            self.fault(format!("the port could not be closed and kept: {error}"));
        }
        let with_body = head.is_none_or(|head| head.method != "HEAD");
        let mut on_close = || self.closed(Side::Client, During::Reply);
        let written = perform::write(self.stream, &cue.play, with_body, &mut on_close);
        if let Some(Refusal::For(time)) = cue.refusal
            && let Err(error) = self.stage.door().open_after(time)
        {
            self.fault(format!("the port could not be opened again: {error}"));
        }
        let Ok(answered) = written else {
            self.closed(Side::Client, During::Reply);
            return false;
        };
        let at = self.stage.ms_at(answered);
        self.stage
            .record(|recording| recording.requests[index].answered_at_ms = Some(at));
        match cue.play.then {
            // A kept connection would bypass the closed port.
            Then::Keep if cue.refusal.is_none() && !head.is_some_and(|head| head.last) => {
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
            Ended::Idle => self.closed(Side::Client, During::Idle),
            Ended::Within => self.closed(Side::Client, During::Request),
            Ended::Nonsense(what) => {
                self.fault(what);
                self.closed(Side::Server, During::Request);
            }
        }
        false
    }

    fn closed(&self, by: Side, during: During) {
        let close = Close {
            connection: self.number,
            at_ms: self.stage.now_ms(),
            by,
            during,
        };
        self.stage.record(|recording| recording.close(close));
    }

    fn fault(&self, what: String) {
        let fault = format!("connection {}: {what}", self.number);
        self.stage.record(|recording| recording.faults.push(fault));
    }
}
