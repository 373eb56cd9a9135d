//! What a path asks for: `/delay/200/stream/1000/v1/chat/completions`.

use std::time::Duration;

#[derive(Debug, PartialEq)]
pub enum Wanted {
    Chat,
    /// An event stream of so many chunks; the size of the pieces in which it is sent, or one event each.
    Stream {
        events: usize,
        piece: Option<usize>,
    },
    Embeddings,
    /// A body of so many bytes.
    Download(usize),
    /// The number of bytes that came.
    Upload,
}

/// What is asked for, and after which delay it is answered.
pub fn parse(path: &str) -> Option<(Wanted, Duration)> {
    let mut words = path.split('/').skip(1);
    let (mut delay, mut events, mut piece) = (0, None, None);
    loop {
        match words.next()? {
            "delay" => delay = words.next()?.parse().ok()?,
            "stream" => events = Some(words.next()?.parse().ok()?),
            "piece" => piece = Some(words.next()?.parse().ok()?),
            "v1" => break,
            _ => return None,
        }
    }
    let rest: Vec<&str> = words.collect();
    let wanted = match (rest.as_slice(), events) {
        (["chat", "completions"], None) => Wanted::Chat,
        (["chat", "completions"], Some(events)) => Wanted::Stream { events, piece },
        (["embeddings"], _) => Wanted::Embeddings,
        (["download", bytes], _) => Wanted::Download(bytes.parse().ok()?),
        (["upload"], _) => Wanted::Upload,
        _ => return None,
    };
    Some((wanted, Duration::from_millis(delay)))
}
