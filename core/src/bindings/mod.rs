//! What only the bindings use. Not part of the public API.

mod body_text;
mod call_queue;
mod chat_answer;
mod client_call;
mod closable_body;
mod closable_stream;
mod encoded;
mod forks;
mod lazy;
mod library_headers;
mod multipart;
mod one_reader;
mod open_client;
mod options_by_name;
mod pairs;
mod read_ahead;
mod shapes;
mod shared;
mod shared_reader;
mod stored_keys;
mod stream_reader;
mod wakeup_fd;
mod workers;

pub use neura_transport::memory::Buffer;
pub use neura_transport::{
    BodyRoom, BodySource, Outlet, Process, SharedBytes, SourceCall, SourceError, UNPACKED_CODINGS,
    remember_process,
};
use serde_json::{Map, Value, json};

pub use body_text::{charset, end_of_json};
pub use call_queue::{CallQueue, Readiness, cannot_watch};
pub use chat_answer::ChatAnswer;
pub use client_call::{CallKind, CallOutcome, CallRest, ClientCall};
pub use closable_body::ClosableBody;
pub use closable_stream::{ClosableStream, StreamItem};
pub use encoded::{form, with_query};
pub use lazy::Lazy;
pub use library_headers::declared_length;
pub use multipart::Multipart;
pub use open_client::OpenClient;
pub use options_by_name::{CLIENT_OPTIONS, NamedOption, REQUEST_OPTIONS, Setter};
pub use pairs::{Given, Kind, QueryPairs, header_pairs, not_pairs, pairs_in, query_pairs, spread};
pub use read_ahead::ReadAhead;
pub use shapes::Shape;
pub use shared::{dispatcher_for_keys, shared_dispatcher};
pub use shared_reader::SharedReader;
pub use stored_keys::{
    CheckedKey, KnownKey, check_key_command, credentials_path, credentials_table, known_keys,
};
pub use stream_reader::StreamReader;
pub use wakeup_fd::WakeupFd;
pub use workers::{
    CallId, Calls, Dispatcher, JobHandle, PendingCall, Question, Wanted, cancelled, cancelled_after,
};

pub use crate::client::{Deadline, Operation, Request, RequestOptions};
pub use crate::config::{CallbackContext, Limit};
pub use crate::diagnose::{diagnose_with, local_checks};
pub use crate::error::{ResponseParts, SystemCause, catch_panic};
pub use crate::headers::FOREIGN_CREDENTIALS;
pub use crate::keys::{before_fork, has_exit_hook, set_program, write_usage, writes_usage};
pub use crate::log::set_log_sink;
pub use crate::memory::{afford, afford_for, move_out, out_of_memory};
use crate::option_table::{ALL, DefaultValue, Row, Scope};
pub use crate::option_table::{Language, hint, instead, near_miss, set_language};
pub use crate::redact::quoted;
pub use crate::reply::{
    Batch, BatchEnd, ChunkText, EventView, ReplyHead, chunk_text, closed_body, closed_stream,
    completion_text,
};

/// The table of options as JSON, for pages and tests: for each option its name, its default, and
/// its spelling in each language, for a client and for one request. Null means that a language does
/// not have it.
///
/// ```
/// let table = neura::bindings::option_table();
/// let timeout = table.as_array().unwrap().iter().find(|row| row["name"] == "timeout").unwrap();
/// assert_eq!(timeout["default"], "600 s");
/// assert_eq!(timeout["client"]["node"], "timeout");
/// assert_eq!(timeout["request"]["c"], "neura_request_options_set_timeout_ms");
/// ```
pub fn option_table() -> Value {
    let spellings = |row: &Row, scope| {
        let spelled = |language: Language| {
            let name = row.spelled(language, scope);
            (language.name().to_owned(), json!(name))
        };
        Language::ALL
            .map(spelled)
            .into_iter()
            .collect::<Map<_, _>>()
    };
    let rows = ALL.iter().map(|row| {
        json!({
            "name": row.name,
            "default": default_of(row),
            "client": spellings(row, Scope::Client),
            "request": spellings(row, Scope::Request),
        })
    });
    rows.collect()
}

/// In words; null without a default.
fn default_of(row: &Row) -> Option<String> {
    Some(match row.preset {
        DefaultValue::Nothing => return None,
        DefaultValue::LookedUp => "looked up".to_owned(),
        DefaultValue::NoLimit => "no limit".to_owned(),
        DefaultValue::Seconds(seconds) => format!("{seconds} s"),
        DefaultValue::Count(count) => count.to_string(),
        DefaultValue::Bytes(bytes) => crate::config::in_words(bytes),
        DefaultValue::Off => "off".to_owned(),
    })
}
