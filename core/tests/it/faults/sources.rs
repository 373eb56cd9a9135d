//! 89: a body that is read from a source while it is sent.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use neura::{CancelToken, Client, ErrorKind, RequestBody};

use super::{LONG, assert_kind};
use crate::wire::{Peer, Wire, whole};

const MIB: usize = 1 << 20;

/// A file that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn of(bytes: &[u8]) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("neura-upload-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        Scratch(path)
    }

    fn open(&self) -> File {
        File::open(&self.0).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The head of each request, and its body as received.
type Came = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Reads one request to its end, in chunks or by its length.
fn take(peer: &mut Peer) -> Option<(String, Vec<u8>)> {
    let head = peer.head()?;
    let lower = head.to_ascii_lowercase();
    let mut body = Vec::new();
    if lower.contains("transfer-encoding: chunked") {
        while !body.ends_with(b"0\r\n\r\n") {
            read_some(peer, &mut body)?;
        }
    } else if let Some((_, rest)) = lower.split_once("content-length: ") {
        let length: usize = rest.split('\r').next()?.parse().ok()?;
        while body.len() < length {
            read_some(peer, &mut body)?;
        }
    }
    Some((head, body))
}

fn read_some(peer: &mut Peer, body: &mut Vec<u8>) -> Option<()> {
    let ahead = peer.ahead(usize::MAX);
    if !ahead.is_empty() {
        body.extend(ahead);
        return Some(());
    }
    let mut buffer = [0; 64 * 1024];
    match peer.stream.read(&mut buffer).ok()? {
        0 => None,
        length => {
            body.extend_from_slice(&buffer[..length]);
            Some(())
        }
    }
}

/// Answers the requests with these statuses, in turn.
fn answers(statuses: &'static [u16]) -> (Wire, Came) {
    let came = Came::default();
    let (kept, number) = (Arc::clone(&came), AtomicUsize::new(0));
    let server = Wire::start(move |peer, _| {
        while let Some(request) = take(peer) {
            kept.lock().unwrap().push(request);
            let number = number.fetch_add(1, Ordering::SeqCst);
            peer.send(whole(statuses[number.min(statuses.len() - 1)], "", "{}"));
        }
    });
    (server, came)
}

fn client(server: &Wire, retries: u32) -> Client {
    let client = server.client().max_retries(retries).timeout(LONG);
    client.build().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn fault_89_a_large_file_is_sent_in_pieces() {
    use crate::isolated::{isolated, memory};

    const LENGTH: u64 = 200 << 20;
    isolated(
        "faults::sources::fault_89_a_large_file_is_sent_in_pieces",
        || {
            let file = Scratch::of(b"");
            let sparse = File::options().write(true).open(&file.0).unwrap();
            sparse.set_len(LENGTH).unwrap();
            let server = Wire::start(|peer, _| {
                while let Some(head) = peer.head() {
                    let length = if head.starts_with("POST") { LENGTH } else { 0 };
                    let ahead = peer.ahead(usize::MAX).len() as u64;
                    let mut rest = (&peer.stream).take(length - ahead);
                    assert_eq!(
                        io::copy(&mut rest, &mut io::sink()).unwrap(),
                        length - ahead
                    );
                    peer.answer("{}");
                }
            });
            let client = client(&server, 0);
            assert!(client.get("/models").send().unwrap().ok());
            let before = memory("VmHWM");
            assert!(client.post("/files").body(file.open()).send().unwrap().ok());
            let grown = memory("VmHWM") - before;
            assert!(grown < 8 << 10, "{grown} KiB");
            assert_eq!(server.opened(), 1);
        },
    );
}

#[test]
fn fault_89_a_file_is_rewound_to_where_it_stood() {
    let bytes: Vec<u8> = (0..3 * MIB + 7).map(|at| (at % 251) as u8).collect();
    let scratch = Scratch::of(&bytes);
    let mut file = scratch.open();
    file.seek(SeekFrom::Start(5)).unwrap();
    let (server, came) = answers(&[503, 200]);
    let reply = client(&server, 2).post("/files").body(file).send().unwrap();
    assert_eq!((reply.status(), reply.attempts()), (200, 2));
    let came = came.lock().unwrap();
    for (head, body) in came.iter() {
        let length = format!("content-length: {}\r\n", bytes.len() - 5);
        assert!(head.contains(&length), "{head}");
        assert!(*body == bytes[5..]);
    }
}

#[test]
fn fault_89_a_reader_goes_out_in_chunks() {
    let (server, came) = answers(&[200]);
    let client = client(&server, 0);
    let body = RequestBody::reader(b"hello ".chain(&b"there"[..]));
    assert!(client.post("/files").body(body).send().unwrap().ok());
    let empty = RequestBody::reader(io::empty());
    assert!(client.post("/files").body(empty).send().unwrap().ok());
    let sized = RequestBody::sized_reader(b"hello ".chain(&b"there"[..]), 11);
    assert!(client.post("/files").body(sized).send().unwrap().ok());
    assert_eq!(server.opened(), 1);
    let came = came.lock().unwrap();
    let text_of = |at: usize| String::from_utf8_lossy(&came[at].1).into_owned();
    assert!(!came[0].0.to_ascii_lowercase().contains("content-length"));
    assert_eq!(text_of(0), "6\r\nhello \r\n5\r\nthere\r\n0\r\n\r\n");
    assert_eq!(text_of(1), "0\r\n\r\n");
    assert_eq!(text_of(2), "hello there");
}

#[test]
fn fault_89_what_cannot_be_rewound_is_not_sent_again() {
    // A status remains, whatever the retries.
    let (server, came) = answers(&[503, 200]);
    let body = RequestBody::reader(&b"once"[..]);
    let reply = client(&server, 2)
        .post("/files")
        .body(body.clone())
        .send()
        .unwrap();
    assert_eq!((reply.status(), reply.attempts()), (503, 1));
    assert_eq!(came.lock().unwrap().len(), 1);
    // Nor by another call.
    let error = client(&server, 2)
        .post("/files")
        .body(body)
        .send()
        .unwrap_err();
    assert_kind(
        &error,
        ErrorKind::InvalidArgument,
        "already read by an earlier call",
    );
    // A connection error is final, and says why.
    let server = Wire::start(|peer, _| {
        peer.head();
        peer.reset();
    });
    let body = RequestBody::reader(io::repeat(7).take(20 << 20));
    let error = client(&server, 2)
        .post("/files")
        .body(body)
        .send()
        .unwrap_err();
    assert_kind(&error, ErrorKind::Connection, "cannot be rewound");
    assert_eq!((error.attempts(), error.retryable()), (1, false));
    assert_eq!(server.opened(), 1);
    // A stale connection too.
    let server = Wire::start(|peer, _| {
        peer.request();
        peer.answer("{}");
        peer.head();
        peer.reset();
    });
    let client = client(&server, 2);
    assert!(client.get("/models").send().unwrap().ok());
    let body = RequestBody::reader(&b"once"[..]);
    let error = client.post("/files").body(body).send().unwrap_err();
    assert_kind(&error, ErrorKind::Connection, "cannot be rewound");
    assert_eq!(server.opened(), 1);
}

#[test]
fn fault_89_a_source_that_gave_nothing_is_sent_after_a_failed_connection() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let client = crate::wire::client(format!("http://{address}")).max_retries(3);
    let client = client.build().unwrap();
    let listens = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        Wire::on(address, |peer, _| {
            let (_, body) = take(peer).unwrap();
            peer.answer(&format!("{{\"bytes\": {}}}", body.len()));
        })
    });
    let body = RequestBody::sized_reader(&b"still here"[..], 10);
    let reply = client.post("/files").body(body).send().unwrap();
    assert_eq!(reply.text(), "{\"bytes\": 10}");
    assert!(reply.attempts() > 1);
    drop(listens.join());
}

#[test]
fn fault_89_a_source_of_another_length_than_it_said() {
    for (given, said, word) in [
        (3, 10, "fewer"),
        (0, 1, "fewer"),
        (11, 10, "more"),
        (1, 0, "more"),
        (3 * MIB + 1, 3 * MIB, "more"),
        (3 * MIB - 1, 3 * MIB, "fewer"),
    ] {
        let (server, came) = answers(&[200]);
        let client = client(&server, 2);
        assert!(client.get("/models").send().unwrap().ok());
        let body = RequestBody::sized_reader(io::repeat(7).take(given as u64), said as u64);
        let error = client.post("/files").body(body).send().unwrap_err();
        assert_kind(&error, ErrorKind::InvalidArgument, word);
        assert!(client.get("/models").send().unwrap().ok());
        assert_eq!(server.opened(), 2, "{given} of {said}");
        // No server took a part as the whole body.
        assert_eq!(came.lock().unwrap().len(), 2, "{given} of {said}");
    }
}

/// Returns some bytes, then fails.
struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("the disk is gone"));
        }
        let length = self.0.min(buffer.len());
        self.0 -= length;
        Ok(length)
    }
}

#[test]
fn fault_89_a_source_that_fails_is_the_callers_error() {
    for before in [0, 10, 3 * MIB] {
        let (server, came) = answers(&[200]);
        let client = client(&server, 2);
        let error = client
            .post("/files")
            .body(RequestBody::reader(Failing(before)));
        let error = error.send().unwrap_err();
        assert_kind(&error, ErrorKind::InvalidArgument, "the disk is gone");
        assert_eq!((error.attempts(), error.unsent()), (1, before == 0));
        assert!(client.get("/models").send().unwrap().ok());
        assert_eq!(came.lock().unwrap().len(), 1);
    }
}

/// Returns one byte at a time, slowly, and counts them.
struct Slow(Arc<AtomicU64>);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        std::thread::sleep(Duration::from_millis(20));
        self.0.fetch_add(1, Ordering::SeqCst);
        buffer[0] = b'x';
        Ok(1)
    }
}

#[test]
fn fault_89_an_early_answer_ends_the_reading_of_a_source() {
    let server = Wire::start(|peer, _| {
        peer.head();
        peer.send(whole(413, "", "{\"error\":{\"message\":\"at most 1 MB\"}}"));
        std::thread::sleep(LONG / 4);
    });
    let client = client(&server, 0);
    let (count, started) = (Arc::<AtomicU64>::default(), Instant::now());
    let slow = RequestBody::reader(Slow(Arc::clone(&count)));
    let reply = client.post("/files").body(slow).send().unwrap();
    assert_eq!(reply.status(), 413);
    let endless = RequestBody::reader(io::repeat(7));
    assert_eq!(
        client.post("/files").body(endless).send().unwrap().status(),
        413
    );
    assert!(count.load(Ordering::SeqCst) < 50);
    assert!(started.elapsed() < LONG / 4, "{:?}", started.elapsed());
    assert_eq!(server.opened(), 2);
}

#[test]
fn fault_89_limits_and_cancel_hold_while_a_source_is_read() {
    let (server, _) = answers(&[200]);
    let client = client(&server, 2);
    let slow = || RequestBody::reader(Slow(Arc::default()));
    let started = Instant::now();
    let limited = client.post("/files").body(slow());
    let error = limited
        .timeout(Duration::from_millis(300))
        .send()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    let stop = CancelToken::new();
    let cancelled = stop.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        cancelled.cancel();
    });
    let error = client
        .post("/files")
        .body(slow())
        .cancel(&stop)
        .send()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    canceller.join().unwrap();
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(client.get("/models").send().unwrap().ok());
}

#[test]
fn fault_89_bytes_that_are_shared_are_not_copied() {
    struct Owner(Arc<AtomicUsize>, Vec<u8>);
    impl AsRef<[u8]> for Owner {
        fn as_ref(&self) -> &[u8] {
            self.0.fetch_add(1, Ordering::SeqCst);
            &self.1
        }
    }
    let asked = Arc::<AtomicUsize>::default();
    let body = RequestBody::shared(Owner(Arc::clone(&asked), vec![7; MIB]));
    let (server, came) = answers(&[503, 200]);
    let reply = client(&server, 1).post("/files").body(body).send().unwrap();
    assert_eq!((reply.status(), reply.attempts()), (200, 2));
    assert!(asked.load(Ordering::SeqCst) > 1);
    assert!(
        came.lock()
            .unwrap()
            .iter()
            .all(|(_, body)| *body == vec![7; MIB])
    );
}
