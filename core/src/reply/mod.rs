//! Replies: whether a reply is the expected answer, and otherwise which error it is; its body,
//! whole or in pieces.

mod any_json;
mod batch;
mod body;
mod chat_stream;
mod classify;
mod closed;
mod error_body;
mod error_reply;
mod event_stream;
mod head;
mod head_accessors;
mod media_type;
mod outline;
mod request_id;
mod response;
mod streaming_response;
pub mod typed;
mod words;

pub use batch::{Batch, BatchEnd};
pub(crate) use body::Body;
pub use chat_stream::{ChatStream, ChunkText};
pub use closed::{closed_body, closed_stream};
pub(crate) use error_reply::{
    Origin, WORDS_WAIT, body_of, from_answer, from_event, from_reply, words_in,
};
pub use event_stream::EventStream;
pub(crate) use head::Head;
pub(crate) use head_accessors::head_accessors;
use media_type::{is_json, unmarked};
pub(crate) use outline::{Member, NoOutline, Outline};
pub use response::Response;
pub use streaming_response::StreamingResponse;
pub use typed::ChatChunk;
