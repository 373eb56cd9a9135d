//! Event streams: what must hold for the parser, and how it is measured.

use crate::sse::{Event, Parser, Unfit};

const LIMIT: usize = 4_096;

/// Parses `stream`, cut into pieces of `piece` bytes, and passes each event to `take`. Stops at an
/// event over 64 MiB.
pub fn each_event(stream: &[u8], piece: usize, take: impl FnMut(Event)) {
    let _ = parse(64 << 20, stream.chunks(piece.max(1)), take);
}

fn parse<'b>(
    limit: usize,
    pieces: impl IntoIterator<Item = &'b [u8]>,
    mut take: impl FnMut(Event),
) -> Result<(), Unfit> {
    let mut parser = Parser::new(limit);
    for mut piece in pieces {
        while let Some(event) = next(&mut parser, &mut piece)? {
            take(event);
        }
    }
    Ok(())
}

fn next(parser: &mut Parser, piece: &mut &[u8]) -> Result<Option<Event>, Unfit> {
    let Some(found) = parser.any_in_place(piece) else {
        return parser.next_event(piece);
    };
    let text = |range| {
        piece
            .get(range)
            .map(String::from_utf8_lossy)
            .unwrap_or_default()
    };
    let (name, data) = (text(found.name), text(found.data));
    let name = if name.is_empty() {
        "message".into()
    } else {
        name
    };
    let event = Event::new(name, data, parser.id());
    *piece = piece.get(found.length..).unwrap_or_default();
    Ok(Some(event))
}

/// An event stream: the events are those of a plain implementation of the rules, wherever its bytes
/// are cut, and the parser needs no more memory than the limit allows. The first byte is the length
/// of a piece.
pub fn event_stream(data: &[u8]) {
    let Some((length, stream)) = data.split_first() else {
        return;
    };
    let gather = |length: usize| {
        let mut events = Vec::new();
        let ended = parse(LIMIT, stream.chunks(length.max(1)), |event| {
            events.push(event);
        });
        (events, ended)
    };
    let (events, ended) = gather(stream.len());
    assert_eq!((events.clone(), ended), gather(usize::from(*length)));
    let mut wanted = by_the_rules(stream);
    if ended.is_err() {
        wanted.truncate(events.len());
    }
    assert_eq!(events, wanted);
    for event in events {
        assert!(event.data.len() <= 3 * LIMIT);
        assert!(!event.event.contains(['\r', '\n']));
        assert!(!event.id.contains('\0'));
    }
}

/// WHATWG HTML, "interpreting an event stream", sentence by sentence; slow, and with the
/// whole stream at once.
fn by_the_rules(stream: &[u8]) -> Vec<Event> {
    let text = String::from_utf8_lossy(stream);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop(); // The rest without a line end is not a line.
    let (mut events, mut id) = (Vec::new(), String::new());
    let (mut name, mut data) = (String::new(), String::new());
    for line in lines {
        if line.is_empty() {
            let (name, data) = (std::mem::take(&mut name), std::mem::take(&mut data));
            if let Some(data) = data.strip_suffix('\n') {
                events.push(Event {
                    event: match name.as_str() {
                        "" => "message".to_owned(),
                        _ => name,
                    },
                    data: data.to_owned(),
                    id: id.clone(),
                });
            }
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => name = value.to_owned(),
            "data" => data.extend([value, "\n"]),
            "id" if !value.contains('\0') => id = value.to_owned(),
            _ => {}
        }
    }
    events
}
