//! Replies: whether a reply is the expected answer, and otherwise which error it is; its body,
//! whole or in pieces.

mod answer_text;
mod any_json;
mod batch;
mod body;
mod chat_stream;
mod chunk_template;
mod classify;
mod error_body;
mod error_message;
mod error_reply;
mod event_stream;
mod event_window;
mod head;
mod head_accessors;
mod media_type;
mod outline;
mod reply_head;
mod request_id;
mod response;
mod stream_end;
mod streaming_response;
pub mod typed;
mod words;

pub use answer_text::{chunk_text, completion_text};
pub use batch::{Batch, BatchEnd};
pub(crate) use body::Body;
pub use chat_stream::{ChatStream, ChunkText};
pub(crate) use error_reply::{
    ReplyContext, WORDS_WAIT, body_of, from_answer, from_event, from_reply, words_in,
};
pub use event_stream::EventStream;
pub use event_window::EventView;
pub(crate) use head::{Head, usual_reason};
pub(crate) use head_accessors::head_accessors;
use media_type::{is_event_stream, is_json, is_markup, unmarked};
pub(crate) use media_type::{is_form_with_files, is_web_page};
pub(crate) use outline::{Member, NoOutline, Outline};
pub use reply_head::ReplyHead;
pub use response::Response;
pub use stream_end::{closed_body, closed_stream};
pub use streaming_response::StreamingResponse;
pub use typed::ChatChunk;
pub(crate) use typed::ChatJoin;
