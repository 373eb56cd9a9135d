//! A server in its own process that waits before each reply.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// How long it waits, except for the path `/at-once`.
pub const WAIT: Duration = Duration::from_millis(200);

/// It ends when its input closes, and so with the process that started it.
pub struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The server, and its base URL.
pub fn start() -> (Server, String) {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .arg("--serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut url = String::new();
    let out = child.stdout.take().expect("the server's output");
    BufReader::new(out).read_line(&mut url).expect("its URL");
    (Server(child), url.trim().to_owned())
}

/// Serves until the standard input ends.
pub fn serve() {
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let socket =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.bind(&any.into()).expect("a port");
    // All clients connect at once; with a short queue, dropped ones would retry after a second.
    socket.listen(4_096).expect("a queue");
    let listener = TcpListener::from(socket);
    println!("http://{}", listener.local_addr().expect("its address"));
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let thread = thread::Builder::new().stack_size(64 * 1024);
            thread.spawn(move || answer(socket)).expect("a thread");
        }
    });
    let _ = std::io::stdin().read(&mut [0]);
}

/// Answers one request after another; each arrives in one piece.
fn answer(mut socket: TcpStream) {
    let body = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"gpt-5","choices":[{"index":0,"message":{"role":"assistant","content":"You said: Hello!"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":4,"total_tokens":6}}"#;
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let _ = socket.set_nodelay(true);
    let mut request = [0; 4096];
    while matches!(socket.read(&mut request), Ok(1..)) {
        if !request.starts_with(b"POST /at-once") {
            thread::sleep(WAIT);
        }
        if socket.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
