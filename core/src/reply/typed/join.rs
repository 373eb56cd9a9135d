//! The whole completion from the chunks of its stream.

use serde_json::{Map, Value};

use super::{
    Audio, AudioDelta, ChatChoice, ChatChunk, ChatCompletion, ChatMessage, ChunkChoice, CustomCall,
    Delta, FunctionCall, FunctionCallDelta, Logprobs, ToolCall, ToolCallDelta,
};

/// Joins the chunks of a streamed chat completion, in their order.
///
/// Texts, arguments, audio and token lists are appended; of everything else the last value counts.
/// Of members that this version does not have, the texts and lists of a delta are appended too.
///
/// A piece of a tool call belongs to the last call with its `index`. If it has another id than that
/// call, it starts a new one: some services number all calls 0.
#[derive(Clone, Debug, Default)]
pub struct ChatJoin {
    whole: ChatCompletion,
    /// The `index` of each tool call, for each choice.
    indexes: Vec<Vec<u64>>,
}

impl ChatJoin {
    /// Adds the next chunk.
    pub fn add(&mut self, chunk: ChatChunk) {
        let whole = &mut self.whole;
        replace(&mut whole.id, chunk.id);
        replace(&mut whole.model, chunk.model);
        if chunk.created != 0 {
            whole.created = chunk.created;
        }
        let parts = [
            (&mut whole.service_tier, chunk.service_tier),
            (&mut whole.system_fingerprint, chunk.system_fingerprint),
        ];
        for (known, given) in parts {
            *known = given.or(known.take());
        }
        whole.moderation = chunk.moderation.or(whole.moderation.take());
        whole.usage = chunk.usage.or(whole.usage.take());
        let more = chunk
            .extra
            .into_iter()
            .filter(|(_, value)| !value.is_null());
        whole.extra.extend(more);
        for choice in chunk.choices {
            self.add_choice(choice);
        }
    }

    fn add_choice(&mut self, piece: ChunkChoice) {
        let choices = &mut self.whole.choices;
        let place = choices.binary_search_by_key(&piece.index, |choice| choice.index);
        let place = place.unwrap_or_else(|place| {
            let choice = ChatChoice {
                index: piece.index,
                ..ChatChoice::default()
            };
            choices.insert(place, choice);
            self.indexes.insert(place, Vec::new());
            place
        });
        let (choice, indexes) = (&mut choices[place], &mut self.indexes[place]);
        replace(
            &mut choice.finish_reason,
            piece.finish_reason.unwrap_or_default(),
        );
        if let Some(piece) = piece.logprobs {
            add_logprobs(choice.logprobs.get_or_insert_default(), piece);
        }
        let mut extra = piece.extra;
        // A reply that is not a stream is the only chunk, with a message in place of a delta.
        let message = extra.remove("message").map(serde_json::from_value);
        if let Some(Ok(message)) = message {
            choice.message = message;
            indexes.clear();
        }
        let more = extra.into_iter().filter(|(_, value)| !value.is_null());
        choice.extra.extend(more);
        add_delta(&mut choice.message, indexes, piece.delta);
    }

    /// The completion so far.
    pub fn whole(&self) -> ChatCompletion {
        let mut whole = self.whole.clone();
        "chat.completion".clone_into(&mut whole.object);
        for choice in &mut whole.choices {
            let message = &mut choice.message;
            if message.role.is_empty() {
                "assistant".clone_into(&mut message.role);
            }
            for call in message.tool_calls.iter_mut().flatten() {
                if call.type_.is_empty() {
                    let is_custom = call.custom.is_some() && call.function.is_none();
                    let of = if is_custom { "custom" } else { "function" };
                    of.clone_into(&mut call.type_);
                }
            }
            // Members that a delta does not have, for example `annotations`.
            if !message.extra.is_empty() {
                let again = serde_json::to_value(&*message).and_then(serde_json::from_value);
                if let Ok(again) = again {
                    *message = again;
                }
            }
        }
        whole
    }
}

/// The whole completion from the chunks of its stream. Texts, arguments, audio and token lists are
/// appended; of everything else the last value counts. Pieces of a tool call are joined by their
/// index, and another id starts another call.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// # let request = serde_json::json!({
/// #     "model": "gpt-5",
/// #     "messages": [{"role": "user", "content": "Hello!"}],
/// # });
/// use neura::{ChatCompletion, Error};
///
/// let answer: Result<ChatCompletion, Error> = client.chat(&request).stream()?.collect();
/// assert_eq!(answer?.text(), "You said: Hello!");
/// # Ok::<(), neura::Error>(())
/// ```
impl FromIterator<ChatChunk> for ChatCompletion {
    fn from_iter<I: IntoIterator<Item = ChatChunk>>(chunks: I) -> Self {
        let mut join = ChatJoin::default();
        for chunk in chunks {
            join.add(chunk);
        }
        join.whole()
    }
}

fn add_delta(message: &mut ChatMessage, indexes: &mut Vec<u64>, piece: Delta) {
    replace(&mut message.role, piece.role.unwrap_or_default());
    append(&mut message.content, piece.content);
    append(&mut message.refusal, piece.refusal);
    append(&mut message.reasoning_content, piece.reasoning_content);
    if let Some(piece) = piece.audio {
        add_audio(message.audio.get_or_insert_default(), piece);
    }
    if let Some(piece) = piece.function_call {
        add_function(message.function_call.get_or_insert_default(), piece);
    }
    for piece in piece.tool_calls.unwrap_or_default() {
        let calls = message.tool_calls.get_or_insert_default();
        add_tool_call(calls, indexes, piece);
    }
    for (name, value) in piece.extra {
        add_unknown(&mut message.extra, name, value);
    }
}

fn add_tool_call(calls: &mut Vec<ToolCall>, indexes: &mut Vec<u64>, piece: ToolCallDelta) {
    let id = piece.id.unwrap_or_default();
    // Those of one index are neighbours; the last of them is the open one.
    let end = indexes.partition_point(|index| *index <= piece.index);
    let open = end.checked_sub(1).filter(|&last| {
        let known = &calls[last].id;
        indexes[last] == piece.index && (id.is_empty() || known.is_empty() || *known == id)
    });
    let place = open.unwrap_or_else(|| {
        calls.insert(end, ToolCall::default());
        indexes.insert(end, piece.index);
        end
    });
    let call = &mut calls[place];
    replace(&mut call.id, id);
    replace(&mut call.type_, piece.type_.unwrap_or_default());
    if let Some(piece) = piece.function {
        add_function(call.function.get_or_insert_default(), piece);
    }
    for (name, value) in piece.extra {
        match (name.as_str(), value) {
            ("custom", Value::Object(piece)) => {
                add_custom(call.custom.get_or_insert_default(), piece);
            }
            (_, Value::Null) => {}
            (_, value) => {
                call.extra.insert(name, value);
            }
        }
    }
}

fn add_function(call: &mut FunctionCall, piece: FunctionCallDelta) {
    replace(&mut call.name, piece.name.unwrap_or_default());
    call.arguments += &piece.arguments.unwrap_or_default();
    let more = piece
        .extra
        .into_iter()
        .filter(|(_, value)| !value.is_null());
    call.extra.extend(more);
}

fn add_custom(call: &mut CustomCall, piece: Map<String, Value>) {
    for (name, value) in piece {
        match (name.as_str(), value) {
            ("name", Value::String(name)) => replace(&mut call.name, name),
            ("input", Value::String(input)) => call.input += &input,
            (_, Value::Null) => {}
            (_, value) => {
                call.extra.insert(name, value);
            }
        }
    }
}

fn add_audio(audio: &mut Audio, piece: AudioDelta) {
    replace(&mut audio.id, piece.id.unwrap_or_default());
    audio.data += &piece.data.unwrap_or_default();
    audio.transcript += &piece.transcript.unwrap_or_default();
    audio.expires_at = piece.expires_at.unwrap_or(audio.expires_at);
    for (name, value) in piece.extra {
        add_unknown(&mut audio.extra, name, value);
    }
}

fn add_logprobs(logprobs: &mut Logprobs, piece: Logprobs) {
    let lists = [
        (&mut logprobs.content, piece.content),
        (&mut logprobs.refusal, piece.refusal),
    ];
    for (known, more) in lists {
        if let Some(more) = more {
            known.get_or_insert_default().extend(more);
        }
    }
    logprobs.extra.extend(piece.extra);
}

/// Appends a piece of a text. An empty text is a text.
fn append(known: &mut Option<String>, piece: Option<String>) {
    if let Some(piece) = piece {
        *known.get_or_insert_default() += &piece;
    }
}

/// The last value that is not empty counts.
fn replace(known: &mut String, given: String) {
    if !given.is_empty() {
        *known = given;
    }
}

/// Adds a member that this version does not have.
fn add_unknown(known: &mut Map<String, Value>, name: String, value: Value) {
    match (known.get_mut(&name), value) {
        (_, Value::Null) => {}
        (Some(Value::String(text)), Value::String(piece)) => text.push_str(&piece),
        (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
        (_, value) => {
            known.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests;
