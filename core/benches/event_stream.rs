//! How fast event streams are parsed on one core, into owned events as for a user.
//!
//! `cargo bench -p neura --features fuzzing --bench event_stream`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use neura::fuzzing::each_event;

/// Small enough for a cache, because a read also leaves its bytes there.
const STREAM: usize = 1 << 20;
/// The bytes of one read of a connection.
const PIECE: usize = 16 * 1024;

/// A chunk of a chat answer, as an event of `size` bytes: its line and the empty one.
fn event(size: usize, word: &str, end: &str) -> String {
    let head = "data: {\"id\":\"chatcmpl-0123456789abcdefghij\",\"object\":\
                \"chat.completion.chunk\",\"created\":1790000000,\"model\":\"gpt-5\",\
                \"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    let tail = "\"},\"finish_reason\":null}]}";
    let room = size - head.len() - tail.len() - 2 * end.len();
    let mut text: String = word
        .chars()
        .cycle()
        .take(room / word.len() * word.chars().count())
        .collect();
    while text.len() < room {
        text.push(' ');
    }
    format!("{head}{text}{tail}{end}{end}")
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event_stream");
    for (name, size, word, end) in [
        ("200 bytes", 200, "a", "\n"),
        ("200 bytes, CRLF", 200, "a", "\r\n"),
        ("200 bytes, Chinese", 200, "字", "\n"),
        ("2,000 bytes", 2_000, "a", "\n"),
        ("2,000 bytes, Chinese", 2_000, "字", "\n"),
    ] {
        let one = event(size, word, end);
        assert_eq!(one.len(), size);
        let stream = one.repeat(STREAM / size);
        group.throughput(Throughput::Bytes(stream.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut events = 0;
                each_event(stream.as_bytes(), PIECE, |event| {
                    black_box(event);
                    events += 1;
                });
                assert_eq!(events, STREAM / size);
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = parsing
}
criterion_main!(benches);
