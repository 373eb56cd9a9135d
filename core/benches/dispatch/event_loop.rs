//! The alternative to worker threads: one thread with one event loop for all connections.
//!
//! It does only what such a loop must do: it connects, keeps connections, sends a prepared request,
//! and reads a reply with a `content-length`. TLS, proxies, chunked bodies, limits, retries,
//! cancellation and redaction are missing, so its cost is a lower bound.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token, Waker};

type Done = Box<dyn FnOnce(io::Result<Vec<u8>>) + Send>;

const WAKE: Token = Token(usize::MAX);

/// A handle that passes calls to the loop. The loop runs until the process ends.
#[derive(Clone)]
pub struct EventLoop(Arc<Shared>);

struct Shared {
    waker: Waker,
    jobs: Mutex<VecDeque<Job>>,
}

struct Job {
    request: Vec<u8>,
    done: Done,
}

struct Connection {
    stream: TcpStream,
    job: Option<Job>,
    written: usize,
    reply: Vec<u8>,
}

impl EventLoop {
    pub fn new(server: SocketAddr, limit: usize) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let jobs = Mutex::default();
        let shared = Arc::new(Shared { waker, jobs });
        let mut state = State {
            poll,
            server,
            limit,
            connections: Vec::new(),
            idle: Vec::new(),
            shared: Arc::clone(&shared),
        };
        thread::spawn(move || state.run());
        Ok(EventLoop(shared))
    }

    /// Sends `request`; `done` is called with the body of the reply, on the loop's thread.
    pub fn call(&self, request: Vec<u8>, done: impl FnOnce(io::Result<Vec<u8>>) + Send + 'static) {
        let done = Box::new(done);
        let mut jobs = self.0.jobs.lock().expect("the jobs");
        let was_empty = jobs.is_empty();
        jobs.push_back(Job { request, done });
        drop(jobs);
        if was_empty {
            self.0.waker.wake().expect("the loop runs");
        }
    }
}

struct State {
    poll: Poll,
    server: SocketAddr,
    limit: usize,
    connections: Vec<Connection>,
    idle: Vec<usize>,
    shared: Arc<Shared>,
}

impl State {
    fn run(&mut self) {
        let mut events = Events::with_capacity(1_024);
        loop {
            self.poll.poll(&mut events, None).expect("events");
            for event in &events {
                match event.token() {
                    WAKE => {}
                    Token(index) => self.advance(index),
                }
            }
            self.start_jobs();
        }
    }

    fn start_jobs(&mut self) {
        while !self.idle.is_empty() || self.connections.len() < self.limit {
            let Some(job) = self.shared.jobs.lock().expect("the jobs").pop_front() else {
                return;
            };
            let index = match self.idle.pop() {
                Some(index) => index,
                None => self.connect(),
            };
            let connection = &mut self.connections[index];
            connection.job = Some(job);
            connection.written = 0;
            self.advance(index);
        }
    }

    fn connect(&mut self) -> usize {
        let index = self.connections.len();
        let mut stream = TcpStream::connect(self.server).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let both = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        registry
            .register(&mut stream, Token(index), both)
            .expect("it is watched");
        self.connections.push(Connection {
            stream,
            job: None,
            written: 0,
            reply: Vec::new(),
        });
        index
    }

    fn advance(&mut self, index: usize) {
        if let Some(outcome) = self.connections[index].advance()
            && let Some(job) = self.connections[index].job.take()
        {
            self.idle.push(index);
            (job.done)(outcome);
        }
    }
}

impl Connection {
    /// The outcome, once there is one.
    fn advance(&mut self) -> Option<io::Result<Vec<u8>>> {
        let job = self.job.as_ref()?;
        while let Some(rest) = job
            .request
            .get(self.written..)
            .filter(|rest| !rest.is_empty())
        {
            match self.stream.write(rest) {
                Ok(written) => self.written += written,
                Err(error) if waits(&error) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        let mut piece = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut piece) {
                Ok(0) => return Some(Err(io::ErrorKind::UnexpectedEof.into())),
                Ok(read) => self.reply.extend_from_slice(&piece[..read]),
                Err(error) if waits(&error) => return None,
                Err(error) => return Some(Err(error)),
            }
            if let Some(body) = self.body() {
                return Some(Ok(body));
            }
        }
    }

    /// The body, once the reply is complete.
    fn body(&mut self) -> Option<Vec<u8>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut head = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head_length) = head.parse(&self.reply).ok()? else {
            return None;
        };
        let length = |header: &httparse::Header<'_>| {
            let value = std::str::from_utf8(header.value).ok()?;
            let is_length = header.name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.parse::<usize>().ok())?
        };
        let length = head.headers.iter().find_map(length)?;
        let body = self.reply.get(head_length..head_length + length)?.to_vec();
        self.reply.clear();
        Some(body)
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected
    )
}
