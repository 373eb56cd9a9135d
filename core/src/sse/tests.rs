use serde_json::Value;

use super::{Event, Parser, Unfit};

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

/// The events, which are the same whether those that lie whole in a piece are read in place or not.
fn parse<'b>(pieces: impl IntoIterator<Item = &'b [u8]> + Clone) -> (Vec<Event>, Option<u64>) {
    let copied = parse_with(pieces.clone(), |_, _| None);
    let in_place = parse_with(pieces, in_place);
    assert_eq!(copied, in_place);
    copied
}

fn parse_with<'b>(
    pieces: impl IntoIterator<Item = &'b [u8]>,
    first: impl Fn(&mut Parser, &mut &[u8]) -> Option<Event>,
) -> (Vec<Event>, Option<u64>) {
    let mut parser = Parser::new(1 << 20);
    let mut events = Vec::new();
    for mut piece in pieces {
        while let Some(event) =
            first(&mut parser, &mut piece).or_else(|| parser.next_event(&mut piece).unwrap())
        {
            events.push(event);
        }
        assert!(piece.is_empty());
    }
    (events, parser.retry_ms())
}

fn in_place(parser: &mut Parser, piece: &mut &[u8]) -> Option<Event> {
    let found = parser.any_in_place(piece)?;
    let text = |range| str::from_utf8(&piece[range]).unwrap().to_owned();
    let name = text(found.name);
    let event = if name.is_empty() {
        "message".into()
    } else {
        name
    };
    let event = Event::new(event, text(found.data), parser.id());
    *piece = &piece[found.length..];
    Some(event)
}

#[test]
fn an_event_of_the_usual_form_is_read_in_place() {
    for stream in [
        "data: a\n\ndata: b\n\n",
        "data: a\r\n\r\ndata: b\r\n\r\n",
        "data: a\n\nevent: x\nid: 7\ndata: b\n\n",
        "data: a\n\nid:7\nevent:x\ndata:b\n\n",
    ] {
        let mut parser = Parser::new(1 << 20);
        let mut rest = stream.as_bytes();
        assert!(parser.next_event(&mut rest).unwrap().is_some());
        let found = parser
            .in_place(rest)
            .unwrap_or_else(|| panic!("{stream:?}"));
        assert_eq!(&rest[found.data], b"b", "{stream:?}");
        assert_eq!(found.length, rest.len(), "{stream:?}");
    }
}

#[test]
fn an_event_of_another_form_is_left_to_the_parser_of_all() {
    for second in [
        "data: a\ndata: b\n\n",
        "data: a\n",
        "data: a",
        "data: \u{fffd}\r\r",
        ": comment\ndata: a\n\n",
        "id: \0\ndata: a\n\n",
        "retry: 3\ndata: a\n\n",
        "event: a\n\n",
        "data\n\n",
        "\n",
        "",
    ] {
        let mut parser = Parser::new(1 << 20);
        assert!(
            parser
                .next_event(&mut &b"data: x\n\n"[..])
                .unwrap()
                .is_some()
        );
        assert_eq!(parser.in_place(second.as_bytes()), None, "{second:?}");
    }
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
fn objects_between_other_lines_give_the_same_events_at_every_split() {
    const OBJECT: &[u8] = b"data: {\"a\":1}\n\n";
    let others: [&[u8]; 12] = [
        b"event: x\n",
        b"id: 7\n",
        b"data: before\n",
        b"data: {\"b\":2}\r\n\r\n",
        b"data: {\"b\":2}\r\r",
        b"data: {\"b\":\r2}\n\n",
        b"data: {\"b\":2}\n",
        ": \u{fffd}\n".as_bytes(),
        "data: {\"\u{e9}\":\"\u{1f600}\"}\n\n".as_bytes(),
        b"data: {\"\xff\"}\n\n",
        b"\xef\xbb\xbf",
        b"\n",
    ];
    for other in others {
        let stream = [OBJECT, other, OBJECT, OBJECT, other, OBJECT].concat();
        let wanted = parse([&stream[..]]);
        assert_eq!(parse(stream.chunks(1)), wanted, "{other:?}");
        for at in 0..=stream.len() {
            let (head, tail) = stream.split_at(at);
            assert_eq!(parse([head, tail]), wanted, "{other:?} split at {at}");
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

/// The number of events before the parser refuses the stream, if it does.
fn refusal<'b>(limit: usize, pieces: impl IntoIterator<Item = &'b [u8]>) -> Option<usize> {
    let mut parser = Parser::new(limit);
    let mut events = 0;
    for mut piece in pieces {
        loop {
            match parser.next_event(&mut piece) {
                Ok(Some(_)) => events += 1,
                Ok(None) => break,
                Err(_) => return Some(events),
            }
        }
    }
    None
}

#[test]
fn an_event_over_the_limit_is_refused_in_one_line_and_in_many() {
    let line = b"data: 0123456789\n".repeat(20);
    let events = b"data: 0123456789\n\n".repeat(20);
    let name = [b"event: ".as_slice(), &[b'n'; 60], b"\ndata: ", &[b'd'; 60]].concat();
    for length in [1, 7, 1024] {
        assert_eq!(refusal(100, [b'x'; 101].chunks(length)), Some(0));
        assert_eq!(refusal(100, [b'x'; 100].chunks(length)), None);
        assert_eq!(refusal(100, line.chunks(length)), Some(0));
        assert_eq!(refusal(100, events.chunks(length)), None);
        assert_eq!(refusal(100, name.chunks(length)), Some(0));
    }
}

#[test]
fn the_events_before_one_over_the_limit_come() {
    let stream = ["data: a\n\n".repeat(3), "x".repeat(101)].concat();
    for length in [1, 7, 1024] {
        let pieces = stream.as_bytes().chunks(length);
        assert_eq!(refusal(100, pieces), Some(3), "in pieces of {length}");
    }
}

#[test]
fn a_stream_without_line_ends_is_not_kept_beyond_the_limit() {
    let mut parser = Parser::new(100_000);
    let mut fed = 0;
    loop {
        let mut piece = &[b'x'; 1_000][..];
        if parser.next_event(&mut piece) == Err(Unfit::TooLarge) {
            break;
        }
        fed += 1_000;
        assert!(parser.line.len() == fed && fed <= 100_000);
    }
    assert_eq!(fed, 100_000);
}

/// Searching all earlier bytes again at each byte would take hours.
#[test]
fn a_long_line_is_looked_at_once_though_it_comes_byte_by_byte() {
    const LENGTH: usize = 4 << 20;
    let started = std::time::Instant::now();
    for head in ["data: ", "x", ":"] {
        let mut parser = Parser::new(usize::MAX);
        let mut feed = |bytes: &[u8]| {
            let mut event = None;
            for byte in bytes {
                event = parser.next_event(&mut std::slice::from_ref(byte)).unwrap();
            }
            event
        };
        assert_eq!(feed(head.as_bytes()), None);
        for _ in 0..LENGTH / 1024 {
            assert_eq!(feed(&[b'x'; 1024]), None);
        }
        let event = feed(b"\ndata: end\n\n").unwrap();
        let data = if head == "data: " { LENGTH + 4 } else { 3 };
        assert_eq!(event.data.len(), data);
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_huge_event_leaves_no_memory_behind() {
    let mut parser = Parser::new(1 << 20);
    for field in ["data: ", "data:", "event: ", ": "] {
        let stream = format!("{field}{}\n", "x".repeat(1 << 19));
        for mut piece in stream.as_bytes().chunks(16 * 1024) {
            assert_eq!(parser.next_event(&mut piece), Ok(None));
        }
        assert!(parser.line.capacity() <= 64 * 1024, "{field}");
        let event = parser.next_event(&mut &b"\n"[..]).unwrap();
        assert_eq!(event.is_some(), field.starts_with("data"));
        if let Some(event) = event {
            assert_eq!(event.data, "x".repeat(1 << 19));
        }
    }
}

#[test]
fn a_long_split_line_is_read_like_a_short_one() {
    for (stream, wanted) in [
        ("data: \u{feff}", "\u{feff}"),
        ("data:", ""),
        ("data:  ", " "),
        ("\u{feff}data: ", ""),
        ("data: a\ndata: ", "a\n"),
    ] {
        let long = [stream.as_bytes(), &[b'x'; 100_000], b"\xff\n\n"].concat();
        let (events, _) = parse(long.chunks(50_000));
        assert_eq!(events.len(), 1, "{stream:?}");
        let wanted = [wanted, &"x".repeat(100_000), "\u{fffd}"].concat();
        assert_eq!(events[0].data, wanted);
    }
}
