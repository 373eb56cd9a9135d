//! One connection to the server: a channel and the bytes that arrived over it.

use std::io::Write;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::call_control::CallControl;
use crate::failure::{ConnectionEnd, Failure, from_io};
use crate::http1::{HeadReader, ReplyHead, RequestHead};
use crate::memory::{Buffer, NoMemory};
use crate::progress::Phase;
use crate::read_buffer::{LARGE, ReadBuffer, USUAL};
use crate::request_body::RequestBody;
use crate::tls::Channel;
use crate::upload;

/// The first bytes of a body, up to this size, are sent together with the head.
const TOGETHER: usize = USUAL;

/// A connection and its buffers. It serves one call at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    channel: Channel,
    input: ReadBuffer,
    /// The head of the request. It holds the API key; it is kept for its memory.
    output: Zeroizing<Vec<u8>>,
}

impl Connection {
    /// Boxed, because it is moved several times in a call.
    pub fn new(channel: Channel) -> Box<Self> {
        Box::new(Connection {
            channel,
            input: ReadBuffer::default(),
            output: Zeroizing::default(),
        })
    }

    /// Sets the call that uses the connection; `None` when it becomes idle.
    pub fn serve(&mut self, call: Option<&Arc<CallControl>>) {
        self.channel.socket_mut().serve(call);
        if call.is_none() {
            self.input.shrink();
        }
    }

    /// Whether it can serve another request, as far as that can be known without sending one.
    pub fn is_idle(&mut self) -> bool {
        self.channel.is_idle()
    }

    /// Whether no surplus bytes arrived, and the whole request was sent.
    pub fn is_clean(&mut self) -> bool {
        self.input.unread().is_empty() && self.channel.socket_mut().sent_all()
    }

    /// Sends a request; a small body in one write with the head. A failed write to the socket is
    /// not an error here: the server may have replied before it closed. Bytes that arrive during
    /// the write are checked as [`read_head`](Self::read_head) does, and a refusal stops the
    /// sending.
    pub fn send(
        &mut self,
        head: &RequestHead<'_>,
        body: &RequestBody,
        longest_head: usize,
        call: &CallControl,
    ) -> Result<(), Failure> {
        let Some(body) = body.bytes() else {
            self.channel.watch_for_refusal(longest_head);
            let sent = upload::send(&mut self.channel, &mut self.output, head, body, call);
            self.channel.end_watch();
            sent?;
            call.enter(Phase::AwaitHead);
            return Ok(());
        };
        call.begin_send();
        let first = body.len().min(TOGETHER);
        let length = head.max_length() + first;
        if self.output.capacity() < length {
            // A growing buffer would leave a copy of the key behind.
            self.output = Zeroizing::new(Vec::with_capacity(length));
        }
        self.output.clear();
        head.write(&mut self.output);
        self.output.extend_from_slice(&body[..first]);
        let rest = &body[first..];
        self.channel.watch_for_refusal(longest_head);
        let sent = self
            .channel
            .write_all(&self.output)
            .and_then(|()| self.channel.write_all(rest))
            .and_then(|()| self.channel.flush());
        self.channel.end_watch();
        sent.map_err(from_io)?;
        call.enter(Phase::AwaitHead);
        Ok(())
    }

    /// Waits for the head of the final reply; interim ones are skipped.
    pub fn read_head(&mut self, most: usize, call: &CallControl) -> Result<ReplyHead, Failure> {
        let mut heads = HeadReader::new(most);
        loop {
            while !self.unread().is_empty()
                && let Some(head) = heads.next(self.input.unread())?
            {
                self.input.consume(head.length);
                if head.status >= 200 {
                    return Ok(head);
                }
            }
            if self.fill_up_to(most.saturating_add(1), Buffer::Head, call)? == 0 {
                return Err(Failure::ended(match self.input.unread().len() {
                    0 => ConnectionEnd::BeforeReply,
                    bytes => ConnectionEnd::Head { bytes },
                }));
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
    pub fn fill(&mut self, call: &CallControl) -> Result<usize, Failure> {
        self.fill_up_to(LARGE, Buffer::Body, call)
    }

    /// Reads some of a body into `into`, without the buffer, which is empty; 0 at the end.
    pub fn read(&mut self, into: &mut [u8], call: &CallControl) -> Result<usize, Failure> {
        let bytes = std::io::Read::read(&mut self.channel, into).map_err(from_io)?;
        call.received(bytes);
        Ok(bytes)
    }

    fn fill_up_to(
        &mut self,
        most: usize,
        buffer: Buffer,
        call: &CallControl,
    ) -> Result<usize, Failure> {
        let no_memory = |what: NoMemory| what.of(buffer);
        let space = self.input.space(most).map_err(no_memory)?;
        let size = space.len();
        let bytes = std::io::Read::read(&mut self.channel, space).map_err(from_io)?;
        self.input.filled(bytes);
        call.received(bytes);
        // A full buffer means that more is there: let the next read take more at once.
        if bytes == size && bytes > 0 {
            self.input.space(most).map_err(no_memory)?;
        }
        Ok(bytes)
    }
}
