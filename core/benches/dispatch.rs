//! A thousand calls in flight through the dispatcher, against a server in a process of its
//! own that waits 200 ms before each answer: how long 2,000 calls take, and how much memory.
//!
//! `cargo bench -p neura --bench dispatch`. Without cargo's `--bench` it is a small run that
//! only shows that this program works.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use neura::{Calls, CancelToken, Client, Dispatcher, Operation, RequestOptions};

const WAIT: Duration = Duration::from_millis(200);
/// Runs after the first, with the connections and workers of the one before.
const WARM_RUNS: usize = 5;

fn main() {
    let told = |word: &str| std::env::args().any(|argument| argument == word);
    if told("--serve") {
        return serve();
    }
    let (calls, limit) = if told("--bench") {
        (2_000, 1_000)
    } else {
        (40, 20)
    };
    let (server, url) = start_server();
    let client = Client::builder()
        .api_key("nk-fake-0123456789abcdef")
        .base_url(url)
        .build()
        .expect("a client");
    let dispatcher = Dispatcher::new(limit);
    let ideal = WAIT * calls / limit as u32;
    println!("{calls} calls, {limit} in flight; the server alone needs {ideal:?}");
    println!("before: {}", memory());
    for run in 0..=WARM_RUNS {
        let began = processor_time();
        let (given, took) = all(&client, &dispatcher, calls);
        let used = processor_time().saturating_sub(began);
        let name = if run == 0 { "cold" } else { "warm" };
        let times = took.as_secs_f64() / ideal.as_secs_f64();
        println!(
            "{name}: {took:.3?}, {times:.2} times the ideal; given to the workers within \
             {given:.1?}; {used:.3?} of processor time"
        );
    }
    println!("after: {}", memory());
    drop(server);
}

/// How long it takes to begin `count` calls at once, and until the last of them is settled.
fn all(client: &Client, dispatcher: &Dispatcher, count: u32) -> (Duration, Duration) {
    let body = r#"{"model":"gpt-5","messages":[{"role":"user","content":"Hello!"}]}"#;
    let (sender, woken) = channel();
    let calls = Calls::new(move || sender.send(()).unwrap_or_default());
    let started = Instant::now();
    for _ in 0..count {
        let (client, token) = (client.clone(), CancelToken::new());
        let mut options = RequestOptions::new();
        options.set_cancel(token.clone());
        let job = move |_| client.call(Operation::Chat(body.into()), options);
        calls.start(dispatcher, token, job);
    }
    let given = started.elapsed();
    let mut settled = 0;
    while settled < count {
        woken.recv().expect("the consumer is woken");
        for (_, outcome) in calls.take() {
            outcome.expect("a reply");
            settled += 1;
        }
    }
    (given, started.elapsed())
}

/// What this process has in memory, and the most that it ever had.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let told = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        kib.map_or("unknown".to_owned(), |kib: f64| {
            format!("{:.1} MiB", kib / 1024.0)
        })
    };
    format!("{} resident, at most {}", told("VmRSS:"), told("VmHWM:"))
}

/// What this process used of the processors so far, where the system tells.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: u64 = stat
        .rsplit(") ")
        .next()
        .into_iter()
        .flat_map(|fields| fields.split(' ').skip(11).take(2))
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Ends with its input, and so with the process that started it.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn start_server() -> (Server, String) {
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

fn serve() {
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let socket =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    socket.bind(&any.into()).expect("a port");
    // All connect at once; what a short queue drops would knock again after a second.
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

/// Answers one request after another, each of which comes in one piece.
fn answer(mut socket: TcpStream) {
    let body = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"gpt-5","choices":[{"index":0,"message":{"role":"assistant","content":"You said: Hello!"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":4,"total_tokens":6}}"#;
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let _ = socket.set_nodelay(true);
    let mut request = [0; 4096];
    while matches!(socket.read(&mut request), Ok(1..)) {
        thread::sleep(WAIT);
        if socket.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
