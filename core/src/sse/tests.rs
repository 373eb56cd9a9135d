use serde_json::Value;

use super::{Event, Parser, TooLarge};

fn cases() -> Vec<Value> {
    let text = include_str!("../../../conformance/sse.json");
    let file: Value = serde_json::from_str(text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn expected(case: &Value) -> Vec<Event> {
    let text = |event: &Value, name: &str| event[name].as_str().unwrap().to_owned();
    case["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| Event {
            event: text(event, "event"),
            data: text(event, "data"),
            id: text(event, "id"),
        })
        .collect()
}

fn parse<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> (Vec<Event>, Option<u64>) {
    let mut parser = Parser::new(1 << 20);
    let mut events = Vec::new();
    for piece in pieces {
        parser.feed(piece).unwrap();
        events.extend(std::iter::from_fn(|| parser.next_event()));
    }
    (events, parser.retry_ms())
}

#[test]
fn every_case_gives_the_same_events_at_every_split() {
    let cases = cases();
    assert!(cases.len() >= 24);
    for case in &cases {
        let stream = case["stream"].as_str().unwrap().as_bytes();
        let wanted = (expected(case), case["retry_ms"].as_u64());
        assert_eq!(parse([stream]), wanted, "{case}");
        assert_eq!(parse(stream.chunks(1)), wanted, "byte by byte: {case}");
        for at in 0..=stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(parse([head, tail]), wanted, "split at {at}: {case}");
        }
    }
}

#[test]
fn every_kind_of_line_end_gives_the_same_events() {
    let stream = "data: a\ndata: b\n\nevent: x\ndata: c\n\n";
    let wanted = parse([stream.as_bytes()]).0;
    assert_eq!(wanted.len(), 2);
    for end in ["\r", "\r\n"] {
        let other = stream.replace('\n', end);
        assert_eq!(parse([other.as_bytes()]).0, wanted, "{end:?}");
        assert_eq!(parse(other.as_bytes().chunks(1)).0, wanted, "{end:?}");
    }
    let mixed = "data: a\rdata: b\r\n\nevent: x\ndata: c\r\r";
    assert_eq!(parse([mixed.as_bytes()]).0, wanted);
}

#[test]
fn bytes_that_are_not_utf8_become_replacement_characters() {
    let (events, _) = parse([&b"data: a\xff\xfeb\n\n"[..]]);
    assert_eq!(events[0].data, "a\u{fffd}\u{fffd}b");
}

#[test]
fn an_id_with_nul_is_ignored() {
    let (events, _) = parse([&b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"[..]]);
    assert_eq!(events[1].id, "1");
}

#[test]
fn an_event_over_the_limit_is_refused_in_one_line_and_in_many() {
    let mut parser = Parser::new(100);
    assert_eq!(parser.feed(&[b'x'; 101]), Err(TooLarge));
    let mut parser = Parser::new(100);
    let fed = (0..20).try_for_each(|_| parser.feed(b"data: 0123456789\n"));
    assert_eq!(fed, Err(TooLarge));
    let mut parser = Parser::new(100);
    let fed = (0..20).try_for_each(|_| parser.feed(b"data: 0123456789\n\n"));
    assert_eq!(fed, Ok(()));
}
