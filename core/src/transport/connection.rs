//! One connection: a channel, and what came over it.

use std::io::Write;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::call::{Call, Step};
use super::channel::Channel;
use super::fault;
use super::http1::{Heads, ReplyHead, RequestHead};
use super::input::{Input, LARGE, USUAL};
use super::upload;
use crate::error::{Error, ErrorKind};
use crate::memory::{Buffer, NoMemory};
use crate::request_body::RequestBody;

/// A body of up to this size goes out with its head in one send.
const TOGETHER: usize = USUAL;

/// A connection and its buffers; it serves one call at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    channel: Channel,
    input: Input,
    /// The head of the request, kept for its memory. It holds the key.
    output: Zeroizing<Vec<u8>>,
}

impl Connection {
    /// In a box: it is handed on several times in a call.
    pub fn new(channel: Channel) -> Box<Self> {
        Box::new(Connection {
            channel,
            input: Input::default(),
            output: Zeroizing::default(),
        })
    }

    /// Lets `call` use it; nobody, when it goes to rest.
    pub fn serve(&mut self, call: Option<&Arc<Call>>) {
        self.channel.socket_mut().serve(call);
        if call.is_none() {
            self.input.shrink();
        }
    }

    /// Whether it can serve another request, as far as anybody can tell without sending one.
    pub fn is_idle(&mut self) -> bool {
        self.channel.is_idle()
    }

    /// Whether nothing came that nobody asked for, and all of the request went out.
    pub fn is_clean(&mut self) -> bool {
        self.input.unread().is_empty() && self.channel.socket_mut().is_whole()
    }

    /// Sends a request: head and body in one send where they are small. A write to the socket
    /// that fails is no error: the server may have answered before it closed. What comes while
    /// it goes out is judged as [`read_head`](Self::read_head) does, and may end the sending.
    pub fn send(
        &mut self,
        head: &RequestHead<'_>,
        body: &RequestBody,
        longest_head: usize,
        call: &Call,
    ) -> Result<(), Error> {
        let Some(body) = body.bytes() else {
            self.channel.heed_answers(longest_head);
            let sent = upload::send(&mut self.channel, &mut self.output, head, body, call);
            self.channel.heed_nothing();
            sent?;
            call.steps(Step::AwaitingHead);
            return Ok(());
        };
        call.sends();
        let first = body.len().min(TOGETHER);
        let length = head.length() + first;
        if self.output.capacity() < length {
            // A buffer that grows would leave the key behind in the one that it was.
            self.output = Zeroizing::new(Vec::with_capacity(length));
        }
        self.output.clear();
        head.write(&mut self.output);
        self.output.extend_from_slice(&body[..first]);
        let rest = &body[first..];
        self.channel.heed_answers(longest_head);
        let sent = self
            .channel
            .write_all(&self.output)
            .and_then(|()| self.channel.write_all(rest))
            .and_then(|()| self.channel.flush());
        self.channel.heed_nothing();
        sent.map_err(fault::from_io)?;
        call.steps(Step::AwaitingHead);
        Ok(())
    }

    /// Waits for the head of the final reply; interim ones are passed over.
    pub fn read_head(&mut self, most: usize, call: &Call) -> Result<ReplyHead, Error> {
        let mut heads = Heads::new(most);
        loop {
            while let Some(head) = heads.next(self.input.unread())? {
                self.input.consume(head.length);
                if head.status >= 200 {
                    return Ok(head);
                }
            }
            if self.fill_up_to(most.saturating_add(1), Buffer::Head, call)? == 0 {
                return Err(ended_early(self.input.unread().len()));
            }
        }
    }

    pub fn unread(&self) -> &[u8] {
        self.input.unread()
    }

    pub fn consume(&mut self, amount: usize) {
        self.input.consume(amount);
    }

    /// Reads more of a body; 0 at the end.
    pub fn fill(&mut self, call: &Call) -> Result<usize, Error> {
        self.fill_up_to(LARGE, Buffer::Body, call)
    }

    fn fill_up_to(&mut self, most: usize, of: Buffer, call: &Call) -> Result<usize, Error> {
        let no_memory = |what: NoMemory| what.of(of);
        let space = self.input.space(most).map_err(no_memory)?;
        let size = space.len();
        let bytes = std::io::Read::read(&mut self.channel, space).map_err(fault::from_io)?;
        self.input.filled(bytes);
        call.received(bytes);
        // A full buffer says that more is there: the next read may take more at once.
        if bytes == size && bytes > 0 {
            self.input.space(most).map_err(no_memory)?;
        }
        Ok(bytes)
    }
}

fn ended_early(bytes: usize) -> Error {
    let message = match bytes {
        0 => "the connection ended before any answer came. The server or something on the way \
              closed it"
            .to_owned(),
        bytes => format!(
            "the connection ended inside the head of the answer, after {bytes} bytes. The server \
             or something on the way closed it"
        ),
    };
    Error::new(ErrorKind::Connection, message)
}
